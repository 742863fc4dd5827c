"""Fields that are named in other words than the page's labels; a stand-in tells what words mean."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from engine import meaning, neural
from engine.output import Output
from tests.engine.conftest import add, page

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
MEANINGS = {
    "roof": (1.0, 0.0, 0.0),
    "highest point": (0.9, 0.1, 0.0),
    "lowest point": (0.2, 0.9, 0.0),
    "trees": (0.0, 0.0, 1.0),
    "forest": (0.0, 0.1, 0.9),
    "wood": (0.0, 0.1, 0.88),
}


def embed(texts: Sequence[str]) -> np.ndarray:
    """Each text as the first known word in it; what holds none stands apart from all."""
    rows = [next((MEANINGS[word] for word in MEANINGS if word in text.lower()), None) for text in texts]
    vectors = np.array([(*row, 0.0) if row else (0.0, 0.0, 0.0, 1.0) for row in rows], dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def andora(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meaning._known.cache_clear()
    monkeypatch.setattr(neural, "available", lambda: True)
    monkeypatch.setattr(neural, "embed", embed)
    facts = [("highest point", "Mount Gora 2,908 m"), ("lowest point", "Lake Dol -40 m")]
    add([page("Andora", {"Geography": [*facts, ("forest", "34% (2023 est.)")]})])


Ask = Callable[..., Output]


@pytest.mark.usefixtures("andora")
class TestMeaning:
    def test_a_label_that_means_what_is_asked_answers_with_little_confidence(self, ask: Ask) -> None:
        output = ask("Andora", {"roof_of_it": TEXT})
        assert output.content["roof_of_it"].startswith("Mount Gora")
        assert output.basis[0].confidence in ("low", "medium")
        assert output.basis[0].citations[0].excerpts[0].text == "highest point: Mount Gora 2,908 m"
        assert "highest point" in output.basis[0].reasoning

    def test_a_value_of_another_kind_is_no_answer(self, ask: Ask) -> None:
        assert ask("Andora", {"roof_of_it": NUMBER}).content["roof_of_it"] is None
        assert ask("Andora", {"trees": NUMBER}).content["trees"] == 34

    def test_two_labels_that_come_as_close_leave_it_open(self, ask: Ask) -> None:
        add([page("Bergen", {"Geography": [("forest", "34%"), ("wood", "20%")]})], name="More")
        assert ask("Bergen", {"trees": NUMBER}).content["trees"] is None

    def test_a_label_that_shares_a_word_was_judged_by_its_words(self, ask: Ask) -> None:
        assert ask("Andora", {"roof_of_lowest_highest_forest": TEXT}).content == {
            "roof_of_lowest_highest_forest": None
        }

    def test_without_the_reader_level_nothing_is_guessed(
        self, ask: Ask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(neural, "available", lambda: False)
        assert ask("Andora", {"roof_of_it": TEXT}).content["roof_of_it"] is None
