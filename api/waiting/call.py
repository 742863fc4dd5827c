"""One request to an address that waits or streams: what it says, and ways to answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import orjson
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from api.errors import envelope
from api.reading import LONGEST_BODY
from web.bodies import TooLong
from web.hub import Receive, Scope, Send

HERE = "http://this-installation.invalid"
"""Stands in an answer for the address under which its reader knows us, so that it is made once for all."""
STREAM_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


class Answer(NamedTuple):
    """A whole answer: an HTTP status and a JSON body, in which HERE stands for our own address."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


def answer_json(status: int, body: Mapping[str, Any]) -> Answer:
    return Answer(status, orjson.dumps(body))


def refusal(status: int, message: str) -> Answer:
    return answer_json(status, envelope(message))


@dataclass(slots=True)
class Call:
    """Thousands wait at once, so nothing is kept of what can be read from the scope again."""

    scope: Scope
    receive: Receive
    send: Send
    names: Mapping[str, str] = field(default_factory=dict)
    """The parts of the path that its address names, such as ``run_id``."""
    has_begun: bool = False
    """Whether a run was begun for it, which asking again would begin once more."""

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]}

    @property
    def query(self) -> dict[str, str]:
        asked = parse_qs(self.scope["query_string"].decode("latin-1"))
        return {name: values[-1] for name, values in asked.items()}

    @property
    def token(self) -> str:
        """The token that the request carries as ``x-api-key`` or as a bearer; empty if it carries none."""
        scheme, _, bearer = self.headers.get("authorization", "").partition(" ")
        return self.headers.get("x-api-key") or (bearer.strip() if scheme.lower() == "bearer" else "")

    @property
    def base(self) -> bytes:
        """Our address as this client knows it; empty where its Host header is none of ours."""
        if settings.PUBLIC_URL:
            return settings.PUBLIC_URL.encode()
        host = self.headers.get("host", "")
        known = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
        return f"{self.scope.get('scheme', 'http')}://{host}".encode() if known else b""

    async def body(self) -> bytes:
        """The whole body; TooLong if that is more than LONGEST_BODY."""
        parts, size = [], 0
        while True:
            message = await self.receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > LONGEST_BODY:
                raise TooLong
            if not message.get("more_body"):
                return b"".join(parts)

    async def reply(self, answer: Answer) -> None:
        body = self.placed(answer.body)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        status = {"type": "http.response.start", "status": answer.status}
        await self.send(status | {"headers": [*headers, *answer.headers]})
        await self.send({"type": "http.response.body", "body": body})

    async def start_stream(self) -> None:
        await self.send({"type": "http.response.start", "status": 200, "headers": list(STREAM_HEADERS)})

    async def say(self, part: bytes) -> None:
        await self.send({"type": "http.response.body", "body": self.placed(part), "more_body": True})

    async def end(self) -> None:
        await self.send({"type": "http.response.body", "body": b""})

    def placed(self, content: bytes) -> bytes:
        return content.replace(HERE.encode(), self.base)
