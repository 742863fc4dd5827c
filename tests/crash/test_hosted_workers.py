"""Two dispatch workers share the groups at a provider; what one leaves, the other goes on with."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from tests.crash.hosted_installation import DISPATCHER, Asker, Installation, asker, installation, kill
from tests.crash.hosted_kills import LONGEST_WAIT, TAKEN_OVER_WITHIN, listed
from tests.crash.hosted_parts import fake_provider, wait_until
from tests.crash.hosted_proof import Proof, prove, wait_for_the_end

pytestmark = pytest.mark.crash
LATENCY = (4.0, 6.0)  # seconds; longer than a takeover, so that there is something to take over
FEW = 40


@dataclass
class Shared:
    """What was seen while one of two workers was killed and the other took its groups."""

    owned: list[dict[int, int]]
    """The groups of each worker before."""
    owners: set[str]
    """Who holds the groups of the killed one afterwards, by the number of the process."""
    survivor: int
    seconds: float
    proof: Proof


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("two workers")
    with (
        fake_provider(LATENCY) as fake,
        installation(folder, fake) as made,
        asker(made, random.Random(1), FEW) as asking,
    ):
        yield seen(made, asking)


def seen(made: Installation, asking: Asker) -> Shared:
    wait_until(lambda: len(made.dispatchers()) == 2, "both workers live", LONGEST_WAIT)
    workers = made.dispatchers()
    owned = ask_until_both_have_work(made, asking, workers)
    victim, survivor = workers

    def left_to_the_survivor() -> bool:
        """Whoever is started in the victim's place is killed as well, or might be the one to take over."""
        kill([worker for worker in made.alike(DISPATCHER) if worker.pid != survivor.pid])
        return not made.groups_of(victim)

    killed_at = time.monotonic()
    wait_until(left_to_the_survivor, "another worker holds its groups", LONGEST_WAIT)
    seconds = time.monotonic() - killed_at
    rows = made.table.rows(f"SELECT owner FROM dispatch_hostedgroup WHERE id IN ({listed(owned[0])})")
    wait_for_the_end(made, LONGEST_WAIT)
    return Shared(
        owned, {owner.split(":")[1] for (owner,) in rows}, survivor.pid, seconds, prove(made, asking)
    )


def ask_until_both_have_work(
    made: Installation, asking: Asker, workers: list[psutil.Process]
) -> list[dict[int, int]]:
    deadline = time.monotonic() + LONGEST_WAIT
    while not all(owned := [made.groups_of(worker) for worker in workers]):
        assert time.monotonic() < deadline, f"the workers hold {owned}"
        asking.ask()
        time.sleep(0.1)
    return owned


def test_both_have_groups_and_none_in_common(shared: Shared) -> None:
    first, second = shared.owned
    assert first
    assert second
    assert not first.keys() & second.keys()


def test_the_other_one_takes_all_that_the_killed_one_held(shared: Shared) -> None:
    assert shared.owners == {str(shared.survivor)}


def test_it_does_so_in_time(shared: Shared) -> None:
    assert shared.seconds <= TAKEN_OVER_WITHIN


def test_every_run_was_sent_once_and_completed_once(shared: Shared) -> None:
    assert shared.proof.is_well, shared.proof
