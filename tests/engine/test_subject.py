"""What an input is about."""

from typing import Any

import pytest

from engine.library import Library
from engine.policy import SourcePolicy
from engine.subject import Subject, identify
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")


def subject_of(asked: str | dict[str, Any], *, wording: str = "", **more: Any) -> Subject:
    return identify(asked, Library([SCOPE], SourcePolicy()), wording=wording, most_pages=3, **more)


def title(asked: str | dict[str, Any], **more: Any) -> str:
    return ", ".join(page.title for page in subject_of(asked, **more).pages)


@pytest.mark.parametrize(
    "asked",
    [
        "France",
        "france",
        "the French Republic",
        "What is the capital of France?",
        "GDP, top exports, top imports, largest cities of France",
        "france gdp",
        "France overview",
        "France Population Growth Rate",
        "France GDP 2023",
        {"country": "France", "year": 2023},
        {"question": "What is the capital city of France?"},
        {"request": {"about": ["France"]}},
    ],
)
def test_a_name_leads_to_its_page(asked: str | dict) -> None:
    assert title(asked) == "France"


@pytest.mark.parametrize(
    "asked",
    [
        {"company_website": "www.harbour.example"},
        {"company_name": "Harbour Union", "company_website": "www.harbour.example"},
        {"company_name": "Anything", "url": "https://data.harbour.example/about"},
        "What does the HU do?",
        "Who is the Secretary-General of the Harbour Union?",
        "https://www.harbour.example/",
        "harbour.example",
        "What does https://harbour.example/en do?",
        "Please look at data.harbour.example for me",
    ],
)
def test_a_web_site_or_an_alias_leads_to_its_page(asked: str | dict) -> None:
    assert title(asked) == "Harbour Union"


@pytest.mark.parametrize(
    "asked",
    [
        "Wakanda",
        "Air France",
        "Bank of France",
        "Acme France Holding",
        {"company_name": "Acme France Holding"},
        {"company_name": "Unknown", "country": "France"},
        {"market": "electric buses", "region": "France"},
        {"state": "France", "country": "Texas"},
        "Lyon, France",
        "France, Lyon",
        "France Mobile",
        "France sandwich",
        "A Brief History of France",
        "1 Rue du Port, Lyon, France",
        "FRANCE: LVMH",
        "https://www.example.com/france",
        "what does it say about hu men",
        "",
        "🙂",
        {},
        {"country": None, "flags": True},
    ],
)
def test_what_only_contains_a_name_leads_nowhere(asked: str | dict) -> None:
    assert title(asked) == ""


def test_a_countrys_abbreviation_counts_in_any_case_but_as_a_pronoun() -> None:
    add([page("Freedonia", {"": ["A country."]}, aliases=("FDA", "US"))], name="More")
    assert title("what's the capital of fda") == "Freedonia"
    assert title("tell us the capital") == ""


def test_a_company_is_asked_about_before_its_country() -> None:
    assert title({"country": "France", "name": "Harbour Union"}) == "Harbour Union"


def test_name_and_site_that_disagree_are_told() -> None:
    subject = subject_of({"country": "France", "website": "harbour.example"})
    assert [page.title for page in subject.pages] == ["Harbour Union"]
    assert "lead to different pages" in subject.notes[0]
    assert not subject.certain


@pytest.mark.parametrize(
    ("asked", "year"),
    [
        ("GDP 2023 of France", 2023),
        ({"country": "France", "year": 2023}, 2023),
        ({"country": "France", "fiscal_year": "2021"}, 2021),
        ("GDP of France", None),
        ("France in 12023", None),
    ],
)
def test_the_year_that_is_asked_for_is_kept(asked: str | dict, year: int | None) -> None:
    assert subject_of(asked).year == year


def test_a_year_inside_the_name_is_not_asked_for() -> None:
    add([page("1973 oil crisis", {"": ["It began in October."]}, kind="page")], name="More")
    assert (title("the 1973 oil crisis"), subject_of("the 1973 oil crisis").year) == ("1973 oil crisis", None)


def test_an_ambiguous_name_is_decided_by_a_hint() -> None:
    add([page("France", {"": ["A record label."]}, kind="organisation", path="/b/")], name="More")
    assert subject_of("France", wording="the founding date of the company").pages[0].kind == "organisation"
    assert subject_of({"country": "France"}).pages[0].kind == "country"


def test_an_ambiguous_name_without_a_hint_is_told() -> None:
    add([page("France", {"": ["A record label."]}, kind="organisation", path="/b/")], name="More")
    subject = subject_of("France")
    assert not subject.certain
    assert "it also names the country France" in subject.notes[0]


def test_pages_of_one_kind_under_one_name_are_read_together() -> None:
    add([page("France", {"": ["Another page."]}, path="/b/")], name="More")
    assert title("France") == "France, France"


def test_a_second_subject_is_told() -> None:
    add([page("Germany", {"": ["A country."]})], name="More")
    subject = subject_of("compare France and Germany")
    assert [page.title for page in subject.pages] == ["France"]
    assert "also names “Germany”" in subject.notes[0]


def test_a_question_without_a_subject_is_about_the_one_before() -> None:
    subject = subject_of(
        "And what is its population, roughly?", earlier=["Hello", "What is the capital of France?"]
    )
    assert [page.title for page in subject.pages] == ["France"]
    assert "population" in subject.question


def test_an_input_of_the_greatest_length_is_read() -> None:
    assert title("France " + "word " * 5000) == "France"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Wakandan exports", "Wakanda"),
        ("the size of the Wakandan economy", "Wakanda"),
        ("Wakandan exports to France", "Wakanda"),
        ("Wakandan", ""),
        ("Wakandan speakers", ""),
        ("wakandan exports", ""),
        ("Wakandan Airlines", ""),
        ({"language": "Wakandan"}, ""),
    ],
)
def test_an_adjective_names_the_country_beside_what_is_asked_of_it(asked: str | dict, found: str) -> None:
    add([page("Wakanda", {"": [("Nationality - adjective", "Wakandan")]})], name="More")
    assert title(asked) == found


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        ("Frence", "it was read as France"),
        ({"country": "Frence"}, "it was read as France"),
        ("harbour-union.com", "whose name it bears"),
        ({"website": "https://www.harbour-union.com/"}, "whose name it bears"),
    ],
)
def test_what_only_comes_close_is_told_and_never_certain(asked: str | dict, note: str) -> None:
    subject = subject_of(asked)
    assert len(subject.pages) == 1
    assert note in subject.notes[0]
    assert not subject.certain


def test_a_name_ends_with_its_line() -> None:
    assert title("Country: France\nNeeded: capital, currency") == "France"


@pytest.mark.parametrize(
    ("asked", "party"),
    [
        ("Backend developer at Harbour Union", True),
        ("Who works at Harbour Union?", False),
        ("Employees at Harbour Union", False),
        ({"job_title": "Cook", "employer": "Harbour Union"}, True),
        ({"company": "Harbour Union"}, False),
    ],
)
def test_a_job_is_not_its_employer(asked: str | dict, party: bool) -> None:
    assert subject_of(asked).party is party


def test_a_question_about_two_subjects_holds_neither_name() -> None:
    add([page("Germany", {"": ["A country."]})], name="More")
    subject = subject_of("Compare the population of France and Germany")
    assert (subject.question, len(subject.others), subject.certain) == (
        "Compare the population of and",
        1,
        False,
    )


@pytest.mark.parametrize(
    ("asked", "others", "related"),
    [
        ("France and Germany", 1, False),
        ("the GDP of France, Germany", 1, False),
        ("Exports of France to Germany", 0, True),
        ("France", 0, False),
    ],
)
def test_two_subjects_stand_side_by_side_or_in_relation(asked: str, others: int, related: bool) -> None:
    add([page("Germany", {"": ["A country."]})], name="More")
    subject = subject_of(asked)
    assert (len(subject.others), subject.related) == (others, related)
