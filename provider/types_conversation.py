"""Messages and the form of an answer, as Chat and Responses share them, and the task that the two make."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from provider.checks import Loc, Problem, Problems
from provider.sound import flaws
from provider.specs import check_sizes, check_task_spec
from provider.types import MAX_PROBLEMS, Invalid, TaskRunInput

ROLES = ("system", "developer", "user", "assistant")
TEXT_PARTS = ("text", "input_text", "output_text")
INPUT_KEYS = frozenset(("question", "instructions", "conversation"))

Role = Literal["system", "user", "assistant"]
Format = Literal["text", "json_object", "json_schema"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Answering:
    """The form that an answer is to have; `json_schema` only for the format of that name."""

    format: Format = "text"
    json_schema: dict[str, Any] | None = None

    @property
    def output_schema(self) -> dict[str, Any]:
        if self.format == "json_schema":
            return {"type": "json", "json_schema": self.json_schema}
        return {"type": "auto" if self.format == "json_object" else "text"}


PLAIN_TEXT = Answering()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A question, how it is to be answered, and what was said before it."""

    question: str
    instructions: str = ""
    before: tuple[Message, ...] = ()


def refuse(problems: Problems) -> None:
    """Raise Invalid if there is any problem."""
    if found := list(islice(problems, MAX_PROBLEMS)):
        raise Invalid(found)


def check_sound(body: dict[str, Any], *names: str) -> Problems:
    """What no store could hold, in these fields of a body."""
    for name in names:
        yield from (Problem(path, sentence) for path, sentence in flaws(body.get(name), (name,)))


def check_switch(value: object, name: str) -> Problems:
    if not isinstance(value, bool | None):
        yield Problem((name,), f"Set “{name}” to true or false.")


def check_messages(messages: object, name: str) -> Problems:
    if not isinstance(messages, list) or not messages:
        yield Problem((name,), f"Give “{name}” as a list of messages, at least one of them from the user.")
        return
    problems = [problem for at, one in enumerate(messages) for problem in _check_message(one, (name, at))]
    yield from problems or _check_question([message_of(one) for one in messages], name)


def _check_question(messages: list[Message], name: str) -> Problems:
    asked = [message.content for message in messages if message.role == "user"]
    if not asked:
        yield Problem((name,), "Add a message from the user: it holds what is asked.")
    elif not asked[-1].strip():
        yield Problem((name,), "Write what you ask: the last message from the user is empty.")


def _check_message(message: object, loc: Loc) -> Problems:
    if not isinstance(message, dict):
        yield Problem(loc, "Give each message as an object with “role” and “content”.")
        return
    role, content = message.get("role"), message.get("content")
    if role not in ROLES:
        yield Problem((*loc, "role"), "Set the role of a message to system, user or assistant.")
    if isinstance(content, list):
        for at, part in enumerate(content):
            yield from _check_part(part, (*loc, "content", at))
    elif not isinstance(content, str) and not (content is None and role == "assistant"):
        yield Problem((*loc, "content"), "Give the content of a message as text.")


def _check_part(part: object, loc: Loc) -> Problems:
    is_text = isinstance(part, dict) and part.get("type") in TEXT_PARTS
    if not is_text or not isinstance(part.get("text"), str):
        yield Problem(loc, 'Only text can be read: give each part as {"type": "text", "text": …}.')


def message_of(sent: dict[str, Any]) -> Message:
    """A message that passed its check: its parts joined, a developer's word taken for the system's."""
    content = sent.get("content") or ""
    if isinstance(content, list):
        content = "\n".join(part["text"] for part in content)
    return Message("system" if sent["role"] == "developer" else sent["role"], content)


def check_format(named: object, loc: Loc) -> Problems:
    """A schema with a name, held to the rules of an output schema."""
    if not isinstance(named, dict):
        yield Problem(loc, "Give “json_schema” as an object with “name” and “schema”.")
        return
    if not isinstance(named.get("name"), str) or not named["name"]:
        yield Problem((*loc, "name"), "Give the schema a name.")
    if not isinstance(named.get("schema"), dict):
        yield Problem((*loc, "schema"), "Give “schema” as a JSON object.")
        return
    spec = {"output_schema": {"type": "json", "json_schema": named["schema"]}}
    for problem in (*check_task_spec(spec), *check_sizes(spec, None)):
        yield Problem((*loc, "schema", *problem.loc[3:]), problem.message)


def conversation_of(messages: Sequence[Message]) -> Conversation:
    """The last message from the user is what is asked; what follows it is left out."""
    asked = max(at for at, message in enumerate(messages) if message.role == "user")
    instructions = [one.content for one in messages if one.role == "system" and one.content]
    before = (one for one in messages[:asked] if one.role != "system" and one.content)
    return Conversation(messages[asked].content, "\n\n".join(instructions), tuple(before))


def task_of(
    talk: Conversation, answering: Answering, processor: str, previous: str | None, **more: Any
) -> TaskRunInput:
    """The task that a conversation asks for: a question alone is its input as it stands."""
    whole = {
        "question": talk.question,
        "instructions": talk.instructions,
        "conversation": [{"role": one.role, "content": one.content} for one in talk.before],
    }
    alone = not talk.instructions and not talk.before
    return TaskRunInput(
        input=talk.question if alone else {name: value for name, value in whole.items() if value},
        processor=processor,
        task_spec={"output_schema": answering.output_schema},
        previous_interaction_id=previous,
        **more,
    )


def conversation_in(task_input: object) -> Conversation | None:
    """The conversation that `task_of` made a run's input of; None for any other input."""
    if not isinstance(task_input, dict) or not task_input.keys() <= INPUT_KEYS or len(task_input) == 1:
        return None
    question, instructions = task_input.get("question"), task_input.get("instructions", "")
    before = task_input.get("conversation", [])
    if not isinstance(question, str) or not isinstance(instructions, str) or not isinstance(before, list):
        return None
    if any(True for one in before for _ in _check_message(one, ())):
        return None
    return Conversation(question, instructions, tuple(message_of(one) for one in before))
