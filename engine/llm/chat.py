"""A conversation answered as a stream: passages are found first, then the model speaks from them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from asgiref.sync import sync_to_async

from engine.llm.asking import OF_THE_FORM, form_for, request_body
from engine.llm.budget import SPEED
from engine.llm.endpoint import Llm
from engine.llm.marks import Marks
from engine.llm.problems import Declined, Later, LlmProblem
from engine.llm.prompts import chat_messages
from engine.llm.shelf import Given
from engine.llm.stream import words_of
from engine.output import FieldBasis, Output, Warning

LONGEST_WAIT = 2.0
"""Seconds; a reader does not wait longer for an endpoint that is asked too often."""
MOST_TRIES = 3
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A conversation with what was found for its last question."""

    turns: tuple[tuple[str, str], ...]
    """Role and words of each; the last is the question."""
    given: tuple[Given, ...]
    own: Callable[[], Output]
    """What the engine answers by itself; it is not looked for unless it is needed."""


async def answer_stream(llm: Llm, asked: Prepared) -> AsyncIterator[str | Output]:
    """The words as the model says them, then the Output that they are; leaving early stops the model.

    Where it fails before its first word, the engine's own answer is told; later, that it broke off.
    """
    if not asked.given:
        own = await sync_to_async(asked.own)()
        yield str(own.content)
        yield own
        return
    numbered = {given.number: given for given in asked.given}
    marks, trouble = Marks(numbered.get), ""
    try:
        async with aclosing(spoken(llm, chat_messages(asked.turns, asked.given, SPEED.prompt))) as said:
            async for words in said:
                if shown := marks.feed(words):
                    yield shown
                if len(marks.text) > LONGEST_ANSWER:
                    trouble = "The language model's answer is too long."
                    break
    except LlmProblem as problem:
        trouble = str(problem)
    if rest := marks.rest():
        yield rest
    if marks.text.strip():
        if note := f"\n\n({trouble} Ask again for the rest.)" if trouble else "":
            yield note
        yield _output(marks, note, trouble)
        return
    own = await sync_to_async(asked.own)()
    told = f"{own.content}\n\n({trouble} This is what was found without it.)"
    yield told
    yield replace(own, content=told, warnings=(*own.warnings, Warning(trouble)))


async def spoken(llm: Llm, messages: Sequence[dict[str, Any]]) -> AsyncIterator[str]:
    """The model's words; it is asked again where it only dislikes the request's form, or for a moment."""
    form = replace(form_for(llm), format="")
    for left in reversed(range(MOST_TRIES)):
        body = request_body(llm, form, list(messages), SPEED.answer, None)
        begun = False
        try:
            async with aclosing(words_of(llm, body, SPEED.seconds)) as said:
                async for words in said:
                    begun = True
                    yield words
            return
        except Declined as declined:
            simpler = form.simpler(declined.said) if declined.status in OF_THE_FORM else None
            if simpler is None or not left:
                raise
            form = simpler
        except Later as later:
            if begun or not left or later.after > LONGEST_WAIT:
                raise
            await asyncio.sleep(later.after)


def _output(marks: Marks, note: str, trouble: str) -> Output:
    citations = marks.citations()
    why = "Written by the language model from the pages that it names."
    if not citations:
        why = "The language model names no page for this, so nothing here carries it."
    sure = "medium" if citations and not trouble else "low"
    entry = FieldBasis("output", why, sure, citations, bool(citations))
    warnings = (Warning(trouble),) if trouble else ()
    return Output("text", f"{marks.text}{note}", (entry,), warnings=warnings)
