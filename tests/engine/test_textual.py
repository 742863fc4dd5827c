"""Text output."""

from collections.abc import Callable

import pytest

from engine.document import Block, Document
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


def test_an_open_question_is_answered_out_of_a_sentence_that_is_cited(ask: Ask) -> None:
    sentence = "The great fire of Lindow destroyed the wooden bridge in 1641."
    add([page("Lindow", {"History": [f"Lindow lies on a lake. {sentence}"]}, kind="page")], name="More")
    output = ask("Which year did the great fire destroy the wooden bridge?")
    (citation,) = output.basis[0].citations
    assert "1641" in output.content
    assert (citation.title, [excerpt.text for excerpt in citation.excerpts]) == ("Lindow", [sentence])


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


def test_two_subjects_are_answered_line_by_line(ask: Ask) -> None:
    add([page("Germany", {"": [("Population", "84,012,284 (2025 est.)")]})], name="More")
    assert said(ask, "Compare the population of France and Germany").splitlines() == [
        "France: 68,512,806 (2025 est.)",
        "Germany: 84,012,284 (2025 est.)",
    ]


def test_a_question_for_yes_or_no_is_answered_with_the_line_that_decides_it(ask: Ask) -> None:
    output = ask("Is Spain a border country of France?")
    assert output.content == "Border countries: Belgium 556 km; Germany 418 km; Spain 646 km"
    assert output.basis[0].confidence == "medium"


def test_a_question_for_one_thing_is_not_answered_with_the_opening(ask: Ask) -> None:
    assert said(ask, "How many countries are in France?").startswith("Nothing in the indexed sources")
    assert said(ask, "How does France work?") == OPENING


def test_a_description_of_two_things_is_answered_line_by_line(ask: Ask) -> None:
    assert said(ask, "France", "Capital and population").splitlines() == [
        "Capital: Paris",
        "Population: 68,512,806 (2025 est.)",
    ]


def test_an_overview_of_one_section_is_not_the_opening(ask: Ask) -> None:
    assert said(ask, "France", "A short overview of the country") == OPENING
    assert said(ask, "France", "A short overview of the economy") != OPENING


def test_a_sentence_that_leads_to_a_code_sample_is_quoted_with_it(ask: Ask) -> None:
    made = Document(
        path="/library/tidewater/",
        title="tidewater",
        kind="package",
        blocks=(
            Block("paragraph", "To install it with tide tables:"),
            Block("code", "pip install tidewater[t]"),
        ),
        source="The test",
    )
    add([made], name="More")
    asked = "How do I install tidewater with tide tables?"
    assert said(ask, asked) == "To install it with tide tables:\npip install tidewater[t]"


def test_what_another_page_says_in_passing_is_less_sure(ask: Ask) -> None:
    told = "Lindow borrows from France. Its great golden mascot is a rooster."
    add([page("Lindow", {"": [told]}, kind="page")], name="More")
    entry = ask("Which great golden mascot has France?").basis[0]
    assert (entry.found, entry.confidence) == (True, "low")


def test_what_one_subject_is_to_another_is_not_what_it_is_alone(ask: Ask) -> None:
    add([page("Germany", {"": [("Exports", "$1.9 trillion (2024 est.)")]})], name="More")
    assert said(ask, "Exports of France to Germany").startswith("Nothing in the indexed sources")


def test_a_figure_in_a_question_has_to_occur(ask: Ask) -> None:
    told = "The great fire of Lindow destroyed the wooden bridge in 1641."
    add([page("Lindow", {"": [told]}, kind="page")], name="More")
    assert said(ask, "Did the great fire of 1641 destroy the wooden bridge?") == told
    assert said(ask, "Did the great fire of 1766 destroy the wooden bridge?") != told


@pytest.mark.parametrize(
    "described",
    [
        "",
        "The answer to the question",
        "The direct answer to the question",
        "A short, factual reply",
        "Final answer",
    ],
)
@pytest.mark.parametrize("question", ["What is the capital of France?", "What does France do?"])
def test_however_an_answer_is_described_it_answers_the_question(
    ask: Ask, described: str, question: str
) -> None:
    said = ask(question, {"answer": {"type": "string", "description": described}}).content["answer"]
    assert said.startswith(("Paris", "France is a country"))


def test_an_answer_that_is_described_as_a_thing_is_that_thing(ask: Ask) -> None:
    answer = {"type": "string", "description": "The capital of the country"}
    assert ask("What does France do?", {"answer": answer}).content == {"answer": "Paris"}
