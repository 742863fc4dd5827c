"""Reading given addresses, from the index or fetched."""

from collections.abc import Callable
from contextlib import closing
from datetime import date

import pytest

from engine.crawl.readers import Readers
from engine.extract import Extract, Failure, extract
from engine.net import Fetched, NotFetched, Refused, TimedOut, TooLarge, Unreachable
from tests.engine.conftest import SCOPE, add, france, page

pytestmark = pytest.mark.usefixtures("library")
URL = "https://example.org/ports"
HTML = (
    b"<title>Ports</title><h1>Ports</h1><p>Ships moor here.</p><h2>Money</h2><p>Fees pay for the cranes.</p>"
)


def read(*urls: str, **more: object) -> tuple[list[Extract], list[Failure]]:
    return extract(**{"urls": urls, "scopes": [SCOPE]} | more)


def answering(
    body: bytes = HTML, content_type: str = "text/html", status: int = 200, charset: str = ""
) -> Callable:
    return lambda url: Fetched(url, status, content_type, body, charset)


def raising(error: Exception) -> Callable:
    def fetch(url: str) -> Fetched:
        raise error

    return fetch


@pytest.mark.parametrize(
    "url",
    [
        "/library/france/",
        "/library/france",
        "https://library.example/library/france/",
        "HTTPS://Library.example/library/france?from=here#economy",
        "https://facts.example/france",
        "http://www.facts.example/france/#top",
    ],
)
def test_a_page_of_the_index_is_known_by_its_address_or_its_sources(url: str) -> None:
    add([france(source_url="https://facts.example/france/")])
    (found,), failed = read(url, sites=["https://library.example/"], fetch=raising(AssertionError()))
    assert (found.url, found.title, found.published) == (url, "France", date(2026, 1, 17))
    assert not failed


def test_a_source_of_several_pages_stands_for_none_of_them() -> None:
    add([page(name, {"": ["A port."]}, source_url=URL) for name in ("One", "Two")], name="Ports")
    assert read(URL)[1][0].error_type == "not_indexed"


def test_pages_of_other_scopes_are_not_known() -> None:
    assert read("/library/france/", scopes=["another"])[1][0].error_type == "not_indexed"


def test_the_best_passage_comes_first() -> None:
    (found,), _ = read("/library/harbour-union/", objective="Who pays contributions?")
    assert "assessed contributions" in found.excerpts[0]


def test_the_passage_that_states_what_is_asked_comes_first_whatever_it_calls_it() -> None:
    (found,), _ = read("/library/france/", objective="biggest cities")
    assert "Major urban areas - population" in found.excerpts[0]


def test_without_a_question_a_page_is_quoted_from_its_beginning() -> None:
    (found,), _ = read("/library/france/")
    assert found.excerpts[0].startswith("France is a country")
    assert found.full_content is None


def test_the_whole_is_markdown() -> None:
    (found,), _ = read("/library/harbour-union/", full_content=True)
    assert "\n\n## Facts\n\n- Founded: 24 October 1945\n- Headquarters: New York\n" in found.full_content


def test_the_whole_is_cut_where_asked() -> None:
    (found,), _ = read("/library/harbour-union/", full_content=True, full_chars=30)
    assert len(found.full_content) == 30


def test_another_page_is_fetched() -> None:
    (found,), failed = read(URL, fetch=answering(), queries=["fees for cranes"], full_content=True)
    assert (found.url, found.title, found.excerpts[0]) == (URL, "Ports", "Fees pay for the cranes.")
    assert found.full_content.startswith("## Ports\n\nShips moor here.")
    assert not failed


@pytest.mark.parametrize(
    ("body", "content_type", "charset", "text"),
    [
        (b"Fees.\n\nCranes.", "text/plain", "", "Fees.\nCranes."),
        (b'{"fees": 1}', "application/json", "", '{"fees": 1}'),
        ("<p>Gebühr".encode("latin-1"), "text/html", "iso8859-1", "Gebühr"),
        ("<meta charset=cp1251><p>Порт".encode("cp1251"), "text/html", "", "Порт"),
        (b"<meta charset=punycode><p>Fees", "text/html", "", "Fees"),
        (b"<p>Fees +2AA-", "text/html", "utf-7", "Fees +2AA-"),
        (b"<p>Fees \xff", "", "", "Fees \xff"),
        (b"Fees", "", "", "Fees"),
    ],
)
def test_it_reads_text_of_many_kinds(body: bytes, content_type: str, charset: str, text: str) -> None:
    (found,), _ = read(URL, fetch=answering(body, content_type, charset=charset))
    assert found.excerpts[0] == text


@pytest.mark.parametrize(
    ("fetch", "error_type", "status"),
    [
        (raising(Refused("No.")), "url_not_allowed", None),
        (raising(TimedOut("No.")), "timeout", None),
        (raising(Unreachable("No.")), "unreachable", None),
        (raising(TooLarge("No.")), "too_large", None),
        (raising(NotFetched("No.")), "fetch_error", None),
        (answering(b"No such page", status=404), "http_error", 404),
        (answering(b"%PDF-1.7", "application/pdf"), "broken", 200),
        (answering(b"\x89PNG", "image/png"), "unsupported_content", 200),
        (answering(b"<nav>menu</nav>"), "no_content", 200),
        (answering(b""), "no_content", 200),
        (None, "not_indexed", None),
    ],
)
def test_what_cannot_be_read_says_why(fetch: Callable | None, error_type: str, status: int | None) -> None:
    found, (failed,) = read(URL, fetch=fetch)
    assert (failed.url, failed.error_type, failed.status, found) == (URL, error_type, status, [])
    assert failed.content


def test_what_takes_too_long_to_read_is_given_up_and_the_others_are_read(monkeypatch) -> None:
    with closing(Readers(1, seconds=0.5)) as impatient:
        monkeypatch.setattr("engine.extract.readers", lambda: impatient)
        endless, good = b"(" * 40 + b"<p>" * 400_000, "https://example.org/good"
        bodies = {URL: endless, good: HTML}
        found, failed = read(URL, good, fetch=lambda url: answering(bodies[url])(url))
    assert [one.url for one in found] == [good]
    assert [(one.url, one.error_type, one.status) for one in failed] == [(URL, "unreadable", 200)]


def test_every_address_is_answered_once_and_in_order() -> None:
    urls = [
        "/library/france/",
        "nope",
        "/library/harbour-union/",
        "",
        "/library/france/",
        "http://[",
        "x" * 9_999,
    ]
    found, failed = read(*urls)
    assert [one.url for one in found] == ["/library/france/", "/library/harbour-union/"]
    assert [one.url for one in failed] == ["nope", "", "http://[", "x" * 9_999]


def test_a_programming_error_is_not_taken_for_a_failed_fetch() -> None:
    with pytest.raises(ZeroDivisionError):
        read(URL, fetch=raising(ZeroDivisionError()))


@pytest.mark.parametrize(("per_result", "total"), [(100, 1000), (1000, 150), (0, 0)])
def test_the_budgets_are_kept(per_result: int, total: int) -> None:
    found, _ = read(
        "/library/france/", URL, fetch=answering(), chars_per_result=per_result, chars_total=total
    )
    sizes = [sum(map(len, one.excerpts)) for one in found]
    assert max(sizes) <= per_result
    assert sum(sizes) <= total
