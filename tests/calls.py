"""A client of the API that reaches what waits and streams as the web process does: in plain ASGI."""

import asyncio
import json
from urllib.parse import urlencode, urlsplit

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import Client

from api.waiting.call import Call
from api.waiting.routes import waiting_route

PATIENCE = 5
"""Seconds until a test that waits for an answer gives up."""


class ApiClient(Client):
    """Django's client; an address that waits or streams is asked until it has said all."""

    def get(self, path: str, data: dict | None = None, **options) -> HttpResponse:
        asked = f"{path}?{urlencode(data)}" if data else path
        return self.waited("GET", asked, b"", **options) or super().get(path, data, **options)

    def post(self, path: str, data: object = None, **options) -> HttpResponse:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.waited("POST", path, body, **options) or super().post(path, data, **options)

    def waited(self, method: str, path: str, body: bytes, headers=None, **_) -> HttpResponse | None:
        """The answer of an address that waits; None for any other."""
        asked = urlsplit(path)
        scope = {"type": "http", "method": method, "path": asked.path, "query_string": asked.query.encode()}
        if waiting_route(scope) is None:
            return None
        return async_to_sync(answered)(scope | {"headers": self.sent_headers(headers or {})}, body)

    def sent_headers(self, more: dict[str, str]) -> list[tuple[bytes, bytes]]:
        own = {
            name.removeprefix("HTTP_").replace("_", "-"): value
            for name, value in self.defaults.items()
            if name.startswith("HTTP_")
        }
        sent = {"host": "testserver"} | own | more
        return [(name.lower().encode("latin-1"), str(value).encode()) for name, value in sent.items()]


async def answered(scope: dict, body: bytes) -> HttpResponse:
    messages: list[dict] = []
    sent = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict:
        return next(sent, None) or await asyncio.Future()

    async def keep(message: dict) -> None:
        messages.append(message)

    wait, names = waiting_route(scope)
    await asyncio.wait_for(wait(Call(scope, receive, keep, names)), PATIENCE)
    response = HttpResponse(
        b"".join(message.get("body", b"") for message in messages), status=messages[0]["status"]
    )
    response.json = lambda: json.loads(response.content)
    for name, value in messages[0]["headers"]:
        response[name.decode()] = value.decode()
    return response
