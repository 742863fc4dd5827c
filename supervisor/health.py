"""Asks a web address for its health without ever waiting for the answer."""

import contextlib
import socket
import time

PATIENCE = 10.0  # seconds for one answer; then it is asked again
STAND_INS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what listens everywhere is asked at home


class HealthCheck:
    """Called again and again, it says what is missing; '' once `GET path` has answered 200."""

    def __init__(self, host: str, port: int, path: str = "/healthz") -> None:
        self._address = (STAND_INS.get(host, host), port)
        self._path = path
        self._socket: socket.socket | None = None
        self._asked = 0.0
        self._answer = b""

    def __call__(self) -> str:
        try:
            if self._socket is None:
                self._ask()
            return self._listen()
        except BlockingIOError:
            if time.monotonic() - self._asked > PATIENCE:
                self._hang_up()
            return f"{self._path} has not answered yet"
        except OSError as error:
            self._hang_up()
            return f"the web part does not listen yet ({error.strerror or error})"

    def _ask(self) -> None:
        host = f"[{self._address[0]}]" if ":" in self._address[0] else self._address[0]
        request = f"GET {self._path} HTTP/1.1\r\nHost: {host}:{self._address[1]}\r\nConnection: close\r\n\r\n"
        self._socket = socket.create_connection(self._address, timeout=1)
        self._socket.sendall(request.encode())
        self._socket.setblocking(False)
        self._asked, self._answer = time.monotonic(), b""

    def _listen(self) -> str:
        assert self._socket
        while chunk := self._socket.recv(65536):
            self._answer += chunk
        self._hang_up()
        head, _, body = self._answer.decode(errors="replace").partition("\r\n\r\n")
        status = head.partition("\r\n")[0].partition(" ")[2]
        if status.startswith("200"):
            return ""
        return f"{self._path} answers {status or 'nothing'} {body[:300]}".strip()

    def _hang_up(self) -> None:
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.close()
        self._socket = None
