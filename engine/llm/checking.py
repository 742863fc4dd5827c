"""An answer of a model made one of ours: only what its quotes carry, with the slices of pages that do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.blanks import blank
from engine.evidence import Answer, Evidence, least
from engine.form import Form, form_of
from engine.llm.derive import derived, is_told
from engine.llm.phrases import carries, sentences_in
from engine.llm.quotes import Quoted, places_of
from engine.llm.shapes import MOST_QUOTES
from engine.llm.shelf import Given
from engine.output import Confidence
from engine.schema import Field
from engine.subject import Subject
from engine.words import stems

MOST_ELEMENTS = 200
LONGEST_REASON = 300
NOT_QUOTED = "none of its quotes stands in the passage that it names"
NOT_CARRIED = "its quotes do not say it"
Find = Callable[[int], Given | None]


@dataclass(frozen=True, slots=True)
class Checked:
    answer: Answer | None
    why: str = ""
    """Why there is none, as a sentence."""


def checked(field: Field, said: Any, find: Find, subject: Subject) -> Checked:
    """What is left of a model's answer to one field. ``find`` gives the passage of a number."""
    if not isinstance(said, dict) or said.get("value") in (None, "", [], {}):
        return Checked(None, "The language model found nothing in the passages either.")
    quotes = quotes_in(said.get("quotes"), find)
    if not quotes:
        return Checked(None, _dropped(said["value"], NOT_QUOTED))
    answer = _answer(field, said["value"], quotes, subject)
    if answer is None:
        return Checked(None, _dropped(said["value"], NOT_CARRIED))
    return Checked(replace(answer, reasoning=_reasoning(answer, said.get("reasoning"))))


def quotes_in(said: Any, find: Find) -> list[list[Quoted]]:
    """The quotes that stand in their passages, each with all the places where it does."""
    found = []
    for quote in (said if isinstance(said, list) else [])[:MOST_QUOTES]:
        number, text = (quote.get("passage"), quote.get("text")) if isinstance(quote, dict) else (None, None)
        given = find(number) if isinstance(number, int) and not isinstance(number, bool) else None
        if given and isinstance(text, str) and (places := list(places_of(text, given))):
            found.append(places)
    return found


def _answer(field: Field, value: Any, quotes: list[list[Quoted]], subject: Subject) -> Answer | None:
    match field.kind:
        case "array":
            return _list(field, value, quotes, subject)
        case "object":
            return _object(field, value, quotes, subject)
    return _scalar(field, form_of(field), value, quotes, subject)


def _scalar(
    field: Field, form: Form, value: Any, quotes: list[list[Quoted]], subject: Subject
) -> Answer | None:
    if is_told(field, form, value):
        return told_in_sentences(sentences_in(value), quotes, subject)
    carrying: list[Quoted] = []
    typed: Any = None
    for places in quotes:
        for place in places:
            found = derived(field, form, value, place)
            if found is not None:
                typed = found if typed is None else typed
                carrying.append(place)
                break
    return Answer(typed, "", sureness(carrying, subject), evidence_of(carrying)) if carrying else None


def told_in_sentences(
    sentences: Sequence[str], quotes: list[list[Quoted]], subject: Subject
) -> Answer | None:
    """The sentences that the quotes carry together; medium at best, as the words are the model's own."""
    first = [places[0] for places in quotes]
    kept = [sentence for sentence in sentences if carries(first, sentence, subject.stems)]
    if not kept:
        return None
    sure = least([sureness(first, subject), "medium" if len(kept) == len(sentences) else "low"])
    return Answer(" ".join(kept), "", sure, evidence_of(first))


def _list(field: Field, value: Any, quotes: list[list[Quoted]], subject: Subject) -> Answer | None:
    """Element by element; what no quote carries is left out."""
    item, form = field.item, form_of(field)
    if item is None or not isinstance(value, list):
        return None
    item_form = (
        form_of(item) if item.description else replace(form_of(item), unit=form.unit, scale=form.scale)
    )
    parts: list[Answer] = []
    for element in value[:MOST_ELEMENTS]:
        if item.kind == "object":
            found = _record(item, element, quotes, subject)
        elif item.kind == "array":
            found = _list(item, element, quotes, subject)
        else:
            found = _scalar(item, item_form, element, quotes, subject)
        if found and found.value not in [part.value for part in parts]:
            parts.append(replace(found, reasoning=_reasoning(found, "")))
    parts = parts[: form.top]
    if not parts:
        return None
    complete = len(parts) == len(value[: form.top])
    sure = least([part.confidence for part in parts] + ([] if complete else ["medium"]))
    return Answer([part.value for part in parts], "", sure, together(parts), tuple(parts))


def _record(field: Field, value: Any, quotes: list[list[Quoted]], subject: Subject) -> Answer | None:
    """An element that is an object, from one quote alone, so that no record is put together of two.

    Without its first member, which names it, it is none.
    """
    tried = [_object(field, value, [places], subject) for places in quotes]
    named = [answer for answer in tried if answer and answer.parts[0].found]
    return max(named, key=lambda answer: sum(part.found for part in answer.parts), default=None)


def _object(field: Field, value: Any, quotes: list[list[Quoted]], subject: Subject) -> Answer | None:
    """Member by member; what no quote carries stays blank."""
    if not isinstance(value, dict):
        return None
    answers = [
        _answer(member, value.get(member.name), quotes, subject)
        if value.get(member.name) not in (None, "", [], {})
        else None
        for member in field.fields
    ]
    found = [answer for answer in answers if answer]
    if not found:
        return None
    parts = tuple(
        answer or Answer(blank(member), f"No quote carries “{member.name}”.")
        for member, answer in zip(field.fields, answers, strict=True)
    )
    missing = [
        member.name
        for member, answer in zip(field.fields, answers, strict=True)
        if not (answer or member.nullable)
    ]
    return Answer(
        value={member.name: part.value for member, part in zip(field.fields, parts, strict=True)},
        reasoning="",
        confidence=least([answer.confidence for answer in found] + ["medium"] * (len(found) < len(parts))),
        evidence=together(found),
        parts=parts,
        missing=tuple(missing),
    )


def sureness(quotes: Sequence[Quoted], subject: Subject) -> Confidence:
    """High where two pages say it, low where none of them is about the subject."""
    own = {page.id for page in subject.pages}
    about = [
        quote
        for quote in quotes
        if quote.page.id in own or subject.stems <= quote.page.names | frozenset(stems(quote.line))
    ]
    if not about:
        return "low"
    texts = {quote.page.content_hash for quote in about}
    return "high" if len(texts) > 1 and subject.certain else "medium"


def evidence_of(quotes: Iterable[Quoted]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(Evidence(quote.page, *quote.shown) for quote in quotes))


def together(answers: Iterable[Answer]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(item for answer in answers for item in answer.evidence))


def on_one_line(text: Any, most: int) -> str:
    said = " ".join(text[: most * 4].split()) if isinstance(text, str) else ""
    return said if len(said) <= most else f"{said[:most].rsplit(' ', 1)[0]} …"


def _reasoning(answer: Answer, said: Any) -> str:
    titles = " and ".join(dict.fromkeys(item.page.title for item in answer.evidence))
    first = answer.evidence[0]
    quote = on_one_line(first.page.text[first.start : first.end], 160)
    why = on_one_line(said, LONGEST_REASON)
    told = f" It says: {why}" if why else ""
    return f"The language model read it from the page {titles}: “{quote}”{told}"


def _dropped(value: Any, why: str) -> str:
    return f"The language model's answer “{on_one_line(str(value), 80)}” was dropped: {why}."
