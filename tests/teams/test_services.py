import pytest
from django.db import IntegrityError, transaction

from teams.models import Member, Provider, Role, User, Workspace
from teams.services import owner_of, set_up_first_workspace


def test_the_first_start_makes_a_workspace_its_engine_and_its_owner(workspace):
    assert workspace.slug == "default"
    assert [provider.is_default for provider in workspace.providers.all()] == [True]
    assert workspace.members.get().role == Role.ADMIN


def test_the_owner_has_no_password_that_anybody_could_type(owner):
    assert owner.user.email is None
    assert not owner.user.has_usable_password()
    assert not owner.user.check_password("")


def test_later_starts_change_nothing(workspace, owner):
    owner.user.email = "owner@example.com"
    owner.user.save()
    assert set_up_first_workspace() == workspace
    counts = [model.objects.count() for model in (Workspace, Provider, Member, User)]
    assert counts == [1, 1, 1, 1]
    assert owner_of(workspace).email == "owner@example.com"


def test_the_owner_is_the_first_of_the_admins(workspace, owner):
    second = User.objects.create_user("second@example.com")
    Member.objects.create(workspace=workspace, user=second, role=Role.ADMIN)
    assert owner_of(workspace) == owner.user


def test_a_workspace_has_one_default_provider(workspace):
    with pytest.raises(IntegrityError), transaction.atomic():
        workspace.providers.create(slug="two", name="Two", kind="engine", is_default=True)
