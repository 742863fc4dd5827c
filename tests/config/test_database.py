"""What DATABASE_URL becomes; on a real PostgreSQL, that its sessions are as asked and its pool is one."""

import threading

import pytest
from django.conf import settings
from django.db import connection

from config.settings import database_at

URL = "postgres://ada:secret@db.example/groundwork"
PATIENCE = 10
on_postgresql = pytest.mark.skipif(
    not (connection.vendor == "postgresql" and settings.DATABASES["default"]["OPTIONS"].get("pool")),
    reason="needs PostgreSQL, and a pool",
)


def test_a_process_holds_a_few_connections_and_gives_each_back_after_its_use():
    database = database_at(URL, 7)
    assert database["OPTIONS"]["pool"]["max_size"] == 7
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (0, True)


def test_without_a_pool_each_thread_connects_by_itself():
    assert "pool" not in database_at(URL, 0)["OPTIONS"]


def test_what_the_address_says_wins():
    options = database_at(f"{URL}?connect_timeout=30&sslmode=require&currentSchema=ours", 10)["OPTIONS"]
    assert (options["connect_timeout"], options["sslmode"]) == (30, "require")
    assert options["options"].endswith(" -c search_path=ours")


def test_another_database_is_taken_as_it_is():
    assert database_at("sqlite:////data/own.sqlite3", 10).get("OPTIONS", {}) == {}


@on_postgresql
def test_a_session_does_not_outlive_a_machine_that_vanished(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)
        cursor.execute("SHOW application_name")
        assert cursor.fetchone() == ("groundwork",)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_threads_share_the_pool_and_wait_for_each_other():
    """More threads than there are connections: all get their turn, and the server sees no more than those."""
    most = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    seen: list[int] = []

    def use() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            seen.append(cursor.fetchone()[0])
        connection.close()

    threads = [threading.Thread(target=use) for _ in range(4 * most)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(seen) == 4 * most
    assert len(set(seen)) <= most
