"""Cutting quotes to a budget."""

import pytest

from engine.excerpts import quoted, within
from engine.ranking import fused

TEXT = "One is first. Two follows it. Three has gold in it.\nFour: 4\nFive ends it."


def cut(most: int, *wanted: str) -> str:
    start, end = within(TEXT, 0, len(TEXT), wanted=frozenset(wanted), most=most)
    return TEXT[start:end]


def test_what_fits_stays_whole() -> None:
    assert cut(200) == TEXT


def test_whole_sentences_are_kept_from_the_beginning() -> None:
    assert cut(32) == "One is first. Two follows it."


def test_it_is_cut_around_the_sentence_that_is_wanted() -> None:
    assert cut(32, "gold") == "Three has gold in it.\nFour: 4"


def test_a_sentence_longer_than_the_budget_is_cut_off() -> None:
    assert cut(5) == "One i"


def test_slices_that_overlap_are_quoted_once() -> None:
    assert quoted(TEXT, [(0, 13), (4, 29), (14, 29)], wanted=frozenset(), most=500) == (
        "One is first.",
        "Two follows it.",
    )


@pytest.mark.parametrize("most", range(0, 80, 7))
def test_the_budget_is_kept(most: int) -> None:
    excerpts = quoted(TEXT, [(30, 51), (0, 29), (52, len(TEXT))], wanted=frozenset({"two"}), most=most)
    assert sum(map(len, excerpts)) <= most
    assert all(excerpt in TEXT for excerpt in excerpts)


def test_what_several_rankings_hold_comes_first() -> None:
    assert fused([["a", "b", "c"], ["d", "b"], ["b", "c"]]) == ["b", "c", "a", "d"]


def test_equals_stay_in_the_order_in_which_they_were_seen() -> None:
    assert fused([["x"], ["a"]]) == ["x", "a"]
