"""How answers and confidences are scored."""

import pytest

from benchmarks.scores import auc, bins, ece, exact, f1, holds, normal


def test_case_marks_articles_and_spacing_do_not_count() -> None:
    assert normal("  The  Wooden-Bridge, a. ") == "woodenbridge"
    assert exact("the wooden bridge.", ["Wooden bridge"])
    assert not exact("bridge", ["wooden bridge"])


def test_f1_is_the_best_overlap_in_words() -> None:
    assert f1("stone bridge", ["wooden bridge", "a stone bridge"]) == 1.0
    assert f1("stone bridge", ["wooden bridge"]) == pytest.approx(0.5)
    assert f1("lake", ["wooden bridge"]) == 0.0
    assert f1("", ["wooden bridge"]) == 0.0


def test_a_quote_holds_an_answer_only_as_whole_words() -> None:
    assert holds("It burnt in 1641.", ["1641"])
    assert not holds("It burnt in 1641.", ["164", ""])


def test_the_area_under_the_curve_counts_pairs_in_order() -> None:
    assert auc([0.9, 0.8, 0.1], [True, True, False]) == 1.0
    assert auc([0.1, 0.9], [True, False]) == 0.0
    assert auc([0.5, 0.5, 0.5, 0.5], [True, False, True, False]) == 0.5


def test_what_is_right_as_often_as_predicted_has_no_error() -> None:
    table = bins([0.75] * 4 + [1.0], [True, True, True, False, True])
    assert [row["n"] for row in table] == [4, 1]
    assert ece(table) == 0.0
    assert ece(bins([0.9] * 2, [False, False])) == pytest.approx(0.9)
