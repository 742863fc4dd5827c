"""How answers are scored: SQuAD's exact match and F1, and what tells whether a confidence is right."""

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MARKS = str.maketrans("", "", string.punctuation)


def normal(text: str) -> str:
    """As the official SQuAD script does: lower case, no punctuation, no articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_MARKS)).split())


def exact(said: str, accepted: Iterable[str]) -> bool:
    return normal(said) in {normal(answer) for answer in accepted}


def f1(said: str, accepted: Iterable[str]) -> float:
    """The best overlap with an accepted answer, word by word."""
    return max((_overlap(normal(said).split(), normal(answer).split()) for answer in accepted), default=0.0)


def holds(quote: str, accepted: Iterable[str]) -> bool:
    """Whether an accepted answer stands in the quote, as whole words."""
    within = f" {normal(quote)} "
    return any(f" {normal(answer)} " in within for answer in accepted if normal(answer))


def _overlap(said: Sequence[str], answer: Sequence[str]) -> float:
    if not said or not answer:
        return float(said == answer)
    shared = (Counter(said) & Counter(answer)).total()
    return 2 * shared / (len(said) + len(answer))


def auc(chances: Sequence[float], right: Sequence[bool]) -> float:
    """The share of pairs of a right and a wrong one in which the right one has the greater chance."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    ranks, seen = 0.0, 0
    for _, group in groupby(order, key=chances.__getitem__):
        same = list(group)
        ranks += sum(right[at] for at in same) * (seen + (len(same) + 1) / 2)
        seen += len(same)
    good = sum(right)
    bad = len(right) - good
    return (ranks - good * (good + 1) / 2) / (good * bad) if good and bad else 0.5


def bins(chances: Sequence[float], right: Sequence[bool], count: int = 10) -> list[dict[str, float]]:
    """The reliability table: how often was right what was given a chance from so much to so much."""
    found = []
    for at in range(count):
        inside = [
            (chance, good)
            for chance, good in zip(chances, right, strict=True)
            if min(int(chance * count), count - 1) == at
        ]
        if inside:
            predicted = sum(chance for chance, _ in inside) / len(inside)
            observed = sum(good for _, good in inside) / len(inside)
            row = {"from": at / count, "to": (at + 1) / count, "n": len(inside)}
            found.append(row | {"predicted": round(predicted, 4), "observed": round(observed, 4)})
    return found


def ece(table: Iterable[dict[str, float]]) -> float:
    """The expected calibration error: how far predicted and observed lie apart, weighed by how many."""
    rows = list(table)
    total = sum(row["n"] for row in rows)
    return sum(row["n"] * abs(row["predicted"] - row["observed"]) for row in rows) / total if total else 0.0
