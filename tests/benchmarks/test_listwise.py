"""The choice that is fitted question by question."""

import pytest

pytest.importorskip("numpy", reason="it comes with the reader level")

from random import Random

from benchmarks.listwise import fit

FEATURES = ("signal", "level", "noise")


def made(chance: Random, right: int) -> list[dict[str, float]]:
    """Candidates of which the right one has the most signal; the level is the question's and says nothing."""
    level = chance.uniform(-9, 9)
    return [
        {
            "signal": level + (1.0 if at == right else chance.uniform(-1, 0.8)),
            "level": level,
            "noise": chance.random(),
        }
        for at in range(5)
    ]


def test_what_only_tells_questions_apart_does_not_count() -> None:
    chance = Random(5)
    questions = [(made(chance, at % 5), [place == at % 5 for place in range(5)]) for at in range(80)]
    model = fit(questions, FEATURES, penalty=1.0)
    signal, level, _ = model.weights
    assert signal > 1
    assert level == pytest.approx(0, abs=1e-6)
    taken = [max(range(5), key=lambda place: model.score(found[place])) for found, _ in questions]
    assert sum(right[place] for place, (_, right) in zip(taken, questions, strict=True)) >= 75


def test_of_several_right_ones_any_will_do() -> None:
    """Two right candidates that have nothing in common with each other: the weights go to what both have."""
    found = [
        {"signal": 1.0, "level": 3.0, "noise": 0.0},
        {"signal": 1.0, "level": -3.0, "noise": 0.0},
        {"signal": 0.0, "level": 0.0, "noise": 0.0},
    ]
    model = fit([(found, [True, True, False])] * 20, FEATURES, penalty=1.0)
    assert model.score(found[0]) == pytest.approx(model.score(found[1]))
    assert model.score(found[0]) > model.score(found[2])


def test_questions_without_a_right_candidate_teach_nothing() -> None:
    chance = Random(7)
    questions = [(made(chance, 0), [True, *[False] * 4]) for _ in range(30)]
    lost = [(made(chance, 0), [False] * 5) for _ in range(30)]
    assert fit(questions + lost, FEATURES, 1.0) == fit(questions, FEATURES, 1.0)
