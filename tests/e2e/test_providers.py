"""A hosted provider from its adding to its end, as an admin sees it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation
from tests.e2e.test_accessibility import violations
from tests.upstream import Upstream, running

LIST = "/settings/providers/"
NAME = "Groundwork next door"
KEY = "a-key-that-it-takes"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with running(key=KEY) as upstream:
        yield upstream


@pytest.fixture
def form(page: Page, upstream: Upstream) -> Page:
    """The form of a new provider, filled in but for its key."""
    page.goto(f"{LIST}new/")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Base URL").fill(upstream.url)
    return page


@pytest.fixture
def added(form: Page) -> Iterator[Page]:
    """The list, with the provider in it until the test is over."""
    form.get_by_label("API key").fill(KEY)
    form.get_by_role("button", name="Add the provider").click()
    expect(form.get_by_role("row", name=NAME)).to_be_visible()
    yield form
    remove(form)


def remove(page: Page) -> None:
    page.goto(f"{LIST}groundwork-next-door/")
    page.locator("summary").filter(has_text="Remove").click()
    page.get_by_role("button", name="Remove for good").click()
    expect(page.get_by_text(f"{NAME} is removed")).to_be_visible()
    expect(page.get_by_role("row", name=NAME)).to_have_count(0)


def test_a_test_keeps_all_that_was_typed_and_saves_nothing(form: Page):
    form.get_by_label("API key").fill(KEY)
    form.get_by_role("button", name="Test the connection").click()
    expect(form.get_by_role("status").filter(has_text="It answers and takes the key.")).to_be_visible()
    expect(form.get_by_label("API key")).to_have_value(KEY)
    form.goto(LIST)
    expect(form.get_by_role("row", name=NAME)).to_have_count(0)


def test_a_key_that_is_refused_is_told_of_in_its_box(form: Page):
    form.get_by_label("Runs in flight").fill("5")
    form.get_by_label("API key").fill("gw_wrong")
    form.get_by_role("button", name="Add the provider").click()
    expect(form.get_by_role("alert")).to_contain_text("refuses this key")
    expect(form.get_by_label("API key")).to_be_focused()
    expect(form.get_by_label("API key")).to_have_value("")
    expect(form.get_by_label("Runs in flight")).to_have_value("5")


def test_a_key_stays_where_something_else_is_wrong(form: Page, upstream: Upstream):
    form.get_by_label("API key").fill(KEY)
    form.get_by_label("Base URL").fill("http://127.0.0.1:1")
    form.get_by_role("button", name="Add the provider").click()
    expect(form.get_by_role("alert")).to_be_visible()
    expect(form.get_by_label("API key")).to_have_value(KEY)
    form.get_by_label("Base URL").fill(upstream.url)
    form.get_by_role("button", name="Add the provider").click()
    expect(form.get_by_role("row", name=NAME)).to_be_visible()
    remove(form)


def test_a_token_of_this_installation_is_refused_as_a_key(form: Page, installation: Installation):
    form.get_by_label("API key").fill(installation.manage("createtoken", "--name", "Own").split()[-1])
    form.get_by_role("button", name="Add the provider").click()
    expect(form.get_by_role("alert")).to_contain_text("This is a token of this installation.")


def test_a_provider_is_added_chosen_and_removed(added: Page):
    row = added.get_by_role("row", name=NAME)
    expect(row).to_contain_text("Takes runs")
    row.get_by_role("link").click()
    added.get_by_role("button", name="Use for new runs").click()
    expect(row).to_contain_text("default")


def test_the_list_goes_on_by_itself_and_keeps_the_focus(added: Page):
    link = added.get_by_role("link", name=NAME)
    link.focus()
    with added.expect_response(lambda answer: answer.request.headers.get("hx-target") == "provider-list"):
        pass
    with added.expect_response(lambda answer: answer.request.headers.get("hx-target") == "provider-list"):
        pass
    expect(link).to_be_focused()


def test_the_playground_offers_it_and_says_what_it_costs(added: Page):
    added.goto("/playground/")
    advice = added.locator("#processor-advice")
    expect(advice).to_contain_text("free on the built-in engine", ignore_case=True)
    added.get_by_label("Provider", exact=True).select_option(NAME)
    expect(advice).to_contain_text(f"on {NAME}")
    added.get_by_label("Provider", exact=True).select_option(
        "Built-in engine"
    )  # the draft is the member's, for all tests
    expect(added.get_by_text("Draft saved")).to_be_visible()


@pytest.mark.parametrize("path", [LIST, f"{LIST}groundwork-next-door/", "/", "/playground/"])
def test_axe_finds_nothing_where_there_is_a_hosted_provider(added: Page, path: str):
    added.goto(path)
    assert violations(added) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_nothing_of_its_pages_is_wider_than_the_window(added: Page, width: int):
    added.set_viewport_size({"width": width, "height": 800})
    for path in (LIST, f"{LIST}groundwork-next-door/", "/", "/playground/"):
        added.goto(path)
        assert added.evaluate("document.documentElement.scrollWidth") <= width, path
