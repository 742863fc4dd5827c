"""What a part is, said once, before any of it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """A command that is kept running.

    `once`: it runs to its end, shows all it says, and is not started again.
    `foundation`: the others stand on it, so it is stopped after them.
    `spared`: the others do without it, so one that can't be started is tried again for as long as it takes.
    `private`: what it says goes to its log file alone.
    `secret`: what it says is shown and kept nowhere, but for what a traceback tells.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    foundation: bool = False
    spared: bool = False
    private: bool = False
    secret: bool = False
