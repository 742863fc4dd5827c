"""One life of a part: its process group, its output, its end."""

import os
import signal
import subprocess
import time
from pathlib import Path

from supervisor.part import Part

ROOT = Path(__file__).resolve().parent.parent
LONGEST_LINE = 64_000  # bytes; a longer line is cut into several


class Process:
    def __init__(self, part: Part) -> None:
        self.started = time.monotonic()
        self._rest = b""
        self._popen = subprocess.Popen(  # noqa: S603 - the table of parts names it
            part.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **part.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,  # so a Ctrl-C reaches the supervisor alone, which stops the parts in order
        )
        assert self._popen.stdout
        self.output = self._popen.stdout.fileno()
        os.set_blocking(self.output, False)

    @property
    def group(self) -> int:
        return self._popen.pid

    @property
    def age(self) -> float:
        return time.monotonic() - self.started

    def lines(self) -> list[str]:
        """The complete lines that it has written since the last call."""
        *complete, self._rest = (self._rest + self._read()).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            complete, self._rest = [*complete, self._rest], b""
        return [line.decode(errors="replace").rstrip() for line in complete]

    def last_lines(self) -> list[str]:
        """What is left to read once it has ended; closes the pipe."""
        lines = self.lines()
        if self._rest:
            lines.append(self._rest.decode(errors="replace").rstrip())
        assert self._popen.stdout
        self._popen.stdout.close()
        return lines

    def _read(self) -> bytes:
        chunks = []
        try:
            while chunk := os.read(self.output, 65536):
                chunks.append(chunk)
        except BlockingIOError:
            pass  # nothing more for now
        return b"".join(chunks)

    def ended(self) -> int | None:
        """Its exit code (minus the signal, if one killed it), or None while it runs.

        What is left of its group is killed first: until its leader is reaped, the group's number stays ours.
        """
        if not os.waitid(os.P_PID, self.group, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return None
        self.kill()
        return self._popen.wait()

    def terminate(self) -> None:
        os.kill(self.group, signal.SIGTERM)

    def kill(self) -> None:
        os.killpg(self.group, signal.SIGKILL)


def how_it_ended(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
