"""A whole installation on a data folder of its own, for tests and benchmarks that need a real one."""

import os
import queue
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

from tests.crash.prepared import copy_to

ROOT = Path(__file__).resolve().parent.parent.parent
PART_SECONDS = 20.0
FOREIGN = (
    "GROUNDWORK_",
    "PARALLEL_",
    "DISPATCH_",
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_",
    "SECRET_KEY",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}


class Server:
    """`script/server` as a person starts it; `said` is what it has printed so far.

    Keyless unless ``GROUNDWORK_KEYLESS=""`` is given: the reader level reads its whole library at first,
    beside whatever is tested or measured. A data folder that is not there is one that a first start has
    prepared already, unless it is the ``first`` start that matters.
    """

    def __init__(
        self, data: Path, *options: str, port: int | None = None, first: bool = False, **env: str
    ) -> None:
        if not first:
            copy_to(data, clean_environment())
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [ROOT / "script" / "server", "--port", str(self.port), "--data", data, *options],
            env={**clean_environment(), "GROUNDWORK_KEYLESS": "1", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def wait_for(self, text: str, seconds: float = 60) -> str:
        """The next line that holds this text; a failure shows all that was said instead."""
        deadline = time.monotonic() + seconds
        try:
            while (line := self._lines.get(timeout=max(deadline - time.monotonic(), 0))) is not None:
                self.said.append(line)
                if text in line:
                    return line
        except queue.Empty:
            pass  # the time is over
        raise AssertionError(f"{text!r} was not said in {seconds} s, but:\n" + "\n".join(self.said))

    def ready(self, seconds: float = 120) -> "Server":
        self.wait_for("Groundwork is ready at ", seconds)
        return self

    def tree(self) -> list[psutil.Process]:
        """The supervisor and all that descends from it."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def part(self, word: str) -> psutil.Process:
        """The first process of the tree with this word in its command line; it may come late."""
        deadline = time.monotonic() + PART_SECONDS
        while True:
            for process in self.tree()[1:]:
                with suppress(psutil.NoSuchProcess):
                    if word in " ".join(process.cmdline()):
                        return process
            assert time.monotonic() < deadline, f"no {word} in {PART_SECONDS} s; it was said:\n" + "\n".join(
                self.said
            )
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 10) -> int:
        """Send the signal, wait for the end, collect the last lines; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=seconds)
        self._reader.join()
        while (line := self._lines.get()) is not None:
            self.said.append(line)
        return code

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
        self._reader.join()
