import pytest

from engine.crawl.bounds import Bounds, Options
from engine.crawl.canonical import canonical, joined

SITE = Bounds("https://example.org/docs/", Options())


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("HTTP://Example.ORG:80", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org./a#top", "https://example.org/a"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/?", "https://example.org/"),
        ("https://example.org/?b=2&a=1&&", "https://example.org/?b=2&a=1"),
        ("https://example.org/?utm_source=x&gclid=1&q=a&fbclid=2", "https://example.org/?q=a"),
        ("https://example.org/a;jsessionid=12?PHPSESSID=3", "https://example.org/a"),
        ("https://example.org/%7euser/%2fa b", "https://example.org/~user/%2Fa%20b"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
    ],
)
def test_an_address_has_one_spelling(url, kept):
    assert canonical(url) == kept
    assert canonical(kept) == kept


@pytest.mark.parametrize(
    "url",
    [
        "",
        "page",
        "ftp://example.org/",
        "mailto:me@example.org",
        "http://me@example.org/",
        "http://a:99999/",
        "http://[::1/",
        "https://example.org/" + "a" * 2_048,
        f"https://{'ü' * 70}.example/",
    ],
)
def test_what_is_no_web_address_has_none(url):
    assert canonical(url) == ""


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("b?x=1#y", "https://example.org/a/b?x=1"),
        ("/b\n", "https://example.org/b"),
        ("//other.example/", "https://other.example/"),
        ("../../..", "https://example.org/"),
        ("#top", ""),
        ("javascript:void(0)", ""),
        ("data:text/html,x", ""),
        ("http://[", ""),
    ],
)
def test_a_link_leads_from_its_page(link, leads_to):
    assert joined("https://example.org/a/", link) == leads_to


@pytest.mark.parametrize(
    ("address", "options", "belongs"),
    [
        ("https://example.org/", {}, True),
        ("http://www.example.org/x", {}, True),
        ("https://other.example/", {}, False),
        ("https://other.example/", {"also": ("other.example",)}, True),
        ("https://example.org:8000/", {}, False),
        ("https://example.org/docs/a", {"within": "path"}, True),
        ("https://example.org/docsother", {"within": "path"}, False),
        ("https://example.org/a.pdf", {}, True),
        ("https://example.org/a.jpg", {}, False),
        ("https://example.org/a.jpg?size=1", {}, False),
        ("https://example.org/blog/a", {"include": ("*/docs/*",)}, False),
        ("https://example.org/docs/a", {"include": ("*/docs/*",), "exclude": ("*/a",)}, False),
    ],
)
def test_an_address_belongs_to_a_source_or_does_not(address, options, belongs):
    assert Bounds("https://example.org/docs/", Options(**options)).admit(address) is belongs
