"""A server that answers every connection's first request with the same bytes, whatever was asked."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def answer(status: int, body: bytes, headers: bytes = b"", *, kind: bytes = b"application/json") -> bytes:
    head = b"HTTP/1.1 %d X\r\ncontent-type: %b\r\n%bcontent-length: %d\r\nconnection: close\r\n\r\n"
    return head % (status, kind, headers, len(body)) + body


class Serving:
    def __init__(self, said: bytes | None) -> None:
        self.said = said
        self.requests: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self) -> None:
        while not self.over.is_set():
            connection, _ = self.listening.accept()
            with connection:
                if not self.over.is_set():
                    self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        try:
            self.requests.append(whole_request(connection))
            if self.said is None:
                connection.recv(1)  # until the client gives up
            else:
                connection.sendall(self.said)
        except OSError:
            pass  # the client left


def whole_request(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(lines.get(b"content-length", 0)):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(said: bytes | None) -> Iterator[Serving]:
    """``said`` to everybody; None never says anything, b"" closes once the request was read."""
    server = Serving(said)
    server.thread.start()
    try:
        yield server
    finally:
        server.over.set()
        with socket.create_connection(server.listening.getsockname()[:2]):
            pass
        server.thread.join(10)
        server.listening.close()
