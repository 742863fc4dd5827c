"""Several machines that start at once on one PostgreSQL prepare it one after the other."""

import psycopg
import pytest
from django.db import connection

from home.management.commands import prepare
from home.management.commands.prepare import TURN_LOCK, Command

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a file has one machine"),
]


@pytest.fixture
def command(monkeypatch):
    made = Command()
    made.said = []
    monkeypatch.setattr(made, "say", made.said.append)
    return made


@pytest.fixture
def elsewhere():
    """A connection of another machine."""
    known = {name: value for name, value in connection.get_connection_params().items() if name != "context"}
    with psycopg.connect(
        **{name: known[name] for name in known.keys() - {"context"}}, autocommit=True
    ) as one:
        yield one


def takes_turn(elsewhere) -> bool:
    return elsewhere.execute("SELECT pg_try_advisory_lock(%s)", [TURN_LOCK]).fetchone()[0]


def leave(elsewhere) -> None:
    elsewhere.execute("SELECT pg_advisory_unlock(%s)", [TURN_LOCK])


def test_nobody_else_prepares_meanwhile_and_others_may_afterwards(command, elsewhere):
    with command.turn_at_the_database():
        assert not takes_turn(elsewhere)
    assert takes_turn(elsewhere)
    assert command.said == []


def test_who_comes_second_says_so_and_waits(command, elsewhere, monkeypatch):
    assert takes_turn(elsewhere)
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            leave(elsewhere)

    monkeypatch.setattr(prepare.time, "sleep", wait)
    with command.turn_at_the_database():
        assert not takes_turn(elsewhere)
    assert len(waits) == 3
    assert command.said == ["Another machine is preparing the database; this one waits for its turn…"]
