"""Print a one-time sign-in link."""

from django.core.management.base import BaseCommand, CommandError

from teams.models import User, Workspace
from teams.services import owner_of
from teams.signin import create_link


class Command(BaseCommand):
    help = "Print a link that signs a member in once, within 15 minutes."

    def add_arguments(self, parser):
        parser.add_argument(
            "--email", help="the member's e-mail address (default: the owner of the first workspace)"
        )
        parser.add_argument(
            "--if-needed", action="store_true", help="print nothing once the owner has set a password"
        )

    def handle(self, *, email: str | None, if_needed: bool, **options):
        user = find_user(email)
        if not (if_needed and user.has_usable_password()):
            self.stdout.write(create_link(user=user))


def find_user(email: str | None) -> User:
    if email:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}.")
        return user
    workspace = Workspace.objects.order_by("pk").first()
    if workspace is None:
        raise CommandError("There is no workspace yet. Run script/server once.")
    return owner_of(workspace)
