"""A broker that is killed and never comes back: runs still complete, only slower, and that is said."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from supervisor import broker
from tests.crash.server import Server
from tests.crash.test_kill import Script, Table, create_token
from tests.web.valkey import Valkey

pytestmark = pytest.mark.crash
RUNS_BEFORE, RUNS_AFTER = 10, 20
RESEARCH_WORKERS = "2"
CHAIN = ("", "pending"), ("pending", "queued"), ("queued", "running"), ("running", "completed")


class Gone:
    """What came of an installation whose broker was killed in the midst of work."""

    def __init__(self, data: Path, valkey: Valkey) -> None:
        self.table = Table(data / "groundwork.sqlite3")
        with Server(data, REDIS_URL=valkey.url, RESEARCH_WORKERS=RESEARCH_WORKERS) as server:
            self.script = Script(server.ready().url, create_token(data))
            with closing(self.script.client):
                self.script.ask_for(RUNS_BEFORE)
                valkey.kill()
                self.script.ask_for(RUNS_AFTER)
                self.table.wait_until(lambda active: not active, "ended_at IS NULL")
                self.health = self.script.client.get("/healthz")
                server.wait_for("Dispatch carries runs out by itself")


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gone]:
    folder = tmp_path_factory.mktemp("gone")
    (folder / "broker").mkdir(mode=0o700)
    valkey = Valkey(folder).start()
    try:
        yield Gone(folder / "data", valkey)
    finally:
        valkey.kill()


def test_every_accepted_run_completes_once(gone: Gone) -> None:
    moves: dict[str, list[tuple[str, str]]] = {}
    for run, *move in gone.table.rows(
        'SELECT run_id, "before", "after" FROM runs_runevent WHERE kind = \'state\' ORDER BY id'
    ):
        moves.setdefault(f"trun_{run}", []).append(tuple(move))
    assert Counter(map(tuple, moves.values())) == {CHAIN: RUNS_BEFORE + RUNS_AFTER}
    assert set(moves) == set(gone.script.accepted)


def test_dispatch_carried_them_out_itself(gone: Gone) -> None:
    owners = gone.table.rows("SELECT lease_owner, count(*) FROM runs_run GROUP BY lease_owner")
    assert owners


def test_whoever_watches_hears_that_it_works_without_its_broker(gone: Gone) -> None:
    said = gone.health.json()
    assert gone.health.status_code == 200
    assert (said["healthy"], said["broker"][:4]) == (True, "away")
    assert "broker" in said["degraded"]


def test_it_starts_without_its_broker_and_says_why_it_is_slow(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Server(data, REDIS_URL="redis://127.0.0.1:1/0") as server:
        server.ready()
        script = Script(server.url, create_token(data))
        with closing(script.client):
            script.ask_for(1)
            Table(data / "groundwork.sqlite3").wait_until(bool, "status = 'completed'")
        assert any("Cannot connect to redis://" in line for line in server.said)
        assert broker  # placeholder
