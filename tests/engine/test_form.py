import pytest

from engine.form import form_of
from engine.schema import Field


def text(description: str, name: str = "x", kind: str = "string") -> Field:
    return Field(name, kind, description)


@pytest.mark.parametrize(
    ("field", "template"),
    [
        (text("The founding date of the company in the format MM-YYYY"), "MM-YYYY"),
        (text("as YYYY-MM-DD"), "YYYY-MM-DD"),
        (text("ISO 8601"), "YYYY-MM-DD"),
        (text("DD/MM/YYYY please"), "DD/MM/YYYY"),
        (text("written as Month YYYY"), "Month YYYY"),
        (text("month and year"), "Month YYYY"),
        (text("year only"), "YYYY"),
        (text("", name="founding_year"), "YYYY"),
        (text("", name="date_of_birth"), "any"),
        (text("The MM of it"), ""),
        (text("the yearly budget"), ""),
    ],
)
def test_the_requested_date_format(field: Field, template: str) -> None:
    assert form_of(field).date == template


def test_a_second_format_is_for_what_is_known_less_precisely() -> None:
    form = form_of(text("in the format YYYY-MM-DD; YYYY when only the year is known"))
    assert (form.date, form.date_else) == ("YYYY-MM-DD", "YYYY")


@pytest.mark.parametrize(
    "description",
    [
        "formatted like '$3.1 trillion (2023)'.",
        'e.g. "$3.1 trillion (2023)"',
        "in the format ‘$3.1 trillion (2023)’",
    ],
)
def test_an_example_in_quotes_is_kept(description: str) -> None:
    assert form_of(text(description)).example == "$3.1 trillion (2023)"


@pytest.mark.parametrize(
    ("description", "top"),
    [
        ("Top 3 exported goods", 3),
        ("the three largest cities", 3),
        ("up to 5 of them", 5),
        ("the first ten", 10),
        ("All of them, like 'top 3 of 1'", None),
        ("3 goods", None),
    ],
)
def test_how_many_are_asked_for(description: str, top: int | None) -> None:
    assert form_of(text(description, kind="array")).top == top


@pytest.mark.parametrize(
    ("description", "sentences"),
    [
        ("A detailed description, containing 1-4 sentences, of its funding", (1, 4)),
        ("One short sentence", (1, 1)),
        ("two to three sentences", (2, 3)),
        ("A short paragraph", (2, 4)),
        ("Describe it", (1, 3)),
        ("The capital", None),
    ],
)
def test_how_many_sentences_are_asked_for(description: str, sentences: tuple[int, int] | None) -> None:
    assert form_of(text(description)).sentences == sentences


@pytest.mark.parametrize(
    ("name", "description", "unit", "scale"),
    [
        ("area_km2", "", "km2", ""),
        ("area", "in square miles", "mi2", ""),
        ("gdp", "GDP in billions of USD", "USD", "billion"),
        ("revenue_millions", "", "", "million"),
        ("share", "as a percentage", "percent", ""),
        ("population", "", "", ""),
    ],
)
def test_unit_and_scale(name: str, description: str, unit: str, scale: str) -> None:
    form = form_of(text(description, name=name, kind="number"))
    assert (form.unit, form.scale) == (unit, scale)


def test_a_description_alone_can_ask_for_a_year() -> None:
    assert form_of(Field("", "string", "Year founded")).date == "YYYY"


@pytest.mark.parametrize(
    ("name", "description"), [("released_on", ""), ("createdAt", ""), ("x", "The release date of it")]
)
def test_a_date_is_asked_for_in_other_words_too(name: str, description: str) -> None:
    assert form_of(Field(name, "string", description)).date == "any"
