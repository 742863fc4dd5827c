"""Questions with their answers in SQuAD's articles, and which articles are kept back."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

KEPT_BACK = 0.35
"""Articles whose number is below this are never trained on: 7 of the 26, with 1,062 questions."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    article: str
    context: str
    text: str
    answers: tuple[str, ...]
    """As each annotator gave it; none for a question that the context doesn't answer."""


def number(title: str) -> float:
    """A number from 0 to 1 that an article always has: by it, articles are kept back."""
    return int(hashlib.sha256(title.encode()).hexdigest()[:8], 16) / 2**32


def questions(folder: Path) -> list[Question]:
    """All questions of SQuAD 1.1, and those of SQuAD 2.0 that their paragraph doesn't answer."""
    found = {}
    for name in ("squad-1.1.json", "squad-v2.0.json"):
        for article in json.loads((folder / name).read_text())["data"]:
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    answers = () if qa["is_impossible"] else tuple(qa["answers"])
                    asked = Question(
                        qa["id"], article["title"], paragraph["context"], qa["question"], answers
                    )
                    found.setdefault(qa["id"], asked)
    return list(found.values())


def trained_on(questions: list[Question]) -> list[Question]:
    return [asked for asked in questions if number(asked.article) >= KEPT_BACK]


def kept_back(questions: list[Question]) -> list[Question]:
    return [asked for asked in questions if number(asked.article) < KEPT_BACK]


def gold(question: Question) -> dict[tuple[int, int], float]:
    """Where the answers stand in the context, each place with its share of the annotators.

    The data tells the words of an answer, not their place. Of several places those count that overlap the
    other annotators' answers most, then those whose surroundings share most with the question.
    """
    places = {text: _places(text, question.context) for text in set(question.answers)}
    sure = [place[0] for place in places.values() if len(place) == 1]
    asked = {word.lower() for word in _WORD.findall(question.text)}
    shares: Counter[tuple[int, int]] = Counter()
    for text, count in Counter(question.answers).items():
        best = places[text]
        if len(best) > 1:
            scores = [_likely(place, sure, asked, question.context) for place in best]
            best = [place for place, score in zip(best, scores, strict=True) if score == max(scores)]
        for place in best:
            shares[place] += count / len(question.answers) / len(best)
    return dict(shares)


def _places(text: str, context: str) -> list[tuple[int, int]]:
    """Where the text occurs, as whole words if it does so anywhere."""
    found = [(at.start(), at.end()) for at in re.finditer(re.escape(text), context)]
    whole = [
        (start, end)
        for start, end in found
        if not (start and context[start - 1].isalnum() and text[0].isalnum())
        and not (context[end : end + 1].isalnum() and text[-1].isalnum())
    ]
    return whole or found


def _likely(
    place: tuple[int, int], sure: list[tuple[int, int]], asked: set[str], context: str
) -> tuple[int, ...]:
    start, end = place
    overlaps = sum(start < other_end and other_start < end for other_start, other_end in sure)
    around = (context[max(0, start - reach) : end + reach] for reach in (40, 150))
    shared = (len(asked & {word.lower() for word in _WORD.findall(text)}) for text in around)
    return overlaps, *shared
