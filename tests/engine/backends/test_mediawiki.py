"""A wiki asked through its API."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine import sources
from engine.backends.finding import Found, NoAnswer
from engine.backends.mediawiki import MediaWiki, api_of
from engine.crawl.bounds import Options
from engine.models import Page
from engine.net import Refused, Session
from tests.engine.backends.fakes import wiki
from tests.engine.site import Site, crawl, served

ARTICLES = {
    "Ports": "<p>Ships moor.",
    "Cranes": "<p>Cranes lift.",
    "Fees & dues": "<p>Paid in ports.",
}


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        wiki(site, ARTICLES)
        yield site


@pytest.fixture
def back_end(site: Site) -> Iterator[MediaWiki]:
    session = Session(allow_private=frozenset({site.address.removeprefix("http://")}))
    with closing(session):
        yield MediaWiki(f"{site.address}/w/api.php", session)


def test_its_search_gives_pages_in_its_order(site: Site, back_end: MediaWiki) -> None:
    found = back_end.search("ports", 10)
    assert [one.title for one in found] == ["Ports", "Fees & dues"]
    assert found[0].url == f"{site.address}/wiki/Ports"


def test_a_search_without_results_finds_nothing(back_end: MediaWiki) -> None:
    assert back_end.search("zebra", 10) == []


def test_all_pages_are_listed_part_by_part_up_to_a_limit(back_end: MediaWiki) -> None:
    assert [one.title for one in back_end.all_pages(9)] == ["Cranes", "Fees & dues", "Ports"]
    assert len(list(back_end.all_pages(1))) == 1


def test_a_page_comes_at_the_address_of_its_readers(site: Site, back_end: MediaWiki) -> None:
    page = back_end.page(Found(f"{site.address}/wiki/Fees", "Fees & dues"))
    assert page.url == f"{site.address}/wiki/Fees"
    assert b"<h1>Fees &amp; dues</h1><p>Paid in" in page.body


def test_what_the_wiki_refuses_is_told_in_its_words(back_end: MediaWiki) -> None:
    with pytest.raises(NoAnswer, match="The page you specified doesn't exist"):
        back_end.page(Found("", "Nowhere"))


@pytest.mark.parametrize("body", [b"<html>A wiki", b"[]", b"[" * 100_000])
def test_what_is_no_api_says_which_address_to_give(site: Site, back_end: MediaWiki, body: bytes) -> None:
    site.text("/w/api.php", body)
    with pytest.raises(NoAnswer, match="Give the address of its api"):
        back_end.search("ports", 10)
    assert "api.php" in back_end.problem()


def test_a_wiki_that_answers_has_no_problem(back_end: MediaWiki) -> None:
    assert back_end.problem() == ""


@pytest.mark.parametrize("answer", [b'{"query": 4}', b'{"query": {"pages": [4, {"title": 5}]}}', b"{}"])
def test_an_answer_of_another_shape_finds_nothing(site: Site, back_end: MediaWiki, answer: bytes) -> None:
    site.text("/w/api.php", answer, "application/json")
    assert back_end.search("ports", 10) == []


def test_a_wiki_on_a_private_network_is_not_asked(site: Site) -> None:
    with pytest.raises(Refused), closing(Session(any_port=True)) as session:
        MediaWiki(f"{site.address}/w/api.php", session).search("ports", 10)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://wiki.example/w/api.php?x=1", "https://wiki.example/w/api.php"),
        ("https://wiki.example/api.php", "https://wiki.example/api.php"),
        ("https://wiki.example/", "https://wiki.example/w/api.php"),
        ("https://wiki.example/wiki/Main_Page", "https://wiki.example/w/api.php"),
    ],
)
def test_the_api_is_found_from_any_of_its_addresses(given: str, expected: str) -> None:
    assert api_of(given) == expected


def test_a_wiki_is_crawled_by_its_list_of_all_pages_within_its_budget(
    db: None, site: Site, settings: object, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    for title in ("Cranes", "Fees & dues", "Ports"):
        site.page(f"/wiki/{title.replace(' ', '%20')}", f"{title} are told of here.", title=title)
    source = sources.add_back_end(
        "team", "mediawiki", f"{site.address}/w/api.php", options=Options(most_pages=2)
    )
    sources.recrawl(source)
    crawl()
    assert sorted(Page.objects.values_list("title", flat=True)) == ["Cranes", "Fees & dues"]
    source.refresh_from_db()
    assert (source.state, bool(source.note)) == ("ready", True)
