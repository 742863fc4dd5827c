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
OF_COLOURS = ["color-contrast", "link-in-text-block"]
COLOURS = {"resultTypes": ["violations"], "runOnly": OF_COLOURS}
ALL_ELSE = {"resultTypes": ["violations"], "rules": {name: {"enabled": False} for name in OF_COLOURS}}
# Hides neighbours that look alike, but for the first ones: colours take axe most of its time.
THIN_OUT = """() => {
  const SAID = /^(class|type|role|disabled|hidden|open|aria-(checked|current|expanded|invalid|selected))$/
  const said = ({ name, value }) => (SAID.test(name) ? `${name}=${value}` : name)
  const within = (each) => [...new Set([...each.children].map(look))].sort()
  const look = (each) => [each.tagName, ...[...each.attributes].map(said), ...within(each), "/"].join(" ")
  for (const parent of document.querySelectorAll("main *")) {
    const seen = {}
    const isOneMore = (its, most) => (seen[its] = (seen[its] ?? 0) + 1) > most
    const looks = [...parent.children].map((child) => [child, look(child)])
    for (const [child, its] of looks) {
      const isEnough = isOneMore(its, 3) || isOneMore(`${child.tagName} ${child.className}`, 10)
      if (isEnough) child.style.setProperty("display", "none", "important")
    }
  }
}"""
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
    """What axe finds in each width, of colours in both themes."""
    found = [one for width in HEIGHTS for one in violations_as(page, "light", width, ALL_ELSE)]
    page.evaluate(THIN_OUT)
    looks = [(theme, width) for theme in ("light", "dark") for width in HEIGHTS]
    return found + [one for theme, width in looks for one in violations_as(page, theme, width, COLOURS)]


def violations_as(page: Page, theme: str, width: int, rules: dict) -> list[str]:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    return [
        f"{width} {theme} {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in Axe().run(page, options=rules).response["violations"]
        for node in violation["nodes"]
    ]


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
