import numpy as np
import pytest

from engine.neural import embed, embedding, graph, runtime, weights


def test_texts_that_mean_the_same_are_near_each_other() -> None:
    asked, near, far = embed(
        ["How many people live in Berlin?", "Berlin has 3.7 million inhabitants.", "The cat sat on the mat."]
    )
    assert asked @ near > 0.7
    assert asked @ far < 0.2


def test_rows_are_of_length_1_and_in_the_order_of_the_texts() -> None:
    texts = ["", "short", "a much longer text " * 200, "\ud83d\0 odd", "short"]
    vectors = embed(texts)
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[1], vectors[4], atol=1e-6)


def test_no_texts_are_no_rows() -> None:
    assert embed([]).shape == (0, 384)


def test_what_a_text_means_does_not_depend_on_its_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"text {number} " * (number % 7 + 1) for number in range(20)]
    together = embed(texts)
    monkeypatch.setattr(runtime, "ROWS", 40)
    np.testing.assert_allclose(together, embed(texts), atol=1e-5)


def test_weights_of_one_byte_lose_little(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "The Rhine rises in the Alps.",
        "Prime numbers have two divisors.",
        "Who wrote the constitution?",
    ]
    exact = runtime.session(graph.embedder(weights.minilm(), small=False))
    small = runtime.session(graph.embedder(weights.minilm(), small=True))
    vectors = []
    for network in (exact, small):
        monkeypatch.setattr(embedding, "network", lambda network=network: network)
        vectors.append(embed(texts))
    assert np.sum(vectors[0] * vectors[1], axis=1).min() > 0.97
