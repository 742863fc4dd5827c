"""A broker that is away at first, comes, and is killed for good: runs complete, slower, and it is said."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.crash.server import Server
from tests.crash.test_kill import Script, Table, create_token
from tests.web.valkey import Valkey

pytestmark = pytest.mark.crash
RUNS_AT_FIRST, RUNS_BEFORE, RUNS_AFTER = 3, 10, 20
CHAIN = [("", "pending"), ("pending", "queued"), ("queued", "running"), ("running", "completed")]


class Trial:
    """An installation with this broker, which is killed in the midst of work; what came of it."""

    def __init__(self, data: Path, valkey: Valkey) -> None:
        self.table = Table(data / "groundwork.sqlite3")
        with Server(data, REDIS_URL=valkey.url) as server:
            self.script = Script(server.ready().url, create_token(data))
            with closing(self.script.client):
                self.at_first = self.ask_for(RUNS_AT_FIRST)
                self.wait_for_all()
                self.dispatch = server.part("dispatch@").pid
                valkey.start()
                server.wait_for("The broker answers again")
                self.ask_for(RUNS_BEFORE)
                self.with_broker = self.health()
                valkey.kill()
                self.after = self.ask_for(RUNS_AFTER)
                server.wait_for("Dispatch carries runs out by itself")
                self.wait_for_all()
                self.without = self.health()
        self.said = server.said

    def ask_for(self, runs: int) -> list[str]:
        self.script.ask_for(runs)
        return self.script.accepted[-runs:]

    def wait_for_all(self) -> None:
        self.table.wait_until(lambda active: not active, "ended_at IS NULL")

    def health(self) -> httpx.Response:
        return self.script.client.get("/healthz")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    valkey = Valkey(tmp_path_factory.mktemp("valkey"))
    try:
        yield Trial(tmp_path_factory.mktemp("gone") / "data", valkey)
    finally:
        valkey.kill()


def test_every_accepted_run_is_completed_once(trial: Trial) -> None:
    moves: dict[str, list[tuple[str, str]]] = {}
    events = trial.table.rows(
        'SELECT run_id, "before", "after" FROM runs_runevent WHERE kind = \'state\' ORDER BY id'
    )
    for run, *move in events:
        moves.setdefault(f"trun_{run}", []).append(tuple(move))
    assert len(trial.script.accepted) == RUNS_AT_FIRST + RUNS_BEFORE + RUNS_AFTER
    assert set(trial.script.accepted) <= set(moves)
    assert [run for run, its in moves.items() if its != CHAIN] == []


def test_without_a_broker_the_dispatch_process_does_the_research(trial: Trial) -> None:
    rows = trial.table.rows("SELECT id, lease_owner FROM runs_run")
    owners = {f"trun_{run}": owner.rpartition(":")[2] for run, owner in rows}
    assert {owners[run] for run in trial.at_first} == {str(trial.dispatch)}


def test_it_starts_without_a_broker_and_says_so(trial: Trial) -> None:
    ready = next(number for number, line in enumerate(trial.said) if "Groundwork is ready" in line)
    assert any("Cannot connect to redis+socket://" in line for line in trial.said[:ready])


def test_whoever_watches_hears_that_all_works_and_what_is_away(trial: Trial) -> None:
    assert trial.with_broker.json()["broker"] == "ok"
    assert "degraded" not in trial.with_broker.json()
    told = trial.without.json()
    assert (trial.without.status_code, told["healthy"]) == (200, True)
    assert told["broker"].startswith("away")
    assert "The broker does not answer" in told["degraded"]
