"""Sites crawled from their first page to searchable ones, and what becomes of every address."""

import gzip
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from engine import sources
from engine.library import Library
from engine.models import Host, Page, Source
from engine.policy import SourcePolicy
from engine.sources import Options
from engine.words import words
from tests.engine.site import Site, crawl, crawl_until, served

SCOPE = "team"
PROSE = "The harbour of Aalen has three cranes, two ferries and a lighthouse that was built of red stone. "
LONG = " ".join(
    f"Pilot {number} knows sandbank {number * 7} by heart, and writes down each ship of {number * 31} tons."
    for number in range(40)
)


def add(site: Site, path: str = "/", **options: object) -> Source:
    return sources.add_url(SCOPE, site.address + path, options=Options(**options))


def told(source: Source, site: Site) -> dict[str, tuple[str, str]]:
    """State and sentence of each visit, by its path."""
    return {
        visit.address.removeprefix(site.address): (visit.state, visit.error) for visit in source.visits.all()
    }


def states(source: Source, site: Site) -> dict[str, str]:
    return {path: state for path, (state, _) in told(source, site).items()}


def found(text: str, site: Site) -> list[str]:
    """Paths of the pages that a search finds, best first."""
    hits = Library([SCOPE], SourcePolicy()).search(words(text), limit=10)
    return list(dict.fromkeys(hit.path.removeprefix(site.address) for hit in hits))


def test_a_site_is_read_along_its_links(site):
    site.page(
        "/", "Welcome to the harbour.", links=("/cranes", "/ferries#times", "http://elsewhere.example/")
    )
    site.page("/cranes", "A crane lifts forty tons.", links=("/", "ferries?utm_source=cranes"))
    site.page("/ferries", "The ferry leaves at nine.", links=("/old",))
    source = add(site)
    crawl()
    assert states(source, site) == {
        "/": "indexed",
        "/cranes": "indexed",
        "/ferries": "indexed",
        "/old": "failed",
    }
    assert told(source, site)["/old"][1] == "There is no page at this address (404)."
    assert found("When does the ferry leave?", site)[0] == "/ferries"
    assert site.paths == ["/", "/cranes", "/ferries", "/old"]
    source.refresh_from_db()
    assert (source.state, source.error, source.note) == ("ready", "", "")
    assert source.ended_at >= source.began_at
    assert sources.progress(source)["indexed"] == 3
    visit = source.visits.get(address=f"{site.address}/cranes")
    assert (visit.depth, visit.status, visit.size > 50) == (1, 200, True)
    assert visit.page.path == visit.address


def test_it_says_who_asks(site):
    site.page("/", PROSE)
    add(site)
    crawl()
    assert {headers["user-agent"] for _, headers, _ in site.asked} == {
        "Groundwork/test (+https://groundwork.example)"
    }


def test_links_are_followed_no_deeper_than_allowed(site):
    site.page("/", PROSE, links=("/1",))
    site.page("/1", "One.", links=("/2",))
    site.page("/2", "Two.")
    source = add(site, most_depth=1)
    crawl()
    assert set(states(source, site)) == {"/", "/1"}


def test_a_source_keeps_to_its_budget_and_says_so(site):
    site.page("/", PROSE, links=tuple(f"/{number}" for number in range(20)))
    for number in range(20):
        site.page(f"/{number}", f"Berth {number} is for ships of {number * 37} metres.")
    source = add(site, most_pages=5)
    crawl()
    assert len(site.paths) == 5
    source.refresh_from_db()
    assert source.note.startswith("It has more than 5 pages.")


def test_a_source_keeps_to_its_folder_and_patterns(site):
    site.page("/docs/", PROSE, links=("/docs/a", "/docs/private/b", "/blog/c", "/docs/d.png"))
    site.page("/docs/a", "About anchors.")
    source = add(site, "/docs/", within="path", exclude=("*/private/*",))
    crawl()
    assert set(states(source, site)) == {"/docs/", "/docs/a"}


def test_only_what_matches_is_read_beside_the_first_page(site):
    site.page("/", PROSE, links=("/news/a", "/about"))
    site.page("/news/a", "A whale was seen.")
    source = add(site, include=("*/news/*",))
    crawl()
    assert set(states(source, site)) == {"/", "/news/a"}


def test_what_robots_txt_forbids_is_not_fetched(site):
    site.text("/robots.txt", "User-agent: Groundwork\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n")
    site.page("/", PROSE, links=("/private/a", "/open"))
    site.page("/private/a", "Secret.")
    site.page("/open", "Open to all.")
    source = add(site)
    crawl()
    assert told(source, site)["/private/a"] == ("skipped", "The robots.txt of its host does not permit it.")
    assert site.paths == ["/", "/open"]


def test_a_robots_txt_that_forbids_everything_leaves_a_sentence(site):
    site.text("/robots.txt", "User-agent: *\nDisallow: /\n")
    site.page("/", PROSE)
    source = add(site)
    crawl()
    source.refresh_from_db()
    assert (source.state, source.error) == ("failed", "The robots.txt of its host does not permit it.")
    assert site.paths == []


@pytest.mark.parametrize("status", [500, 503, 429])
def test_nothing_is_fetched_while_robots_txt_cannot_be_read(site, status):
    site.pages["/robots.txt"] = (status, {}, b"")
    site.page("/", PROSE)
    source = add(site)
    crawl()
    state, sentence = told(source, site)["/"]
    assert state == "failed"
    assert f"robots.txt of {site.address} could not be read (it answered {status})" in sentence
    assert site.paths == []
    assert Host.objects.get().robots_problem == sentence


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_host_without_robots_txt_permits_all(site, status):
    site.pages["/robots.txt"] = (status, {}, b"")
    site.page("/", PROSE)
    source = add(site)
    crawl()
    assert states(source, site) == {"/": "indexed"}


def test_robots_txt_is_asked_for_once_a_day(site):
    site.page("/", PROSE)
    source = add(site)
    crawl()
    sources.recrawl(source)
    crawl()
    asked = [path for path, _, _ in site.asked]
    assert asked.count("/robots.txt") == 1
    Host.objects.update(robots_at=timezone.now() - timedelta(days=1, minutes=1))
    sources.recrawl(source)
    crawl()
    assert [path for path, _, _ in site.asked].count("/robots.txt") == 2


def test_requests_to_a_host_keep_their_distance(site):
    site.page("/", PROSE, links=("/a", "/b"))
    site.page("/a", "A buoy.")
    site.page("/b", "A bell.")
    add(site, delay=0.1)
    crawl()
    times = [at for path, _, at in site.asked if path != "/robots.txt"]
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(times))
    assert len(times) == 3


def test_what_robots_txt_wants_between_requests_is_kept(site):
    site.text("/robots.txt", "User-agent: *\nCrawl-delay: 0.1\n")
    site.page("/", PROSE, links=("/a",))
    site.page("/a", "A buoy.")
    add(site)
    crawl()
    _, first, second = (at for _, _, at in site.asked)
    assert second - first >= 0.09


def test_a_page_that_asks_not_to_be_indexed_is_not_but_its_links_are_followed(site):
    site.page("/", PROSE, links=("/a", "/b", "/c"))
    site.text("/a", '<meta name="robots" content="noindex"><p>Anchor.</p><a href="/d">d</a>', "text/html")
    site.text("/b", '<meta name="robots" content="none"><p>Buoy.</p><a href="/e">e</a>', "text/html")
    site.page("/c", "Chart.", **{"x-robots-tag": "otherbot: noindex, noindex"})
    site.page("/d", "Dock.")
    source = add(site)
    crawl()
    assert states(source, site) == {
        "/": "indexed",
        "/a": "skipped",
        "/b": "skipped",
        "/c": "skipped",
        "/d": "indexed",
    }
    assert told(source, site)["/a"][1] == "The page asks not to be indexed."


def test_a_page_that_did_not_change_is_not_sent_again(site):
    site.page("/", PROSE, etag='"1"', last_modified="Sat, 01 Aug 2026 10:00:00 GMT")
    source = add(site)
    crawl()
    page = source.visits.get().page
    site.pages["/"] = (304, {}, b"")
    sources.recrawl(source)
    crawl()
    visit = source.visits.get()
    assert (visit.state, visit.page, visit.status) == ("unchanged", page, 304)
    headers = site.asked[-1][1]
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Sat, 01 Aug 2026 10:00:00 GMT"
    assert found("lighthouse", site) == ["/"]


def test_a_page_that_changed_has_a_new_version_and_the_old_one_is_kept(site):
    site.page("/", "The crane lifts forty tons.")
    source = add(site)
    crawl()
    old = source.visits.get().page
    site.page("/", "The crane lifts fifty tons.")
    sources.recrawl(source)
    crawl()
    visit = source.visits.get()
    assert (visit.state, "fifty" in visit.page.text) == ("indexed", True)
    old.refresh_from_db()
    assert (old.current, "forty" in old.text) == (False, True)
    assert not found("forty", site)
    sources.recrawl(source)
    crawl()
    assert source.visits.get().state == "unchanged"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_vanished_leaves_the_index_but_stays_stored(site, status):
    site.page("/", PROSE, links=("/a",))
    site.page("/a", "The bell of the buoy rings.")
    source = add(site)
    crawl()
    page = Page.objects.get(path=f"{site.address}/a")
    site.pages["/a"] = (status, {}, b"")
    sources.recrawl(source)
    crawl()
    assert told(source, site)["/a"] == ("failed", f"There is no page at this address ({status}).")
    page.refresh_from_db()
    assert not page.current
    assert not found("bell", site)


def test_a_page_that_fails_for_once_stays_in_the_index(site):
    site.page("/", "The bell of the buoy rings.")
    source = add(site)
    crawl()
    site.pages["/"] = (500, {}, b"")
    sources.recrawl(source)
    crawl()
    assert told(source, site)["/"] == (
        "failed",
        "The server answered 500 (Internal Server Error). It may be overloaded.",
    )
    assert found("bell", site) == ["/"]
    source.refresh_from_db()
    assert source.state == "ready"


def test_what_fails_is_tried_again_and_then_given_up(site):
    answers = iter([503, 500])

    def recovers(handler: object) -> None:
        status = next(answers, 200)
        handler.send_response(status)
        handler.send_header("content-type", "text/plain")
        handler.send_header("content-length", "10")
        handler.end_headers()
        handler.wfile.write(b"Good news.")

    site.page("/", PROSE, links=("/news", "/down"))
    site.pages["/news"] = recovers
    site.pages["/down"] = (502, {}, b"")
    source = add(site)
    crawl()
    assert states(source, site) == {"/": "indexed", "/news": "indexed", "/down": "failed"}
    assert site.paths.count("/news") == site.paths.count("/down") == 3


def test_a_host_that_says_when_to_come_back_is_left_alone_until_then(site):
    site.pages["/"] = (503, {"retry-after": "120"}, b"")
    source = add(site)
    crawl_until(lambda: Host.objects.filter(next_at__isnull=False).exists())
    visit = source.visits.get()
    assert visit.state == "waiting"
    assert visit.due_at > timezone.now() + timedelta(seconds=100)
    assert Host.objects.get().next_at > timezone.now() + timedelta(seconds=100)


def test_a_redirect_is_told_and_its_page_is_kept_where_it_led(site):
    site.page("/", PROSE, links=("/old", "/older"))
    site.redirect("/old", "/new", 301)
    site.redirect("/older", "/old")
    site.page("/new", "The new pier is open.")
    source = add(site)
    crawl()
    assert told(source, site) == {
        "/": ("indexed", ""),
        "/old": ("duplicate", f"It leads to {site.address}/new."),
        "/older": ("duplicate", f"It leads to {site.address}/new."),
        "/new": ("indexed", ""),
    }
    assert found("pier", site) == ["/new"]


def test_an_endless_redirect_ends_with_a_sentence(site):
    site.redirect("/", "/")
    source = add(site)
    crawl()
    assert "redirects more than 5 times" in told(source, site)["/"][1]


def test_redirects_between_hosts_end_too(site):
    with served() as other:
        for number in range(12):
            site.redirect(f"/{number}", f"{other.address}/{number}")
            other.redirect(f"/{number}", f"{site.address}/{number + 1}")
        source = sources.add_url(SCOPE, f"{site.address}/0")
        crawl()
        assert "It leads from address to address" in source.visits.get(state="failed").error
        assert source.visits.count() == 6


def test_a_redirect_to_an_address_that_is_too_long_is_not_followed(site):
    """Whether its host permits it could not even be asked."""
    with served() as other:
        site.page("/", PROSE, links=("/login",))
        site.redirect("/login", f"{other.address}/login?state={'x' * 3_000}")
        source = add(site)
        crawl()
        state, sentence = told(source, site)["/login"]
        assert (state, other.asked) == ("skipped", [])
        assert "too long" in sentence


def test_a_redirect_out_of_the_source_is_not_followed(site):
    with served() as other:
        other.page("/", "Elsewhere.")
        site.page("/", PROSE, links=("/away",))
        site.redirect("/away", f"{other.address}/")
        source = add(site)
        crawl()
        state, sentence = told(source, site)["/away"]
        assert state == "skipped"
        assert sentence == f"It leads to {other.address}/, which does not belong to this source."
        assert not other.asked


def test_a_source_moves_with_its_first_page(site):
    with served() as other:
        site.redirect("/", f"{other.address}/home")
        other.page("/home", PROSE, links=("/a",))
        other.page("/a", "An anchor.")
        source = add(site)
        crawl()
        assert {visit.address: visit.state for visit in source.visits.all()} == {
            f"{site.address}/": "duplicate",
            f"{other.address}/home": "indexed",
            f"{other.address}/a": "indexed",
        }
        assert other.asked[0][0] == "/robots.txt"


def test_a_copy_is_told_and_kept_once(site):
    site.page("/", PROSE, links=("/a", "/print/a"))
    site.page("/a", LONG, title="The harbour")
    site.page("/print/a", f"{LONG} Printed.", title="The harbour, to print")
    source = add(site)
    crawl()
    assert told(source, site)["/print/a"] == ("duplicate", f"It repeats {site.address}/a.")
    assert found("sandbank", site) == ["/a"]


def test_pages_of_one_template_about_two_things_are_no_copies(site):
    site.page("/", PROSE, links=("/a", "/b"))
    site.page("/a", LONG, title="Port of Aalen")
    site.page("/b", LONG, title="Port of Bree")
    source = add(site)
    crawl()
    assert states(source, site) == {"/": "indexed", "/a": "indexed", "/b": "indexed"}


def test_the_address_that_a_page_names_as_its_main_one_is_kept(site):
    named = f'<link rel="canonical" href="/a"><title>The harbour</title><p>{LONG}</p>'
    site.page("/", PROSE, links=("/a?sort=up", "/a?sort=down"))
    site.text("/a?sort=up", named, "text/html")
    site.text("/a?sort=down", named, "text/html")
    site.text("/a", named, "text/html")
    source = add(site)
    crawl()
    assert states(source, site) == {
        "/": "indexed",
        "/a?sort=up": "duplicate",
        "/a?sort=down": "duplicate",
        "/a": "indexed",
    }
    assert found("sandbank", site) == ["/a"]
    sources.recrawl(source)
    crawl()
    assert found("sandbank", site) == ["/a"]


def test_a_main_address_that_holds_something_else_is_not_believed(site):
    site.page("/", PROSE, links=("/a", "/b"))
    for path, said in (("/a", "Anchors are made of iron."), ("/b", "Buoys are painted red.")):
        site.text(path, f'<link rel="canonical" href="/"><title>{path}</title><p>{said * 9}</p>', "text/html")
    source = add(site)
    crawl()
    assert states(source, site) == {"/": "indexed", "/a": "indexed", "/b": "indexed"}


def test_the_pages_of_a_sitemap_are_read_and_their_links_are_not(site):
    listed = "".join(f"<url><loc>{site.address}/{name}</loc></url>" for name in ("a", "b", "a#again"))
    site.text("/sitemap.xml", f"<urlset>{listed}<url><loc>http://elsewhere.example/</loc></url></urlset>")
    site.page("/a", "An anchor.", links=("/c",))
    site.page("/b", "A buoy.")
    source = sources.add_sitemap(SCOPE, f"{site.address}/sitemap.xml", options=Options(most_depth=0))
    crawl()
    assert states(source, site) == {"/sitemap.xml": "listed", "/a": "indexed", "/b": "indexed"}


def test_an_index_of_packed_sitemaps_is_read_through(site):
    site.text(
        "/index.xml", f"<sitemapindex><sitemap><loc>{site.address}/1.xml.gz</loc></sitemap></sitemapindex>"
    )
    packed = gzip.compress(f"<urlset><loc>{site.address}/a</loc></urlset>".encode())
    site.text("/1.xml.gz", packed, "application/gzip")
    site.page("/a", "An anchor.")
    source = sources.add_sitemap(SCOPE, f"{site.address}/index.xml", options=Options(most_depth=0))
    crawl()
    assert states(source, site) == {"/index.xml": "listed", "/1.xml.gz": "listed", "/a": "indexed"}


def test_a_sitemap_that_robots_txt_names_is_read_with_the_site(site):
    site.text("/robots.txt", f"Sitemap: {site.address}/map.xml\nSitemap: http://elsewhere.example/map.xml\n")
    site.text("/map.xml", f"<urlset><loc>{site.address}/hidden</loc></urlset>")
    site.page("/", PROSE)
    site.page("/hidden", "A page without links to it.")
    source = add(site)
    crawl()
    assert states(source, site) == {"/": "indexed", "/map.xml": "listed", "/hidden": "indexed"}


def test_a_sitemap_that_is_none_leaves_a_sentence(site):
    site.page("/sitemap.xml", "Not found, sorry.")
    source = sources.add_sitemap(SCOPE, f"{site.address}/sitemap.xml")
    crawl()
    source.refresh_from_db()
    assert (source.state, source.error) == (
        "failed",
        "The sitemap lists no page that belongs to this source.",
    )


def test_files_are_read_under_their_own_path(site):
    source = sources.add_files(
        SCOPE,
        [
            ("../notes.md", b"# Pilots\n\nPilots know the sandbanks."),
            ("ships.csv", b"Name,Length\nAurora,120\nBoreas,95\n"),
        ],
    )
    crawl()
    assert {visit.state for visit in source.visits.all()} == {"indexed"}
    assert found("sandbank", site)[0].endswith("/notes.md")
    rows = Page.objects.current().filter(path__contains="ships.csv#")
    assert {row.title for row in rows} == {"Aurora", "Boreas"}
    sources.remove(source)
    assert not Page.objects.current().exists()


def test_a_file_that_is_not_what_it_says_leaves_a_sentence(site):
    source = sources.add_files(SCOPE, [("report.pdf", b"%PDF-1.7 not really"), ("b.txt", b"A buoy.")])
    crawl()
    failed = source.visits.get(address__endswith="report.pdf")
    assert (failed.state, bool(failed.error)) == ("failed", True)
    source.refresh_from_db()
    assert source.state == "ready"


def test_pictures_are_left_alone_before_they_are_received(site):
    site.page("/", PROSE, links=("/photo", "/style.css", "/photo.jpg"))
    site.text("/photo", b"\x89PNG", "image/png")
    source = add(site)
    crawl()
    assert told(source, site) == {
        "/": ("indexed", ""),
        "/photo": ("skipped", "It is of the type image/png, which is not read here."),
    }
