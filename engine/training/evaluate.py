"""How well an adapter reads the articles that were kept back: exact match and F1 on the right paragraph.

The measures are SQuAD's own (https://arxiv.org/abs/1606.05250): answers are compared without case, marks and
articles; F1 is that of their words; of several right answers the best match counts.
"""

import argparse
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.neural import adapter, graph, reading, runtime, safetensors, weights
from engine.neural.span import Span
from engine.training import squad

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARKS = str.maketrans("", "", string.punctuation)


def main() -> None:
    given = options()
    kept = squad.kept_back(squad.questions(given.data))
    print(report(kept, given.adapter.read_bytes(), small=not given.exact, limit=given.limit))


def report(questions: list[squad.Question], learnt: bytes, *, small: bool, limit: int | None = None) -> str:
    """What an adapter's file makes of the questions, at most ``limit`` with an answer and as many without."""
    arrays = adapter.merged(weights.minilm(), safetensors.parse(learnt))
    network = runtime.session(graph.reader(arrays, small=small))
    right = list(best(network, [asked for asked in questions if asked.answers][:limit]))
    wrong = list(best(network, [asked for asked in questions if not asked.answers][:limit]))
    exact = [max(words(text) == words(answer) for answer in asked.answers) for asked, text, _ in right]
    shared = [max(f1(text, answer) for answer in asked.answers) for asked, text, _ in right]
    apart = auc([margin for *_, margin in right], [margin for *_, margin in wrong])
    return (
        f"{len(right)} questions that their paragraph answers: EM {np.mean(exact):.3f}, "
        f"F1 {np.mean(shared):.3f}. {len(wrong)} that it doesn't, told apart by the margin: AUC {apart:.3f}."
    )


def best(network: object, questions: list[squad.Question]) -> Iterator[tuple[squad.Question, str, float]]:
    """Each question with the text of the best span of its own paragraph, and the span's margin over none."""
    for asked in questions:
        span: Span = reading.read(asked.text, [asked.context], most=1, network=network)[0][0]
        yield asked, asked.context[span.start : span.end], span.score - span.null_score


def words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_MARKS)).split()


def f1(given: str, right: str) -> float:
    ours, theirs = words(given), words(right)
    shared = (Counter(ours) & Counter(theirs)).total()
    return 2 * shared / (len(ours) + len(theirs)) if shared else float(ours == theirs)


def auc(high: list[float], low: list[float]) -> float:
    """How often one of the first is above one of the second."""
    ranked = np.searchsorted(np.sort(low), high)
    return float(ranked.mean() / len(low))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--adapter", type=Path, default=adapter.FILE)
    parser.add_argument("--exact", action="store_true", help="don't round the weights to bytes")
    parser.add_argument("--limit", type=int, help="read only so many questions of each kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()
