"""How the hub of a web process hears of commits: by whatever this installation has for it."""

from functools import partial
from importlib import import_module

import pytest
from django.db import connection

from web.bell import rings


@pytest.fixture
def asgi():
    """The module that joins the rooms: it makes the application as soon as it is imported."""
    return import_module("config.asgi")


@pytest.mark.parametrize(
    ("vendor", "broker", "heard"),
    [
        ("sqlite", "", "sqlite_changes"),
        ("sqlite", "redis://broker", "sqlite_changes"),
        ("postgresql", "", "polled_changes"),
    ],
)
def test_a_file_tells_by_itself_and_without_a_broker_the_table_is_asked(
    asgi, vendor, broker, heard, settings, monkeypatch
):
    settings.REDIS_URL = broker
    monkeypatch.setattr(connection._connections["default"], "vendor", vendor)
    assert asgi.changes_here() is getattr(asgi, heard)


def test_with_postgresql_and_a_broker_whoever_commits_tells(asgi, settings, monkeypatch):
    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(connection._connections["default"], "vendor", "postgresql")
    heard = asgi.changes_here()
    assert isinstance(heard, partial)
    assert (heard.func, heard.args) == (rings, ("redis://broker",))
