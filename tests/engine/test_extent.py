"""How much of its sentence is given as the answer."""

from types import SimpleNamespace

import pytest

from engine.calibration import Trees
from engine.candidates import Asked, Candidate, Found
from engine.extent import FEATURES, Choices, answer_text, text_of
from engine.judging import Judged

FEVER = "The fever is marked by severe joint pain, contorting its victims into unusual postures [6, 7]."
ASKED = Asked("What is the fever marked by?")


def best(text: str, words: str, before: str = "") -> Judged:
    """The reader's choice of these words in a sentence of a page."""
    page = SimpleNamespace(id=1, url="/fevers/", title="Fevers", text=f"{before}{text} Another sentence.")
    at = page.text.index(words, len(before))
    found = Found(page, 0, len(page.text), 0, 1.0, 0.5, (), frozenset())
    quoted = ((len(before), len(before) + len(text)),)
    return Judged(Candidate(found, at, at + len(words), quoted, -0.5, -9.0), {}, 1.0, 0.6, "medium")


def rest(question: str, text: str, words: str) -> str:
    chosen = best(text, words)
    return text_of(chosen, Choices(Asked(question), chosen).rest)


def expects(monkeypatch: pytest.MonkeyPatch, **gains: float) -> None:
    """Have more of the sentence match so much better, whatever is asked."""
    trees = {name: Trees(("span",), (), gain) for name, gain in gains.items()}
    monkeypatch.setattr("engine.extent.extents", lambda: trees)


def test_the_rest_is_what_the_question_does_not_say() -> None:
    told = "severe joint pain, contorting its victims into unusual postures"
    assert rest("What is the fever marked by?", FEVER, "joint pain") == told


def test_it_ends_where_the_question_is_spoken_of_again() -> None:
    text = "In 1641 the large wooden bridge of the old town burnt down."
    assert rest("Which town's bridge burnt?", text, "wooden") == "In 1641 the large wooden"


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("The fever was due to flies that are near water.", "flies", "due to flies that are near water"),
        ("The fever is the disease which it was.", "disease", "the disease"),
        ("The fever rose to 40.5 °C (in 80 of 90 cases).", "40.5", "rose to 40.5 °C (in 80 of 90 cases)"),
        ("The fever killed 12%, it is said of it.", "12", "killed 12%, it is said"),
        ("The fever was what it was.", "what it was", "what it was"),
    ],
)  # fmt: skip
def test_link_words_at_its_edges_are_left_out(text: str, words: str, told: str) -> None:
    assert rest("What about the fever?", text, words) == told


def test_the_numbers_of_references_are_not_given() -> None:
    text = "The fever begins with pain [12] and chills [3–5]."
    assert rest("How does the fever begin?", text, "pain") == "with pain and chills"


@pytest.mark.parametrize("interval", ["[0, 1]", "[1, 2]"])
def test_what_the_reader_marks_is_no_reference(interval: str) -> None:
    text = f"The fever is limited to the interval {interval}."
    assert rest("What is the fever limited by?", text, interval) == f"to the interval {interval}"


def test_to_the_end_of_the_sentence_it_goes_past_words_of_the_question() -> None:
    text = "The fever begins with pain before the fever itself is felt."
    chosen = best(text, "pain")
    choices = Choices(Asked("How does the fever begin?"), chosen)
    assert text_of(chosen, choices.rest) == "with pain before"
    assert text_of(chosen, choices.end) == "with pain before the fever itself is felt"


def test_places_are_those_in_the_page() -> None:
    chosen = best(FEVER, "joint pain", before="Fevers. ")
    start, end = Choices(ASKED, chosen).places()["rest"]
    assert chosen.candidate.found.page.text[start:end].startswith("severe joint pain")


def test_the_readers_words_are_given_unless_more_is_expected_to_match_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expects(monkeypatch, rest=0.03, end=-0.1)
    assert answer_text(ASKED, best(FEVER, "joint pain")) == "joint pain"
    expects(monkeypatch, rest=0.1, end=0.05)
    assert answer_text(ASKED, best(FEVER, "joint pain")).endswith("unusual postures")


def test_without_anything_measured_the_readers_words_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    expects(monkeypatch)
    assert answer_text(ASKED, best(FEVER, "joint pain")) == "joint pain"


def test_every_feature_is_a_number() -> None:
    features = Choices(ASKED, best(FEVER, "joint pain")).features()
    assert tuple(features) == FEATURES
    assert features["rest_long"] == 9
    assert features["references"] > 0
    assert features["at_end"] == 0
    assert all(isinstance(value, float | int) for value in features.values())
