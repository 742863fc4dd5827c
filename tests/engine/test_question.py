import pytest

from engine.question import aspects, key_for


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
