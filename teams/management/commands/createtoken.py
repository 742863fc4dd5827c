"""Print a new API token of a workspace."""

from argparse import ArgumentTypeError
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from teams.models import Role, Workspace
from teams.tokens import create_token

LONGEST = 36_500  # days


class Command(BaseCommand):
    help = "Make an API token. Its text is the last word printed, and is never shown again."

    def add_arguments(self, parser):
        parser.add_argument("--workspace", default="default", help="the workspace's slug (default: default)")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument("--role", choices=Role.values, default=Role.EDITOR)
        parser.add_argument(
            "--expires", type=days, metavar="DAYS", help="it works this long (default: for good)"
        )

    def handle(self, *, workspace: str, name: str, role: str, expires: timedelta | None, **options):
        found = Workspace.objects.filter(slug=workspace).first()
        if found is None:
            known = (
                ", ".join(Workspace.objects.values_list("slug", flat=True))
                or "none yet; run script/server once"
            )
            raise CommandError(f"There is no workspace {workspace!r}. Known workspaces: {known}.")
        expires_at = timezone.now() + expires if expires else None
        _, text = create_token(workspace=found, name=name[:100], role=Role(role), expires_at=expires_at)
        self.stdout.write(f"Token {name!r} for workspace {workspace!r} as {role}: {text}")


def days(text: str) -> timedelta:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST:
        raise ArgumentTypeError(f"give a whole number of days from 1 to {LONGEST:,}, not {text!r}")
    return timedelta(days=int(text))
