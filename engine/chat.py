"""The chat model ``speed``: the last question of a conversation, answered at once from the index.

Without a language model the same conversation over the same index gives the same answer, byte for byte, and
no network is used.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.finder import Finder
from engine.library import Library
from engine.llm.analyst import Analyst
from engine.llm.chat import Prepared
from engine.llm.endpoint import Llm
from engine.llm.shelf import Shelf
from engine.output import Output
from engine.policy import SourcePolicy
from engine.question import aspects
from engine.research import answer_as, ignore
from engine.subject import MOST_TEXT, Subject, identify
from engine.tiers import SPEED, Tier
from engine.trace import Trace
from engine.words import stems

Role = Literal["system", "developer", "user", "assistant"]
ANY = SourcePolicy()
MOST_TOLD = 12
"""Messages of a conversation that a language model is told."""
_MOST_TURNS = 6
"""Earlier questions that may say what "its population" is about."""
_MOST_INSTRUCTIONS = 2
_FEWEST_WORDS = 2
"""A message of fewer telling words that names no page, such as ``Thanks!``, is answered by no passage."""
_CARRIES_ON = re.compile(r"\s*(?:(?:and|or|but)\b|(?:what|how) about\b)", re.I)
"""How a message asks of another subject what the one before it asked: ``And of Germany?``"""


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str
    name: str = ""
    """Of the speaker, as the API allows; nothing is made of it."""


def answer(
    *,
    messages: Sequence[Message],
    scopes: Sequence[str],
    policy: SourcePolicy = ANY,
    response_schema: dict[str, Any] | None = None,
    as_object: bool = False,
    budget: Tier = SPEED,
    llm: Llm | None = None,
) -> Output:
    """Answer the last user message as text, as an object that fits the schema, or ``as_object`` of any kind.

    What it leaves open, such as whose population is asked for, the user's earlier messages tell, and where
    they do not, the system's. ValueError if no message is the user's.
    """
    wording = str(response_schema or "")
    subject, library = _understood(messages, scopes, policy, wording, budget)
    schema = {"type": "auto" if as_object else "text"}
    schema |= {"type": "json", "json_schema": response_schema} if response_schema else {}
    trace = Trace(ignore, library, announces=budget.announces)
    analyst = Analyst(llm, _parted(messages)[0], library, budget, trace) if llm else None
    return answer_as(schema, Finder(library, subject, budget, trace), subject, budget, trace, analyst)


def prepare(
    *,
    messages: Sequence[Message],
    scopes: Sequence[str],
    policy: SourcePolicy = ANY,
    budget: Tier = SPEED,
) -> Prepared:
    """What a language model needs to answer as a stream (``engine.llm.chat``), and the answer without one."""
    subject, library = _understood(messages, scopes, policy, "", budget)
    trace = Trace(ignore, library, announces=budget.announces)
    finder = Finder(library, subject, budget, trace)
    shelf = Shelf(library, budget)
    query = f"{subject.name} {subject.question}"
    found = shelf.find([query], subject, most=budget.passages) if stems(query) else []
    given = dict.fromkeys([*found, *shelf.openings(subject)])
    last = max(at for at, message in enumerate(messages) if message.role == "user")
    turns = tuple((message.role, message.content) for message in messages[: last + 1][-MOST_TOLD:])
    return Prepared(turns, tuple(given), lambda: answer_as({"type": "text"}, finder, subject, budget, trace))


def _understood(
    messages: Sequence[Message], scopes: Sequence[str], policy: SourcePolicy, wording: str, budget: Tier
) -> tuple[Subject, Library]:
    """What the last question is about, and the library in which its answer may be looked for."""
    question, earlier = _parted(messages)
    library = Library(scopes, policy)
    subject = identify(question, library, wording=wording, most_pages=budget.pages, earlier=earlier)
    if not subject.pages and len(stems(question)) < _FEWEST_WORDS:
        library = Library([], policy)
    elif earlier and _CARRIES_ON.match(question) and not aspects(subject.question):
        before = identify(earlier[-1], library, wording=wording, most_pages=1, earlier=earlier[:-1])
        said = f"{subject.name} {before.question}".strip()
        subject = replace(subject, question=before.question, text=said)
    return subject, library


def _parted(messages: Sequence[Message]) -> tuple[str, list[str]]:
    """The question, and what was said before it: the likeliest to tell what it is about comes last."""
    asked = [message.content[:MOST_TEXT] for message in messages if message.role == "user"]
    if not asked:
        raise ValueError("A conversation needs at least one message of the user.")
    system = [message.content for message in messages if message.role in ("system", "developer")]
    return asked[-1], [*system[-_MOST_INSTRUCTIONS:], *asked[-1 - _MOST_TURNS : -1]]
