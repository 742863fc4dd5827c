from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from teams.grants import session_grant, token_grant, usable_grants
from teams.services import set_sign_in


@pytest.fixture
def grant(client, member):
    return session_grant(client.session.session_key, member)


def test_a_session_and_a_token_let_their_owner_listen(grant, token):
    both = frozenset([grant, token_grant(token.pk)])
    assert usable_grants(both) == both


def test_signing_out_withdraws_it(client, grant):
    client.logout()
    assert not usable_grants([grant])


def test_it_ends_with_the_session(grant):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not usable_grants([grant])


def test_it_ends_with_the_membership(grant, member):
    member.delete()
    assert not usable_grants([grant])


def test_it_ends_when_the_password_is_changed(grant, member):
    set_sign_in(user=member.user, email="ada@example.org", password="another long one")
    assert not usable_grants([grant])


def test_it_ends_when_the_user_may_not_sign_in_any_more(grant, member):
    member.user.is_active = False
    member.user.save()
    assert not usable_grants([grant])


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_it_ends_with_the_token(token, column):
    setattr(token, column, timezone.now() - timedelta(seconds=1))
    token.save()
    assert not usable_grants([token_grant(token.pk)])


def test_no_grant_costs_no_question(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert usable_grants([]) == frozenset()
