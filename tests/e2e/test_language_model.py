"""The level with a language model in a browser: what it says is shown with the marked words that carry it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.installation import Installation, ask, settle
from tests.e2e.site import served_site
from tests.e2e.tasks import json_schema
from tests.llm.server import good, served

PAGES = {
    "/": "<title>Glimmerworks</title><h1>Glimmerworks</h1><p>Glimmerworks makes lanterns.</p>"
    '<p><a href="/story">Our story</a></p>',
    "/story": "<title>The story of Glimmerworks</title><h1>The story of Glimmerworks</h1>"
    "<p>Two sisters opened the workshop of Glimmerworks in a boathouse by the fjord.</p>",
}
BEGINNING = json_schema(
    workshop_opened_by={"type": ["string", "null"], "description": "Who opened the workshop in a boathouse"}
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with served(good) as model:
        settings = {
            "LLM_BASE_URL": model.url,
            "LLM_MODEL": "test-model",
            "ALLOW_PRIVATE_FETCH": "127.0.0.1",
            "CRAWL_DELAY": "0",
        }
        with Installation(tmp_path_factory.mktemp("llm") / "data", **settings) as started:
            yield started.ready()


@pytest.fixture
def page(server: Installation, browser: Browser) -> Iterator[Page]:
    link = server.manage("signin-link").split()[-1]
    context = browser.new_context(base_url=server.url, storage_state=server.sign_in(browser, link))
    yield context.new_page()
    context.close()


def test_a_task_over_a_crawled_site_shows_what_the_model_read_and_where(server: Installation, page: Page):
    with served_site(PAGES) as site, server.api() as api:
        page.goto("/sources/new/")
        page.get_by_label("Address", exact=True).fill(site)
        page.get_by_role("button", name="Add the source").click()
        expect(page.locator(".source-state")).to_contain_text("Ready", timeout=60_000)
        page.goto("/sources/")
        expect(page.get_by_text("Language model", exact=False).first).to_be_visible()
        run = ask(api, "Glimmerworks", BEGINNING, "core")
        settle(api, run)
    page.goto(f"/runs/{run}/?field=workshop_opened_by")
    evidence = page.locator("#run-evidence")
    expect(evidence).to_contain_text("The language model read it from the page")
    with page.expect_popup() as opened:
        evidence.get_by_role("link", name="See it marked in the stored page").first.click()
    mark = opened.value.locator("mark").first
    expect(mark).to_contain_text("Two sisters opened the workshop")
    expect(mark).to_be_in_viewport()
