"""The schema editor as a person works it."""

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect


class Editor:
    def __init__(self, page: Page, label: str = "Output schema") -> None:
        self.page = page
        self.host = page.get_by_role("region", name=label, exact=True)
        self.code = self.host.get_by_role("textbox", name=f"{label}, code")
        self.problems = self.host.get_by_role("region", name=f"Problems in {label}")
        expect(self.code).to_be_attached()

    @property
    def text(self) -> str:
        """What the form would send."""
        return self.host.locator("textarea[name]").input_value()

    @property
    def schema(self) -> Any:
        return json.loads(self.text)

    @property
    def names(self) -> list[str]:
        """The names of all fields that the outline shows, top to bottom."""
        return [box.input_value() for box in self.host.get_by_role("textbox", name="Name of").all()]

    def replace(self, text: str) -> None:
        """Put this text in the place of all that the code says, as a paste does."""
        self.code.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def tool(self, name: str) -> Locator:
        return self.host.get_by_role("button", name=name, exact=True)

    def control(self, name: str) -> Locator:
        """A control of the outline: "Name of a", "Type of a", "a is required" …"""
        return self.host.get_by_label(name, exact=True)

    def choose(self, field: str, action: str) -> None:
        """What the menu of a field does."""
        self.control(f"More for {field}").click()
        self.host.get_by_role("menuitem", name=action, exact=True).click()

    def add(self, name: str) -> None:
        """A new field at the end."""
        self.host.locator(".schema-outline > .schema-add").click()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
