"""The chat page as a person uses it, before a real installation."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation


def ask(page: Page, words: str, model: str = "speed") -> None:
    page.get_by_label("Model").select_option(model)
    page.get_by_role("textbox", name="Your question").fill(words)
    page.keyboard.press("Enter")


def newest(page: Page):
    return page.locator(".turn").last


def test_an_answer_comes_at_once_and_its_citation_opens_at_the_mark(page: Page):
    page.goto("/chat/")
    page.get_by_role("button", name="What is the capital of Kenya?").click()
    expect(newest(page).locator(".turn-text", has_text="Nairobi")).to_be_visible()
    newest(page).locator("summary").first.click()
    with page.expect_popup() as opened:
        newest(page).get_by_role("link", name="See it marked in its page").first.click()
    expect(opened.value.locator("mark").first).to_contain_text("Nairobi")


def test_one_goes_on_by_keyboard_and_the_answer_leads_to_its_run(page: Page):
    page.goto("/chat/")
    ask(page, "What is the capital of Kenya?")
    expect(newest(page).locator(".turn-text", has_text="Nairobi")).to_be_visible()
    ask(page, "And its population?", "lite")
    newest(page).get_by_role("link", name="Open the run").click()
    expect(page).to_have_url(re.compile("/runs/trun_"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("And its population?")


def test_a_talk_is_there_again_after_looking_at_its_run_and_goes_on(page: Page):
    page.goto("/chat/")
    ask(page, "What is the capital of Kenya?", "lite")
    newest(page).get_by_role("link", name="Open the run").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What is the capital of Kenya?")
    page.go_back()
    expect(newest(page).locator(".turn-text", has_text="Nairobi")).to_be_visible()
    page.get_by_role("textbox", name="Your question").fill("And its population?")
    page.reload()
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("And its population?")
    page.keyboard.press("Tab")
    ask(page, "And its population?")
    expect(page.locator(".turn")).to_have_count(2)
    expect(newest(page).locator(".turn-text")).to_contain_text("55,751,717")
    page.get_by_role("button", name="New chat").click()
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_talk_is_not_shown_to_whoever_signs_in_next(page: Page):
    page.goto("/chat/")
    ask(page, "What is the capital of Kenya?")
    expect(newest(page).locator(".turn-text", has_text="Nairobi")).to_be_visible()
    page.evaluate("""() => {
        const kept = JSON.parse(sessionStorage.getItem("chat-talk"))
        sessionStorage.setItem("chat-talk", JSON.stringify({ ...kept, member: "somebody else" }))
    }""")
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)
    assert page.evaluate("sessionStorage.getItem('chat-talk')") is None


def test_an_answer_is_json_by_a_schema_that_is_checked_while_it_is_typed(page: Page):
    page.goto("/chat/")
    page.get_by_role("radiogroup", name="Answer as").get_by_text("JSON").click()
    schema = page.get_by_role("textbox", name="Schema of the answer")
    good = schema.input_value()
    schema.fill('{"type": "array"}')
    expect(page.locator("#schema-problems")).to_contain_text("must be an object")
    ask(page, "What is the capital of Kenya?", "lite")
    expect(page.get_by_role("alert")).to_contain_text("Schema, line 1")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("What is the capital of Kenya?")
    schema.fill(good)
    ask(page, "What is the capital of Kenya?", "lite")
    expect(newest(page).locator("pre")).to_have_text('{\n  "answer": "Nairobi"\n}')


def test_an_answer_can_be_stopped(page: Page, installation: Installation):
    page.goto("/chat/")
    with installation.asleep():
        ask(page, "What is the capital of Kenya?", "core")
        expect(newest(page).get_by_text("Researching…")).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        expect(newest(page)).to_contain_text("Stopped. There is no answer.")
    expect(page.get_by_role("button", name="Ask")).to_be_enabled()


def test_a_new_chat_begins_with_nothing_said(page: Page):
    page.goto("/chat/")
    ask(page, "What is the capital of Kenya?")
    expect(newest(page).locator(".turn-text", has_text="Nairobi")).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "And its population?")
    expect(newest(page)).not_to_contain_text("55,751,717")


def test_on_a_phone_the_form_stands_above_the_bar(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/chat/")
    ask(page, "What is the capital of Kenya?")
    expect(newest(page).locator(".turn-text", has_text="Nairobi")).to_be_visible()
    form, rail = page.locator("#ask").bounding_box(), page.locator(".rail").bounding_box()
    assert form["y"] + form["height"] <= rail["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
