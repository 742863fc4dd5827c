import pytest

from engine.readers.base import Line, Reading, Refusal
from engine.readers.choices import read_boolean, read_choice

SIZES = ["1-10 employees", "51–200 employees", "10001+ employees"]


def value(line: str, choices: list) -> object:
    reading = read_choice(Line(line), choices)
    return reading.value if isinstance(reading, Reading) else None


@pytest.mark.parametrize(
    ("line", "choice"), [("about 37,000", SIZES[2]), ("120 people", SIZES[1]), ("10", SIZES[0]), ("30", None)]
)
def test_the_range_that_holds_the_number_is_chosen(line: str, choice: str | None) -> None:
    assert value(line, SIZES) == choice


@pytest.mark.parametrize(
    ("line", "choice"),
    [("$500,000", "Under $1M"), ("$1 million", "$1M-$10M"), ("$1.2 billion", "Over $10M")],
)
def test_ranges_of_money_know_their_scale(line: str, choice: str) -> None:
    assert value(line, ["Under $1M", "$1M-$10M", "Over $10M"]) == choice


def test_one_scale_word_can_stand_for_both_ends() -> None:
    assert value("3,400,000", ["1-10 million", "10-50 million"]) == "1-10 million"


@pytest.mark.parametrize(("line", "choice"), [("17", "under 18"), ("18", "18-64"), ("65", "65 and over")])
def test_open_ranges_end_where_they_say(line: str, choice: str) -> None:
    assert value(line, ["under 18", "18-64", "65 and over"]) == choice


def test_a_member_counts_only_where_it_stands_in_the_line() -> None:
    assert value("semi-presidential Republic", ["monarchy", "republic"]) == "republic"
    assert value("a republican idea", ["monarchy", "republic"]) is None


def test_the_longer_member_wins_over_one_inside_it() -> None:
    reading = read_choice(Line("private company limited"), ["private", "private company"])
    assert isinstance(reading, Reading)
    assert (reading.value, reading.exact) == ("private company", True)


def test_two_members_in_one_line_are_not_exact() -> None:
    reading = read_choice(Line("first a monarchy, then a republic"), ["republic", "monarchy"])
    assert isinstance(reading, Reading)
    assert (reading.value, reading.exact) == ("monarchy", False)


def test_numbers_can_be_members() -> None:
    assert value("5 years", [4, 5, 6]) == 5


@pytest.mark.parametrize(("line", "said"), [("yes", True), ("No, never", False), ("True", True)])
def test_a_plain_yes_or_no_is_a_boolean(line: str, said: bool) -> None:
    reading = read_boolean(Line(line))
    assert isinstance(reading, Reading)
    assert reading.value is said


@pytest.mark.parametrize("line", ["at least one parent", "no official data", "yesterday", ""])
def test_anything_else_is_no_boolean(line: str) -> None:
    assert isinstance(read_boolean(Line(line)), Refusal)
