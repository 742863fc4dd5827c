"""A token from its making to its end, as an admin and a script see it."""

import re

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.installation import Installation

TEXT = re.compile(r"gw_[0-9a-f]{60}")


@pytest.fixture
def tokens(page: Page) -> Page:
    page.goto("/settings/tokens/")
    return page


def make(page: Page, name: str, role: str = "Editor") -> str:
    """Make a token; its text."""
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("combobox", name="Role").select_option(role)
    page.get_by_role("button", name="Make the token").click()
    shown = page.locator("#token-text")
    expect(page.get_by_role("heading", name=f"Copy the token {name} now")).to_be_visible()
    expect(shown).to_have_text(TEXT)
    return str(shown.text_content())


def status_with(installation: Installation, text: str) -> int:
    body = {"input": "France", "processor": "lite"}
    return httpx.post(f"{installation.url}/v1/tasks/runs", json=body, headers={"x-api-key": text}).status_code


def test_a_token_opens_the_api_until_it_is_revoked(tokens: Page, installation: Installation):
    text = make(tokens, "Night train")
    assert status_with(installation, text) == 202
    tokens.reload()
    row = tokens.get_by_role("row", name="Night train")
    row.get_by_text("Revoke Night train").click()
    expect(row).to_contain_text("This cannot be undone.")
    row.get_by_role("button", name="Revoke for good").click()
    expect(tokens.get_by_text("Night train is revoked.")).to_be_focused()
    expect(row).to_contain_text("revoked")
    assert status_with(installation, text) == 401


def test_a_tokens_text_is_shown_once_and_is_in_no_address(tokens: Page):
    text = make(tokens, "Once")
    assert text not in tokens.url
    tokens.reload()
    expect(tokens.get_by_role("row", name="Once")).to_be_visible()
    assert text not in tokens.content()
    tokens.go_back()
    tokens.go_forward()
    assert text not in tokens.content()


def test_a_tokens_text_can_be_copied(context: BrowserContext, tokens: Page):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = make(tokens, "Copied")
    tokens.get_by_role("button", name="Copy the token").click()
    expect(tokens.get_by_text("Copied.", exact=True)).to_be_visible()
    assert tokens.evaluate("navigator.clipboard.readText()") == text


def test_a_viewers_token_starts_nothing(tokens: Page, installation: Installation):
    assert status_with(installation, make(tokens, "Reader", role="Viewer")) == 403


def test_a_token_is_made_and_revoked_by_keyboard_alone(tokens: Page):
    tokens.get_by_role("textbox", name="Name", exact=True).focus()
    tokens.keyboard.type("Keys")
    tokens.keyboard.press("Enter")
    expect(tokens.get_by_role("region", name="Copy the token Keys now")).to_be_focused()
    row = tokens.get_by_role("row", name="Keys")
    summary = row.locator("summary")
    summary.press("Enter")
    expect(row.get_by_role("button", name="Revoke for good")).to_be_visible()
    tokens.keyboard.press("Escape")
    expect(summary).to_be_focused()
    tokens.keyboard.press("Enter")
    tokens.keyboard.press("Tab")
    tokens.keyboard.press("Enter")
    expect(tokens.get_by_text("Keys is revoked.")).to_be_focused()


def test_a_wrong_box_is_told_of_and_found_by_keyboard(tokens: Page):
    tokens.get_by_label("Last day").fill("2020-01-01")
    tokens.get_by_role("button", name="Make the token").click()
    expect(tokens.get_by_role("alert").first).to_have_text("Give the token a name.")
    expect(tokens.get_by_role("alert").last).to_contain_text("This day is over.")
    expect(tokens.get_by_role("textbox", name="Name", exact=True)).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_nothing_of_the_page_is_wider_than_the_window(tokens: Page, width: int):
    tokens.set_viewport_size({"width": width, "height": 800})
    make(tokens, "A name that is long enough to need more than one line on a telephone " + "x" * 30)
    tokens.locator("summary").filter(has_text="Revoke").first.click()
    assert tokens.evaluate("document.documentElement.scrollWidth") <= width


def test_settings_are_one_press_away(page: Page):
    page.goto("/runs/")
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Tokens").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tokens")
