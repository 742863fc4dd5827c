from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from engine.neural import read

HARBOUR = (
    "The Harbour Union is an organisation of 37 seaports. It was founded on 24 October 1945 in Rotterdam "
    "by Mary Kingsley. Its budget comes from its members."
)
GARDEN = "Tulips flower in spring. They grow from bulbs, which are planted in autumn."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the Harbour Union founded?", "24 October 1945"),
        ("Who founded the Harbour Union?", "Mary Kingsley"),
        ("Where was the Harbour Union founded?", "Rotterdam"),
    ],
)
def test_the_best_span_answers(question: str, answer: str) -> None:
    ((best, *_),) = read(question, [HARBOUR])
    assert HARBOUR[best.start : best.end] == answer
    assert best.score > best.null_score


def test_a_passage_about_something_else_is_likely_none() -> None:
    (right, *_), (wrong, *_) = read("Who founded the Harbour Union?", [HARBOUR, GARDEN])
    assert wrong.score < wrong.null_score
    assert right.score - right.null_score > wrong.score - wrong.null_score


def test_spans_are_apart_and_the_best_comes_first() -> None:
    (spans,) = read("When and where was the Harbour Union founded?", [HARBOUR], most=5)
    assert len(spans) == 5
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
    by_place = sorted(spans, key=lambda span: span.start)
    assert all(before.end <= after.start for before, after in pairwise(by_place))
    assert all(span.score <= 0 and span.null_score <= 0 for span in spans)


def test_an_answer_far_down_a_long_passage_is_found() -> None:
    passage = f"{GARDEN * 40} {HARBOUR} {GARDEN * 10}"
    ((best, *_),) = read("Who founded the Harbour Union?", [passage])
    assert passage[best.start : best.end] == "Mary Kingsley"


def test_what_holds_no_word_has_no_spans() -> None:
    assert read("Who?", []) == []
    assert read("Who?", ["", "   "]) == [[], []]
    ((best, *_),) = read("", ["One"])
    assert (best.start, best.end) == (0, 3)


def test_threads_read_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: read("Who founded it?", [HARBOUR, GARDEN]), range(8)))
    assert all(one == found[0] for one in found)
