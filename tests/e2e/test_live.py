"""A page that shows a run shows what becomes of it, whatever happens to the page, the tab or the server."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.installation import Installation, ask, settle

CAPITAL = "The capital of the country"


@pytest.fixture
def asked(api: httpx.Client) -> Callable[[str], str]:
    return lambda about: ask(api, about, CAPITAL)


def state_of(page: Page):
    return page.locator("#run-live").get_by_role("status")


def icon(page: Page) -> str:
    return str(page.locator("link[rel=icon]").get_attribute("href"))


def test_a_run_page_goes_on_after_a_reload(page: Page, installation: Installation, asked):
    with installation.asleep():
        page.goto(f"/runs/{asked('Kenya')}/")
        expect(state_of(page)).to_contain_text("Queued")
        page.reload()
        expect(state_of(page)).to_contain_text("Queued")
    expect(state_of(page)).to_contain_text("Completed")
    expect(page.locator("#run-live")).to_contain_text("Nairobi")


def test_title_and_icon_tell_the_state(page: Page, installation: Installation, asked):
    with installation.asleep():
        page.goto(f"/runs/{asked('Kenya')}/")
        expect(page).to_have_title(re.compile("^Queued · Kenya"))
        assert "running" in icon(page)
    expect(page).to_have_title(re.compile("^Completed · Kenya"))
    assert "completed" in icon(page)


def test_two_tabs_and_the_playground_tell_the_same(context: BrowserContext, installation, asked):
    first, second, third = (context.new_page() for _ in range(3))
    with installation.asleep():
        run_id = asked("Japan")
        first.goto(f"/runs/{run_id}/")
        second.goto(f"/runs/{run_id}/")
        third.goto(f"/playground/?run={run_id}")
    for page in (first, second, third):
        expect(state_of(page)).to_contain_text("Completed")
        expect(page.locator("#run-live")).to_contain_text("Tokyo")


def test_a_page_goes_on_after_the_server_was_away(
    page: Page, installation: Installation, asked, complaints: list[str]
):
    with installation.asleep():
        page.goto(f"/runs/{asked('Kenya')}/")
        page.evaluate("window.sameDocument = true")
        expect(state_of(page)).to_contain_text("Queued")
        installation.part("uvicorn").kill()
        installation.wait_for("started again")
    expect(state_of(page)).to_contain_text("Completed", timeout=20_000)
    assert page.evaluate("window.sameDocument")
    # The browser tells that the stream broke off; nothing else may be told.
    complaints[:] = [words for words in complaints if "net::ERR_" not in words]


def test_a_run_is_stopped_from_its_page(page: Page, installation: Installation, asked):
    with installation.asleep():
        page.goto(f"/runs/{asked('Kenya')}/")
        page.get_by_role("button", name=re.compile("Cancel|Stop")).click()
        expect(state_of(page)).to_have_text(re.compile("Cancel"))
    expect(state_of(page)).to_contain_text("Cancelled")


def test_a_run_is_stopped_beside_its_form(page: Page, installation: Installation):
    page.goto("/playground/?template=country-facts")
    with installation.asleep():
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name=re.compile("Cancel|Stop")).click()
        expect(state_of(page)).to_have_text(re.compile("Cancel"))
    expect(state_of(page)).to_contain_text("Cancelled")
    expect(page).to_have_url(re.compile("/playground/"))


def test_a_waiting_run_counts_its_seconds(page: Page, installation: Installation, asked):
    with installation.asleep():
        page.goto(f"/runs/{asked('Kenya')}/")
        expect(page.locator("[data-started]")).to_have_text(re.compile(r"^[2-9] s$"))


def test_the_counts_of_home_follow_its_runs(page: Page, installation: Installation, asked):
    with installation.asleep():
        asked("Japan")
        page.goto("/")
        queued = page.locator("#run-counts").get_by_text("Queued")
        expect(queued).to_be_visible()
    expect(queued).to_be_hidden()


def test_a_page_says_that_its_reader_is_signed_out(
    page: Page, installation: Installation, complaints: list[str]
):
    page.goto("/runs/?status=failed")
    page.context.clear_cookies()
    installation.part("uvicorn").kill()
    installation.wait_for("started again")
    note = page.get_by_text("You are signed out.")
    expect(note).to_be_visible(timeout=20_000)
    note.get_by_role("link", name="Sign in again").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=%2Fruns%2F%3Fstatus%3Dfailed"))
    complaints[:] = [words for words in complaints if "net::ERR_" not in words and "401" not in words]


def test_a_row_of_the_history_goes_on_where_it_stands(page: Page, installation: Installation, asked):
    with installation.asleep():
        run_id = asked("Japan")
        page.goto("/runs/")
        row = page.locator(f"#{run_id}")
        expect(row).to_contain_text("Queued")
        place = row.bounding_box()
    expect(row).to_contain_text("Completed")
    expect(row).to_contain_text("Tokyo")
    assert row.bounding_box() == place


def test_a_new_run_waits_behind_a_button_of_the_history(page: Page, api: httpx.Client, asked):
    page.goto("/runs/")
    rows = page.locator(".run-row")
    known = rows.count()
    run_id = asked("Kenya, just now")
    settle(api, run_id)
    page.get_by_role("button", name=re.compile("Show 1 new run")).click()
    expect(page.locator(f"#{run_id}")).to_be_visible()
    expect(rows).to_have_count(known + 1)


def test_what_happens_to_an_old_run_is_no_new_run(page: Page, installation: Installation, api, asked):
    with installation.asleep():
        old, newer = asked("Kenya, long ago"), asked("Japan, a moment ago")
        page.goto("/runs/")
        page.locator(f"#{old}").evaluate("row => row.remove()")  # as if it stood on a later page
    expect(page.locator(f"#{newer}")).to_contain_text("Completed")
    settle(api, old)
    asked("France, just now")
    expect(page.get_by_role("button", name="Show 1 new run", exact=True)).to_be_visible()


def test_a_filtered_list_offers_to_be_brought_up_to_date(page: Page, asked):
    page.goto("/runs/?q=Kenya")
    run_id = asked("Kenya, filtered")
    page.get_by_role("button", name="Update the list").click()
    expect(page.locator(f"#{run_id}")).to_be_visible()
