"""Nothing on a page moves by itself while it loads or while its run goes on."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation, ask
from tests.e2e.tasks import COMPANY

WATCH = """
window.shifts = []
new PerformanceObserver((list) => {
  const name = ({ node }) => node?.id || node?.className || node?.nodeName
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) window.shifts.push({ value, of: sources.map(name) })
}).observe({ type: "layout-shift", buffered: true })
"""
LEAST_SHOWN = 0.01
INPUT_COUNTS_MS = 600  # a shift within half a second of a key belongs to the key


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(WATCH)
    return page


def expect_calm(page: Page) -> None:
    """A layout shift score below 0.01: a column of times that is told in local words may be a hair wider."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    shifts = page.evaluate("window.shifts")
    assert sum(shift["value"] for shift in shifts) < LEAST_SHOWN, shifts


def completed(page: Page) -> None:
    expect(page.locator("#run-live").get_by_role("status")).to_contain_text("Completed")


def test_a_run_page_stays_in_place_while_the_run_goes_on(
    page: Page, installation: Installation, api: httpx.Client
):
    with installation.asleep():
        page.goto(f"/runs/{ask(api, 'United Nations', COMPANY, 'core')}/")
    completed(page)
    expect_calm(page)


def test_the_playground_stays_in_place_while_the_run_goes_on(page: Page, installation: Installation):
    page.goto("/playground/?template=company-profile")
    with installation.asleep():
        page.keyboard.press("Control+Enter")
        expect(page.locator("#run-live").get_by_role("status")).to_contain_text("Queued")
        page.wait_for_timeout(INPUT_COUNTS_MS)
    completed(page)
    expect_calm(page)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "path", ["/", "/playground/", "/runs/", "/sources/", "/library/", "/library/france/"]
)
def test_a_page_stays_in_place_while_it_loads(page: Page, path: str, width: int):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(path, wait_until="networkidle" if path.startswith("/library") else "load")
    expect_calm(page)
