from pathlib import Path

import pytest

from engine.neural import weights
from engine.neural.weights import Unusable


def test_the_weights_are_those_that_were_published() -> None:
    arrays = weights.minilm()
    assert arrays["embeddings.word_embeddings.weight"].shape == (30522, weights.HIDDEN)
    assert "[MASK]" in weights.tokenizer()


def test_a_changed_file_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setattr(weights, "folder", lambda: tmp_path)
    with pytest.raises(Unusable, match=r"tokenizer\.json .* not the one that was published\. Delete"):
        weights.tokenizer()


def test_without_the_package_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "folder", lambda: None)
    with pytest.raises(Unusable, match=r"not installed\. Start again without --keyless"):
        weights.minilm()
