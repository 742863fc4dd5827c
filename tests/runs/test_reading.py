"""How values and their places are written for people; the JSON beside them stays as it is."""

import pytest

from runs.rows import Row, rows_of
from runs.templatetags.reading import lists_in, name_among, place_among, spelled
from tests.runs.making import basis, completed, json_output

OFFICES = {"offices": [{"city": "Geneva"}], "2024": {"7": "a"}, "a.b": [["x", "y"]], "a": ["z"]}


@pytest.fixture
def rows(start) -> list[Row]:
    return rows_of(completed(start(), json_output(OFFICES, basis("offices"))))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (123201945, "123,201,945"), (-20000, "-20,000"), (10_000, "10,000"), (9_999, "9999"), (1945, "1945"),
        ("123201945", "123201945"), (12345.5, "12345.5"), (True, "yes"), (None, ""),
    ],
)  # fmt: skip
def test_only_large_whole_numbers_get_separators(start, value, words):
    (row,) = rows_of(completed(start(), json_output({"n": value}, basis("n"))))
    assert spelled(row) == words


def test_a_number_that_was_not_found_is_no_number(start):
    (row,) = rows_of(completed(start(), json_output({"n": 20_000}, basis("n", found=False))))
    assert spelled(row) == ""


def test_elements_of_a_list_count_from_one_and_keys_stay_keys(rows):
    lists = lists_in(rows)
    assert [name_among(row, lists) for row in rows] == [
        "offices", "1.", "city", "2024", "7", "a.b", "1.", "1.", "2.", "a", "1.",
    ]  # fmt: skip


def test_a_place_is_told_from_the_outside_in(rows):
    lists = lists_in(rows)
    assert [place_among(row, lists) for row in rows] == [
        "offices", "offices › 1", "offices › 1 › city", "2024", "2024.7",
        "a.b", "a.b › 1", "a.b › 1 › 1", "a.b › 1 › 2", "a", "a › 1",
    ]  # fmt: skip
