"""SearXNG asked for JSON, and what it says where it is set up otherwise."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from engine.backends.finding import NoAnswer
from engine.backends.searxng import SearXng, host_of_its_own
from engine.net import Refused, Session
from tests.engine.backends.fakes import searxng
from tests.engine.site import Site, served


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture
def back_end(site: Site) -> Iterator[SearXng]:
    with closing(Session(allow_private=frozenset({host_of_its_own(site.address)}))) as session:
        yield SearXng(f"{site.address}/", session)


def test_it_gives_addresses_titles_and_snippets(site: Site, back_end: SearXng) -> None:
    searxng(
        site,
        [
            {"url": "https://a.example/", "title": "A", "content": "of a"},
            {"url": "ftp://b.example/", "title": "B"},
            {"title": "C"},
            4,
            {"url": "https://d.example/", "title": None, "content": 5},
            {"url": "https://e.example/"},
        ],
    )
    found = back_end.search("ports & fees", 2)
    assert [(one.url, one.title, one.snippet) for one in found] == [
        ("https://a.example/", "A", "of a"),
        ("https://d.example/", "", "5"),
    ]
    assert site.paths == ["/search?q=ports+%26+fees&format=json&safesearch=0"]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (403, b"Forbidden", "search, set formats: [html, json]"),
        (200, b"<html><title>SearXNG</title>", "search, set formats: [html, json]"),
        (429, b"Too Many Requests", "server, set limiter: false"),
        (404, b"none", "Check SEARXNG_URL"),
        (200, b"<html>Welcome", "Check SEARXNG_URL"),
        (200, b'{"results": 4}', "Check SEARXNG_URL"),
        (500, b"{}", "Check SEARXNG_URL"),
    ],
)
def test_what_is_set_up_wrongly_names_the_setting_to_change(
    site: Site, back_end: SearXng, status: int, body: bytes, told: str
) -> None:
    address = "/search?q=test&format=json&safesearch=0"
    site.pages[address] = (status, {}, body)
    assert told in back_end.problem()
    with pytest.raises(NoAnswer):
        back_end.search("test", 5)


def test_engines_that_are_all_silent_are_a_problem(site: Site, back_end: SearXng) -> None:
    site.text(
        "/search?q=test&format=json&safesearch=0",
        b'{"results": [], "unresponsive_engines": [["duckduckgo", "timeout"], ["brave", "denied"]]}',
    )
    assert "duckduckgo, brave" in back_end.problem()


def test_one_that_answers_has_no_problem(site: Site, back_end: SearXng) -> None:
    searxng(site, [])
    assert back_end.problem() == ""


def test_it_leads_nowhere_else_on_a_private_network(site: Site, back_end: SearXng) -> None:
    with served() as other:
        searxng(other, [])
        site.redirect("/search?q=x&format=json&safesearch=0", f"{other.address}/search?q=x")
        with pytest.raises(Refused):
            back_end.search("x", 5)
        assert not other.asked


@pytest.mark.parametrize(
    ("address", "host"),
    [("http://localhost:8888/s", "localhost:8888"), ("https://s.example", "s.example:443")],
)
def test_its_own_host_is_one_host_and_port(address: str, host: str) -> None:
    assert host_of_its_own(address) == host
