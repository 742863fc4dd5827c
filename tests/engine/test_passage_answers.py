"""Answers to open questions, at the level of sentences and with a reader."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from engine import neural
from engine.calibration import Trees, calibration
from engine.neural import Span
from engine.output import Output
from tests.engine.conftest import add, page

Ask = Callable[..., Output]
FIRE = "The great fire of Lindow destroyed the wooden bridge in 1641."
ASKED = "When did the great fire destroy the wooden bridge?"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put in a reader that sees these texts as answers, each as likely as told, in every passage."""

    def reads(**likely: float) -> None:
        def read(question: str, passages: Sequence[str], *, most: int = 3) -> list[list[Span]]:
            return [
                [
                    Span(passage.index(text), passage.index(text) + len(text), score, -8.0 - score)
                    for text, score in likely.items()
                    if text in passage
                ]
                for passage in passages
            ]

        monkeypatch.setattr(neural, "read", read)
        monkeypatch.setattr(neural, "available", lambda: True)

    return reads


@pytest.fixture(autouse=True)
def _lindow(library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural, "available", lambda: False)
    add([page("Lindow", {"History": [f"Lindow lies on a lake. {FIRE}"]}, kind="page")], name="More")


def test_without_a_reader_the_sentence_is_quoted(ask: Ask) -> None:
    output = ask(ASKED)
    assert output.content == FIRE
    assert 0 < output.basis[0].probability < 1


def test_a_reader_answers_with_the_words_and_proves_them_with_their_sentence(
    ask: Ask, reads: Callable
) -> None:
    reads(**{"1641": -0.05})
    output = ask(ASKED)
    assert output.content == "1641"
    assert [excerpt.text for excerpt in output.basis[0].citations[0].excerpts] == [FIRE]
    assert output.basis[0].reasoning == f"The page Lindow says: “{FIRE}”"


def test_whoever_asks_for_a_sentence_is_given_one(ask: Ask, reads: Callable) -> None:
    reads(**{"1641": -0.05})
    assert ask(ASKED, task_spec={"output_schema": "One sentence"}).content == FIRE


def test_what_asks_why_is_answered_with_the_words_that_say_it(ask: Ask, reads: Callable) -> None:
    told = "The wooden bridge burnt because the great fire reached the lake."
    add([page("Bridges", {"": [told]}, kind="page")], name="Other")
    reads(**{"because the great fire reached the lake": -0.05})
    output = ask("Why did the wooden bridge burn?")
    assert output.content == "because the great fire reached the lake"
    assert told in output.basis[0].reasoning


def test_what_asks_for_yes_or_no_is_answered_with_the_sentence(ask: Ask, reads: Callable) -> None:
    reads(**{"1641": -0.05})
    assert ask("Did the great fire destroy the wooden bridge in 1641?").content == FIRE


def test_what_another_passage_says_too_is_counted_and_cited(ask: Ask, reads: Callable) -> None:
    other = page("Fires", {"": [FIRE]}, kind="page", path="https://fires.example/")
    alone = ask(ASKED).basis[0].probability
    add([other], name="Other")
    reads(**{"1641": -0.05})
    entry = ask(ASKED).basis[0]
    assert {citation.url for citation in entry.citations} == {"/library/lindow/", "https://fires.example/"}
    assert "Another passage says it too." in entry.reasoning
    assert alone is not None


def test_what_the_reader_thinks_as_likely_is_told_beside_the_answer(ask: Ask, reads: Callable) -> None:
    other = page("Fires", {"": ["The great fire destroyed the wooden bridge in 1650."]}, kind="page")
    add([other], name="Other")
    reads(**{"1641": -0.05, "1650": -0.06})
    assert "1650" in ask(ASKED).basis[0].reasoning or "1641" in ask(ASKED).basis[0].reasoning


def test_what_the_reader_holds_for_unlikely_is_no_answer(
    ask: Ask, reads: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = replace(calibration("reader"), bands=(("low", 0.5),))
    monkeypatch.setattr("engine.judging.calibration", lambda level: strict)
    reads(**{"lake": -9.0})
    output = ask(ASKED)
    assert output.content.startswith("Nothing in the indexed sources")
    assert not output.basis[0].found
    assert output.basis[0].probability < 0.25


def test_a_passage_without_the_year_that_is_asked_for_is_not_read(ask: Ask, reads: Callable) -> None:
    reads(**{"wooden bridge": -0.05})
    assert not ask("What did the great fire of 1766 destroy?").basis[0].found


@pytest.mark.parametrize("field", [{"type": "integer"}, {"type": ["number", "null"]}])
def test_a_number_is_answered_as_a_number(ask: Ask, field: dict) -> None:
    assert ask(ASKED, {"answer": field}).content == {"answer": 1641}


def test_an_answer_without_the_number_that_is_asked_for_is_a_blank(ask: Ask) -> None:
    output = ask(
        "Which lake do the people of the old town lie beside?", {"answer": {"type": ["number", "null"]}}
    )
    assert output.content == {"answer": None}
    assert not output.basis[0].found


def test_who_asks_for_a_number_is_read_the_readers_words_alone(
    ask: Ask, reads: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "The ferry's price rose from 12 a week to 40 crowns."
    add([page("Ferry", {"": [told]}, kind="page")], name="Other")
    more = {"rest": Trees(("span",), (), 1.0)}
    monkeypatch.setattr("engine.extent.extents", lambda: more)
    reads(**{"40": -0.05})
    question = "To how many crowns did the ferry's price rise?"
    assert ask(question).content == "rose from 12 a week to 40"
    field = {"type": "object", "properties": {"answer": {"type": "integer"}}}
    schema = {"output_schema": {"type": "json", "json_schema": field}}
    assert ask(question, task_spec=schema).content == {"answer": 40}
