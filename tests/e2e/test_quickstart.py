"""The three tasks that everybody begins with, each designed and run in the browser."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.tasks import COMPANY, COMPANY_INPUT, FOUNDING_DATE


def press_run(page: Page) -> Locator:
    """Run what the form says; the result once it has completed."""
    page.get_by_role("button", name="Run", exact=False).filter(has_text="Ctrl").click()
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_role("status")).to_contain_text("completed", ignore_case=True)
    return result


def value(result: Locator, field: str) -> Locator:
    link = result.page.get_by_role("link", name=field, exact=True)
    return result.get_by_role("row").filter(has=link).locator(".field-value")


def expect_citation(page: Page, result: Locator) -> None:
    """The chosen field's first citation opens at the words that it quotes."""
    evidence = result.locator("#run-evidence")
    with page.expect_popup() as opened:
        evidence.get_by_role("link", name="See it marked in its page").first.click()
    expect(opened.value.locator("mark#excerpt")).to_be_in_viewport()
    opened.value.close()


def expect_company(page: Page, result: Locator) -> None:
    expect(value(result, "founding_date")).to_have_text("10-1945")
    expect(value(result, "employee_count")).to_have_text("10001+ employees")
    quoted = value(result, "funding_sources").inner_text()
    for field in COMPANY["json_schema"]["properties"]:
        result.get_by_role("link", name=field, exact=True).click()
        expect(result.locator("#run-evidence").get_by_role("heading", level=2)).to_have_text(field)
        expect_citation(page, result)
    assert quoted.split(". ")[0] in result.locator("#run-evidence").inner_text()


@pytest.fixture
def playground(page: Page) -> Page:
    page.goto("/playground/")
    return page


def test_a_plain_question_gets_a_plain_answer(playground: Page):
    playground.get_by_role("radiogroup", name="Output").get_by_text("Text").click()
    playground.get_by_label("What the text should say").fill(FOUNDING_DATE)
    playground.get_by_role("radiogroup", name="Input").get_by_text("Text").click()
    playground.get_by_role("textbox", name="Input", exact=True).fill("United Nations")
    result = press_run(playground)
    expect(result).to_contain_text("10-1945")
    expect_citation(playground, result)


def test_a_schema_gets_a_value_with_evidence_for_each_field(playground: Page):
    playground.get_by_role("radiogroup", name="Output").get_by_text("JSON").click()
    Editor(playground).replace(json.dumps(COMPANY["json_schema"]))
    playground.get_by_role("radiogroup", name="Input").get_by_text("Text").click()
    playground.get_by_role("textbox", name="Input", exact=True).fill("United Nations")
    playground.get_by_label("Processor").select_option("core")
    expect_company(playground, press_run(playground))


def test_an_input_schema_becomes_a_form(playground: Page):
    playground.get_by_role("radiogroup", name="Output").get_by_text("JSON").click()
    Editor(playground).replace(json.dumps(COMPANY["json_schema"]))
    playground.get_by_role("radiogroup", name="Input").get_by_text("By a schema").click()
    playground.get_by_text("Input schema", exact=True).locator("visible=true").first.click()
    Editor(playground, "Input schema").replace(json.dumps(COMPANY_INPUT))
    playground.get_by_role("textbox", name="company_name", exact=True).fill("United Nations")
    playground.get_by_role("textbox", name="company_website", exact=True).fill("www.un.org")
    expect_company(playground, press_run(playground))


def test_each_element_of_a_list_has_evidence_of_its_own(page: Page):
    page.goto("/playground/?template=country-facts")
    result = press_run(page)
    for name in ("top_exports", "top_imports", "largest_cities"):
        elements = result.locator(f"tr[data-field^='{name}.']")
        expect(elements.first).to_be_visible()
        for source_count in elements.locator(".source-count").all_inner_texts():
            assert re.search(r"[1-9]", source_count)
