"""Asks a web address for its health without ever waiting for the answer."""

import socket
import time

PATIENCE = 10.0  # seconds for one answer; then it is asked again
PAUSE = 0.2  # seconds between two questions: each one makes the part work that is still starting
STAND_INS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what listens everywhere is asked at home


class HealthCheck:
    """Called again and again, it says what is missing; '' once `GET path` has answered 200."""

    def __init__(self, host: str, port: int, path: str = "/healthz") -> None:
        self._address = (STAND_INS.get(host, host), port)
        self._path = path
        self._missing = "the web part does not listen yet"
        self._socket: socket.socket | None = None
        self._asked = -PATIENCE
        self._answer = b""

    def __call__(self) -> str:
        waited = time.monotonic() - self._asked
        try:
            if self._socket:
                self._listen(waited)
            elif waited >= PAUSE:
                self._ask()
        except OSError as error:
            self._hang_up()
            self._missing = f"the web part does not listen yet ({error.strerror or error})"
        return self._missing

    def _ask(self) -> None:
        self._asked, self._answer = time.monotonic(), b""
        host = f"[{self._address[0]}]" if ":" in self._address[0] else self._address[0]
        request = f"GET {self._path} HTTP/1.1\r\nHost: {host}:{self._address[1]}\r\nConnection: close\r\n\r\n"
        self._socket = socket.create_connection(self._address, timeout=1)
        self._socket.sendall(request.encode())
        self._socket.setblocking(False)

    def _listen(self, waited: float) -> None:
        assert self._socket
        try:
            while chunk := self._socket.recv(65536):
                self._answer += chunk
        except BlockingIOError:
            if waited > PATIENCE:
                self._hang_up()
                self._missing = f"{self._path} does not answer"
            return
        self._hang_up()
        self._missing = missing_from(self._path, self._answer.decode(errors="replace"))

    def _hang_up(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None


def missing_from(path: str, answer: str) -> str:
    head, _, body = answer.partition("\r\n\r\n")
    status = head.partition("\r\n")[0].partition(" ")[2]
    return "" if status.startswith("200") else f"{path} answers {status or 'nothing'} {body[:300]}".strip()
