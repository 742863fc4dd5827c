"""A web server that keeps what it is sent."""

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple


class Delivery(NamedTuple):
    headers: dict[str, str]
    """Their names in lower case."""
    body: bytes


class Receiver:
    """Answers each request with the next of `answers`, and with 200 when they are used up."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.came: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if receiver.answers else 200
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.came.put(Delivery(headers, body))

            def log_message(self, *arguments: object) -> None:
                """Tests print nothing."""

        return Handler

    def next(self, seconds: float = 30) -> Delivery:
        return self.came.get(timeout=seconds)

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
