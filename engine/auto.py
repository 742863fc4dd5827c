"""Output without a schema: an object made of what the pages say, with the schema it fits."""

from collections import Counter
from typing import Any

from engine.concepts import CONCEPTS
from engine.evidence import Answer, Evidence, basis
from engine.finder import Finder
from engine.form import Form
from engine.llm.analyst import Analyst
from engine.output import FieldBasis, Output, Warning
from engine.passage_answers import answer_from_passages
from engine.question import aspects, key_for
from engine.readers import Line, Reading, read_value
from engine.reading import Fact, ReadPage
from engine.schema import Field
from engine.subject import Subject
from engine.tiers import Tier

_SUMMARY_SENTENCES = 3
_SECTION_FACTS = 6
_PLACES = {label: place for place, concept in reversed(list(enumerate(CONCEPTS))) for label in concept.labels}


def answer_auto(finder: Finder, subject: Subject, tier: Tier, analyst: Analyst | None = None) -> Output:
    """What the question asks; without a question, an outline of the subject's page; else quoted passages."""
    asked = aspects(subject.question) if subject.pages else []
    answers = {field.name: finder.answer(field) for field in asked}
    if not any(answer.found for answer in answers.values()):
        answers = _outline(finder, subject, tier) if subject.pages and not asked else {}
    answers = analyst.add(answers, subject) if analyst else answers
    if not answers:
        answers = {"answer": answer_from_passages(finder, subject, subject.question, most=_SUMMARY_SENTENCES)}
    content = {name: _value(answer) for name, answer in answers.items()}
    entries = [entry for name, answer in answers.items() for entry in _entries(name, answer)]
    warnings = (*map(Warning, subject.notes), *(analyst.warnings if analyst else ()))
    return Output("json", content, tuple(entries), output_schema=schema_of(content), warnings=warnings)


def schema_of(value: Any) -> dict[str, Any]:
    """The schema that a value made here fits."""
    match value:
        case dict():
            properties = {name: schema_of(member) for name, member in value.items()}
            return {
                "type": "object",
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        case list():
            return {"type": "array", "items": schema_of(value[0]) if value else {"type": "string"}}
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case None:
            return {"type": ["string", "null"]}
    return {"type": "string"}


def _outline(finder: Finder, subject: Subject, tier: Tier) -> dict[str, Answer]:
    """The opening sentences, then the first facts of each section until the budget is spent."""
    outline: dict[str, Answer] = {}
    if opening := finder.opening(_SUMMARY_SENTENCES):
        outline["summary"] = opening
    page = subject.pages[0]
    sections: dict[str, dict[str, Answer]] = {}
    for fact in _chosen(page, tier.facts):
        section = sections.setdefault(key_for(fact.heading.rpartition(" > ")[2] or "facts"), {})
        section.setdefault(key_for(fact.label), _of_fact(page, fact))
    for name, facts in sections.items():
        outline.setdefault(name, _section(facts))
    return outline


def _chosen(page: ReadPage, most: int) -> list[Fact]:
    """The facts that schemas ask for first, a few of each section; in the page's order."""
    ranked = sorted(range(len(page.facts)), key=lambda at: (_rank(page.facts[at]), at))
    kept: dict[tuple[str, frozenset[str]], int] = {}
    sections: Counter[str] = Counter()
    for at in ranked:
        fact = page.facts[at]
        new = "note" not in fact.stems and (fact.heading, fact.stems) not in kept
        if new and len(kept) < most and sections[fact.heading] < _SECTION_FACTS:
            kept[fact.heading, fact.stems] = at
            sections[fact.heading] += 1
    return [page.facts[at] for at in sorted(kept.values())]


def _rank(fact: Fact) -> int:
    """The place of the fact's label among the things that schemas ask for."""
    return _PLACES.get(fact.stems | fact.aside, len(_PLACES))


def _of_fact(page: ReadPage, fact: Fact) -> Answer:
    kind = "array" if fact.elements else "string"
    field = Field(fact.label, kind, item=Field("", "string") if fact.elements else None)
    reading = read_value(field, Line(fact.value, fact.elements, fact.year), Form())
    evidence = (Evidence(page, fact.start, fact.end),)
    reasoning = f"The page {page.title} states it as “{fact.label}”."
    if not isinstance(reading, Reading):
        return Answer(fact.value, reasoning, "high", evidence)
    parts = tuple(Answer(part.value, reasoning, "high", evidence) for part in reading.parts)
    return Answer(reading.value, reasoning, "high", evidence, parts)


def _section(facts: dict[str, Answer]) -> Answer:
    """An object whose members carry the evidence; it has no entry of its own."""
    return Answer(facts, "", "high", ())


def _value(answer: Answer) -> Any:
    if isinstance(answer.value, dict):
        return {name: _value(member) for name, member in answer.value.items()}
    return answer.value or None


def _entries(path: str, answer: Answer) -> list[FieldBasis]:
    if isinstance(answer.value, dict):
        return [
            entry for name, member in answer.value.items() for entry in _entries(f"{path}.{name}", member)
        ]
    parts = enumerate(answer.parts) if isinstance(answer.value, list) else ()
    return [basis(path, answer), *(basis(f"{path}.{at}", part) for at, part in parts)]
