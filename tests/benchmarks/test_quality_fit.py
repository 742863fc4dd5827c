"""The bands, and how a level is fitted."""

import json
from pathlib import Path
from random import Random
from types import SimpleNamespace

from benchmarks.quality_fit import CERTAINTY, Case, Guess, bands, fitted, readable, write
from engine.calibration import read
from engine.candidates import Candidate, Found


def guess(chance: float, *, right: bool = True, withheld: bool = False) -> Guess:
    return Guess(withheld, answered=True, chance=chance, right=right)


def test_high_begins_where_nine_of_ten_are_right() -> None:
    wrong = [guess(0.85, right=False) for _ in range(20)]
    found = [guess(0.95) for _ in range(90)] + wrong + [guess(0.1, withheld=True)]
    assert {band["name"]: band["from"] for band in bands(found)} == {"high": 0.855, "medium": 0.5, "low": 0.2}


def test_high_and_medium_begin_above_what_a_withheld_article_leaves() -> None:
    left = [guess(0.9, right=False, withheld=True), guess(0.6, right=False, withheld=True)]
    found = [guess(0.99) for _ in range(50)] + left + [guess(0.1, withheld=True)] * 48
    assert {band["name"]: band["from"] for band in bands(found)} == {
        "high": 0.905,
        "medium": 0.905,
        "low": 0.2,
    }


def test_a_fitted_level_tells_right_from_wrong_and_can_be_read_back(tmp_path: Path) -> None:
    level = fitted(list(_cases()), "keyless", "made-up questions")
    assert level["auc"] > 0.9
    assert level["measured"] == {"on": "made-up questions", "questions": 120}
    write({"keyless": level}, None, tmp_path / "calibration.json")
    write({"reader": level}, None, tmp_path / "calibration.json")
    kept = json.loads((tmp_path / "calibration.json").read_text())["levels"]
    assert list(kept) == ["keyless", "reader"]
    assert read(kept["keyless"]).confidence(0.0) is None


def test_the_file_has_a_line_for_each_band_and_tree() -> None:
    stored = {
        "levels": {"reader": {"bands": [{"name": "high"}], "model": {"trees": [[0, 1.5, 0.1, 0.2], 0.3]}}}
    }
    text = readable(stored)
    assert json.loads(text) == stored
    assert '    {"name": "high"}\n' in text
    assert "     [0, 1.5, 0.1, 0.2],\n" in text


def _cases() -> list[Case]:
    """Questions of ten articles: the right candidate shares more of the question than the wrong one."""
    chance = Random(3)
    page = SimpleNamespace(id=1, url="/ports/", title="Ports", text="one two")
    found = Found(page, 0, 9, 0, 1.0, 0.0, (), frozenset())
    nothing = dict.fromkeys(CERTAINTY["keyless"], 0.0)
    cases = []
    for number in range(120):
        withheld = number % 2 == 1
        best = chance.uniform(0.1, 0.5) if withheld else chance.uniform(0.6, 1.0)
        places = tuple(
            (Candidate(found, at, at + 3, ((at, at + 3),)), nothing | {"in_sentence": share})
            for at, share in enumerate((chance.uniform(0.1, 0.5), best))
        )
        cases.append(Case(f"/articles/{number // 2 % 10}/", withheld, places, (False, not withheld)))
    return cases
