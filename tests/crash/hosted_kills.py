"""Killing the parts of an installation in the midst of work, and timing who takes over."""

import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from tests.crash.hosted_installation import DISPATCHER, LEASE, SETTLE, Installation, kill
from tests.crash.hosted_parts import number_in

TAKEN_OVER_WITHIN = LEASE + SETTLE + 1.0  # seconds
LONGEST_WAIT = 20.0
OTHERS = {
    "both dispatch": DISPATCHER,
    "web": re.compile(r"uvicorn"),
    "broker": re.compile(r"valkey-server|redis-server"),
}
WEIGHTS = {"dispatch": 4, "both dispatch": 1, "web": 2, "broker": 2}
"""How often each kind of kill comes, compared with the others."""
LONGEST_PAUSE = 0.5


@dataclass
class Kills:
    """What was killed, and for each dispatch worker that had another beside it: how long that took."""

    done: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    """Seconds until the first of its groups had another owner."""
    told: list[float] = field(default_factory=list)
    """Seconds until another worker had written what became of a run in them."""


def plan(kills: int, chance: random.Random) -> list[str]:
    names = [name for name, weight in WEIGHTS.items() for _ in range(weight)]
    left = [names[index % len(names)] for index in range(kills)]
    chance.shuffle(left)
    return left


def kill_all(made: Installation, names: Sequence[str], chance: random.Random) -> Kills:
    kills = Kills()
    for name in names:
        time.sleep(chance.uniform(0, LONGEST_PAUSE))
        if name == "dispatch":
            kill_dispatcher(made, chance, kills)
        elif name == "everything":
            made.restart()
        else:
            kill_when_there(made, OTHERS[name])
        kills.done[name] += 1
    return kills


def kill_when_there(made: Installation, command: re.Pattern[str]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not kill(made.alike(command)):
        assert time.monotonic() < deadline, f"no {command.pattern} came back"
        time.sleep(0.05)


def kill_dispatcher(made: Installation, chance: random.Random, kills: Kills) -> None:
    """One that has work in hand, while the other lives; wait until its work goes on."""
    victim, groups = busy_dispatcher(made, chance)
    killed_at = time.monotonic()
    assert kill([victim])
    newest = number_in(made.table, "SELECT max(id) FROM runs_runevent")
    while not has_new_owner(made, groups):
        assert time.monotonic() - killed_at < LONGEST_WAIT, f"nobody took over {sorted(groups)}"
        time.sleep(0.01)
    kills.taken.append(time.monotonic() - killed_at)
    while not has_news(made, groups, newest):
        assert time.monotonic() - killed_at < LONGEST_WAIT, f"nothing more is told of {sorted(groups)}"
        time.sleep(0.01)
    kills.told.append(time.monotonic() - killed_at)


def busy_dispatcher(made: Installation, chance: random.Random) -> tuple[psutil.Process, dict[int, int]]:
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        there = made.dispatchers()
        chance.shuffle(there)
        for process in there if len(there) > 1 else ():
            if groups := made.groups_of(process):
                return process, groups
        assert time.monotonic() < deadline, f"{len(there)} dispatch workers live, and none has work"
        time.sleep(0.02)


def has_new_owner(made: Installation, groups: dict[int, int]) -> bool:
    """Whether another worker holds one of these groups, known by their epochs."""
    ids = ",".join(map(str, groups))
    now = made.table.rows(f"SELECT id, epoch FROM dispatch_hostedgroup WHERE id IN ({ids})")
    return any(epoch > groups[pk] for pk, epoch in now)


def has_news(made: Installation, groups: dict[int, int], newest: int) -> bool:
    """Whether a run of these groups, whose worker is dead, has moved after that event."""
    ids = ",".join(map(str, groups))
    return bool(
        made.table.rows(
            "SELECT 1 FROM runs_runevent event JOIN dispatch_hostedrun sent ON sent.run_id = event.run_id"
            f" WHERE event.id > {newest} AND event.kind = 'state' AND sent.group_id IN ({ids}) LIMIT 1"
        )
    )
