import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from engine.crawl.bounds import Options
from engine.models import Source, Visit
from engine.sources import pause
from tests.conftest import signed_in
from tests.home.sources import SITE, add_visits, finish, make_file, make_page, make_site

NEW = "/sources/new/"
SITE_FORM = {"kind": "url", "address": SITE}
HTMX = {"HX-Request": "true", "HX-Target": "source-form"}
VERBS = ["recrawl", "pause", "resume", "schedule", "remove"]


@pytest.fixture
def source(workspace) -> Source:
    return make_site(workspace)


def page_of(source: Source, **asked) -> tuple[str, dict]:
    return f"/sources/{source.pk}/", asked


def said(answer) -> str:
    """What the page that comes next tells in its messages."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.partition('class="messages"')[2])).split())


# Adding


def test_a_site_is_added_with_its_bounds_and_its_schedule(client, db):
    more = {
        "name": "Widgets",
        "collection": "Products",
        "most_pages": "40",
        "most_depth": "3",
        "within": "path",
        "include": "*/docs/*\n\n*/faq/*",
        "exclude": "*/old/*",
        "every": "24",
    }
    answer = client.post(NEW, SITE_FORM | more)
    made = Source.objects.get(name="Widgets")
    assert answer["Location"] == f"/sources/{made.pk}/"
    assert (made.kind, made.address, made.collection) == ("url", SITE, "Products")
    assert made.every == timedelta(days=1)
    options = Options.of(made.options)
    assert (options.most_pages, options.most_depth, options.within) == (40, 3, "path")
    assert (options.include, options.exclude) == (("*/docs/*", "*/faq/*"), ("*/old/*",))


def test_htmx_is_led_to_the_new_source(client, db):
    answer = client.post(NEW, SITE_FORM, headers=HTMX)
    assert answer["HX-Redirect"] == f"/sources/{Source.objects.get().pk}/"


def test_of_a_sitemap_the_links_are_not_followed_unless_asked(client, db):
    client.post(NEW, {"kind": "sitemap", "address": f"{SITE}sitemap.xml"})
    client.post(NEW, {"kind": "sitemap", "address": f"{SITE}other.xml", "most_depth": "2"})
    depths = {source.address: source.options["most_depth"] for source in Source.objects.all()}
    assert depths == {f"{SITE}sitemap.xml": 0, f"{SITE}other.xml": 2}


def test_several_files_are_added_at_once(client, db):
    files = [SimpleUploadedFile(name, b"Some text.") for name in ("a.txt", "../../etc/b.txt")]
    client.post(NEW, {"kind": "file", "files": files, "name": "Reports"})
    visits = Source.objects.get(name="Reports").visits.all()
    assert sorted(visit.address.rpartition("/")[2] for visit in visits) == ["a.txt", "b.txt"]


def test_a_wiki_is_asked_while_a_task_runs(client, db, monkeypatch):
    monkeypatch.setattr("home.sources.forms.problem_of", lambda source: "")
    sent = {"kind": "mediawiki", "address": "https://wiki.example/w/api.php", "most_pages": "90"}
    client.post(NEW, sent | {"most_depth": "7", "include": "*/typed for another kind/*"})
    made = Source.objects.get()
    assert made.kind == "mediawiki"
    assert Options.of(made.options) == Options(most_pages=90, most_depth=0)
    assert "It is asked while a task runs" in client.get(f"/sources/{made.pk}/").text
    client.post(f"/sources/{made.pk}/recrawl/")
    made.refresh_from_db()
    assert made.state == Source.State.CRAWLING


def test_a_wiki_that_can_not_be_asked_is_not_added(client, db):
    answer = client.post(NEW, {"kind": "mediawiki", "address": "https://wiki.example/w/api.php"})
    assert answer.status_code == 422
    assert "wiki.example could not be found" in answer.text
    assert not Source.objects.exists()


def test_a_search_engine_is_offered_only_where_an_operator_has_set_one(client, db, settings, monkeypatch):
    monkeypatch.setattr("home.sources.forms.problem_of", lambda source: "")
    settings.SEARXNG_URL = ""
    assert 'value="searxng"' not in client.get(NEW).text
    assert client.post(NEW, {"kind": "searxng"}).status_code == 422
    settings.SEARXNG_URL = "https://search.example/"
    assert 'value="searxng"' in client.get(NEW).text
    client.post(NEW, {"kind": "searxng"})
    assert Source.objects.get().address == "https://search.example/"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"address": ""}, "Give an address, such as https://example.com/."),
        ({"address": "ftp://example.com/"}, "Only http and https addresses can be fetched."),
        ({"address": "https://me:secret@example.com/"}, "Remove the part before the @ sign."),
        ({"most_pages": "0"}, "greater than or equal to 1"),
        ({"most_pages": "1000000"}, "Give a number of pages from 1 to 100,000."),
        ({"most_pages": "many"}, "Enter a whole number."),
        ({"most_depth": "-1"}, "greater than or equal to 0"),
        ({"include": "x" * 400}, "at most 300 characters"),
        ({"collection": "x" * 81}, "at most 80 characters"),
        ({"kind": "file"}, "Choose at least one file."),
        ({"kind": "gopher"}, "gopher is not one of the available choices"),
        ({"every": "0.001"}, "is not one of the available choices"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_says_what_to_do(client, db, sent, sentence):
    answer = client.post(NEW, SITE_FORM | {"name": "Kept <name>"} | sent)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert 'value="Kept &lt;name&gt;"' in answer.text
    assert not Source.objects.exists()


def test_what_stands_in_a_box_that_is_not_shown_is_no_mistake(client, db):
    file = SimpleUploadedFile("a.txt", b"Some text.")
    client.post(NEW, {"kind": "file", "files": file, "most_pages": "0", "every": "x", "address": "ftp://x"})
    assert Source.objects.get().kind == "file"


def test_an_empty_file_is_refused_by_its_name(client, db):
    answer = client.post(NEW, {"kind": "file", "files": SimpleUploadedFile("blank.txt", b"")})
    assert "blank.txt is empty" in answer.text


def test_the_same_address_twice_is_said(client, source):
    answer = client.post(NEW, SITE_FORM)
    assert answer.status_code == 422
    assert "is already a source here" in answer.text


def test_the_address_names_the_kind_to_begin_with(client, db):
    assert re.search(r'value="file" checked', client.get(f"{NEW}?kind=file").text)
    assert re.search(r'value="url" checked', client.get(f"{NEW}?kind=<script>").text)


def test_a_workspace_adds_to_its_own_sources(client, workspace, outside, outsider):
    client.post(NEW, SITE_FORM)
    outside.post(NEW, SITE_FORM)
    scopes = Source.objects.values_list("scope", flat=True)
    assert sorted(scopes) == sorted(f"workspace-{one.pk}" for one in (workspace, outsider.workspace))


def test_only_editors_add_and_change(viewer, source):
    assert viewer.get(NEW).status_code == 403
    for verb in VERBS:
        assert viewer.post(f"/sources/{source.pk}/{verb}/").status_code == 403
    html = viewer.get(f"/sources/{source.pk}/").text
    assert not [verb for verb in VERBS if f"/{verb}/" in html]


def test_a_form_without_its_token_is_refused(member, db):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(NEW, SITE_FORM).status_code == 403


# One source


def test_each_address_tells_what_became_of_it(client, source):
    page = make_page(source, f"{SITE}1")
    add_visits(source, Visit.State.FAILED)
    add_visits(source, Visit.State.SKIPPED)
    add_visits(source, Visit.State.DUPLICATE)
    html = unescape(client.get(f"/sources/{source.pk}/").text)
    assert f'href="/sources/pages/{page.pk}/"' in html
    assert "2.0 KB" in html.replace("\xa0", " ")
    assert "The server answered 404: there is no such page." in html
    assert "The site’s robots.txt forbids it." in html
    assert f"It says the same as {SITE}1." in html


def test_the_addresses_are_filtered_by_state_and_by_words(client, source):
    add_visits(source, Visit.State.FAILED, 3)
    add_visits(source, Visit.State.SKIPPED, 2)

    def shown(**asked) -> int:
        return client.get(f"/sources/{source.pk}/", asked).text.count('class="visit-address"')

    assert shown() == 6
    assert shown(state="failed") == 3
    assert shown(state="nonsense") == 6
    assert shown(q=f"{SITE}4") == 1
    assert shown(state="failed", q=f"{SITE}4") == 0


def test_thousands_of_addresses_come_a_page_at_a_time(client, source, django_assert_max_num_queries):
    add_visits(source, Visit.State.FAILED, 119)
    path, seen = f"/sources/{source.pk}/", []
    query = ""
    while True:
        html = unescape(client.get(path + query).text)
        seen += re.findall(r'class="visit-address">([^<]+)<', html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        if not following:
            break
        query = following[1]
    assert len(seen) == len(set(seen)) == 120
    with django_assert_max_num_queries(6, using="engine"):
        client.get(path)


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "１", "\x00"])
def test_a_place_that_is_none_is_the_beginning(client, source, after):
    assert client.get(f"/sources/{source.pk}/", {"after": after}).text.count('class="visit-address"') == 1


def test_while_it_is_crawled_it_is_asked_for_every_second(client, source):
    headers = {"HX-Request": "true", "HX-Target": "source-live"}
    assert 'hx-trigger="every 1s"' in client.get(f"/sources/{source.pk}/", headers=headers).text
    finish(source)
    quiet = client.get(f"/sources/{source.pk}/", headers=headers).text
    assert 'hx-trigger="every 1s"' not in quiet
    assert "Ready" in quiet


def test_it_is_crawled_again_now(client, source):
    make_page(source, f"{SITE}1")
    finish(source)
    answer = client.post(f"/sources/{source.pk}/recrawl/", follow=True)
    source.refresh_from_db()
    assert source.state == Source.State.CRAWLING
    assert source.visits.filter(state=Visit.State.WAITING).count() == 2
    assert "is crawled again" in said(answer)


def test_it_is_paused_and_goes_on(client, source):
    assert "Pause" in client.get(f"/sources/{source.pk}/").text
    assert "is paused" in said(client.post(f"/sources/{source.pk}/pause/", follow=True))
    assert "/resume/" in client.get(f"/sources/{source.pk}/").text
    assert "goes on" in said(client.post(f"/sources/{source.pk}/resume/", follow=True))
    source.refresh_from_db()
    assert source.state == Source.State.CRAWLING


def test_what_can_not_be_done_just_now_is_said(client, source):
    pause(source)
    assert "so there is nothing to pause" in said(client.post(f"/sources/{source.pk}/pause/", follow=True))


def test_it_gets_a_schedule_and_loses_it(client, source):
    client.post(f"/sources/{source.pk}/schedule/", {"hours": "168"})
    source.refresh_from_db()
    assert source.every == timedelta(days=7)
    assert "every week" in client.get(f"/sources/{source.pk}/").text
    client.post(f"/sources/{source.pk}/schedule/", {"hours": ""})
    source.refresh_from_db()
    assert source.every is None


@pytest.mark.parametrize("hours", ["0", "-5", "x", "9999999999"])
def test_a_schedule_that_is_not_offered_is_refused(client, source, hours):
    answer = client.post(f"/sources/{source.pk}/schedule/", {"hours": hours}, follow=True)
    assert "Choose one of the schedules in the list." in said(answer)


def test_before_it_is_removed_it_is_said_what_happens_to_citations(client, source):
    assert "what was cited before still opens" in client.get(f"/sources/{source.pk}/").text


def test_what_was_cited_still_opens_after_it_was_removed(client, source):
    page = make_page(source, f"{SITE}1", "A widget weighs 12 grams.")
    answer = client.post(f"/sources/{source.pk}/remove/", follow=True)
    assert "is removed" in said(answer)
    assert client.get(f"/sources/{source.pk}/").status_code == 404
    kept = client.get(f"/sources/pages/{page.pk}/", {"v": page.content_hash, "mark": "2-8"})
    assert '<mark id="excerpt">widget</mark>' in kept.text
    assert "12 grams" not in client.get("/sources/", {"q": "widget"}).text


def test_a_removed_file_is_deleted(client, workspace):
    visit = make_file(workspace)
    client.post(f"/sources/{visit.source_id}/remove/")
    assert client.get(f"{visit.address}?download").status_code == 404


@pytest.mark.parametrize("verb", VERBS)
def test_another_workspace_can_do_nothing_with_it(outside, source, verb):
    assert outside.post(f"/sources/{source.pk}/{verb}/").status_code == 404
    assert outside.get(f"/sources/{source.pk}/").status_code == 404


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_sent_and_not_read(client, source, verb):
    assert client.get(f"/sources/{source.pk}/{verb}/").status_code == 405


def test_the_starter_library_is_no_source_to_change(owner, small_library):
    shared = Source.objects.get(scope="starter")
    assert signed_in(owner).post(f"/sources/{shared.pk}/remove/").status_code == 404


def test_markup_in_an_address_or_an_error_is_text(client, source):
    evil = "<script>alert(1)</script>"
    Visit.objects.create(source=source, address=evil, state=Visit.State.FAILED, error=evil)
    Source.objects.filter(pk=source.pk).update(name=evil, error=evil, note=evil)
    assert "<script>alert" not in client.get(f"/sources/{source.pk}/").text
    assert "<script>alert" not in client.get("/sources/").text
