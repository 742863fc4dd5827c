"""Text output."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import add, page

Ask = Callable[..., Output]
DATE = "The founding date of the company in the format MM-YYYY"
OPENING = "France is a country in Western Europe. Its capital is Paris; about 68.5 million people live there."


def said(ask: Ask, about: str | dict, description: str | None = None, **more: object) -> str:
    spec = {"output_schema": description} if description is not None else None
    return ask(about, task_spec=spec, **more).content


@pytest.mark.parametrize(
    ("about", "description", "text"),
    [
        ("Harbour Union", DATE, "10-1945"),
        ("What is the capital of France?", None, "Paris"),
        ("What is the capital of France?", "", "Paris"),
        ({"question": "How many people live in France?"}, None, "68,512,806 (2025 est.)"),
        ("GDP 2024 of France", None, "$3.162 trillion (2024 est.)"),
        ("France", None, OPENING),
        ("Tell me about France", "A short report", OPENING),
    ],
)
def test_a_question_is_answered(ask: Ask, about: str | dict, description: str | None, text: str) -> None:
    assert said(ask, about, description) == text


def test_a_sentence_is_quoted_where_one_is_asked_for(ask: Ask) -> None:
    sentence = "Its capital is Paris; about 68.5 million people live there."
    assert said(ask, "What is the capital of France?", "One short sentence") == sentence
    assert said(ask, "What is the capital of France?", "The capital city, as one short sentence") == sentence


def test_several_questions_are_answered_line_by_line(ask: Ask) -> None:
    assert said(ask, "capital, mascot, GDP and top exports of France").splitlines() == [
        "Capital: Paris",
        "Mascot: not found",
        "GDP: $3.162 trillion (2024 est.)",
        "Top exports: aircraft, cars, packaged medicine, gas turbines",
    ]


def test_there_is_one_basis_entry_with_the_evidence(ask: Ask) -> None:
    output = ask("capital and population of France")
    (entry,) = output.basis
    assert (output.type, entry.field, entry.found) == ("text", "output", True)
    assert [excerpt.text for excerpt in entry.citations[0].excerpts] == [
        "Population: 68,512,806 (2025 est.)",
        "Capital: Paris",
    ]


def test_an_open_question_is_answered_with_quoted_sentences(ask: Ask) -> None:
    sentence = "The great fire of Lindow destroyed the wooden bridge in 1641."
    add([page("Lindow", {"History": [f"Lindow lies on a lake. {sentence}"]}, kind="page")], name="More")
    output = ask("Which year did the great fire destroy the wooden bridge?")
    assert output.content == sentence
    assert output.basis[0].citations[0].title == "Lindow"


@pytest.mark.parametrize(
    "about",
    [
        "What is the capital of Wakanda?",
        "Who painted the ceiling of the Sistine Chapel?",
        "GDP 1999 of France",
        "asdf qwer zxcv",
        "",
        "?!",
    ],
)
def test_what_no_page_answers_is_said_so(ask: Ask, about: str) -> None:
    output = ask(about)
    assert output.content.startswith("Nothing in the indexed sources answers this")
    assert (output.basis[0].found, output.basis[0].confidence, output.basis[0].citations) == (
        False,
        "low",
        (),
    )


def test_a_description_that_asks_for_something_else_is_not_answered_with_the_opening(ask: Ask) -> None:
    assert said(ask, "France", "The tallest building in the country").startswith(
        "Nothing in the indexed sources"
    )
