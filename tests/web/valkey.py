"""A real broker for a test, that can be killed and started again."""

import subprocess
from pathlib import Path

from supervisor import broker


class Valkey:
    """The embedded broker's server on a data folder of its own; `url` is its address."""

    def __init__(self, data: Path) -> None:
        self.data, self.url = data, broker.url(data)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Valkey":
        path = broker.make_folders(self.data)
        command = broker.part(next(broker.binaries()), self.data).command
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not broker.answers(path):
            assert self.process.poll() is None
        return self

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
