"""Bring the data folder up to date: tables, static files, starter library, first workspace."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from dispatch.hosted.connection import check_base_url
from dispatch.models import Worker
from engine.index import index_documents
from engine.models import Page
from engine.starter import STARTER
from engine.starter.load import starter_documents
from teams.services import set_up_first_workspace
from teams.tokens import is_own

REQUIREMENTS = settings.BASE_DIR / "requirements.txt"
TURN_LOCK = 7_262_002
"""The advisory lock of whoever prepares a PostgreSQL; another number than the event log's."""
ASK_EVERY_SECONDS = 0.5
OWN_KEY = "PARALLEL_API_KEY is a token of this installation, as scripts use it; no provider is made of it."
UNUSED = ["ext", "htmax-4*", "htmx-4*"]
"""Files of other packages that no page asks for; some of them import what is not there."""


class Command(BaseCommand):
    help = "Prepare the data folder. Safe to run at every start: what is up to date is left alone."

    def handle(self, **options):
        with self.turn_at_the_database():
            for alias in connections:
                self.migrate(alias)
            self.check_provider()
            set_up_first_workspace()
        self.forget_killed_workers()
        self.collect_static()
        self.load_library()

    @contextmanager
    def turn_at_the_database(self) -> Iterator[None]:
        """One machine at a time, of all that start at the same time on one PostgreSQL.

        The lock is asked for again and again: a query that waits would hold up an index that is being built.
        """
        if connection.vendor != "postgresql":  # a file has one machine, and the data folder's lock guards it
            yield
            return
        if not took_turn():
            self.say("Another machine is preparing the database; this one waits for its turn…")
            while not took_turn():
                time.sleep(ASK_EVERY_SECONDS)
        yield  # a failure ends the process, and with it the lock
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN_LOCK])

    def migrate(self, alias: str) -> None:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say(f"Updating the {alias} database…")
            call_command("migrate", database=alias, verbosity=0, interactive=False)

    def check_provider(self) -> None:
        """The address in the environment is as good as one in the settings, and the key somebody else's."""
        if not settings.PARALLEL_API_KEY:
            return
        try:
            check_base_url(settings.PARALLEL_BASE_URL)
        except ValueError as error:
            raise CommandError(f"PARALLEL_BASE_URL can't be used. {error}") from error
        if is_own(settings.PARALLEL_API_KEY):
            self.say(OWN_KEY)

    def forget_killed_workers(self) -> None:
        """A data folder has one server, which starts just now: those in the table are of one that was killed.

        On PostgreSQL they may be other machines' workers, so they have the time to say that they live.
        """
        if connection.vendor == "sqlite":
            Worker.objects.all().delete()

    def collect_static(self) -> None:
        stamp = settings.STATIC_ROOT / "version"
        version = static_version()
        if stamp.exists() and stamp.read_text() == version:
            return
        self.say("Collecting the pages' scripts and styles…")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=UNUSED)
        stamp.write_text(version)

    def load_library(self) -> None:
        stamp = settings.DATA_DIR / "library.version"
        version = library_version()
        if stamp.exists() and stamp.read_text() == version and Page.objects.exists():
            return
        self.say("Loading the starter library…")
        done = index_documents(
            starter_documents(), scope=STARTER, source_name="Starter library", kind=STARTER, complete=True
        )
        stamp.write_text(version)
        self.say(f"The starter library is in: {done.added + done.changed + done.unchanged} pages.")

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def took_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURN_LOCK])
        return cursor.fetchone()[0]


def static_version() -> str:
    """Changes when a static file does, or when a package that brings some is updated."""
    files = (
        path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*") if path.is_file()
    )
    return digest(fingerprint(path) for path in [*sorted(files), REQUIREMENTS])


def library_version() -> str:
    """Changes when the library's code or data do, or when a package is installed or removed."""
    starter = settings.BASE_DIR / "engine"
    files = (path for path in starter.rglob("*") if path.suffix in (".py", ".json", ".xz", ".csv"))
    return digest(fingerprint(path) for path in [*sorted(files), REQUIREMENTS])


def fingerprint(path: Path) -> str:
    about = path.stat()
    return f"{path}:{about.st_size}:{about.st_mtime_ns}"


def digest(lines) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
