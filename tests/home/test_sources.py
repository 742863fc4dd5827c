import re
from datetime import timedelta
from html import unescape

import pytest

from engine.models import Source, Visit
from engine.sources import set_schedule
from tests.home.sources import SITE, add_visits, finish, make_file, make_page, make_site

LIST = "/sources/"
PART = {"HX-Request": "true", "HX-Target": "source-list"}


def text_of(answer) -> str:
    """What a reader sees, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_starter_library_is_listed_as_shared_by_all(client, small_library):
    text = text_of(client.get(LIST))
    assert "Shared by all workspaces Starter library" in text
    assert "Ready 3" in text


def test_every_count_leads_to_its_rows(client, workspace):
    source = make_site(workspace)
    make_page(source, f"{SITE}1")
    for state, count in ((Visit.State.FAILED, 2), (Visit.State.SKIPPED, 3), (Visit.State.DUPLICATE, 4)):
        add_visits(source, state, count)
    html = client.get(LIST).text
    counts = {"indexed": 1, "waiting": 1, "failed": 2, "skipped": 3, "duplicate": 4}
    for slug, count in counts.items():
        (shown,) = re.findall(rf'href="/sources/{source.pk}/\?state={slug}"[^>]*>(\d+)<', html)
        assert int(shown) == count
        rows = client.get(f"/sources/{source.pk}/", {"state": slug}).text
        assert rows.count('class="visit-address"') == count


def test_sources_stand_under_their_collections(client, workspace, small_library):
    make_site(workspace, collection="Products")
    make_site(workspace, "https://loose.example/")
    text = text_of(client.get(LIST))
    order = [text.index(words) for words in ("loose.example", "Products", "widgets.example", "Shared by all")]
    assert order == sorted(order)


def test_it_is_said_when_a_source_was_crawled_and_when_it_is_next(client, workspace):
    source = finish(make_site(workspace))
    set_schedule(source, timedelta(days=1))
    html = client.get(LIST).text
    assert 'data-label="Last crawl"' in html
    assert 'data-label="Next crawl"' in html
    assert f"{source.ended_at + timedelta(days=1):%Y-%m-%d %H:%M}" in html


def test_while_a_source_is_crawled_the_list_is_asked_for_every_second(client, workspace):
    source = make_site(workspace)
    busy = client.get(LIST, headers=PART).text
    finish(source)
    quiet = client.get(LIST, headers=PART).text
    assert 'hx-trigger="every 1s"' in busy
    assert 'hx-trigger="every 10s"' in quiet
    assert "<html" not in busy


def test_why_nothing_could_be_read_stands_below_the_source(client, workspace):
    source = make_site(workspace)
    Source.objects.filter(pk=source.pk).update(state="failed", error="The host <b>is away</b>. Try later.")
    answer = client.get(LIST)
    assert "Nothing could be read" in answer.text
    assert "The host &lt;b&gt;is away&lt;/b&gt;. Try later." in answer.text


def test_the_sources_of_another_workspace_are_not_listed(client, workspace, outsider, outside):
    make_site(workspace)
    make_site(outsider.workspace, "https://theirs.example/")
    assert "theirs.example" not in client.get(LIST).text
    assert "widgets.example" not in outside.get(LIST).text


def test_while_there_is_no_source_the_page_holds_the_form_of_one(client, viewer, small_library):
    assert "Add what your tasks are to be answered from" in client.get(LIST).text
    assert 'id="source-form"' in client.get(LIST).text
    assert 'id="source-form"' not in viewer.get(LIST).text
    assert "An editor of the workspace can add sources." in viewer.get(LIST).text


def test_with_a_source_the_form_has_a_page_of_its_own(client, workspace):
    make_site(workspace)
    html = client.get(LIST).text
    assert 'id="source-form"' not in html
    assert 'href="/sources/new/"' in html


def test_a_viewer_is_offered_nothing_that_is_closed_to_viewers(viewer, workspace):
    make_site(workspace)
    for path in (LIST, f"{LIST}?q=widget"):
        html = viewer.get(path).text
        assert "/sources/new/" not in html


def test_more_sources_ask_no_more_of_the_database(client, workspace, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(50, using="engine") as asked:
            client.get(LIST)
        return len(asked)

    make_site(workspace, "https://a0.example/")
    few = queries()
    for number in range(1, 10):
        make_site(workspace, f"https://a{number}.example/")
    assert queries() == few


def test_the_levels_of_the_engine_are_named_with_what_they_mean(client, db, monkeypatch, settings):
    monkeypatch.setattr("engine.neural.available", lambda: False)
    settings.LLM_BASE_URL = settings.LLM_MODEL = ""
    text = text_of(client.get(LIST))
    assert "Keyless is on Finds passages by their words" in text
    assert "Reader, off script/server without --keyless installs it" in text
    assert "Language model, off An operator can name one" in text


def test_the_reader_and_a_language_model_are_named_where_they_are(client, db, monkeypatch, settings):
    monkeypatch.setattr("engine.neural.available", lambda: True)
    settings.LLM_BASE_URL, settings.LLM_MODEL = "https://llm.example.org/v1", "small-1"
    text = text_of(client.get(LIST))
    assert "Reader is on A small network on this machine" in text
    assert "Language model is on small-1 at llm.example.org fills what is left open." in text


# The search tester


def test_a_question_shows_the_passages_that_would_be_read_and_why(client, workspace):
    source = make_site(workspace)
    page = make_page(source, f"{SITE}1", "A widget weighs 12 grams.", "It is blue.")
    answer = client.get(LIST, {"q": "How much do widgets weigh?"})
    assert "<mark>widget</mark> <mark>weighs</mark> 12 grams." in answer.text
    assert f'href="/sources/pages/{page.pk}/?mark=0-' in answer.text
    assert "widgets.example" in answer.text
    assert "BM25" in answer.text


def test_passages_of_the_library_open_there(client, small_library):
    assert 'href="/library/kenya/?mark=' in client.get(LIST, {"q": "capital of Kenya"}).text


def test_a_passage_of_a_file_says_so(client, workspace):
    make_file(workspace)
    assert "Uploaded file" in client.get(LIST, {"q": "revenue"}).text


def test_a_search_for_nothing_that_is_there_says_what_to_do(client, small_library):
    text = text_of(client.get(LIST, {"q": "zeppelin"}))
    assert "No passage would be read" in text
    assert "add a source" in text


def test_a_question_without_a_telling_word_is_asked_to_get_one(client, small_library):
    assert "Add one that tells pages apart." in text_of(client.get(LIST, {"q": "what is the"}))


def test_the_tester_never_finds_another_workspaces_pages(client, outsider):
    make_page(make_site(outsider.workspace), f"{SITE}1", "The zeppelin is grey.")
    assert "is grey" not in client.get(LIST, {"q": "zeppelin"}).text


@pytest.mark.parametrize(
    "question", ['"><script>', "%", "'\"", "NEAR(a b)", "x" * 5_000, "\x00", "日本", "the of"]
)
def test_signs_in_a_question_have_no_meaning(client, small_library, question):
    answer = client.get(LIST, {"q": question})
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_markup_in_a_passage_is_text(client, workspace):
    make_page(make_site(workspace), f"{SITE}1", "A widget <script>alert(1)</script> weighs", title="<b>W</b>")
    html = client.get(LIST, {"q": "widget"}).text
    assert "<script>alert" not in html
    assert "<b>W" not in html


def test_the_page_is_for_members_and_is_only_read(visitor, client):
    assert visitor.get(LIST).status_code == 302
    assert client.post(LIST).status_code == 405
