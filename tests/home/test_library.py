import re

import pytest

from engine.document import Block, Document
from engine.index import find_page, index_documents

FRANCE = "/library/france/"
SOURCE = {"scope": "starter", "source_name": "Starter library", "kind": "starter"}


def page(path: str = FRANCE, *texts: str, **more) -> Document:
    blocks = tuple(Block("paragraph", text) for text in texts or ("Text.",))
    return Document(
        **({"path": path, "title": "France", "kind": "country", "blocks": blocks, "source": "S"} | more)
    )


def marked(html: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", html)


def address(words: str, path: str = FRANCE) -> str:
    """The address at which a citation of these words opens."""
    found = find_page(path, "starter")
    start = found.text.index(words)
    return f"{path}?v={found.content_hash}&mark={start}-{start + len(words)}"


def test_every_fact_of_a_page_is_shown(visitor, small_library):
    html = visitor.get(FRANCE).text
    assert "<h1>France</h1>" in html
    assert '<span class="fact-label">Capital:</span> Paris' in html


def test_a_citation_opens_at_its_marked_words(visitor, small_library):
    html = visitor.get(address("643,801 sq km")).text
    assert marked(html) == ["643,801 sq km"]
    assert html.count('id="excerpt"') == 1


@pytest.mark.parametrize(
    "mark", ["", "0-0", "9-1", "99999-999999", "a-b", "<script>-1", "1-" + "9" * 5_000, "%00-1"]
)
def test_a_mark_that_names_nothing_still_opens_the_page(visitor, small_library, mark):
    answer = visitor.get(FRANCE, {"mark": mark})
    assert answer.status_code == 200
    assert marked(answer.text) == []


@pytest.mark.parametrize("version", ["x", "0" * 64, "<script>alert(1)</script>", "\x00", "é" * 3_000])
def test_a_version_that_is_not_kept_is_said_and_nothing_is_marked(visitor, small_library, version):
    html = visitor.get(FRANCE, {"v": version, "mark": "0-5"}).text
    assert "no longer kept" in html
    assert marked(html) == []
    assert "<script>alert" not in html


def test_a_page_that_has_changed_is_shown_as_it_was_cited(visitor, db):
    index_documents([page(FRANCE, "The capital is Paris.")], **SOURCE)
    cited = address("Paris")
    index_documents([page(FRANCE, "The capital is now Lyon.")], **SOURCE)
    html = visitor.get(cited).text
    assert marked(html) == ["Paris"]
    assert "The page has changed since." in html
    assert "Lyon" not in html


def test_without_a_version_the_newest_is_shown(visitor, db):
    for text in ("The capital is Paris.", "The capital is now Lyon."):
        index_documents([page(FRANCE, text)], **SOURCE)
    html = visitor.get(FRANCE).text
    assert "Lyon" in html
    assert "changed since" not in html


def test_a_page_that_left_the_library_is_still_there_for_its_citations(visitor, small_library):
    cited = address("Paris")
    index_documents([], complete=True, **SOURCE)
    assert marked(visitor.get(cited).text) == ["Paris"]
    assert visitor.get(FRANCE).status_code == 404


@pytest.mark.parametrize(
    "path", ["/library/atlantis/", "/library/france/x/", "/library/%00/", "/library/../runs/"]
)
def test_a_page_that_is_not_there_is_not_found(visitor, small_library, path):
    assert visitor.get(path).status_code == 404


def test_a_workspaces_own_page_is_not_open_to_all(visitor, small_library, workspace):
    secret = page("/library/secret/", "Ours alone.", title="Secret plan")
    index_documents([secret], scope=f"workspace-{workspace.pk}", source_name="Own", kind="file")
    assert visitor.get("/library/secret/").status_code == 404
    assert "Secret plan" not in visitor.get("/library/").text


def test_html_in_a_page_is_text(visitor, db):
    evil = "<script>alert(1)</script>"
    index_documents([page(FRANCE, f"{evil} Paris", title=evil, source=evil)], **SOURCE)
    for html in (visitor.get(address(evil)).text, visitor.get("/library/").text):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_the_index_lists_the_pages_by_kind(visitor, small_library):
    html = visitor.get("/library/").text
    assert "Countries and territories" in html
    assert re.findall(r'<a href="(/library/\w+/)">', html) == [
        "/library/france/",
        "/library/japan/",
        "/library/kenya/",
    ]


@pytest.mark.parametrize(
    ("words", "found"), [("fra", ["France"]), ("FRANCE", ["France"]), ("an", ["France", "Japan"])]
)
def test_the_index_is_searched_by_a_part_of_a_name(visitor, small_library, words, found):
    html = visitor.get("/library/", {"q": words}).text
    assert re.findall(r'<a href="/library/\w+/">(\w+)</a>', html) == found


def test_the_index_knows_the_other_names_of_a_page(visitor, db):
    index_documents([page(aliases=("French Republic", "République française"), sites=("gouv.fr",))], **SOURCE)
    for words in ("Republic", "République", "France"):
        assert visitor.get("/library/", {"q": words}).text.count(f'href="{FRANCE}"') == 1
    assert f'href="{FRANCE}"' not in visitor.get("/library/", {"q": "gouv.fr"}).text


@pytest.mark.parametrize("words", ["%", "_", "'", '"><script>', "x" * 5_000, "日本"])
def test_signs_in_a_search_have_no_meaning(visitor, small_library, words):
    answer = visitor.get("/library/", {"q": words})
    assert answer.status_code == 200
    assert "No page has that name" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/library/", FRANCE])
def test_a_page_is_only_read(visitor, small_library, path):
    assert visitor.post(path).status_code == 405
