import pytest

from engine.question import aspects, is_polar, key_for, without_names


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is the capital of", ["capital"]),
        ("GDP, top exports, largest cities of", ["gdp", "top_exports", "largest_cities"]),
        ("highest point and the national anthem of", ["highest_point", "national_anthem"]),
        ("When was the founded?", ["when_founded"]),
        ("Who founded the ?", ["founders"]),
        ("Tell me more about", []),
        ("a short report", []),
        ("", []),
    ],
)
def test_a_question_is_taken_apart(question: str, names: list[str]) -> None:
    assert [field.name for field in aspects(question)] == names


def test_what_is_a_list_is_asked_for_as_one() -> None:
    assert [field.kind for field in aspects("top exports, gdp")] == ["array", "string"]


def test_a_label_makes_a_property_name() -> None:
    assert key_for("Exports - commodities (2023)") == "exports_commodities_2023"
    assert key_for("🙂") == "value"


def test_of_a_list_one_element_can_be_asked_for() -> None:
    assert [field.kind for field in aspects("What is the largest city of")] == ["string"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("how many countries are in", "number_members"),
        ("How many people work for the ?", "number_employees"),
        ("How big is ?", "area"),
        ("How long is the coastline of ?", "length_coastline"),
        ("Compare the population of and", "population"),
        ("What is the difference between the GDP of and", "gdp"),
        ("What is the captial of ?", "capital"),
        ("What did export most?", "main_exports"),
        ("Can you tell me the capital of ?", "capital"),
    ],
)
def test_a_thing_is_asked_for_in_many_ways(question: str, name: str) -> None:
    assert [field.name for field in aspects(question)] == [name]


def test_how_a_thing_works_asks_for_nothing_special() -> None:
    assert aspects("How does the work?") == []


@pytest.mark.parametrize(
    ("question", "polar"),
    [("Is it large?", True), ("What is it?", False), ("Can you tell me more?", False), ("island", False)],
)
def test_a_question_for_yes_or_no_is_known(question: str, polar: bool) -> None:
    assert is_polar(question) is polar


def test_names_leave_a_question() -> None:
    assert without_names("Is English an official language of ?") == "Is an official language of ?"
