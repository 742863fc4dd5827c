from urllib.parse import unquote

import pytest
from django.test import RequestFactory

from runs.links import absolute_for, domain_of, is_web_address, link_to, stored_link, text_fragment

PLACE = {"text": "Capital: Paris", "page_id": 1, "content_hash": "c0ffee", "start": 21, "end": 35}
HOSTILE = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//elsewhere.example/x",
    "/\\elsewhere.example/x",
    "/\t/elsewhere.example/x",
    "/\n/elsewhere.example/x",
    "/\r\\elsewhere.example/x",
    "http://[::1",
    "https://[not-an-address]/",
    "",
    "example.com/page",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_an_address_that_is_not_of_the_web_is_no_link(url):
    assert not is_web_address(url)
    assert link_to(url, PLACE) == ""


@pytest.mark.parametrize("url", [*HOSTILE, "//[elsewhere"])
def test_no_address_breaks_the_page_or_the_file_that_names_it(url):
    assert isinstance(domain_of(url), str)
    assert isinstance(absolute_for(RequestFactory().get("/"))(url), str)


@pytest.mark.parametrize("url", ["/library/france/", "https://example.com/x", "HTTP://EXAMPLE.COM"])
def test_pages_of_our_own_and_of_the_web_are_links(url):
    assert is_web_address(url)


def test_a_page_of_our_own_opens_at_the_version_and_the_place_that_was_cited():
    link = link_to("/library/france/", PLACE)
    assert link == "/library/france/?v=c0ffee&mark=21-35#:~:text=Capital%3A%20Paris"


def test_a_page_elsewhere_opens_at_the_words_and_keeps_its_query():
    link = link_to("https://example.com/x?a=1#old", {"text": "well-known, & old"})
    assert link == "https://example.com/x?a=1#:~:text=well%2Dknown%2C%20%26%20old"


def test_without_an_excerpt_the_address_stays_as_it_was_given():
    assert link_to("https://example.com/x#part", {"text": ""}) == "https://example.com/x#part"


def test_a_long_excerpt_is_named_by_its_first_and_last_words():
    words = [f"word{number}" for number in range(60)]
    start, end = text_fragment(" ".join(words)).removeprefix(":~:text=").split(",")
    assert unquote(start).split() == words[:6]
    assert unquote(end).split() == words[-6:]


def test_a_long_excerpt_of_few_words_is_named_whole():
    text = "名" * 300
    assert unquote(text_fragment(text)) == f":~:text={text}"


def test_addresses_become_full_ones_by_how_the_request_came_in():
    absolute = absolute_for(RequestFactory().get("/runs/", SERVER_NAME="localhost", SERVER_PORT="8123"))
    assert absolute("/library/france/") == "http://localhost:8123/library/france/"
    assert absolute("https://example.com/x") == "https://example.com/x"


def test_a_public_url_stands_over_the_request(settings):
    settings.PUBLIC_URL = "https://ground.example.org"
    absolute = absolute_for(RequestFactory().get("/", SERVER_NAME="localhost"))
    assert absolute("/library/france/") == "https://ground.example.org/library/france/"


@pytest.mark.parametrize(
    ("url", "domain"),
    [("https://www.un.org/en", "un.org"), ("https://a.example:8443/x", "a.example"), ("/library/x/", "")],
)
def test_a_page_is_known_by_its_host(url, domain):
    assert domain_of(url) == domain


EXCERPT = {"text": "12 grams", "page_id": 7, "content_hash": "c0ffee", "start": 16, "end": 24}


def test_an_excerpt_of_a_crawled_page_opens_in_its_stored_text():
    link = stored_link("https://widgets.example/1", EXCERPT)
    assert link == "/sources/pages/7/?v=c0ffee&mark=16-24#:~:text=12%20grams"


def test_an_uploaded_file_opens_in_its_stored_text():
    assert stored_link("/sources/files/0123456789abcdef/report.pdf", EXCERPT).startswith("/sources/pages/7/")


def test_a_page_of_the_library_or_of_a_hosted_provider_has_no_stored_text_besides():
    assert stored_link("/library/france/", EXCERPT) == ""
    assert stored_link("https://widgets.example/1", {"text": "12 grams"}) == ""
