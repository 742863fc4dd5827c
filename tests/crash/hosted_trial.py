"""One trial: runs flow to a provider that goes wrong, through an installation that is killed all the time."""

import random
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.crash.hosted_installation import asker, installation, keep_asking
from tests.crash.hosted_kills import Kills, kill_all, plan
from tests.crash.hosted_parts import fake_provider, own_postgresql
from tests.crash.hosted_proof import Proof, prove, wait_for_the_end

LATENCY = (0.2, 2.0)  # seconds
FAULTS = {
    "lost_answer": 0.1,
    "bad_gateway_after": 0.1,
    "unavailable_before": 0.02,
    "truncated": 0.05,
    "slow_answer_seconds": 0.2,  # so that many a kill comes between the work and its answer
    "late_work": 0.05,
    "late_work_seconds": 0.3,
    "read_lost": 0.02,
    "read_bad_gateway": 0.02,
    "read_truncated": 0.02,
    "double_event": 0.05,
    "drop_event": 0.02,
    "cut_stream": 0.02,
}


@dataclass
class Trial:
    """How many runs and kills of which kind, with what seed; `on` is sqlite or postgresql."""

    on: str
    runs: int
    kills: int
    seed: int
    most: int = 60
    """Runs in one request."""
    most_active: int = 200
    also: Sequence[str] = ()
    """Further kills, at the end of the others."""
    patience: float = 60.0
    """Seconds in which what is left at the end must end."""


@dataclass
class Outcome:
    kills: Kills
    proof: Proof
    acknowledged: int
    answers: dict[int, int]
    """How often the API gave each status."""
    longest_answer: float
    """Seconds."""
    seconds: float


def held(trial: Trial) -> Outcome:
    chance = random.Random(trial.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="groundwork-crash-")))
        address = stack.enter_context(own_postgresql()) if trial.on == "postgresql" else ""
        fake = stack.enter_context(fake_provider(LATENCY, FAULTS, trial.seed))
        made = stack.enter_context(installation(folder, fake, address))
        asking = stack.enter_context(asker(made, random.Random(trial.seed), trial.most))
        begun, over = time.monotonic(), threading.Event()
        with ThreadPoolExecutor(1) as pool:
            flow = pool.submit(keep_asking, made, asking, trial.runs, trial.most_active, over)
            try:
                kills = kill_all(made, [*plan(trial.kills, chance), *trial.also], chance)
            finally:
                over.set()
                flow.result()  # if nobody asks any more, that is why there was nothing to kill
        wait_for_the_end(made, trial.patience)
        seconds = time.monotonic() - begun
        return Outcome(
            kills,
            prove(made, asking),
            len(asking.acknowledged),
            dict(asking.answers),
            asking.longest,
            seconds,
        )
