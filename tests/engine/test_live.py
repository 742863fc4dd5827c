"""New pages for a run, found by back ends, fetched and indexed."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from django.test import override_settings

from engine import live
from engine.crawl.hosts import Manners
from engine.crawl.parsing import parse
from engine.library import Library
from engine.live import fetch_for, problem_of, queries_for, sources_to_ask
from engine.models import Page, Source, Visit
from engine.output import Message, Output
from engine.policy import read_policy
from engine.research import research
from engine.trace import Trace
from tests.engine.backends.fakes import searxng, wiki
from tests.engine.conftest import SCOPE
from tests.engine.site import Site, served

pytestmark = pytest.mark.usefixtures("db")
READER = SimpleNamespace(parsed=lambda job, seconds: parse(job), close=lambda: None)
"""Reads in this process: a test's pages are not hostile."""
SEAT = (
    "<p>The Harbour League is an organisation of seaports.</p><dl><dt>Headquarters</dt><dd>Antwerp</dd></dl>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture
def search(site: Site) -> Iterator[Callable[..., Source]]:
    """A SearXNG that gives these paths of the site, and the source that it is."""
    with served() as engine:

        def found(*paths: str, scope: str = SCOPE) -> Source:
            searxng(engine, [{"url": urljoin(site.address, path), "title": path} for path in paths])
            return Source.objects.create(scope=scope, kind="searxng", name="The web", address=engine.address)

        with override_settings(SEARXNG_URL=engine.address):
            yield found


def allowed(*sites: Site) -> Manners:
    hosts = frozenset(site.address.removeprefix("http://") for site in sites)
    return Manners(user_agent="Groundwork", allow_private=hosts, delay=0.0)


def fetched(site: Site, *queries: str, most: int = 9, policy: dict | None = None) -> tuple[int, list[str]]:
    """How many pages were taken in, and what was told meanwhile."""
    told: list[str] = []
    admitted = read_policy(policy)
    trace = Trace(
        lambda said: told.append(said.message) if isinstance(said, Message) else None,
        Library([SCOPE], admitted),
        announces=True,
    )
    count = fetch_for(
        queries or ["harbour league"],
        [SCOPE],
        most=most,
        seconds=30,
        policy=admitted,
        trace=trace,
        manners=allowed(site),
        reader=READER,
    )
    return count, told


def test_what_a_search_engine_finds_is_fetched_and_indexed(site: Site, search: Callable[..., Source]) -> None:
    site.page("/league", SEAT, title="Harbour League")
    source = search("/league")
    count, told = fetched(site)
    assert count == 1
    page = Page.objects.current().get()
    assert (page.path, page.title, page.source) == (f"{site.address}/league", "Harbour League", source)
    visit = Visit.objects.get()
    assert (visit.state, visit.page, visit.status) == ("indexed", page, 200)
    assert told[-1] == "Fetched 1 new page of 1 found."
    assert "The web" in told[0]
    assert "harbour league" in told[0]


def test_the_text_is_the_pages_and_never_the_snippet(site: Site, search: Callable[..., Source]) -> None:
    site.page("/league", "The page says this.")
    search("/league")
    fetched(site)
    assert "/league" not in Page.objects.get().text
    assert "The page says this." in Page.objects.get().text


def test_no_more_pages_are_fetched_than_the_budget_allows(site: Site, search: Callable[..., Source]) -> None:
    for at in range(5):
        site.page(f"/{at}", f"Number {at} tells of something quite its own, number {at}.")
    search(*(f"/{at}" for at in range(5)))
    assert fetched(site, most=2)[0] == 2
    assert site.paths == ["/0", "/1"]


def test_a_page_that_was_fetched_just_now_is_not_fetched_again(
    site: Site, search: Callable[..., Source]
) -> None:
    site.page("/league", SEAT)
    search("/league")
    assert [fetched(site)[0], fetched(site)[0]] == [1, 0]
    assert site.paths == ["/league"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/missing", "The server answered 404."),
        ("/private/x", "robots.txt of its host does not permit it"),
        ("/moved", "robots.txt of its host does not permit it"),
        ("/inside", "is on a private network"),
        ("/loop", "redirects more than"),
        ("/image", "cannot be read here"),
        ("/hidden", "asks not to be indexed"),
    ],
)
def test_a_page_that_cannot_be_had_is_a_visit_with_a_sentence(
    site: Site, search: Callable[..., Source], path: str, why: str
) -> None:
    site.text("/robots.txt", "User-agent: *\nDisallow: /private/")
    site.redirect("/moved", "/private/x")
    site.redirect("/inside", "http://localhost:80/secret")
    site.redirect("/loop", "/loop")
    site.text("/image", b"\x89PNG\0", "image/png")
    site.page("/hidden", "Said.", x_robots_tag="noindex")
    search(path)
    count, told = fetched(site)
    assert count == 0
    visit = Visit.objects.get()
    assert visit.state == "failed"
    assert why in visit.error
    assert any(why in line for line in told)


def test_the_search_engines_own_host_is_closed_to_the_pages_that_it_finds(
    site: Site, search: Callable[..., Source]
) -> None:
    engine = search().address
    search(f"{engine}/secret", scope="another")
    Source.objects.filter(scope="another").delete()
    assert fetched(site)[0] == 0
    assert "so it is not fetched" in Visit.objects.get().error


def test_the_source_policy_decides_before_anything_is_fetched(
    site: Site, search: Callable[..., Source]
) -> None:
    search("/league")
    assert fetched(site, policy={"include_domains": ["other.example"]})[0] == 0
    assert not site.asked


def test_a_search_engine_that_fails_is_told_and_nothing_else_fails(
    site: Site, search: Callable[..., Source]
) -> None:
    source = search()
    with override_settings(SEARXNG_URL=site.address):
        count, told = fetched(site, "one", "two")
        assert "Check SEARXNG_URL" in problem_of(source)
    assert count == 0
    assert len([line for line in told if "Check SEARXNG_URL" in line]) == 1


def test_a_wikis_pages_come_through_its_api(site: Site) -> None:
    wiki(site, {"Harbour_League": SEAT})
    Source.objects.create(scope=SCOPE, kind="mediawiki", name="Wiki", address=f"{site.address}/w/api.php")
    assert fetched(site)[0] == 1
    page = Page.objects.get()
    assert (page.path, page.title) == (f"{site.address}/wiki/Harbour_League", "Harbour_League")
    assert not [path for path in site.paths if path.startswith("/wiki/")]


def test_back_ends_of_other_scopes_and_paused_ones_are_not_asked(search: Callable[..., Source]) -> None:
    search(scope="another")
    paused = search()
    assert sources_to_ask([SCOPE]) == [paused]
    Source.objects.filter(pk=paused.pk).update(state=Source.State.PAUSED)
    assert sources_to_ask([SCOPE]) == []


def test_without_its_address_searxng_is_not_asked(search: Callable[..., Source]) -> None:
    source = search()
    with override_settings(SEARXNG_URL=""):
        assert sources_to_ask([SCOPE]) == []
        assert "Set SEARXNG_URL" in problem_of(source)


@pytest.mark.parametrize(
    ("processor", "pages"), [("lite", 0), ("base", 1), ("core", 1), ("core-fast", 0), ("pro", 1)]
)
def test_a_task_is_answered_from_pages_that_were_fetched_for_it(
    site: Site,
    search: Callable[..., Source],
    monkeypatch: pytest.MonkeyPatch,
    processor: str,
    pages: int,
) -> None:
    site.page("/league", SEAT, title="Harbour League")
    search("/league")
    monkeypatch.setattr(live, "Reader", lambda memory: READER)
    fields = {"headquarters": {"type": "string"}}
    schema = {"type": "object", "properties": fields, "required": ["headquarters"]}
    with override_settings(ALLOW_PRIVATE_FETCH=allowed(site).allow_private, CRAWL_DELAY=0.0):
        output: Output = research(
            input="Harbour League",
            task_spec={"output_schema": {"json_schema": schema}},
            processor=processor,
            scopes=[SCOPE],
        )
    assert Page.objects.count() == pages
    assert (output.content["headquarters"] == "Antwerp") == bool(pages)
    assert [basis.found for basis in output.basis] == [bool(pages)]


@pytest.mark.parametrize(
    ("name", "asked", "most", "expected"),
    [
        ("France", "France", 3, ["France", "France top exports", "France capital"]),
        ("France", {"country": "France"}, 2, ["France", "France top exports"]),
        ("", "What is a port?", 1, ["What is a port?"]),
        ("France", "Tell me of France. " * 40, 1, ["France"]),
        ("", {"a": 1}, 3, ["top exports", "capital"]),
    ],
)
def test_queries_are_of_the_subject_and_then_of_the_fields(
    name: str, asked: object, most: int, expected: list[str]
) -> None:
    schema = {"json_schema": {"properties": {"top_exports": {}, "capital": {}}}}
    assert [query.strip() for query in queries_for(name, asked, schema, most)] == expected
