"""One request for JSON: in the form that the endpoint takes, within the budget, mended once if need be."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from engine.llm.budget import Purse, tokens_in
from engine.llm.client import complete, waited
from engine.llm.endpoint import Llm
from engine.llm.problems import Declined, Later, Spent, Unusable
from engine.llm.prompts import Prompt, mending
from engine.llm.replies import Reply, Usage

LONGEST_WAIT = 20.0
"""Seconds; an endpoint that wants to be left alone for longer is not asked again in this run."""
MOST_TRIES = 3
OF_THE_FORM = (400, 415, 422, 501)
"""Statuses by which endpoints refuse what they don't know in a request."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """How requests to an endpoint are written: with all that it may know, until it refuses some of it."""

    format: Literal["json_schema", "json_object", ""] = "json_schema"
    limit: str = "max_tokens"
    temperature: bool = True

    def simpler(self, said: str) -> "Form | None":
        """The form after a refusal with these words; None if nothing is left to leave out."""
        if "temperature" in said and self.temperature:
            return replace(self, temperature=False)
        if "max_tokens" in said and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        match self.format:
            case "json_schema":
                return replace(self, format="json_object")
            case "json_object":
                return replace(self, format="")
        return None


_forms: dict[tuple[str, str], Form] = {}
"""What was found out of each endpoint and model, for as long as the process lives."""


def form_for(llm: Llm) -> Form:
    return _forms.get((llm.base_url, llm.model), Form())


def forget_forms() -> None:
    _forms.clear()


def request_body(llm: Llm, form: Form, messages: list[Json], most_tokens: int, schema: Json | None) -> Json:
    body: Json = {"model": llm.model, "messages": messages, form.limit: most_tokens}
    if form.temperature:
        body["temperature"] = 0
    if schema and form.format == "json_schema":
        named = {"name": "answer", "strict": True, "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif schema and form.format == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


class Asker:
    """Asks one model within one purse. ``tick`` is called while it thinks, and stops it by raising."""

    def __init__(self, llm: Llm, purse: Purse, tick: Callable[[], None]) -> None:
        self._llm, self.purse, self._tick = llm, purse, tick

    def json(self, prompt: Prompt) -> Json:
        """The object that answers the prompt; LlmProblem if there is none."""
        if prompt.wants_passages and not prompt.given:
            raise Spent("What is asked leaves no room for a passage in the language model's prompt.")
        messages = prompt.messages
        text = self._answer(messages, prompt.schema)
        try:
            return object_in(text)
        except Unusable:
            if self.purse.calls_left <= 0:
                raise
        return object_in(self._answer([*messages, *mending(text)], prompt.schema))

    def _answer(self, messages: list[Json], schema: Json) -> str:
        """The model's words. A form that is refused costs nothing, so it counts as no call."""
        size = tokens_in("".join(str(message["content"]) for message in messages))
        form = form_for(self._llm)
        while True:
            body = request_body(self._llm, form, messages, self.purse.room(size), schema)
            try:
                reply = self._patiently(body)
            except Declined as declined:
                simpler = form.simpler(declined.said) if declined.status in OF_THE_FORM else None
                if simpler is None:
                    raise
                form = simpler
            except Unusable:
                self.purse.pay(size, "", Usage())
                raise
            else:
                _forms[self._llm.base_url, self._llm.model] = form
                self.purse.pay(size, reply.text, reply.usage)
                return reply.text

    def _patiently(self, body: Json) -> Reply:
        for left in reversed(range(MOST_TRIES)):
            if self.purse.seconds <= 0:
                raise Spent(
                    f"The run's {self.purse.budget.seconds:g} seconds for the language model are over."
                )
            try:
                return waited(complete(self._llm, body, self.purse.seconds), self._tick)
            except Later as later:
                if not left or later.after > min(LONGEST_WAIT, self.purse.seconds):
                    raise
                self._rest(later.after)
        raise AssertionError("the last try returns or raises")

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 1.0))
            self._tick()


def object_in(text: str) -> Json:
    """The JSON object of an answer, also where a model puts a fence or a sentence around it."""
    for candidate in (text, text[text.find("{") : text.rfind("}") + 1]):
        try:
            found = orjson.loads(candidate)
        except orjson.JSONDecodeError:
            continue
        if isinstance(found, dict):
            return found
    raise Unusable("The language model's answer is not the JSON that was asked for.")
