"""Every state of every page, by the rules of axe and by keyboard alone."""

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation, ask
from tests.e2e.states import MEMBER, VISITOR, WHILE_ONE_WAITS, make_runs
from tests.e2e.tasks import COUNTRY

HEIGHTS = {1440: 900, 390: 844}  # by width
PARTS_OF_DATES = 20  # a box for a date is left only after its day, month, year and calendar
LOOKS = [("light", 1440), ("light", 390), ("dark", 1440)]
RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}  # by theme: colours alone differ, and not by width
PAGES = (
    "home", "playground-template", "playground-problems", "playground-options", "playground-result",
    "chat-empty", "chat-json", "run-structured", "runs", "runs-peek", "library-found", "library-page",
    "account", "password", "providers", "provider-new", "tokens", "tokens-made", "tokens-revoke",
)  # fmt: skip
# Marks all that a Tab should reach: of a group of radio buttons or tabs, only the chosen one.
MARK_REACHABLE = """() => {
  const reachable = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable=true]")]
    .filter((each) => each.tabIndex >= 0 && !each.disabled)
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .filter((each) => each.type !== "radio" || each.checked)
    .filter((each) => each.type !== "hidden" && !each.closest("fieldset:disabled"))
  reachable.forEach((each, i) => { each.dataset.reachable = i })
  return reachable.map((each) => each.outerHTML.slice(0, 120))
}"""
FOCUSED = """async () => {
  await new Promise((done) => setTimeout(done, 20)) // the code shows its focus a moment later
  const at = document.activeElement
  const shown = (each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each)
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none"
  }
  const holders = [at, at.parentElement, at.closest(".cm-editor"), at.nextElementSibling].filter(Boolean)
  const place = Number(at.dataset.reachable ?? -1)
  return { place, html: at.outerHTML.slice(0, 120), isShown: holders.some(shown) }
}"""


@pytest.fixture(scope="module")
def runs(api: httpx.Client) -> dict[str, str]:
    return make_runs(api)


def violations(page: Page) -> list[str]:
    """What axe finds in each width, and in the other theme."""
    found = []
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for violation in Axe().run(page, options=RULES[theme]).response["violations"]:
            for node in violation["nodes"]:
                found.append(
                    f"{width} {theme} {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
                )
    return found


@pytest.mark.parametrize("name", MEMBER)
def test_axe_finds_nothing(page: Page, runs: dict[str, str], name: str):
    MEMBER[name](page, runs)
    assert violations(page) == []


@pytest.mark.parametrize("name", VISITOR)
def test_axe_finds_nothing_before_signing_in(page: Page, name: str):
    page.context.clear_cookies()
    VISITOR[name](page, {})
    assert violations(page) == []


@pytest.mark.parametrize("name", WHILE_ONE_WAITS)
def test_axe_finds_nothing_while_a_run_waits(
    page: Page, installation: Installation, api: httpx.Client, name: str
):
    with installation.asleep():
        WHILE_ONE_WAITS[name](page, {"waiting": ask(api, "Kenya", COUNTRY)})
        assert violations(page) == []


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_everything_in_order_and_shows_where_it_is(
    page: Page, runs: dict[str, str], name: str, width: int
):
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    MEMBER[name](page, runs)
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")
    reachable = page.evaluate(MARK_REACHABLE)
    walked = walk(page, limit=len(reachable) + PARTS_OF_DATES)
    missed = [html for i, html in enumerate(reachable) if i not in {step["place"] for step in walked}]
    assert missed == []
    shown = {step["place"] for step in walked if step["isShown"]}  # of a date's parts, one stands for all
    assert [step["html"] for step in walked if step["place"] not in shown] == []
    order = [step["place"] for step in walked]
    assert order == sorted(order)


def walk(page: Page, limit: int) -> list[dict]:
    """Each place that Tab comes to, until it leaves the page."""
    page.locator("body").evaluate(
        "body => { body.tabIndex = -1; body.focus(); body.removeAttribute('tabindex') }"
    )
    steps = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        if step["place"] < 0 and step["html"].startswith("<body"):
            break
        steps.append(step)
    return steps


def test_the_skip_link_leads_to_the_page(page: Page):
    page.goto("/runs/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_dialog_gives_the_focus_back(page: Page):
    page.goto("/runs/")
    button = page.get_by_role("button", name="Shortcuts")
    button.press("Enter")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
