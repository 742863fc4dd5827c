"""Print a new API token of a workspace."""

from django.core.management.base import BaseCommand, CommandError

from teams.models import Role, Workspace
from teams.tokens import create_token


class Command(BaseCommand):
    help = "Make an API token. Its text is the last word printed, and is never shown again."

    def add_arguments(self, parser):
        parser.add_argument("--workspace", default="default", help="the workspace's slug (default: default)")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument("--role", choices=Role.values, default=Role.EDITOR)

    def handle(self, *, workspace: str, name: str, role: str, **options):
        found = Workspace.objects.filter(slug=workspace).first()
        if found is None:
            known = (
                ", ".join(Workspace.objects.values_list("slug", flat=True))
                or "none yet; run script/server once"
            )
            raise CommandError(f"There is no workspace {workspace!r}. Known workspaces: {known}.")
        _, text = create_token(workspace=found, name=name[:100], role=Role(role))
        self.stdout.write(f"Token {name!r} for workspace {workspace!r} as {role}: {text}")
