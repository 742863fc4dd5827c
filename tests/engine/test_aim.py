"""Questions that name another subject than the input."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import add, page

Ask = Callable[..., Output]


def country(name: str, **facts: str) -> object:
    said = {"Capital": f"{name} City", "Population": f"{len(name)},000,000 (2025 est.)"} | facts
    return page(name, {"Facts": list(said.items())}, path=f"/{name}/")


@pytest.fixture(autouse=True)
def countries(library: None) -> None:
    add([country("Borduria"), country("Syldavia", Imports="$5 billion"), country("World")], name="Countries")
    firms = [("Bordomatic", "Szohod"), ("Klow Works", "Klow")]
    add(
        [
            page(name, {"Facts": [("Headquarters", town), ("Founded", "1938")]}, kind="organisation")
            for name, town in firms
        ],
        name="Firms",
    )


def text(ask: Ask, about: str, question: str) -> tuple[object, str]:
    output = ask(about, task_spec={"output_schema": question})
    return output.content, output.basis[0].confidence


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("capital of Borduria", "Borduria City"),
        ("The capital of Borduria and Borduria's flag", "Borduria City"),
        ("What is the population of Borduria?", "8,000,000 (2025 est.)"),
        ("Borduria's capital", "Borduria City"),
        ("How many people live in Borduria?", "8,000,000 (2025 est.)"),
    ],
)
def test_the_questions_subject_wins_and_is_never_sure(ask: Ask, question: str, answer: str) -> None:
    assert text(ask, "Syldavia", question) == (answer, "medium")


def test_a_warning_names_both_subjects(ask: Ask) -> None:
    output = ask("Syldavia", {"capital": {"type": "string", "description": "The capital of Borduria"}})
    note = "“Borduria” is what the question is about; the input names “Syldavia”."
    assert (output.content, output.warnings[0].message) == ({"capital": "Borduria City"}, note)
    assert note in output.basis[0].reasoning


@pytest.mark.parametrize(
    ("about", "question"),
    [("Bordomatic", "Headquarters of Klow Works"), ("Bordomatic", "Where Klow Works is based")],
)
def test_it_holds_for_companies(ask: Ask, about: str, question: str) -> None:
    field = {"headquarters": {"type": "string", "description": question}}
    assert ask(about, field).content == {"headquarters": "Klow"}


@pytest.mark.parametrize("question", ["Imports from Borduria", "Imports of Syldavia from Borduria"])
def test_what_stands_between_two_is_not_surely_answered_by_one(ask: Ask, question: str) -> None:
    output = ask("Syldavia", {"imports": {"type": "string", "description": question}})
    assert (output.content["imports"], output.basis[0].confidence) == ("$5 billion", "medium")
    assert "about “Syldavia” alone" in output.warnings[0].message


@pytest.mark.parametrize(
    "question",
    [
        "The capital",
        "Capital of the country",
        "Capital city, e.g. 'Borduria City' of Borduria",
        "Capital city, like the capital of Borduria",
        "The capital in Borduria notation",
        "The capital. That of Borduria has another form",
        "The greatest capital in the World",
        "Capital of Syldavia",
        "Capital as the seat in France's records of it",
        "The capital, named by Bordomatic",
    ],
)
def test_other_names_in_a_description_change_nothing(ask: Ask, question: str) -> None:
    output = ask("Syldavia", {"capital": {"type": "string", "description": question}})
    assert (output.content["capital"], output.basis[0].confidence) == ("Syldavia City", "high")


def test_an_unknown_input_is_not_exchanged_for_a_place_in_the_question(ask: Ask) -> None:
    field = {"people": {"type": ["string", "null"], "description": "Number of people in Borduria"}}
    assert ask("Acme Widgets", field).content == {"people": None}


@pytest.mark.parametrize("about", ["", "  ", "😀", "???", "..."])
def test_an_input_without_a_word_is_answered_by_no_passage(ask: Ask, about: str) -> None:
    add([page("Capital Corner", {"": ["The capital corner is a shop."]}, kind="organisation")], name="More")
    content, _ = text(ask, about, "The capital")
    assert content.startswith("Nothing in the indexed sources answers this")


def test_an_empty_input_leaves_the_question_to_name_its_subject(ask: Ask) -> None:
    assert text(ask, "", "What is the capital of Borduria?") == ("Borduria City", "high")
