"""How much of a sentence is given: fitted to what matches, and measured on articles that were left out."""

import pytest

pytest.importorskip("numpy", reason="it comes with the reader level")

from random import Random

from benchmarks.quality_extent import FOLDS, Case, gains, held_out, measured
from engine.extent import FEATURES


def cases(count: int = 600) -> list[Case]:
    """Where a text has references the rest of the sentence answers, elsewhere the reader's words."""
    chance = Random(5)
    papers = {"words": 0.2, "rest": 0.7, "end": 0.5}
    others = {"words": 0.9, "rest": 0.4, "end": 0.1}
    made = []
    for number in range(count):
        is_paper = chance.random() < 0.5
        told = {"references": float(is_paper), "span": chance.random()}
        marks = papers if is_paper else others
        features = dict.fromkeys(FEATURES, 0.0) | told
        made.append(Case("papers", f"/article-{number % 20}/", features, marks, marks))
    return made


def test_what_matches_better_is_expected_to() -> None:
    trees = gains(cases())
    row = dict.fromkeys(FEATURES, 0.0) | {"span": 0.5}
    assert trees["rest"].score(row | {"references": 1.0}) == pytest.approx(0.5, abs=0.05)
    assert trees["rest"].score(row) == pytest.approx(-0.5, abs=0.05)
    assert trees["end"].score(row | {"references": 1.0}) == pytest.approx(0.3, abs=0.05)


def test_what_is_measured_was_chosen_without_the_article() -> None:
    made = cases()
    chosen = [pair for fold in range(FOLDS) for pair in held_out(made, fold)]
    assert sorted(map(id, made)) == sorted(id(case) for case, _ in chosen)
    assert {(name, case.features["references"]) for case, name in chosen} == {("rest", 1.0), ("words", 0.0)}
    found = measured(chosen, "papers")
    assert found["questions"] == 600
    assert found["f1"] > found["words_f1"] + 0.2
    assert found["more"] == pytest.approx(0.5, abs=0.1)
