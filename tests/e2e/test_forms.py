"""What is typed into the playground is kept, and what is wrong with it is said at its place."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor
from tests.e2e.tasks import COMPANY


def output(page: Page, kind: str) -> None:
    page.get_by_role("radiogroup", name="Output").get_by_text(kind).click()


def typed(page: Page, about: str) -> None:
    page.get_by_role("radiogroup", name="Input").get_by_text("Text").click()
    page.get_by_role("textbox", name="Input", exact=True).fill(about)


def saved(page: Page) -> None:
    expect(page.locator("#draft-state")).to_have_text("Draft saved")


@pytest.fixture
def playground(page: Page) -> Page:
    page.goto("/playground/")
    output(page, "JSON")
    return page


def test_a_draft_survives_a_reload(playground: Page):
    Editor(playground).replace(json.dumps(COMPANY["json_schema"]))
    typed(playground, "Red Cross")
    playground.get_by_label("Processor").select_option("pro")
    saved(playground)
    playground.reload()
    expect(playground.get_by_role("textbox", name="Input", exact=True)).to_have_value("Red Cross")
    expect(playground.get_by_label("Processor")).to_have_value("pro")
    assert Editor(playground).schema == COMPANY["json_schema"]


def test_metadata_survives_a_reload_without_growing(playground: Page):
    details = playground.get_by_text("Source policy and metadata")
    rows = playground.locator(".metadata-row")
    playground.get_by_label("Metadata key 1").locator("visible=true").or_(details).first.click()
    playground.get_by_label("Metadata key 1").fill("team")
    playground.get_by_label("Metadata value 1").fill("research")
    playground.get_by_label("Metadata value 1").press("Tab")
    saved(playground)
    for _ in range(2):
        playground.reload()
        expect(playground.get_by_label("Metadata key 1")).to_have_value("team")
        expect(rows).to_have_count(2)
        typed(playground, "again")
        saved(playground)
    playground.get_by_label("Metadata key 1").fill("")
    playground.get_by_label("Metadata value 1").fill("")
    saved(playground)


def test_a_draft_is_kept_that_is_longer_than_a_page_may_leave_behind(playground: Page):
    typed(playground, "long " * 20_000)
    saved(playground)
    typed(playground, "short")
    saved(playground)


@pytest.mark.parametrize("origin", ["template=country-facts", "template=company-profile"])
def test_what_was_changed_of_a_template_survives_a_reload(page: Page, origin: str):
    page.goto(f"/playground/?{origin}")
    page.get_by_label("Processor").select_option("base")
    saved(page)
    page.reload()
    expect(page.get_by_label("Processor")).to_have_value("base")
    assert "template" not in page.url


def test_an_empty_start_empties_all_and_undo_brings_the_schema_back(page: Page):
    page.goto("/playground/?template=company-profile")
    editor = Editor(page)
    names = editor.names
    page.get_by_role("button", name="Start empty").click()
    expect(page.get_by_role("textbox", name="Input", exact=True)).to_have_value("")
    assert editor.names == []
    saved(page)
    page.reload()
    assert Editor(page).names == []
    Editor(page).replace(json.dumps(COMPANY["json_schema"]))
    page.get_by_role("button", name="Start empty").click()
    Editor(page).tool("Undo").click()
    assert Editor(page).names == names


def test_an_empty_required_input_is_asked_about_in_its_place(page: Page):
    page.goto("/playground/?template=company-profile")
    page.get_by_role("textbox", name="company_website").fill("")
    page.keyboard.press("Control+Enter")
    question = page.get_by_role("alert").filter(has_text="company_website is required by the input schema")
    expect(question).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("region", name="Result")).to_contain_text("The answer appears here")
    question.get_by_role("button", name="Run anyway").click()
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_role("status")).to_contain_text("Completed")
    expect(result).to_contain_text("company_website")
    expect(question).to_be_hidden()


@pytest.mark.parametrize(
    ("about", "code", "sentence"),
    [
        ("", json.dumps(COMPANY["json_schema"]), "Say what to research"),
        ("United Nations", '{"type": ', "Line 1, column 9"),
        ("United Nations", '{"type": "array"}', "object"),
        ("x" * 25_001, json.dumps(COMPANY["json_schema"]), "25,000"),
    ],
    ids=["nothing to research", "broken JSON", "no object", "too long"],
)
def test_bad_input_is_told_and_kept(playground: Page, about: str, code: str, sentence: str):
    Editor(playground).replace(code)
    typed(playground, about)
    playground.keyboard.press("Control+Enter")
    refusal = playground.get_by_role("alert").filter(has_text="Not run yet")
    expect(refusal).to_contain_text(re.compile(sentence, re.IGNORECASE))
    expect(playground.get_by_role("textbox", name="Input", exact=True)).to_have_value(about)
    assert Editor(playground).text == code


def test_what_is_mended_runs(playground: Page):
    output(playground, "Text")
    playground.get_by_label("What the text should say").fill("The capital of the country")
    typed(playground, "")
    playground.keyboard.press("Control+Enter")
    expect(playground.get_by_text("Not run yet")).to_be_visible()
    typed(playground, "Japan")
    expect(playground.get_by_text("Not run yet")).to_be_hidden()
    playground.keyboard.press("Control+Enter")
    expect(playground.get_by_role("region", name="Result")).to_contain_text("Tokyo")
    expect(playground.get_by_text("Not run yet")).to_be_hidden()


def test_markup_is_shown_and_never_run(playground: Page):
    markup = "<img src=x onerror=\"document.title='broken in'\">"
    output(playground, "Text")
    playground.get_by_label("What the text should say").fill(markup)
    typed(playground, markup)
    playground.keyboard.press("Control+Enter")
    result = playground.get_by_role("region", name="Result")
    expect(result.get_by_role("heading").first).to_have_text(markup)
    playground.goto("/runs/")
    expect(playground.get_by_role("link", name=markup).first).to_be_visible()
    assert playground.title() == "Runs · Groundwork"


def test_a_double_click_is_one_run(playground: Page):
    about = "Kenya, twice"
    output(playground, "Text")
    playground.get_by_label("What the text should say").fill("The capital of the country")
    typed(playground, about)
    playground.get_by_role("button", name="Run").dblclick()
    expect(playground.get_by_role("region", name="Result")).to_contain_text("Nairobi")
    playground.goto("/runs/?q=twice")
    expect(playground.locator("#run-total")).to_contain_text("1 run")


def test_the_task_is_offered_as_code(playground: Page):
    Editor(playground).replace(json.dumps(COMPANY["json_schema"]))
    typed(playground, "United Nations")
    playground.get_by_role("button", name="Copy as code").click()
    dialog = playground.get_by_role("dialog", name="This task as code")
    for language in ("curl", "Python", "TypeScript"):
        expect(dialog.get_by_text(language).first).to_be_visible()
    expect(dialog.get_by_text("founding_date").first).to_be_visible()
