"""A language model beside the engine in one run: it fills what is still open, and must prove what it says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from engine.evidence import LEVELS, Answer, citations, least, lowered, raised
from engine.library import Library
from engine.llm.asking import Asker
from engine.llm.budget import Budget, Purse, budget_of
from engine.llm.checking import Checked, checked, on_one_line, quotes_in, together, told_in_sentences
from engine.llm.endpoint import Llm
from engine.llm.problems import LlmProblem
from engine.llm.prompts import fields_prompt, findings_prompt, searches_prompt, text_prompt
from engine.llm.shapes import can_be_asked
from engine.llm.shelf import Given, Shelf
from engine.output import Warning
from engine.question import key_for
from engine.schema import Field
from engine.subject import Subject
from engine.tiers import Tier
from engine.trace import Trace
from engine.words import split_identifier

SHORT_ANSWER = 80
"""Characters of a text that may be a value; a sentence is mostly longer."""
LONGEST_QUERY = 200
MOST_SENTENCES = 40
MOST_FINDINGS = 40


@dataclass(frozen=True, slots=True)
class Open:
    """A field that may still be filled, what the engine has for it, and whom it is about."""

    field: Field
    answer: Answer
    subject: Subject


class Analyst:
    """``warnings`` tells at the end what it could not do. It raises nothing of its own."""

    def __init__(
        self, llm: Llm, asked: str | dict[str, Any], library: Library, tier: Tier, trace: Trace
    ) -> None:
        self.asked = asked if isinstance(asked, str) else orjson.dumps(asked).decode()
        self.tier, self.budget = tier, budget_of(tier)
        self.shelf = Shelf(library, tier)
        self.trace = trace
        self.asker = Asker(llm, Purse(self.budget, llm), trace.still_alive)
        self.tried: list[str] = []
        self.warnings: list[Warning] = []

    def fill(
        self, fields: Sequence[Field], answers: Mapping[str, Answer], subjects: Mapping[str, Subject]
    ) -> dict[str, Answer]:
        """The answers, those that were not sure filled, backed or put in question by the model."""
        filled = dict(answers)
        left = [
            Open(field, answers[field.name], subjects[field.name])
            for field in fields
            if can_be_asked(field) and not is_sure(answers[field.name])
        ]
        for hop in range(1 + self.budget.hops):
            try:
                for group in groups(left, self.budget):
                    filled |= self._answered(group, hop)
            except LlmProblem as problem:
                kept = (one.field.name for one in left if filled[one.field.name] is one.answer)
                self._give_up(problem, f"What was found without it stands for {', '.join(kept)}.")
                break
            left = [replace(one, answer=filled[one.field.name]) for one in left]
            left = [one for one in left if not one.answer.found]
        return filled

    def write(self, wish: str, subject: Subject, answer: Answer) -> Answer:
        """A text answer in sentences, each followed by the numbers of the pages that carry it."""
        if is_sure(answer) and is_value(str(answer.value)):
            return answer
        given = self._given_for(subject, wish)
        if not given:
            return answer
        try:
            said = self.asker.json(text_prompt(self.asked, subject, wish, given, self.budget.prompt))
        except LlmProblem as problem:
            self._give_up(problem, "The answer is what was found without it.")
            return answer
        told = self._told(said.get("sentences"), subject)
        if told is None:
            return unwritten(answer)
        before = f" Without it “{_shown(answer)}” was found." if answer.found else ""
        return replace(told, reasoning=f"{told.reasoning}{before}")

    def add(self, answers: Mapping[str, Answer], subject: Subject) -> dict[str, Answer]:
        """The answers with what the model finds beside them, where a question is asked."""
        if not subject.question and answers:
            return dict(answers)
        given = self._given_for(subject, "")
        if not given:
            return dict(answers)
        try:
            said = self.asker.json(findings_prompt(self.asked, subject, given, self.budget.prompt))
        except LlmProblem as problem:
            self._give_up(problem, "The answer is what was found without it.")
            return dict(answers)
        added = dict(answers)
        findings = said.get("findings")
        for one in findings[:MOST_FINDINGS] if isinstance(findings, list) else []:
            name = key_for(on_one_line(one.get("name"), 80)) if isinstance(one, dict) else ""
            found = checked(Field("", "string"), one, self.shelf.__getitem__, subject).answer
            if name and found:
                added.setdefault(name, found)
        return added

    def _given_for(self, subject: Subject, wish: str) -> list[Given]:
        """How the subject's pages begin, and the passages for what is asked of it."""
        query = " ".join(f"{subject.name} {subject.question} {wish[:LONGEST_QUERY]}".split())
        given = [*self.shelf.openings(subject), *self.shelf.find([query], subject, most=self.tier.passages)]
        if given:
            self.trace.search("Find passages for the language model", query)
            self.trace.plan(f"The language model reads {len(given)} passages.")
        return list(dict.fromkeys(given))

    def _answered(self, group: Sequence[Open], hop: int) -> dict[str, Answer]:
        """What one call makes of a group of fields about one subject; LlmProblem if there is no answer."""
        subject, fields = group[0].subject, [one.field for one in group]
        known = len(self.shelf)
        given = self.shelf.find(self._queries(fields, subject, hop), subject, most=self.tier.passages)
        if not given or (hop and len(self.shelf) == known):
            return {}
        names = ", ".join(field.name for field in fields)
        self.trace.plan(f"The language model reads {len(given)} passages for {names}.")
        prompt = fields_prompt(self.asked, subject, fields, given, self.budget.prompt)
        said = self.asker.json(prompt)
        found = {}
        for one in group:
            result = checked(one.field, said.get(one.field.name), self.shelf.__getitem__, subject)
            found[one.field.name] = agreed(one.answer, result)
            self.trace.result(f"{one.field.name}: {found[one.field.name].reasoning}")
        return found

    def _queries(self, fields: Sequence[Field], subject: Subject, hop: int) -> list[str]:
        """The fields in their own words, then as the model would look for them."""
        own = [_query(subject, field) for field in fields] if not hop else []
        if self.budget.plans and self.asker.purse.calls_left > 1:
            most = self.tier.queries * len(fields)
            said = self.asker.json(searches_prompt(self.asked, subject, fields, self.tried, most))
            worded = said.get("queries")
            texts = [text for text in worded if isinstance(text, str)] if isinstance(worded, list) else []
            own += [on_one_line(text, LONGEST_QUERY) for text in texts[:most]]
        new = [query for query in dict.fromkeys(own) if query and query not in self.tried]
        for query in new:
            self.trace.search("Find passages for the language model", query)
        self.tried += new
        return new

    def _told(self, sentences: Any, subject: Subject) -> Answer | None:
        """The sentences that their quotes carry, with the numbers of their pages; None if there are none."""
        kept: list[tuple[str, Answer]] = []
        said = sentences[:MOST_SENTENCES] if isinstance(sentences, list) else []
        for one in said:
            text = one.get("text") if isinstance(one, dict) else None
            quotes = quotes_in(one.get("quotes"), self.shelf.__getitem__) if isinstance(text, str) else []
            carried = told_in_sentences([on_one_line(text, 1_000)], quotes, subject) if quotes else None
            if carried:
                kept.append((carried.value, carried))
        if not kept:
            return None
        evidence = together(answer for _, answer in kept)
        numbers = {cited.url: at for at, cited in enumerate(citations(evidence), 1)}
        dropped = len(said) - len(kept)
        sure = least([answer.confidence for _, answer in kept] + (["low"] if dropped else []))
        left_out = f" {dropped} of its sentences were left out, as no quote carries them." if dropped else ""
        return Answer(
            " ".join(f"{text} {_marks(answer, numbers)}" for text, answer in kept),
            f"Written by the language model; each sentence names the pages whose quotes carry it.{left_out}",
            sure,
            evidence,
        )

    def _give_up(self, problem: LlmProblem, so: str) -> None:
        """After a failure nothing more is asked: the next call would most likely end in the same way."""
        self.warnings.append(Warning(f"{problem} {so}"))


def is_sure(answer: Answer) -> bool:
    return answer.found and answer.confidence == "high"


def is_value(text: str) -> bool:
    """Whether a text is a value rather than a sentence about it."""
    return len(text) <= SHORT_ANSWER and not text.rstrip().endswith((".", "!", "?", "…"))


def agreed(own: Answer, result: Checked) -> Answer:
    """The engine's answer and the model's made one. What both say is surer, what they differ in is told.

    The probability was measured of the engine's answers alone, so it goes where the confidence changes.
    """
    said = result.answer
    if said is None:
        return replace(own, reasoning=f"{own.reasoning} {result.why}".strip())
    if not own.found:
        return said
    if own.value == said.value:
        both = f"{own.reasoning} The language model reads the same."
        return replace(own, reasoning=both, confidence=raised(own.confidence), probability=None)
    if LEVELS.index(own.confidence) < LEVELS.index(said.confidence):
        return replace(said, reasoning=f"{said.reasoning} Without it “{_shown(own)}” was found instead.")
    both = f"{own.reasoning} The language model instead reads “{_shown(said)}”."
    return replace(lowered(own), reasoning=both, probability=None)


def groups(left: Sequence[Open], budget: Budget) -> Iterator[list[Open]]:
    """Fields that one call is asked for: those about one subject, so many at a time."""
    most = budget.fields
    subjects: dict[str, list[Open]] = {}
    for one in left:
        subjects.setdefault(one.subject.name, []).append(one)
    for about_one in subjects.values():
        yield from (about_one[at : at + most] for at in range(0, len(about_one), most))


def unwritten(answer: Answer) -> Answer:
    why = "The language model wrote no sentence that its quotes carry."
    return replace(answer, reasoning=f"{answer.reasoning} {why}".strip())


def _query(subject: Subject, field: Field) -> str:
    said = f"{subject.name} {split_identifier(field.name)} {field.description} {subject.question}"
    return on_one_line(said, LONGEST_QUERY)


def _marks(answer: Answer, numbers: Mapping[str, int]) -> str:
    return "".join(f"[{number}]" for number in sorted({numbers[item.page.url] for item in answer.evidence}))


def _shown(answer: Answer) -> str:
    return on_one_line(str(answer.value), 80)
