"""A site that is added, crawled before one's eyes, asked by a task, and quoted from its stored page."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.installation import ask, settle
from tests.e2e.site import served_site
from tests.e2e.tasks import json_schema
from tests.e2e.test_accessibility import violations

CRAWLED_WITHIN_MS = 60_000
LINKS = ("boathouse", "products", "missing", "private/plans")
PAGES = {
    "/": "<title>Glimmerworks</title><h1>Glimmerworks</h1><p>Glimmerworks makes lanterns.</p>"
    "<dl><dt>Founded</dt><dd>1987</dd><dt>Headquarters</dt><dd>Trondheim</dd></dl>"
    + "".join(f'<p><a href="/{path}">More on {path}</a></p>' for path in LINKS),
    "/boathouse": "<title>The boathouse</title><h1>The boathouse</h1>"
    "<p>Two sisters began the company in a boathouse by the fjord.</p>",
    "/products": "<title>Lanterns</title><h1>Lanterns</h1>"
    "<p>The smallest lantern weighs 212 grams and floats.</p>",
    "/private/plans": "<p>Nobody is to read this.</p>",
}
FACTS = json_schema(
    founded={"type": "string", "description": "The year in which it was founded"},
    headquarters={"type": "string", "description": "The city of its headquarters"},
)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Where the site is served, on this machine."""
    with served_site(PAGES) as address:
        yield address


@pytest.fixture
def crawled(page: Page, site: str) -> Page:
    """The page of the site's source, added by the first test that needs it, when its crawl is over."""
    page.goto("/sources/")
    known = page.get_by_role("link", name="Glimmerworks", exact=True)
    if known.count():
        known.click()
    else:
        page.goto("/sources/new/")
        page.get_by_label("Address", exact=True).fill(site)
        page.get_by_label("Name").fill("Glimmerworks")
        page.get_by_label("Collection").fill("Lanterns")
        page.get_by_role("button", name="Add the source").click()
    expect(page.locator(".source-state")).to_contain_text("Ready", timeout=CRAWLED_WITHIN_MS)
    return page


def test_a_crawl_is_watched_to_its_end_and_each_address_tells_what_became_of_it(crawled: Page):
    tabs = crawled.get_by_role("navigation", name="Addresses by what became of them")
    expect(tabs.get_by_role("link", name="Indexed 3")).to_be_visible()
    expect(tabs.get_by_role("link", name="Waiting 0")).to_be_visible()
    tabs.get_by_role("link", name="Failed 1").click()
    expect(crawled.get_by_role("row", name="failed")).to_contain_text("404")
    crawled.get_by_role("link", name="Skipped 1").click()
    expect(crawled.get_by_role("row", name="private/plans")).to_contain_text("robots.txt")


def test_the_list_tells_the_same_and_leads_there(crawled: Page):
    crawled.goto("/sources/")
    row = crawled.get_by_role("row", name="Glimmerworks")
    expect(row).to_contain_text("Ready")
    row.get_by_role("link", name="1 failed of Glimmerworks").click()
    expect(crawled.get_by_role("row", name="missing")).to_be_visible()


def test_a_task_over_the_site_cites_its_stored_page_word_for_word(crawled: Page, api: httpx.Client):
    run = ask(api, "Glimmerworks", FACTS, "core")
    settle(api, run)
    crawled.goto(f"/runs/{run}/?field=founded")
    evidence = crawled.locator("#run-evidence")
    expect(evidence).to_contain_text("1987")
    with crawled.expect_popup() as opened:
        evidence.get_by_role("link", name="See it marked in the stored page").first.click()
    stored = opened.value
    expect(stored.locator("mark").first).to_contain_text("1987")
    expect(stored.locator("mark").first).to_be_in_viewport()
    assert violations(stored) == []


def test_the_search_tester_shows_which_words_found_a_passage(crawled: Page):
    crawled.goto("/sources/")
    crawled.get_by_role("searchbox").fill("How heavy is the smallest lantern?")
    first = crawled.locator(".found-item").first
    expect(first.locator("mark").first).to_have_text("smallest")
    expect(crawled).to_have_url(re.compile("q=How"))
    first.get_by_role("link").click()
    expect(crawled.locator("mark").first).to_contain_text("212 grams")


def test_a_file_is_dropped_read_and_had_back(page: Page):
    page.goto("/sources/new/?kind=file")
    sent = {"name": "notes.md", "mimeType": "text/markdown", "buffer": b"# Notes\n\nThe keel is oak.\n"}
    page.get_by_label("Files", exact=True).and_(page.locator("input[type=file]")).set_input_files([sent])
    expect(page.get_by_text("notes.md, 26 bytes")).to_be_visible()
    page.get_by_role("button", name="Add the source").click()
    expect(page.locator(".source-state")).to_contain_text("Ready", timeout=CRAWLED_WITHIN_MS)
    page.get_by_role("cell", name="notes.md").get_by_role("link").click()
    expect(page.get_by_text("The keel is oak.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file").click()
    assert download.value.suggested_filename == "notes.md"


def test_what_was_refused_keeps_what_was_typed_and_the_kind(page: Page):
    page.goto("/sources/new/")
    page.get_by_text("Sitemap", exact=True).click()
    page.get_by_label("Address", exact=True).fill("ftp://example.com/")
    page.get_by_label("Collection").fill("Kept")
    page.get_by_role("button", name="Add the source").click()
    expect(page.get_by_role("alert")).to_contain_text("Only http and https")
    expect(page.get_by_label("Address", exact=True)).to_be_focused()
    expect(page.get_by_label("Collection")).to_have_value("Kept")
    expect(page.get_by_role("radio", name="Sitemap")).to_be_checked()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_nothing_of_its_pages_is_wider_than_the_window(crawled: Page, width: int):
    paths = ("/sources/", "/sources/new/", "/sources/?q=lantern", "/sources/confidence/", crawled.url)
    crawled.set_viewport_size({"width": width, "height": 800})
    for path in paths:
        crawled.goto(path)
        assert crawled.evaluate("document.documentElement.scrollWidth") <= width, path


def test_axe_finds_nothing_where_a_site_was_crawled(crawled: Page):
    assert violations(crawled) == []
    crawled.goto("/sources/")
    assert violations(crawled) == []


def test_a_source_is_removed_once_it_was_said_what_that_means(crawled: Page):
    crawled.locator("summary").filter(has_text="Remove").click()
    expect(crawled.get_by_text("what was cited before still opens")).to_be_visible()
    crawled.get_by_role("button", name="Remove for good").click()
    expect(crawled.get_by_text("Glimmerworks is removed.")).to_be_visible()
    expect(crawled.get_by_role("row", name="Glimmerworks")).to_have_count(0)
