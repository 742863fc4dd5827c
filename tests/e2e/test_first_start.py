from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.installation import Installation

PASSWORD = "a long enough sentence"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that nobody has signed in to."""
    with Installation(
        tmp_path_factory.mktemp("fresh") / "data", first=True, GROUNDWORK_KEYLESS=""
    ) as started:
        yield started.ready()


@pytest.fixture(scope="module")
def link(fresh: Installation) -> str:
    """The sign-in link that its start printed."""
    return fresh.wait_for("http")


@pytest.fixture
def page(browser: Browser, fresh: Installation) -> Iterator[Page]:
    context = browser.new_context(base_url=fresh.url, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_the_printed_link_leads_to_a_password_that_signs_in_again(page: Page, link: str):
    page.goto(link)
    page.get_by_label("E-mail address").fill("Olga@Example.com")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert").first).to_contain_text("too short")
    expect(page.get_by_label("E-mail address")).to_have_value("Olga@Example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Default workspace")

    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/runs/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page, "olga@example.com", "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, "olga@example.com", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")


def test_a_first_start_brings_the_reader_level(fresh: Installation):
    assert httpx.get(f"{fresh.url}/healthz").json()["engine"] == "reader"


def test_the_printed_link_works_once(page: Page, link: str):
    page.goto(link)
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")


def test_a_visitor_reads_the_library_and_nothing_else(page: Page):
    page.goto("/library/france/")
    expect(page.get_by_role("heading", level=1)).to_have_text("France")
    for path in ("/", "/playground/", "/runs/", "/settings/account/"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
