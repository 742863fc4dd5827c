"""What robots.txt, sitemaps and pages say to a crawler."""

import gzip

import pytest

from engine.crawl.bounds import Bounds, Options
from engine.crawl.links import directions
from engine.crawl.robots import Rules
from engine.crawl.sitemaps import Listing, read_sitemap

HOST = "https://example.org"
SITE = Bounds(f"{HOST}/", Options())


def said(markup: str, asked: str = ""):
    return directions(f"{HOST}/a/", "text/html", markup, asked, SITE)


def listed(body: bytes, *, room: int = 100, piece: int = 7) -> Listing:
    pieces = (body[at : at + piece] for at in range(0, len(body), piece))
    return read_sitemap(f"{HOST}/sitemap.xml", pieces, SITE, room)


def test_the_rules_for_this_crawler_go_before_those_for_all():
    rules = Rules(
        "User-agent: *\nDisallow: /\n\nUser-agent: groundwork\nDisallow: /*/private$\nAllow: /open/private\n"
    )
    assert rules.permit(f"{HOST}/b")
    assert not rules.permit(f"{HOST}/b/private")
    assert rules.permit(f"{HOST}/open/private")


def test_without_rules_all_is_permitted_and_with_a_problem_nothing_is():
    assert Rules().permit(f"{HOST}/a")
    assert not Rules(problem="It is broken.").permit(f"{HOST}/a")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nRequest-rate: 1/10s", 10),
        ("User-agent: other\nCrawl-delay: 9", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nCrawl-delay: 1e300", 86_400),
        ("", 0),
    ],
)
def test_a_host_says_how_long_to_wait(text, seconds):
    assert Rules(text).delay == seconds


def test_links_are_canonical_in_bounds_and_told_once():
    page = said(
        '<base href="/b/"><a href="c?utm_source=x">1</a><a href="c#d">2</a><area href="/e">'
        '<a href="f.zip">3</a>'
        '<a rel="nofollow ugc" href="/g">4</a><a href="https://other.example/">5</a><a>6</a><a href>7</a>'
    )
    assert page.links == (f"{HOST}/b/c", f"{HOST}/e")


def test_a_base_on_another_host_is_not_believed():
    assert said('<base href="https://other.example/"><a href="c">1</a>').links == (f"{HOST}/a/c",)


@pytest.mark.parametrize(
    ("markup", "main"),
    [
        ('<link rel="canonical" href="/b?utm_medium=x">', f"{HOST}/b"),
        ('<link REL="Canonical" href="https://www.example.org/a/">', "https://www.example.org/a/"),
        ('<link rel="canonical" href="/a/">', ""),
        ('<link rel="canonical" href="http://169.254.169.254/">', ""),
        ('<link rel="canonical" href="file:///etc/passwd">', ""),
        ('<link rel="canonical">', ""),
    ],
)
def test_a_main_address_is_one_of_the_same_site(markup, main):
    assert said(markup).claims == main


@pytest.mark.parametrize(
    ("markup", "header", "is_kept_out", "follows"),
    [
        ('<meta name="robots" content="index,follow">', "", False, True),
        ('<meta name="ROBOTS" content="NOINDEX">', "", True, True),
        ('<meta name="groundwork" content="nofollow">', "", False, False),
        ('<meta name="googlebot" content="none">', "", False, True),
        ("", "noindex, nofollow", True, False),
        ("", "googlebot: noindex", False, True),
        ("", "groundwork: none", True, False),
    ],
)
def test_a_page_says_what_it_does_not_want(markup, header, is_kept_out, follows):
    page = said(f'{markup}<a href="/b">b</a>', header)
    assert (page.is_kept_out, bool(page.links)) == (is_kept_out, follows)


def test_a_file_may_ask_not_to_be_indexed_too():
    assert directions(f"{HOST}/a.pdf", "application/pdf", "", "noindex", SITE).is_kept_out


def test_a_sitemap_is_read_piece_by_piece():
    body = (
        b'<?xml version="1.0"?><urlset xmlns:image="x">'
        b"<url><loc> https://example.org/a?x=1&amp;y=2 </loc><image:loc>https://example.org/i</image:loc></url>"
        b"<url><loc><![CDATA[https://example.org/b]]></loc></url><url><loc>/c.png</loc></url>"
        b"<url><loc>https://example.org/b#again</loc></url><url><loc>https://other.example/</loc></url>"
    )
    assert listed(body) == Listing(pages=[f"{HOST}/a?x=1&y=2", f"{HOST}/b"])
    assert listed(gzip.compress(body)) == listed(body)


def test_a_sitemap_may_be_lines_of_text():
    assert listed(b"https://example.org/a\r\nhttps://example.org/b").pages == [f"{HOST}/a", f"{HOST}/b"]


def test_an_index_names_sitemaps():
    found = listed(b"<sitemapindex><sitemap><loc>/1.xml.gz</loc></sitemap></sitemapindex>")
    assert found == Listing(sitemaps=[f"{HOST}/1.xml.gz"])


def test_no_more_of_a_sitemap_is_taken_than_there_is_room_for():
    asked = []

    def pieces():
        for number in range(1_000_000):
            asked.append(number)
            yield b"<url><loc>https://example.org/%d</loc></url>" % number

    found = read_sitemap(f"{HOST}/sitemap.xml", pieces(), SITE, 50)
    assert (len(found.pages), found.is_cut) == (50, True)
    assert len(asked) < 200


def test_a_packed_sitemap_that_unpacks_to_too_much_is_cut(monkeypatch):
    monkeypatch.setattr("engine.crawl.sitemaps.MOST_BYTES", 1_000_000)
    packed = gzip.compress(b"<urlset>" + b" " * 50_000_000 + b"<loc>https://example.org/a</loc>")
    assert listed(packed, piece=100_000) == Listing()
