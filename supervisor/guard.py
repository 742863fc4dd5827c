"""The guard: when the supervisor itself is killed, it kills what the supervisor had started.

A shell, because a second Python would cost ten times the memory. It reads the numbers of the process groups,
all again on each line; the end of its input is the supervisor's death. While it lives it holds the lock of
the data folder, so that a new start waits for clear ground.
"""

import contextlib
import subprocess
from collections.abc import Iterable

SCRIPT = """
trap '' INT TERM HUP
groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -9 "-$group"; done
looks=0
for group in $groups; do
    while kill -0 "-$group" && [ $((looks += 1)) -lt 40 ]; do sleep 0.05; done
done
"""


class Guard:
    def __init__(self, lock: int) -> None:
        self._lock = lock
        self._shell = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - a fixed command
            ["/bin/sh", "-c", SCRIPT],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[self._lock],
            process_group=0,
        )

    @property
    def pid(self) -> int:
        return self._shell.pid

    def is_gone(self) -> bool:
        return self._shell.poll() is not None

    def tell(self, groups: Iterable[int]) -> None:
        """These, and no others, are to be killed; a guard that was killed itself is replaced."""
        line = " ".join(map(str, groups)).encode() + b"\n"
        assert self._shell.stdin
        if self.is_gone():
            self._shell.stdin.close()
            self._shell = self._start()
            assert self._shell.stdin
        with contextlib.suppress(BrokenPipeError):  # it died just now; the next look finds it gone
            self._shell.stdin.write(line)

    def dismiss(self) -> None:
        self.tell([])
        assert self._shell.stdin
        self._shell.stdin.close()
        self._shell.wait()
