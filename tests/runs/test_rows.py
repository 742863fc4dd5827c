import pytest

from engine.output import Output
from runs.rows import MOST_ROWS, row_at, rows_of
from tests.runs.making import basis, completed, json_output, text_output

PROFILE = {
    "name": "UN",
    "offices": [{"city": "Geneva"}, {"city": "Nairobi"}],
    "budget": {"amount": 3.6, "currency": None},
    "motto": None,
}
ENTRIES = (
    basis("name"),
    basis("offices", "medium"),
    basis("offices.0", "medium"),
    basis("budget", "low"),
    basis("motto", found=False),
)


@pytest.fixture
def rows(start):
    return rows_of(completed(start(), json_output(PROFILE, *ENTRIES)))


def rows_for(start, content, *entries):
    return rows_of(completed(start(), json_output(content, *entries)))


def test_every_value_has_a_row_in_reading_order(rows):
    assert [row.path for row in rows] == [
        "name", "offices", "offices.0", "offices.0.city", "offices.1", "offices.1.city",
        "budget", "budget.amount", "budget.currency", "motto",
    ]  # fmt: skip


def test_a_part_without_evidence_of_its_own_shows_that_it_is_inherited(rows):
    shown = {row.path: (row.basis.field, row.inherited) for row in rows}
    assert shown["offices.0"] == ("offices.0", False)
    assert shown["offices.0.city"] == ("offices.0", True)
    assert shown["offices.1"] == shown["offices.1.city"] == ("offices", True)
    assert shown["budget.amount"] == ("budget", True)


def test_a_blank_is_not_found_and_never_a_value(rows):
    motto = rows[-1]
    assert (motto.found, motto.confidence, motto.text, motto.short) == (False, "none", "", "")


def test_a_group_says_how_much_it_holds(rows):
    sizes = {row.path: row.size for row in rows if row.is_group}
    assert sizes == {
        "offices": "2 items", "offices.0": "1 field", "offices.1": "1 field", "budget": "2 fields",
    }  # fmt: skip


def test_a_blank_that_is_a_list_or_an_object_has_no_rows_below(start):
    rows = rows_for(start, {"a": {"b": None}, "c": [""]}, basis("a", found=False), basis("c", found=False))
    assert [row.path for row in rows] == ["a", "c"]


def test_a_text_is_one_row(start):
    (row,) = rows_of(completed(start(), text_output("Paris.")))
    assert (row.path, row.text, row.confidence) == ("output", "Paris.", "high")


def test_a_run_without_a_result_has_no_rows(runs_in_every_state):
    without = [run for status, run in runs_in_every_state.items() if status != "completed"]
    assert [rows_of(run) for run in without] == [[]] * 6


def test_a_field_without_evidence_has_a_row_and_no_confidence(start):
    (row,) = rows_of(completed(start(), Output("json", {"a": 1}, ())))
    assert (row.basis, row.confidence, row.text) == (None, "", "1")


def test_names_with_dots_keep_their_evidence(start):
    rows = rows_for(start, {"a.b": 1, "a": {"b": 2}}, basis("a.b", "medium"), basis("a"))
    assert [(row.path, row.confidence) for row in rows] == [
        ("a.b", "medium"),
        ("a", "high"),
        ("a.b", "medium"),
    ]


def test_strange_names_are_names(start):
    content = {"__proto__": 1, "constructor": 2, "": 3, "<b>": 4, "naïve 名": 5}
    assert [row.path for row in rows_for(start, content)] == list(content)


def test_an_endless_output_ends(start):
    rows = rows_for(start, {"list": list(range(MOST_ROWS + 50))}, basis("list"))
    assert len(rows) == MOST_ROWS


def test_a_deep_output_is_shown_down_to_a_depth_and_never_fails(start):
    deep = "core"
    for _ in range(60):
        deep = {"in": deep}
    assert [row.depth for row in rows_for(start, deep, basis("in"))] == list(range(13))


def test_a_row_is_found_by_its_path(rows):
    assert row_at(rows, "offices.1.city").value == "Nairobi"
    assert row_at(rows, "offices.7") is None


def test_without_a_path_the_first_row_with_evidence_is_chosen(start):
    rows = rows_for(start, {"a": 1, "b": 2}, basis("b"))
    assert row_at(rows, None).path == "b"
    assert row_at([], None) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (False, "no"), (0, "0"), ("", ""), (None, ""), (1.5, "1.5"), ("يوم 🌍", "يوم 🌍")],
)
def test_a_value_reads_as_a_person_would_write_it(start, value, text):
    (row,) = rows_for(start, {"a": value})
    assert row.text == text


def test_fields_are_counted_by_confidence_and_elements_only_with_their_list(start):
    run = completed(start(), json_output(PROFILE, *ENTRIES))
    assert run.confidences == [("high", 1), ("medium", 1), ("low", 1), ("none", 1)]
