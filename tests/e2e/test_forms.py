"""What is typed into the playground is kept, and what is wrong with it is said at its place."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.installation import Installation
from tests.e2e.tasks import COMPANY, COMPANY_INPUT


def output(page: Page, kind: str) -> None:
    page.get_by_role("radiogroup", name="Output").get_by_text(kind).click()


def typed(page: Page, about: str) -> None:
    page.get_by_role("radiogroup", name="Input").get_by_text("Text").click()
    page.get_by_role("textbox", name="Input", exact=True).fill(about)


def saved(page: Page) -> None:
    expect(page.locator("#draft-state")).to_have_text("Draft saved")


def opened(page: Page, summary: str) -> None:
    page.locator("details:not([open]) > summary").get_by_text(summary, exact=True).click()


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


def test_what_was_typed_just_before_a_reload_is_there_again(playground: Page):
    typed(playground, "Red Cross")
    saved(playground)
    typed(playground, "Red Crescent")
    playground.reload()
    expect(playground.get_by_role("textbox", name="Input", exact=True)).to_have_value("Red Crescent")
    saved(playground)
    playground.evaluate("sessionStorage.clear()")
    playground.reload()
    expect(playground.get_by_role("textbox", name="Input", exact=True)).to_have_value("Red Crescent")


def test_what_was_still_on_its_way_at_a_reload_does_not_count_as_another_tab(playground: Page, installation):
    typed(playground, "Red Cross")
    saved(playground)
    with installation.nothing_written():
        with playground.expect_request("**/playground/draft/"):
            typed(playground, "Red Crescent")
        playground.route("**/playground/draft/", lambda route: None)
        typed(playground, "Red Crystal")
        playground.reload()
        expect(playground.get_by_role("textbox", name="Input", exact=True)).to_have_value("Red Crystal")
    other = playground.context.new_page()
    other.goto("/playground/")
    for _ in range(40):
        if other.get_by_role("textbox", name="Input", exact=True).input_value() != "Red Cross":
            break  # what was on its way has arrived
        other.reload()
    other.close()
    playground.unroute("**/playground/draft/")  # and what was held goes on
    saved(playground)
    playground.evaluate("sessionStorage.clear()")
    playground.reload()
    expect(playground.get_by_role("textbox", name="Input", exact=True)).to_have_value("Red Crystal")


def test_what_could_not_be_saved_is_there_after_a_reload_and_is_saved_then(playground: Page, complaints):
    Editor(playground).replace(json.dumps(COMPANY["json_schema"]))
    playground.get_by_role("radiogroup", name="Input").get_by_text("By a schema").click()
    opened(playground, "Input schema")
    Editor(playground, "Input schema").replace(json.dumps(COMPANY_INPUT))
    saved(playground)
    playground.route("**/playground/draft/", lambda route: route.abort())
    playground.get_by_role("textbox", name="company_name", exact=True).fill("ACME")
    state = playground.locator("#draft-state")
    expect(state).to_contain_text("the server can't be reached")
    playground.reload()
    expect(playground.get_by_role("textbox", name="company_name", exact=True)).to_have_value("ACME")
    expect(state).to_contain_text("the server can't be reached")
    playground.unroute("**/playground/draft/")
    playground.evaluate("dispatchEvent(new Event('online'))")
    saved(playground)
    complaints.clear()  # the browser tells of each request that did not arrive


def test_two_tabs_do_not_overwrite_each_other(playground: Page):
    typed(playground, "the same")
    saved(playground)
    other = playground.context.new_page()
    other.goto("/playground/")
    box = other.get_by_role("textbox", name="Input", exact=True)
    with playground.expect_response("**/playground/draft/"):  # "saved" may be told of the last one
        typed(playground, "of the first tab")
    saved(playground)
    box.fill("of the second tab")
    state = other.locator("#draft-state")
    expect(state).to_contain_text("Changed in another tab.")
    other.get_by_role("button", name="Load that").click()
    expect(box).to_have_value("of the first tab")
    box.fill("of the second tab")
    saved(other)
    typed(playground, "of the first tab again")
    expect(playground.locator("#draft-state")).to_contain_text("Changed in another tab.")
    playground.get_by_role("button", name="Keep mine").click()
    saved(playground)
    other.reload()
    expect(box).to_have_value("of the first tab again")
    other.close()


def link_of(installation: Installation) -> str:
    return next(word for word in installation.manage("signin-link").split() if word.startswith("http"))


def test_who_was_signed_out_elsewhere_signs_in_there_and_goes_on_here(
    browser: Browser, installation: Installation, complaints
):
    context = browser.new_context(base_url=installation.url)
    here, there = context.new_page(), context.new_page()
    there.goto(link_of(installation))
    here.goto("/playground/")
    output(here, "Text")
    there.goto("/accounts/logout/")
    there.get_by_role("button", name="Sign out").click()
    typed(here, "Kenya")
    here.get_by_label("What the text should say").fill("The capital of the country")
    here.keyboard.press("Control+Enter")
    expect(here.locator(".messages")).to_contain_text("You are signed out. Sign in again in a new tab")
    expect(here.locator("#draft-state")).to_contain_text("you are signed out")
    there.goto(link_of(installation))
    here.keyboard.press("Control+Enter")
    expect(here.get_by_role("region", name="Result")).to_contain_text("Nairobi")
    saved(here)
    context.close()
    complaints.clear()  # the browser tells of each request that was refused


def test_going_back_from_a_second_run_shows_the_first_again(playground: Page):
    result = playground.get_by_role("region", name="Result")
    output(playground, "Text")
    playground.get_by_label("What the text should say").fill("The capital of the country")
    for about, answer in (("Kenya", "Nairobi"), ("Japan", "Tokyo")):
        typed(playground, about)
        playground.keyboard.press("Control+Enter")
        expect(result).to_contain_text(answer)
    playground.go_back()
    expect(result).to_contain_text("Nairobi")
    playground.go_back()
    expect(result).to_contain_text("The answer appears here")
    playground.go_forward()
    expect(result).to_contain_text("Nairobi")


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
    playground.evaluate("sessionStorage.clear()")
    playground.reload()
    expect(playground.get_by_role("textbox", name="Input", exact=True)).to_have_value("long " * 20_000)


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


def test_an_empty_start_is_undone_wholly(page: Page):
    page.goto("/playground/?template=python-package")
    editor = Editor(page)
    names = editor.names
    opened(page, "Source policy and metadata")
    page.get_by_label("Only these domains").fill("pypi.org")
    page.get_by_role("button", name="Start empty").click()
    expect(page.get_by_role("textbox", name="Input", exact=True)).to_have_value("")
    page.locator(".messages").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("textbox", name="package_name")).to_have_value("celery")
    expect(page.get_by_label("Only these domains")).to_have_value("pypi.org")
    assert editor.names == names
    page.get_by_label("Only these domains").fill("")
    saved(page)


def test_a_word_where_a_number_belongs_is_asked_about_and_then_sent_as_it_is(page: Page):
    page.goto("/playground/?template=company-profile")
    founded = {"type": "object", "properties": {"founded": {"type": "integer"}}, "required": ["founded"]}
    opened(page, "Input schema")
    Editor(page, "Input schema").replace(json.dumps(founded))
    page.get_by_role("textbox", name="founded", exact=True).fill("abc")
    page.keyboard.press("Control+Enter")
    question = page.get_by_role("alert").filter(has_text="founded is not a whole number. Run anyway?")
    question.get_by_role("button", name="Run anyway").click()
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_role("status")).to_contain_text("Completed")
    expect(result.get_by_role("heading").first).to_have_text("abc")
    expect(result.locator(".notice-warn").first).to_contain_text("founded")


def test_a_mistake_of_the_metadata_stands_in_its_row(playground: Page):
    typed(playground, "France")
    opened(playground, "Source policy and metadata")
    playground.get_by_label("Metadata key 1").fill("a")
    playground.get_by_label("Metadata key 1").press("Tab")
    playground.get_by_label("Metadata value 2").fill("lost")
    playground.keyboard.press("Control+Enter")
    row = playground.locator(".metadata-row").nth(1)
    expect(row).to_contain_text("Give this metadata value a key")
    row.get_by_label("Metadata value 2").fill("")
    expect(row).not_to_contain_text("Give this metadata value a key")
    playground.get_by_label("Metadata key 1").fill("")
    saved(playground)


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
