"""Killing the parts of an installation in the midst of work, and timing who takes over."""

import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import psutil

from tests.crash.hosted_installation import DISPATCHER, LEASE, SETTLE, Installation, kill
from tests.crash.hosted_parts import number_in

TAKEN_OVER_WITHIN = LEASE + SETTLE + 1.0  # seconds
LONGEST_WAIT = 60.0
"""For something that is to come, on a machine that may have much else to do."""
OTHERS = {
    "both dispatch": DISPATCHER,
    "web": re.compile(r"uvicorn"),
    "broker": re.compile(r"valkey-server|redis-server"),
}
WEIGHTS = {"dispatch": 3, "both dispatch": 1, "web": 2, "broker": 3}
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
    in_doubt: int = 0
    """How many of these were killed while it was not known whether the provider had some runs."""


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
    runs = active_runs_in(made, groups)
    kills.in_doubt += holds_doubts(made, groups)
    while not has_new_owner(made, groups):
        assert time.monotonic() - killed_at < LONGEST_WAIT, f"nobody took over {sorted(groups)}"
        time.sleep(0.01)
    kills.taken.append(time.monotonic() - killed_at)
    while runs and not has_news(made, runs, newest):
        assert time.monotonic() - killed_at < LONGEST_WAIT, f"nothing more is told of {runs}"
        time.sleep(0.01)
    if runs:
        kills.told.append(time.monotonic() - killed_at)


def busy_dispatcher(made: Installation, chance: random.Random) -> tuple[psutil.Process, dict[int, int]]:
    """A worker that holds groups with active runs, and the epoch of each; the other one is ready, too."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        there = made.dispatchers()
        chance.shuffle(there)
        for process in there if len(there) > 1 else ():
            if groups := made.groups_of(process):
                return process, groups
        assert time.monotonic() < deadline, f"{len(there)} dispatch workers live, and none has work"
        time.sleep(0.02)


def active_runs_in(made: Installation, groups: dict[int, int]) -> list[str]:
    rows = made.table.rows(
        "SELECT run.id FROM dispatch_hostedrun sent JOIN runs_run run ON run.id = sent.run_id"
        f" WHERE sent.group_id IN ({listed(groups)}) AND run.ended_at IS NULL"
    )
    return [str(pk) for (pk,) in rows]


def holds_doubts(made: Installation, groups: dict[int, int]) -> bool:
    unnamed = f"upstream_id IS NULL AND group_id IN ({listed(groups)})"
    return bool(made.table.rows(f"SELECT 1 FROM dispatch_hostedrun WHERE {unnamed} LIMIT 1"))


def has_new_owner(made: Installation, groups: dict[int, int]) -> bool:
    """Whether another worker holds one of these groups, known by their epochs."""
    now = made.table.rows(f"SELECT id, epoch FROM dispatch_hostedgroup WHERE id IN ({listed(groups)})")
    return any(epoch > groups[pk] for pk, epoch in now)


def has_news(made: Installation, runs: Sequence[str], newest: int) -> bool:
    """Whether one of these runs, whose worker is dead, has moved after that event."""
    moved = f"id > {newest} AND kind = 'state' AND run_id IN ({listed(map(repr, runs))})"
    return bool(made.table.rows(f"SELECT 1 FROM runs_runevent WHERE {moved} LIMIT 1"))


def listed(values: Iterable[object]) -> str:
    return ",".join(map(str, values))
