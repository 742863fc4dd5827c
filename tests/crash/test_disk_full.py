"""A disk that fills up: that is said, and what was acknowledged is carried out once there is room again."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import httpx
import pytest

from tests.crash.server import Server
from tests.crash.test_kill import Table, create_token

pytestmark = pytest.mark.crash
SENTENCE = "The disk of this installation is full. Free some space; nothing that was accepted is lost."
SIZE = "256m"  # a server wants 200 MB at its start
LITTLE = 512 * 1024  # bytes left at first: runs are still accepted, and none is begun
MOST_ASKED = 2_000
REFUSED_RUNS = 20
MOST_FORMS = 200
PAGES = ("/", "/runs/", "/playground/", "/chat/", "/library/", "/library/france/", "/settings/tokens/")
CHAIN = ("", "pending"), ("pending", "queued"), ("queued", "running"), ("running", "completed")
BODY = {"input": "France", "processor": "lite"}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", folder]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"nothing can be mounted here: {error}")
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class Ballast:
    """Files that take the room of a disk."""

    def __init__(self, disk: Path) -> None:
        self.disk, self.files = disk, [disk / "ballast", disk / "rest"]

    def leave(self, bytes_free: int) -> None:
        self.files[0].write_bytes(bytes(shutil.disk_usage(self.disk).free - bytes_free))

    def leave_nothing(self) -> None:
        with self.files[1].open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass

    def go(self) -> None:
        for file in self.files:
            file.unlink()


class Trial:
    """An installation whose disk fills up and is cleared again; what it said meanwhile."""

    def __init__(self, disk: Path) -> None:
        self.data, self.accepted = disk / "data", list[str]()
        self.table, ballast = Table(self.data / "groundwork.sqlite3"), Ballast(disk)
        with Server(self.data) as server:
            server.ready()
            with closing(self.signed_in(server)) as self.browser, closing(self.script(server)) as self.api:
                self.ask()
                self.wait_for_all()
                self.fill(ballast)
                self.look_around()
                ballast.go()
                self.wait_for_all()
                while self.api.get("/healthz").status_code != 200:
                    assert server.process.poll() is None
            server.stop()
            self.said = server.said

    def signed_in(self, server: Server) -> httpx.Client:
        link = server.wait_for("http").split()[-1]
        browser = httpx.Client(base_url=server.url, follow_redirects=True, timeout=30)
        browser.get(link).raise_for_status()
        return browser

    def script(self, server: Server) -> httpx.Client:
        token = create_token(self.data)
        return httpx.Client(base_url=server.url, headers={"x-api-key": token}, timeout=30)

    def ask(self) -> httpx.Response:
        answer = self.api.post("/v1/tasks/runs", json=BODY)
        if answer.status_code == 202:
            self.accepted.append(answer.json()["run_id"])
        return answer

    def fill(self, ballast: Ballast) -> None:
        ballast.leave(LITTLE)
        while self.ask().status_code == 202:
            pass
        ballast.leave_nothing()
        asked = (self.ask() for _ in range(MOST_ASKED))  # the log has room for a few once it is carried over
        self.refusals = list(islice((answer for answer in asked if answer.status_code != 202), REFUSED_RUNS))
        self.waiting = self.table.count("ended_at IS NULL")

    def look_around(self) -> None:
        self.pages = {path: self.browser.get(path).status_code for path in PAGES}
        self.form_refused = next(answer for answer in self.forms_sent() if answer.status_code != 200)
        self.health = self.api.get("/healthz")

    def forms_sent(self) -> Iterator[httpx.Response]:
        """Answers to a form that stores little, as long as there is room for little."""
        page = self.browser.get("/settings/tokens/").text
        token = re.search(r'"x-csrftoken": "(\w+)"', page)
        assert token
        headers = {"X-CSRFToken": token[1], "Referer": str(self.browser.base_url)}
        for number in range(MOST_FORMS):
            form = {"name": f"Token {number}", "role": "editor"}
            yield self.browser.post("/settings/tokens/", data=form, headers=headers)

    def wait_for_all(self) -> None:
        self.table.wait_until(lambda active: not active, "ended_at IS NULL")


@pytest.fixture(scope="module")
def trial(disk: Path) -> Trial:
    return Trial(disk)


def test_what_can_not_be_stored_is_refused_with_what_to_do(trial: Trial) -> None:
    assert [answer.status_code for answer in trial.refusals] == [503] * REFUSED_RUNS
    assert {answer.json()["error"]["message"] for answer in trial.refusals} == {SENTENCE}
    assert {answer.headers["retry-after"] for answer in trial.refusals} == {"30"}


def test_all_that_was_accepted_is_completed_once_there_is_room(trial: Trial) -> None:
    moves: dict[str, list[tuple[str, str]]] = {
        f"trun_{run}": [] for (run,) in trial.table.rows("SELECT id FROM runs_run")
    }
    for run, *move in trial.table.rows(
        'SELECT run_id, "before", "after" FROM runs_runevent WHERE kind = \'state\' ORDER BY id'
    ):
        moves[f"trun_{run}"].append(tuple(move))
    assert trial.waiting
    assert set(moves) == set(trial.accepted)
    assert Counter(map(tuple, moves.values())) == {CHAIN: len(trial.accepted)}


def test_pages_can_be_read_while_the_disk_is_full(trial: Trial) -> None:
    assert trial.pages == dict.fromkeys(PAGES, 200)


def test_a_form_that_can_not_be_stored_says_why(trial: Trial) -> None:
    assert trial.form_refused.status_code == 503
    assert "<h1>The disk of this installation is full</h1>" in trial.form_refused.text
    assert "nothing that was accepted is lost" in trial.form_refused.text


def test_whoever_watches_is_told(trial: Trial) -> None:
    assert trial.health.status_code == 503
    assert trial.health.json()["database"].startswith("full")


def test_it_is_complained_of_and_not_over_and_over(trial: Trial) -> None:
    said = [line for line in trial.said if "The disk is full, so nothing is begun" in line]
    assert len(said) == 1
    assert sum("disk is full" in line for line in trial.said) < 20
    assert not any("started again" in line for line in trial.said)
