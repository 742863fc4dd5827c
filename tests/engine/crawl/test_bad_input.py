"""What strangers serve: each a row with a sentence, within its caps, and the pages beside it are read."""

import gzip
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from os import mkfifo

import pytest

from engine import sources
from engine.crawl.bounds import Bounds, Options
from engine.crawl.jobs import File, Parsed, WebPage
from engine.crawl.readers import Readers
from engine.models import Source, Visit
from engine.net import Fetched
from tests.engine.site import Site, crawl

SCOPE = "team"
CHUNK = b"<p>harbour " * 8_000


def streamed(pieces: Callable[[], object]) -> Callable[[BaseHTTPRequestHandler], None]:
    """A page that is sent piece by piece, until whoever asked has had enough."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("content-type", "text/html")
        handler.send_header("connection", "close")
        handler.end_headers()
        sent = 0
        try:
            for piece in pieces():
                handler.wfile.write(piece)
                sent += len(piece)
        except OSError:
            handler.server.site.sent = sent

    return answer


def crawled(site: Site, **options: object) -> tuple[Source, Visit]:
    """The source, and the visit of ``/bad``, after both pages were visited."""
    site.page("/", "Welcome to the harbour.", links=("/bad", "/good"))
    site.page("/good", "A page like any other.")
    source = sources.add_url(SCOPE, f"{site.address}/", options=Options(**options))
    crawl(page_seconds=1.0)
    assert source.visits.get(address=f"{site.address}/good").state == "indexed"
    return source, source.visits.get(address=f"{site.address}/bad")


def test_a_page_of_500_megabytes_is_cut_off_at_its_cap(site):
    site.pages["/bad"] = streamed(lambda: (CHUNK for _ in range(500_000_000 // len(CHUNK))))
    _, visit = crawled(site, most_bytes=1_000_000)
    assert (visit.state, visit.error) == ("failed", "The page is larger than 1,000,000 bytes.")


def test_a_gzip_bomb_is_not_unpacked_beyond_its_cap(site):
    packed = gzip.compress(bytes(50_000_000), 1)
    site.pages["/bad"] = (200, {"content-type": "text/html", "content-encoding": "gzip"}, packed)
    _, visit = crawled(site, most_bytes=1_000_000)
    assert (visit.state, visit.error) == ("failed", "The page is larger than 1,000,000 bytes.")


def test_a_page_that_never_ends_runs_out_of_time(site):
    def drip():
        while True:
            yield b"a"
            time.sleep(0.02)

    site.pages["/bad"] = streamed(drip)
    _, visit = crawled(site)
    assert (visit.state, visit.error) == ("failed", "127.0.0.1 took longer than 1 seconds.")
    assert visit.tries == 2


def test_a_server_that_hangs_up_leaves_a_sentence(site):
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    site.pages["/bad"] = hang_up
    _, visit = crawled(site)
    assert visit.state == "failed"
    assert "gave no usable answer" in visit.error


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/html; charset=klingon"},
        {"content-type": "text/html; charset=utf-16"},
        {"content-type": "text/html; charset=utf-8"},
        {"content-type": "text/html"},
    ],
)
def test_a_broken_charset_is_read_as_far_as_it_goes(site, headers):
    site.pages["/bad"] = (
        200,
        headers,
        "<p>Überfahrt zum Hafen um neun, zurück um zehn.".encode("latin-1") + b"\xff\xfe\x00",
    )
    _, visit = crawled(site)
    assert visit.state in ("indexed", "skipped", "failed")
    assert bool(visit.error) == (visit.state != "indexed")


def test_a_sitemap_of_a_million_addresses_is_cut_at_the_budget(site):
    def listed():
        yield b"<urlset>"
        for start in range(0, 1_000_000, 1_000):
            yield b"".join(
                b"<url><loc>%s/p%d</loc></url>" % (site.address.encode(), number)
                for number in range(start, start + 1_000)
            )

    site.pages["/sitemap.xml"] = streamed(listed)
    site.page("/p0", "The first page.")
    source = sources.add_sitemap(
        SCOPE, f"{site.address}/sitemap.xml", options=Options(most_pages=20, most_depth=0)
    )
    crawl()
    source.refresh_from_db()
    assert source.visits.count() == 21
    assert source.note.startswith("It has more than 20 pages.")
    assert source.visits.get(kind="sitemap").state == "listed"
    assert source.state == "ready"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 50_000 + "deep",
        "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">text",
        "<table>" + "<tr>" * 20 + "<td>cell" * 2_000,
        "<a <a <a" * 20_000,
        "<p>a " * 5_000,
        "<!--" * 50_000 + "<p>text",
        "<svg><math><![CDATA[" * 5_000 + "text",
        "&" * 200_000,
        '<a href="' + "../" * 200_000 + '">x</a><p>text',
        "\0" * 100_000 + "<p>text",
    ],
    ids="deep attributes table tags paragraphs comments foreign entities link nulls".split(),  # noqa: SIM905
)
def test_markup_that_breaks_parsers_breaks_nothing(site, markup):
    site.text("/bad", markup, "text/html")
    _, visit = crawled(site)
    assert visit.state in ("indexed", "skipped", "failed")
    assert bool(visit.error) == (visit.state != "indexed")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/pdf", b"%PDF-1.7\nnot one at all"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04broken"),
        ("application/octet-stream", b"\x00\x01\x02\x03" * 100),
        ("application/zip", b"PK\x05\x06" + bytes(18)),
        ("text/html", b""),
    ],
)
def test_a_file_that_is_not_what_it_says_leaves_a_sentence(site, content_type, body):
    site.text("/bad", body, content_type)
    _, visit = crawled(site)
    assert visit.state in ("failed", "skipped")
    assert visit.error.endswith(".")


def test_headers_without_end_are_no_answer(site):
    def shout(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x-more: " + b"a" * 2_000_000)

    site.pages["/bad"] = shout
    _, visit = crawled(site)
    assert visit.state == "failed"
    assert "gave no usable answer" in visit.error


def test_long_validators_are_not_kept(site):
    site.page("/bad", "An anchor of iron.", etag='"' + "a" * 5_000 + '"', last_modified="x" * 200)
    _, visit = crawled(site)
    assert (visit.state, visit.etag, visit.last_modified) == ("indexed", "", "")


def test_validators_that_no_request_can_carry_are_not_kept(site):
    site.page("/bad", "An anchor of iron.", etag='"é"')
    source, visit = crawled(site)
    sources.recrawl(source)
    crawl()
    visit.refresh_from_db()
    assert (visit.state, visit.etag, visit.error) == ("unchanged", "", "")


def test_a_page_that_claims_everything_of_the_source_takes_nothing_over(site):
    """A page cannot have another one leave the index by naming it as its main address."""
    site.text(
        "/bad",
        f'<link rel="canonical" href="/good"><title>Bad</title><p>{"I am the good one. " * 50}</p>',
        "text/html",
    )
    source, visit = crawled(site)
    assert visit.state == "indexed"
    good = source.visits.get(address=f"{site.address}/good").page
    assert (good.current, "like any other" in good.text) == (True, True)


# What reads pages is a process of its own.


@pytest.fixture
def readers():
    made = Readers(1, seconds=2.0, memory=1_000_000_000)
    yield made
    made.close()


def read(readers: Readers, job: WebPage | File) -> Parsed:
    found: list[Parsed] = []
    done = threading.Event()
    readers.submit(job, lambda parsed: (found.append(parsed), done.set()))
    assert done.wait(60)
    return found[0]


def page(body: bytes) -> WebPage:
    fetched = Fetched("https://example.org/", 200, "text/html", body, "utf-8")
    return WebPage(fetched, Bounds("https://example.org/", Options()))


def test_a_process_that_hangs_or_dies_is_replaced_and_the_page_has_a_sentence(readers, tmp_path):
    good = page(b"<title>Harbour</title><p>The harbour of Aalen.</p>")
    assert read(readers, good).documents[0].title == "Harbour"
    first = readers.readers[0].process

    pipe = tmp_path / "pipe"
    mkfifo(pipe)
    hung = read(readers, File(pipe, "a.txt", "/a.txt"))
    assert hung.problem == "Reading it takes more than 2 seconds, so it was given up."
    assert first.exitcode is not None

    assert read(readers, good).documents[0].title == "Harbour"
    readers.readers[0].process.kill()
    crashed = read(readers, good)
    assert crashed.problem == "Reading it crashed the reader, so it was given up."
    assert read(readers, good).documents[0].title == "Harbour"


def test_a_process_may_fill_no_more_memory_than_it_is_given(readers, tmp_path):
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(2_000_000_000)
    assert read(readers, File(huge, "a.txt", "/a.txt")).problem == (
        "Reading it takes more memory than one page may take."
    )
    assert read(readers, page(b"<p>The harbour of Aalen.</p>")).documents
