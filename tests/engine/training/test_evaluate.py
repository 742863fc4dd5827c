import pytest

from engine.neural import adapter
from engine.training import evaluate
from engine.training.squad import Question

CONTEXT = "The Harbour Union was founded on 24 October 1945 in Rotterdam by Mary Kingsley."


@pytest.mark.parametrize(
    ("given", "right", "f1"),
    [
        ("the 1973 crisis", "1973 Crisis!", 1.0),
        ("in October 1973", "October 1973", 0.8),
        ("Rome", "Paris", 0.0),
        ("", "the", 1.0),
    ],
)
def test_f1_is_that_of_the_words_without_marks_and_articles(given: str, right: str, f1: float) -> None:
    assert evaluate.f1(given, right) == pytest.approx(f1)


def test_auc_is_how_often_the_right_ones_are_above() -> None:
    assert evaluate.auc([3.0, 1.0], [2.0, 0.0]) == 0.75


def test_a_report_tells_how_well_an_adapter_reads() -> None:
    asked = [
        Question("1", "", CONTEXT, "Who founded the Harbour Union?", ("Mary Kingsley", "Kingsley")),
        Question("2", "", CONTEXT, "Where was the Harbour Union founded?", ("Hamburg",)),
        Question("3", "", CONTEXT, "How many eggs does a swan lay?", ()),
    ]
    said = evaluate.report(asked, adapter.FILE.read_bytes(), small=True)
    assert said.startswith("2 questions that their paragraph answers: EM 0.500, F1 0.500. 1 that it doesn't")
