"""Encrypt the stored secrets anew, under the present SECRET_KEY."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from teams.models import Provider
from teams.secrets import Unreadable, reseal

SEALED = {Provider: ("sealed_key", "sealed_webhook_secret")}
"""Every column that holds an encrypted secret."""
MADE = """\
There is a new secret key; the old one is kept as {old} and still opens what it encrypted. Now:
  1. Restart the server: until then it goes on with the old key.
  2. Run script/manage rotate-key, which encrypts the stored secrets with the new key.
  3. Delete {old} and restart once more.
Sessions that the old key signed end with the last step: whoever was not here in between signs in again."""
DONE = """\
{number} stored secrets are encrypted with the present SECRET_KEY.
A server that was started before the key was changed can't read them: restart it.
Nothing needs an older key now. Take it out of SECRET_KEY_FALLBACKS, or delete secret_key.old in the data
folder, and restart: sessions that it signed end then, and whoever was not here since signs in again."""


class Command(BaseCommand):
    help = (
        "Encrypt the stored secrets, such as providers' keys, with the present SECRET_KEY. Keys in "
        "SECRET_KEY_FALLBACKS, and the data folder's secret_key.old, open what was encrypted before."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--new", action="store_true", help="make a new key in the data folder, and say what to do next"
        )

    def handle(self, *, new: bool, **options):
        self.stdout.write(self.make_key() if new else self.encrypt_anew())

    def make_key(self) -> str:
        path, old = settings.DATA_DIR / "secret_key", settings.DATA_DIR / "secret_key.old"
        if not (path.exists() and path.read_text().strip() == settings.SECRET_KEY):
            raise CommandError(
                "SECRET_KEY comes from the environment. Set a new one there and put the old one into "
                "SECRET_KEY_FALLBACKS, restart the server, and run script/manage rotate-key."
            )
        if old.exists():
            raise CommandError(
                f"{old} is still there from the last time. Run script/manage rotate-key, delete that file, "
                "restart the server, and try again."
            )
        write_secret(old, settings.SECRET_KEY)  # first: a key that is kept nowhere would open nothing again
        write_secret(path, secrets.token_urlsafe(48))
        return MADE.format(old=old)

    def encrypt_anew(self) -> str:
        number, unreadable = 0, []
        for model, columns in SEALED.items():
            for row in model.objects.only("pk", *columns):
                try:
                    number += resealed(row, columns)
                except Unreadable:
                    unreadable.append(f"{row} (workspace {row.workspace.slug})")
        if unreadable:
            raise CommandError(
                f"{number} stored secrets are encrypted with the present SECRET_KEY, but no known key opens "
                f"those of {', '.join(unreadable)}. Give the old SECRET_KEY in SECRET_KEY_FALLBACKS and try "
                "again, or enter the provider's key anew under Settings, Providers."
            )
        return DONE.format(number=number)


def resealed(row: Provider, columns: tuple[str, ...]) -> int:
    """Encrypt these columns anew, unless somebody changed them meanwhile; how many secrets that were."""
    before = {name: getattr(row, name) for name in columns}
    after = {name: reseal(text) for name, text in before.items()}
    type(row).objects.filter(pk=row.pk, **before).update(**after)
    return sum(bool(text) for text in before.values())


def write_secret(path: Path, text: str) -> None:
    """Put a secret into a file that only its owner can read, whole or not at all."""
    draft = path.with_suffix(f".{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
