"""An answer and the slices of pages that carry it."""

from dataclasses import dataclass, field, replace
from typing import Any

from engine.output import Citation, Confidence, Excerpt, FieldBasis
from engine.reading import ReadPage

LEVELS: tuple[Confidence, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Evidence:
    page: ReadPage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of one field. Without evidence it is a blank, whatever stands in ``value``."""

    value: Any
    reasoning: str
    confidence: Confidence = "low"
    evidence: tuple[Evidence, ...] = ()
    parts: tuple["Answer", ...] = ()
    """Of a list: its elements; of an object: its members."""
    missing: tuple[str, ...] = field(default=())
    """Paths of members that stayed blank; the answer itself has the path ``""``."""
    probability: float | None = None
    """How likely it is right, or of a blank what came closest, where that was measured (``calibration``)."""

    @property
    def found(self) -> bool:
        return bool(self.evidence)


def basis(path: str, answer: Answer) -> FieldBasis:
    return FieldBasis(
        path,
        answer.reasoning,
        answer.confidence,
        citations(answer.evidence),
        answer.found,
        answer.probability,
    )


def citations(evidence: tuple[Evidence, ...]) -> tuple[Citation, ...]:
    """One citation a page, its excerpts in the page's order, each once."""
    pages = {item.page.id: item.page for item in evidence}
    spans: dict[int, set[tuple[int, int]]] = {}
    for item in evidence:
        spans.setdefault(item.page.id, set()).add((item.start, item.end))
    return tuple(
        Citation(
            page.url, page.title, tuple(excerpt(page, start, end) for start, end in sorted(spans[page_id]))
        )
        for page_id, page in pages.items()
    )


def excerpt(page: ReadPage, start: int, end: int) -> Excerpt:
    return Excerpt(page.text[start:end], page.id, page.content_hash, start, end)


def lowered(answer: Answer, steps: int = 1) -> Answer:
    return replace(answer, confidence=LEVELS[max(0, LEVELS.index(answer.confidence) - steps)])


def raised(confidence: Confidence) -> Confidence:
    return LEVELS[min(2, LEVELS.index(confidence) + 1)]


def least(confidences: list[Confidence]) -> Confidence:
    return min(confidences, key=LEVELS.index, default="low")
