"""The builder and the code show one schema, whichever of them is worked on."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor

TWO = (
    '{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]}'
)


@pytest.fixture
def editor(page: Page) -> Editor:
    page.goto("/playground/?template=company-profile")
    made = Editor(page)
    made.replace(TWO)
    expect(made.control("Name of b")).to_be_visible()
    return made


def test_a_field_added_in_the_builder_stands_in_the_code(editor: Editor):
    editor.add("c")
    editor.control("Type of c").select_option("number")
    editor.control("Description of c").fill("How many of them")
    assert editor.schema["properties"]["c"] == {"type": "number", "description": "How many of them"}


def test_a_field_typed_into_the_code_stands_in_the_builder(editor: Editor):
    editor.replace(TWO.replace('"b"', '"founded"'))
    expect(editor.control("Type of founded")).to_have_value("integer")
    assert editor.names == ["a", "founded"]


def test_required_and_nullable_are_one_click(editor: Editor):
    editor.control("b is required").check(force=True)
    editor.control("b is nullable").check(force=True)
    assert editor.schema["required"] == ["a", "b"]
    assert "null" in json.dumps(editor.schema["properties"]["b"])


def test_undo_and_redo_go_back_and_forth(editor: Editor):
    editor.choose("b", "Delete")
    assert editor.names == ["a"]
    editor.tool("Undo").click()
    assert editor.names == ["a", "b"]
    editor.tool("Redo").click()
    assert editor.names == ["a"]


def test_undo_works_by_key_in_the_outline(editor: Editor, page: Page):
    editor.choose("b", "Duplicate")
    assert len(editor.names) == 3
    page.keyboard.press("Control+z")
    assert editor.names == ["a", "b"]


def test_fields_change_places_by_key(editor: Editor, page: Page):
    editor.control("Name of b").focus()
    page.keyboard.press("Alt+ArrowUp")
    assert editor.names == ["b", "a"]
    assert list(editor.schema["properties"]) == ["b", "a"]
    expect(editor.control("Name of b")).to_be_focused()


def drag(editor: Editor, page: Page, field: str, onto: str, part: float) -> None:
    """Take a field by its grip and hold it over this part (0 the top, 1 the bottom) of another one's line."""
    lines = editor.host.locator(".schema-line")
    lines.nth(editor.names.index(field)).locator(".schema-grip").hover()
    page.mouse.down()
    over = lines.nth(editor.names.index(onto))
    box = over.bounding_box() or {}
    page.mouse.move(box["x"] + 8, box["y"] + part * box["height"], steps=12)


@pytest.mark.parametrize(
    ("field", "onto", "part", "names"),
    [
        ("c", "a", 0.2, ["c", "a", "b"]),
        ("c", "a", 0.8, ["a", "c", "b"]),
        ("a", "c", 0.8, ["b", "c", "a"]),
        ("a", "c", 0.2, ["b", "a", "c"]),
        ("b", "a", 0.2, ["b", "a", "c"]),
        ("a", "b", 0.8, ["b", "a", "c"]),
    ],
)
def test_a_field_lands_where_the_pointer_is(editor: Editor, page: Page, field, onto, part, names):
    editor.add("c")
    drag(editor, page, field, onto, part)
    page.mouse.up()
    expect(editor.host.get_by_role("textbox", name="Name of").first).to_have_value(names[0])
    assert list(editor.schema["properties"]) == editor.names == names
    editor.tool("Undo").click()
    assert editor.names == ["a", "b", "c"]


def test_undo_after_a_drag_undoes_the_drag(editor: Editor, page: Page):
    editor.control("Name of b").fill("beta")
    drag(editor, page, "beta", "a", 0.2)
    page.mouse.up()
    expect(editor.host.get_by_role("textbox", name="Name of").first).to_have_value("beta")
    page.keyboard.press("Control+z")
    assert editor.names == ["a", "beta"]


def test_escape_puts_a_dragged_field_back_and_is_nothing_to_undo(editor: Editor, page: Page):
    editor.add("c")
    editor.control("Type of c").select_option("number")
    text = editor.text
    drag(editor, page, "c", "a", 0.2)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert (editor.text, editor.names) == (text, ["a", "b", "c"])
    editor.tool("Undo").click()
    expect(editor.control("Type of c")).to_have_value("string")


def test_a_field_is_dragged_into_an_object(editor: Editor, page: Page):
    editor.add("c")
    editor.control("Type of a").select_option("object")
    editor.choose("a", "Add a nested field")
    page.keyboard.type("inner")
    page.keyboard.press("Tab")
    drag(editor, page, "c", "inner", 0.8)
    page.mouse.up()
    assert list(editor.schema["properties"]["a"]["properties"]) == ["inner", "c"]
    assert editor.names == ["a", "inner", "c", "b"]


def test_the_choices_of_an_enum_are_added_and_taken_away(editor: Editor, page: Page):
    editor.control("Type of a").select_option("enum")
    choices = editor.host.get_by_placeholder("Add a choice").locator("visible=true")
    for word in ("small", "large"):
        choices.fill(word)
        choices.press("Enter")
    assert editor.schema["properties"]["a"]["enum"] == ["small", "large"]
    choices.press("Backspace")
    page.keyboard.press("Delete")
    assert editor.schema["properties"]["a"]["enum"] == ["small"]


def test_an_object_holds_fields_of_its_own(editor: Editor, page: Page):
    editor.control("Type of a").select_option("object")
    editor.choose("a", "Add a nested field")
    page.keyboard.type("street")
    page.keyboard.press("Tab")
    assert list(editor.schema["properties"]["a"]["properties"]) == ["street"]
    assert editor.names == ["a", "street", "b"]


def test_a_part_that_can_not_be_drawn_stays_as_it_is(editor: Editor):
    strange = {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"x": {"type": "null"}}}]}
    schema = json.loads(TWO)
    schema["properties"]["a"] = strange
    editor.replace(json.dumps(schema))
    expect(editor.host.get_by_role("button", name="Edit in code: a")).to_be_visible()
    editor.control("Description of b").fill("A number")
    editor.control("Name of b").fill("c")
    assert editor.schema["properties"]["a"] == strange
    assert editor.schema["properties"]["c"]["description"] == "A number"


def test_a_shared_definition_stays_as_it_is(editor: Editor):
    shared = {"$defs": {"place": {"type": "object", "properties": {"city": {"type": "string"}}}}}
    schema = {"type": "object", "properties": {"seat": {"$ref": "#/$defs/place"}, "a": {"type": "string"}}}
    editor.replace(json.dumps(schema | shared))
    editor.control("Description of a").fill("Anything")
    assert editor.schema["properties"]["seat"] == {"$ref": "#/$defs/place"}
    assert editor.schema["$defs"] == shared["$defs"]


def test_a_problem_is_mended_by_one_click_and_comes_back_by_one_undo(editor: Editor):
    editor.replace(TWO.replace('"string"', '"string", "minLength": 2'))
    problem = editor.problems.get_by_role("listitem").filter(has_text="minLength")
    expect(problem).to_contain_text("error")
    problem.locator("[data-fix]").click()
    expect(problem).to_have_count(0)
    assert "minLength" not in editor.text
    editor.tool("Undo").click()
    assert "minLength" in editor.text


def test_a_problem_leads_to_its_place_in_the_code(editor: Editor, page: Page):
    editor.replace(TWO.replace('"string"', '"string", "minLength": 2'))
    editor.problems.get_by_role("listitem").filter(has_text="minLength").get_by_role("button").first.click()
    expect(editor.code).to_be_focused()
    assert "minLength" in page.evaluate("getSelection().toString()")


def test_broken_code_is_told_and_freezes_the_builder(editor: Editor):
    editor.replace(TWO[:-1])
    expect(editor.host.get_by_role("status")).to_contain_text("shown as they last were")
    expect(editor.control("Name of a")).to_be_disabled()
    assert editor.text == TWO[:-1]


def test_a_sample_becomes_a_schema(editor: Editor, page: Page):
    editor.tool("Start from…").click()
    editor.host.get_by_role("menuitem", name="JSON sample").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill('{"name": "Ada", "born": 1815, ')
    dialog.get_by_role("button", name="Make the schema").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_role("textbox").fill('{"name": "Ada", "born": 1815, "works": ["Notes"]}')
    dialog.get_by_role("button", name="Make the schema").click()
    expect(dialog).to_be_hidden()
    assert editor.names == ["name", "born", "works"]
    assert editor.schema["properties"]["born"]["type"] == "integer"


@pytest.mark.parametrize("name", ["__proto__", "constructor", "<b>bold</b>", "שם 🏛", "a.b/c~d"])
def test_any_name_is_a_name(editor: Editor, name: str):
    editor.add(name)
    assert editor.names == ["a", "b", name]
    assert list(editor.schema["properties"]) == ["a", "b", name]
    editor.control(f"Description of {name}").fill("Something")
    assert editor.schema["properties"][name]["description"] == "Something"


def test_a_name_that_is_taken_is_refused_at_its_place(editor: Editor):
    editor.control("Name of b").fill("a")
    expect(editor.host.locator(".schema-note").locator("visible=true")).to_contain_text("a")
    assert list(editor.schema["properties"]) == ["a", "b"]


def test_a_name_that_was_refused_gives_way_to_the_one_before_it(editor: Editor, page: Page):
    editor.control("Name of b").fill("xa")
    editor.control("Name of xa").press("Home")
    page.keyboard.press("Delete")  # which makes it the name of another field
    expect(editor.host.locator(".schema-note").locator("visible=true")).to_contain_text("a")
    page.keyboard.press("Tab")
    assert editor.names == list(editor.schema["properties"]) == ["a", "b"]


def test_typing_over_all_of_the_code_replaces_it(editor: Editor, page: Page):
    editor.code.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    assert editor.text == "7"
