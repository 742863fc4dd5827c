"""Which labels answer for a field."""

from collections.abc import Callable

import pytest

from engine.document import Block
from engine.reading import Fact, _facts
from engine.schema import Field
from engine.wants import ACCEPTED, score, want_for


def fact(label: str, value: str = "1") -> Fact:
    return _facts(Block("fact", f"{label}: {value}", label=label), 0, "")[0]


def fits(name: str, label: str, *, kind: str = "string", description: str = "", value: str = "1") -> bool:
    return score(want_for(Field(name, kind, description)), fact(label, value)) >= ACCEPTED


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("founding_date", "Founded"),
        ("yearEstablished", "Founded"),
        ("hq", "Headquarters"),
        ("employee_count", "Employees"),
        ("number_of_employees", "Staff"),
        ("ceo", "Chief executive officer"),
        ("headOfState", "Chief of state"),
        ("capital_city", "Capital"),
        ("gdp", "GDP (official exchange rate)"),
        ("gdp_per_capita", "Real GDP per capita"),
        ("internet_penetration", "Internet users - percent of population"),
        ("tld", "Internet country code"),
        ("company_website", "Website"),
        ("median_age_male", "Median age - male"),
        ("anything_of_note", "Anything of note"),
    ],
)
def test_a_label_fits_by_its_words_or_as_a_synonym(name: str, label: str) -> None:
    assert fits(name, label)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("population", "Population below poverty line"),
        ("population", "Population growth rate"),
        ("gdp", "Real GDP growth rate"),
        ("exports", "Exports note"),
        ("number", "Number of seats"),
        ("name", "Capital name note"),
        ("representation_from_the_us", "Representation in the US"),
        ("coal_proven_reserves", "Natural gas - proven reserves"),
        ("favourite_colour", "National color(s)"),
        ("", "Capital"),
    ],
)
def test_a_label_about_something_else_does_not_fit(name: str, label: str) -> None:
    assert not fits(name, label)


def test_the_shape_decides_between_a_figure_and_a_list() -> None:
    assert fits("exports", "Exports - commodities", kind="array")
    assert not fits("exports", "Exports - commodities", kind="number")


def test_a_description_names_the_thing_where_the_name_does_not() -> None:
    assert fits("x1", "Capital", description="The capital city of the country")


def test_a_description_that_explains_the_name_brings_in_nothing_else() -> None:
    explained = "Identifiers of published vulnerabilities of the newest version"
    assert not fits("vulnerabilities", "Version", description=explained)


@pytest.mark.parametrize("label", ["Requires", "Dependent areas"])
def test_a_name_can_stand_for_two_things(label: str) -> None:
    assert fits("dependencies", label, kind="array")


def test_the_exact_label_is_the_best() -> None:
    want = want_for(Field("gdp", "string"))
    labels = ["GDP", "GDP (official exchange rate)", "Real GDP (purchasing power parity)", "GDP per capita"]
    assert sorted(labels, key=lambda label: -score(want, fact(label))) == labels


def test_words_at_the_beginning_of_the_value_belong_to_what_it_is() -> None:
    assert fits("public_debt_percent_gdp", "Public debt", value="98.5% of GDP (2023 est.)")
    assert not fits("public_debt_percent_exports", "Public debt", value="98.5% of GDP (2023 est.)")


@pytest.mark.parametrize(("name", "year"), [("gdp_2022", 2022), ("gdp", None), ("gdp_1066", None)])
def test_a_year_in_the_name_is_asked_for(name: str, year: int | None) -> None:
    want = want_for(Field(name, "string"))
    assert (want.year, want.own_year) == (year, year is not None)


def test_the_subjects_own_name_asks_for_nothing() -> None:
    assert (
        score(
            want_for(Field("france_capital", "string"), subject_stems=frozenset({"franc"})), fact("Capital")
        )
        == 1.0
    )


@pytest.mark.parametrize("name", ["founders", "founded_by", "created_by"])
def test_who_founded_it_is_not_when(name: str) -> None:
    assert not fits(name, "Founded", value="1975")
    assert fits(name, "Founded by", value="Ada and Grace")
    assert not fits("founding_date", "Founded by", value="Ada and Grace")


@pytest.mark.parametrize(
    ("description", "year"),
    [
        ("Real growth in 2022", 2022),
        ("Population (2019)", 2019),
        ("As of the fiscal year 2021, in euros", 2021),
        ("Formatted like '$3.1 trillion (2023)'", None),
        ("Growth, e.g. 3% in 2023", None),
        ("Change between 2019 and 2022", None),
    ],
)
def test_a_year_in_the_description_is_asked_for(description: str, year: int | None) -> None:
    assert want_for(Field("growth", "number", description)).year == year


def test_a_description_explains_a_name_that_says_little() -> None:
    assert fits("place", "Headquarters", description="City of the headquarters")
    assert not fits("place", "Headquarters")


def test_women_are_called_female_too() -> None:
    assert fits("median_age_of_women", "Median age - female")


def test_a_short_description_is_another_name_of_the_thing() -> None:
    assert fits("x", "Largest contributor", description="Largest contributor")
    assert not fits("x", "Largest contributor", description="Largest lake")


def test_the_first_of_an_office_is_not_the_present_one() -> None:
    assert fits("president", "Chief of state")
    assert not fits("first_president", "Chief of state")


@pytest.mark.parametrize(
    ("name", "description", "found"),
    [
        ("website", "", True),
        ("url", "Official site of the company", True),
        ("application_page", "", False),
        ("application_page", "Official website URL where one applies", False),
        ("application_page", "website", False),
        ("url", "URL of the careers page", False),
        ("website", "The pricing page", False),
        ("homepage", "Homepage of the press office", False),
    ],
)
def test_a_home_page_is_no_page_for_something_else(
    answer: Callable[..., object], name: str, description: str, found: bool
) -> None:
    value = answer("Harbour Union", name, {"type": ["string", "null"], "description": description})
    assert value == ("https://www.harbour.example" if found else None)


@pytest.mark.parametrize("description", ["Who founded it?", "Person who founded the organisation"])
def test_no_date_answers_who_did_it(answer: Callable[..., object], description: str) -> None:
    assert answer("Harbour Union", "x", {"type": ["string", "null"], "description": description}) is None
