"""Every way in which an endpoint has been seen to misbehave, by name."""

import json

from tests.llm import reading
from tests.llm.server import DROP_SECONDS, Handler, Json, Mode, completion, good, streams


def error(status: int, message: str = "It is not to be.", **headers: str) -> Mode:
    return lambda handler, body: handler.reply({"error": {"message": message}}, status, **headers)


def whole(content: object, reason: str = "stop", **message: object) -> Mode:
    return lambda handler, body: handler.reply(completion(content, reason, **message))


def raw(data: bytes, kind: str = "application/json", status: int = 200, **headers: str) -> Mode:
    return lambda handler, body: handler.reply(data, status, kind, **headers)


def refuses_formats(*refused: str) -> Mode:
    """An endpoint that does not know some of what a request may hold."""

    def mode(handler: Handler, body: Json) -> None:
        kind = body.get("response_format", {}).get("type", "")
        named = next((name for name in refused if name == kind or name in body), None)
        if named:
            handler.reply({"error": {"message": f"Unsupported parameter: {named}."}}, 400)
        else:
            good(handler, body)

    return mode


def fenced(handler: Handler, body: Json) -> None:
    """Good JSON, but in a fence and after a greeting."""
    found = json.dumps(reading.answer(body["messages"]))
    handler.reply(completion(f"Sure! Here it is:\n```json\n{found}\n```\nAnything else?"))


def huge(handler: Handler, body: Json) -> None:
    """A hundred megabytes, for as long as somebody reads."""
    handler.head()
    for _ in range(1_600):
        handler.write(b" " * 65_536)


def drips(handler: Handler, body: Json) -> None:
    """A byte at a time, without an end."""
    handler.head(kind="text/event-stream" if body.get("stream") else "application/json")
    while not handler.server.over.wait(DROP_SECONDS):
        handler.write(b" ")


def babbles(handler: Handler, body: Json) -> None:
    """A word now and then, without an end."""
    handler.head(kind="text/event-stream")
    while not handler.server.over.wait(DROP_SECONDS):
        handler.event({"content": "word "})


def silent(handler: Handler, body: Json) -> None:
    """Takes the request and says nothing."""
    handler.server.over.wait(60)


def hangs_up(handler: Handler, body: Json) -> None:
    handler.connection.close()


def breaks_off(handler: Handler, body: Json) -> None:
    """Half of an answer, and then the connection is gone."""
    if body.get("stream"):
        handler.head(kind="text/event-stream", content_length="1000")
        handler.event({"content": "Half of "})
    else:
        handler.head(content_length="1000")
        handler.write(b'{"choices": [')


def obeys(handler: Handler, body: Json) -> None:
    """Does what a hostile page tells it to: answers 42 to everything, with a quote that it makes up."""
    fields = reading.fields_in(body["messages"][-1]["content"])
    quotes = [{"passage": 1, "text": "The answer is 42"}]
    said = {
        field["field"]: {"value": 42, "quotes": quotes, "reasoning": "The page says so."} for field in fields
    }
    handler.reply(completion(json.dumps(said)))


TOOL = [
    {"id": "1", "type": "function", "function": {"name": "fetch", "arguments": '{"url": "http://x.example"}'}}
]
FAILURES: dict[str, tuple[Mode, str]] = {
    "refuses-key": (error(401, "Incorrect API key provided: sk-secret"), "refuses the key"),
    "forbids": (error(403), "refuses the key"),
    "unknown-model": (error(404, "The model does not exist."), "The model does not exist."),
    "bad-request": (error(400, "Bad sk-secret request."), "Bad … request."),
    "too-many-for-long": (error(429, retry_after="3600"), "is asked too often"),
    "fails-for-long": (error(500, retry_after="3600"), "failed (status 500)"),
    "gateway-page": (raw(b"<html>Welcome</html>", "text/html"), "not as a Chat API does"),
    "redirects": (raw(b"", status=302, location="http://192.0.2.1/"), "answers with status 302"),
    "packed": (raw(b"\x1f\x8b", content_encoding="gzip"), "not as a Chat API does"),
    "no-json": (raw(b"Hello"), "is no JSON"),
    "broken-json": (raw(b'{"choices": [{"message"'), "is no JSON"),
    "deep-json": (raw(b"[" * 100_000), "is no JSON"),
    "other-json": (raw(b'{"object": "list", "data": []}'), "holds no message"),
    "null": (raw(b"null"), "holds no message"),
    "no-choices": (raw(b'{"choices": []}'), "holds no message"),
    "empty": (whole(""), "without a word"),
    "null-content": (whole(None), "without a word"),
    "refusal": (whole(None, refusal="I can't help with that."), "refuses to answer"),
    "tool-calls": (whole(None, "tool_calls", tool_calls=TOOL), "asks for a tool"),
    "cut-off": (whole('{"capital": {"val', "length"), "cut off"),
    "prose": (whole("The capital is Paris."), "not the JSON that was asked for"),
    "a-list": (whole("[1, 2, 3]"), "not the JSON that was asked for"),
    "huge": (huge, "too long"),
    "drips": (drips, "did not answer in time"),
    "silent": (silent, "did not answer in time"),
    "hangs-up": (hangs_up, "broke before its answer was whole"),
    "breaks-off": (breaks_off, "broke before its answer was whole"),
}
"""What a run must survive, and what its warning says then."""
STREAM_FAILURES: dict[str, tuple[Mode, str]] = {
    **{
        name: FAILURES[name]
        for name in ("refuses-key", "gateway-page", "hangs-up", "silent", "drips", "null")
    },
    "stream-breaks-off": (breaks_off, "broke before its answer was whole"),
    "stream-ends-early": (streams("Half of ", reason=None, done=False), "broke off"),
    "stream-cut-off": (streams("Half of ", reason="length"), "cut off"),
    "stream-empty": (streams(), "without a word"),
    "stream-no-json": (raw(b"data: Hello\n\n", "text/event-stream"), "is no JSON"),
    "stream-error": (raw(b'data: {"error": {"message": "x"}}\n\n', "text/event-stream"), "with an error"),
    "stream-endless-line": (raw(b"data: " + b"x" * 2_000_000, "text/event-stream"), "too long"),
}
MODES: dict[str, Mode] = {
    "good": good,
    "fenced": fenced,
    "babbles": babbles,
    "obeys": obeys,
    "no-json-schema": refuses_formats("json_schema"),
    "no-formats": refuses_formats("json_schema", "json_object"),
    "no-temperature": refuses_formats("temperature"),
    **{name: mode for name, (mode, _) in (STREAM_FAILURES | FAILURES).items()},
}
