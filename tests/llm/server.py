"""The endpoint: one thread a request, and a mode that says how it behaves."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.llm import reading

Json = dict[str, Any]
Mode = Callable[["Handler", Json], None]
DROP_SECONDS = 0.02
"""Between two bytes of a mode that drips."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        self.close_connection = True
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        self.server.keys.append(self.headers.get("authorization", ""))
        try:
            self.server.mode(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def log_message(self, *args: object) -> None:
        pass

    def head(self, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def reply(
        self, body: Json | bytes, status: int = 200, kind: str = "application/json", **more: str
    ) -> None:
        self.head(status, kind, **more)
        self.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def event(self, delta: Json, reason: str | None = None) -> None:
        chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        self.write(b"data: %s\n\n" % json.dumps(chunk).encode())


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, mode: Mode, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.mode = mode
        self.pause = 0.0
        """Seconds between two words of a good stream."""
        self.asked: list[Json] = []
        """The bodies of all requests so far."""
        self.keys: list[str] = []
        self.left = threading.Event()
        """Set when somebody left before an answer was whole."""
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        self.left.set()


@contextmanager
def served(mode: Mode) -> Iterator[Server]:
    server = Server(mode)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def completion(content: Any, reason: str = "stop", **message: Any) -> Json:
    said = {"role": "assistant", "content": content} | message
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    return {"choices": [{"index": 0, "message": said, "finish_reason": reason}], "usage": usage}


def says(*answers: Any) -> Mode:
    """One answer after another, the last again and again: text as it is, other values as JSON."""
    left = list(answers)

    def mode(handler: Handler, body: Json) -> None:
        said = left.pop(0) if len(left) > 1 else left[0]
        handler.reply(completion(said if isinstance(said, str) else json.dumps(said)))

    return mode


def in_turn(*modes: Mode) -> Mode:
    """One mode a request, the last again and again."""
    left = list(modes)
    return lambda handler, body: (left.pop(0) if len(left) > 1 else left[0])(handler, body)


def streams(*words: str, reason: str | None = "stop", done: bool = True) -> Mode:
    def mode(handler: Handler, body: Json) -> None:
        handler.head(kind="text/event-stream")
        for word in words:
            handler.event({"content": word})
        if reason:
            handler.event({}, reason)
        if done:
            handler.write(b"data: [DONE]\n\n")

    return mode


def good(handler: Handler, body: Json) -> None:
    """Reads the passages and quotes them, streamed where that is asked for."""
    if not body.get("stream"):
        handler.reply(completion(json.dumps(reading.answer(body["messages"]))))
        return
    handler.head(kind="text/event-stream")
    for word in reading.spoken(body["messages"]).split(" "):
        handler.event({"content": f"{word} "})
        time.sleep(handler.server.pause)
    handler.event({}, "stop")
    handler.write(b"data: [DONE]\n\n")
