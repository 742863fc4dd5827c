"""Changes to people and workspaces."""

from allauth.account.models import EmailAddress
from django.db import transaction

from teams.models import Member, Provider, Role, User, Workspace
from teams.providers import provider_from_environment


@transaction.atomic
def set_up_first_workspace() -> Workspace:
    """Make the workspace `default` with its engine and its owner, once.

    Later calls change nothing but the provider that the environment names, if it says something new of it.
    """
    workspace, _ = Workspace.objects.get_or_create(slug="default", defaults={"name": "Default"})
    if not workspace.providers.exists():
        create_engine_provider(workspace=workspace)
    if not workspace.members.exists():
        Member.objects.create(workspace=workspace, user=User.objects.create_user(), role=Role.ADMIN)
    provider_from_environment(workspace)
    return workspace


def create_engine_provider(*, workspace: Workspace) -> Provider:
    return workspace.providers.create(
        slug="engine", name="Built-in engine", kind=Provider.Kind.ENGINE, is_default=True
    )


def owner_of(workspace: Workspace) -> User:
    """The member who came first among the admins."""
    return workspace.members.filter(role=Role.ADMIN).order_by("pk").first().user


@transaction.atomic
def set_sign_in(*, user: User, email: str, password: str) -> None:
    """Give a user the e-mail address and password to sign in with from now on."""
    user.email = email
    user.set_password(password)
    user.save(update_fields=["email", "password"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
