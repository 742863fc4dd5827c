"""Chat completions, in one piece or in chunks that take their time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from tests.upstream.bodies import Answer, fastapi_refusal
from tests.upstream.checks import parsed
from tests.upstream.gates import barred
from tests.upstream.specs import Spec
from tests.upstream.sse import EventStream

if TYPE_CHECKING:
    from tests.upstream.server import Upstream
    from tests.upstream.wire import Exchange

MODELS = frozenset({"speed", "lite", "base", "core"})
ROLES = frozenset({"system", "user", "assistant"})
NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


@dataclass
class Chat:
    """One chat request, and how far its answer came."""

    body: dict[str, Any]
    chat_id: str
    interaction_id: str
    started: float = field(default_factory=time.time)
    chunks: int = 0  # chunks with words that were written
    ended: bool = False  # the whole answer was written
    left: bool = False  # the client went before that

    @property
    def question(self) -> str:
        return self.body["messages"][-1]["content"]

    @property
    def words(self) -> str:
        """The answer: what was asked, or JSON that fits the schema asked for."""
        asked = self.body.get("response_format") or {}
        schema = (asked.get("json_schema") or {}).get("schema")
        if not schema:
            return f"What was found about {self.question}"
        spec = Spec({"output_schema": {"json_schema": schema}}, 0)
        output = orjson.loads(spec.render(orjson.dumps(self.question)[1:-1], b"chat"))
        return orjson.dumps(output["content"]).decode()

    @property
    def basis(self) -> list[dict[str, Any]]:
        """None for ``speed``, one entry for the others."""
        cited = {"url": "https://example.com/chat", "title": "A page", "excerpts": [self.question]}
        entry = {
            "field": "output",
            "reasoning": "A page says so.",
            "confidence": "high",
            "citations": [cited],
        }
        return [] if self.body["model"] == "speed" else [entry]

    def named(self, kind: str, **more: Any) -> dict[str, Any]:
        """What completion and chunk have alike."""
        known = {
            "id": self.chat_id,
            "object": kind,
            "created": int(self.started),
            "model": self.body["model"],
        }
        return known | {"basis": [], "interaction_id": None, "system_fingerprint": None} | more

    def completion(self) -> bytes:
        message = {"role": "assistant", "content": self.words}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        ending = {"basis": self.basis, "interaction_id": self.interaction_id, "usage": NO_USAGE}
        return orjson.dumps(self.named("chat.completion", choices=[choice], **ending))

    def chunk(self, delta: dict[str, str], **more: Any) -> bytes:
        kind = "chat.completion.chunk"
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        chunk = self.named(kind, choices=[choice], type=kind) | more
        return b"data: %b\n\n" % orjson.dumps(chunk)

    def last_chunk(self) -> bytes:
        choice = {"index": 0, "delta": {}, "finish_reason": "stop"}
        return self.chunk({}, choices=[choice], basis=self.basis, interaction_id=self.interaction_id)


def complete(upstream: Upstream, exchange: Exchange) -> None:
    """``POST …/chat/completions``."""
    if refused := barred(upstream.faults):
        exchange.reply(refused)
        return
    body = checked(parsed(exchange.body))
    chat = Chat(body, upstream.state.new_id("chatcmpl"), upstream.state.new_id("inter"))
    upstream.state.chats.append(chat)
    kind = ChatStream if body.get("stream") else ChatWait
    kind(upstream, exchange, chat)


def checked(body: Any) -> dict[str, Any]:
    """The body of a chat request; refuses what the contract does."""
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list) or not messages:
        raise fastapi_refusal("messages are required", "body", "messages")
    if body.get("model") not in MODELS:
        raise fastapi_refusal("a model that is known is required", "body", "model")
    for place, message in enumerate(messages):
        if message.get("role") not in ROLES or not isinstance(message.get("content"), str):
            raise fastapi_refusal("a message is a role and a text", "body", "messages", place)
    return body


def pieces(words: str, number: int) -> list[str]:
    """The words in so many pieces that joined are the words; fewer if there are fewer characters."""
    size = max(1, -(-len(words) // number))
    return [words[start : start + size] for start in range(0, len(words), size)]


class ChatStream(EventStream):
    """An answer in chunks, one every `chunk_seconds`, then ``[DONE]``."""

    def __init__(self, upstream: Upstream, exchange: Exchange, chat: Chat) -> None:
        super().__init__(upstream, exchange)
        self.chat = chat
        self._pieces = iter(pieces(chat.words, upstream.chat_chunks))
        exchange.when_lost = self.lose
        self.send([chat.chunk({"role": "assistant", "content": ""})])
        self.go_on()

    def go_on(self) -> None:
        if self.exchange.is_over:
            return
        piece = next(self._pieces, None)
        if piece is None:
            self.finish()
            return
        self.chat.chunks += 1
        self.send([self.chat.chunk({"content": piece})])
        self.upstream.bell.ring()
        self.upstream.after(self.upstream.chunk_seconds, self.go_on)

    def finish(self) -> None:
        self.send([self.chat.last_chunk(), b"data: [DONE]\n\n"])
        self.chat.ended = not self.is_stalled and not self.exchange.is_over
        self.end()
        self.upstream.bell.ring()

    def lose(self) -> None:
        self.leave()
        self.chat.left = True
        self.upstream.bell.ring()


class ChatWait:
    """An answer in one piece, after the time that its chunks would take."""

    def __init__(self, upstream: Upstream, exchange: Exchange, chat: Chat) -> None:
        self.upstream, self.exchange, self.chat = upstream, exchange, chat
        exchange.when_lost = self.lose
        upstream.after(upstream.chunk_seconds * upstream.chat_chunks, self.answer)

    def answer(self) -> None:
        if not self.exchange.is_over:
            self.chat.ended = True
            self.exchange.reply(Answer(200, self.chat.completion()))
            self.upstream.bell.ring()

    def lose(self) -> None:
        self.chat.left = True
        self.upstream.bell.ring()
