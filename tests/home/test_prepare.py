"""``prepare`` in a data folder of its own, as a process of its own: it makes databases."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = ("teams_workspace", "teams_user", "teams_provider")
SMALL = """
import sys
from engine.document import Block, Document
from engine.starter import load
text = Block("paragraph", "Text.")
page = Document(path="/library/x/", title="X", kind="topic", source="S", blocks=(text,))
load.starter_documents = lambda: [page]
sys.argv = ["manage.py", "prepare"]
exec(compile(open("manage.py").read(), "manage.py", "exec"))
"""


def prepare(data: Path, **more: str) -> str:
    """Run the command with a library of one page; what it prints."""
    ended = run(data, **more)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def run(data: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    own = {"GROUNDWORK_DATA": str(data), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    words = [sys.executable, "-W", "error", "-c", SMALL]
    return subprocess.run(words, cwd=ROOT, env=os.environ | own | more, capture_output=True, text=True)


@dataclass
class Prepared:
    """A data folder that was prepared twice: what the calls said, and the secret after the first."""

    data: Path
    first: str
    secret: str
    second: str


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    data = tmp_path_factory.mktemp("data")
    return Prepared(data, prepare(data), (data / "secret_key").read_text(), prepare(data))


def counts(data: Path) -> tuple[int, ...]:
    with sqlite3.connect(data / "groundwork.sqlite3") as database:
        return tuple(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES)


def pages(data: Path) -> list[tuple[str]]:
    with sqlite3.connect(data / "engine.sqlite3") as database:
        return database.execute("SELECT path FROM engine_page").fetchall()


def test_the_first_call_makes_everything_and_says_what(prepared):
    assert "Updating the default database" in prepared.first
    assert "Updating the engine database" in prepared.first
    assert "The starter library is in: 1 pages." in prepared.first
    assert (counts(prepared.data), pages(prepared.data)) == ((1, 1, 1), [("/library/x/",)])


def test_the_second_call_finds_all_of_it_done(prepared):
    assert prepared.second == ""
    assert (counts(prepared.data), pages(prepared.data)) == ((1, 1, 1), [("/library/x/",)])


def test_scripts_and_styles_get_names_that_change_with_them(prepared):
    static = prepared.data / "static"
    assert [path.name for path in static.glob("app.*.css")]
    assert (static / "staticfiles.json").exists()


def test_the_secret_is_made_once_and_is_the_owners_alone(prepared):
    secret = prepared.data / "secret_key"
    assert len(prepared.secret) >= 50
    assert secret.read_text() == prepared.secret
    assert secret.stat().st_mode & 0o077 == 0


def test_a_library_that_was_lost_is_loaded_again(prepared):
    for file in prepared.data.glob("engine.sqlite3*"):
        file.unlink()
    assert "Loading the starter library" in prepare(prepared.data)
    assert pages(prepared.data) == [("/library/x/",)]


def test_workers_of_a_server_that_was_killed_are_not_taken_for_living_ones(prepared):
    with sqlite3.connect(prepared.data / "groundwork.sqlite3") as database:
        database.execute(
            "INSERT INTO dispatch_worker (name, queue, started_at, seen_at)"
            " VALUES ('here:1', 'dispatch', datetime('now'), datetime('now'))"
        )
    prepare(prepared.data)
    with sqlite3.connect(prepared.data / "groundwork.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM dispatch_worker").fetchone() == (0,)


def test_a_token_of_this_installation_as_parallels_key_is_told_and_left(prepared):
    text = "gw_0123"
    with sqlite3.connect(prepared.data / "groundwork.sqlite3") as database:
        database.execute(
            "INSERT INTO teams_token (workspace_id, name, role, prefix, digest, created_at)"
            " SELECT id, 'A script', 'editor', ?, ?, datetime('now') FROM teams_workspace",
            [text, sha256(text.encode()).hexdigest()],
        )
    assert "is a token of this installation" in prepare(prepared.data, PARALLEL_API_KEY=text)
    assert counts(prepared.data) == (1, 1, 1)


def test_an_address_that_would_send_the_key_in_the_open_is_refused(prepared):
    ended = run(prepared.data, PARALLEL_API_KEY="k", PARALLEL_BASE_URL="http://api.example.org")
    assert ended.returncode
    assert "PARALLEL_BASE_URL can't be used. Use https" in ended.stderr
    assert counts(prepared.data) == (1, 1, 1)
