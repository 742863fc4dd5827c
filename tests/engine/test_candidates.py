"""Places that may answer a question."""

import pytest

from engine.candidates import Asked, Candidate, around, by_sentences, passages_of
from engine.features import agreement, features
from engine.library import Library
from engine.policy import SourcePolicy
from engine.rarity import rarity
from engine.words import words
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("db")
FIRE = "The great fire of Lindow destroyed the wooden bridge in 1641."
BRIDGE = "A stone bridge replaced the wooden bridge."


def passages(question: str) -> list:
    library = Library([SCOPE], SourcePolicy())
    return passages_of([(library.open(hit), hit) for hit in library.search(words(question), limit=4)])


def candidates(question: str) -> list[Candidate]:
    return list(by_sentences(Asked(question), passages(question)))


@pytest.fixture(autouse=True)
def _lindow() -> None:
    facts = [("Founded", "1230"), ("Bridge", "of stone")]
    add([page("Lindow", {"History": [f"It lies on a lake. {FIRE} {BRIDGE}"], "Facts": facts}, kind="page")])


def test_a_sentence_that_shares_a_telling_word_is_one() -> None:
    assert [one.text for one in candidates("What replaced the bridge?")] == [FIRE, BRIDGE]


def test_a_question_for_a_date_wants_a_sentence_with_one() -> None:
    assert [one.text for one in candidates("When did the bridge burn?")] == [FIRE]


def test_words_that_a_question_only_names_its_subject_with_are_not_telling() -> None:
    asked = Asked("What is the tallest tower of Lindow?", frozenset({"lindow"}))
    assert not list(by_sentences(asked, passages("Lindow tower")))


def test_a_place_is_quoted_with_the_sentence_or_the_line_around_it() -> None:
    (found,) = passages("bridge wooden lake")[:1]
    at = found.page.text.index("wooden")
    ((start, end),) = around(found, at, at + 6)
    assert found.page.text[start:end] == FIRE
    fact = found.page.text.index("of stone")
    ((start, end),) = around(found, fact, fact + 8)
    assert found.page.text[start:end] == "Bridge: of stone"


def test_what_says_more_of_the_question_has_the_greater_shares() -> None:
    question = "Which year did the great fire destroy the wooden bridge?"
    asked, found = Asked(question), passages(question)
    weights = rarity(question)
    fire, bridge = (
        features(asked, one, weights, weights) for one in by_sentences(Asked("wooden bridge"), found)
    )
    assert fire["in_sentence"] > bridge["in_sentence"]
    assert (fire["suits"], bridge["suits"]) == (1.0, 0.0)
    assert fire["in_passage"] == bridge["in_passage"]


def test_another_passage_and_another_host_that_say_the_same_are_counted() -> None:
    other = page("Fires", {"": [FIRE]}, kind="page", path="https://fires.example/")
    add([other], name="More")
    found = candidates("What did the great fire of 1641 destroy?")
    same = [one for one in found if one.text == FIRE]
    assert len(same) == 2
    assert agreement(same[0], found)["hosts_agree"] > 0
    assert agreement(same[0], [same[0]]) == {"passages_agree": 0.0, "hosts_agree": 0.0}
