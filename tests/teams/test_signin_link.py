import io
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from teams.models import SignInLink
from teams.services import set_sign_in
from teams.signin import create_link


@pytest.fixture
def link(owner) -> str:
    """The path of a fresh link of the owner."""
    return urlsplit(create_link(user=owner.user)).path


def signed_in_as(browser) -> str | None:
    return browser.session.get("_auth_user_id")


def test_a_link_signs_its_user_in_and_leads_to_setting_a_password(visitor, link, owner):
    answer = visitor.get(link)
    assert answer.url == "/accounts/welcome/"
    assert signed_in_as(visitor) == str(owner.user.pk)


def test_who_forgot_their_password_may_set_a_new_one_by_a_link(visitor, owner):
    set_sign_in(user=owner.user, email="owner@example.com", password="correct horse battery")
    assert visitor.get(urlsplit(create_link(user=owner.user)).path).url == "/accounts/welcome/"
    visitor.post("/accounts/welcome/", {"email": "owner@example.com", "password": "another horse battery"})
    owner.user.refresh_from_db()
    assert owner.user.check_password("another horse battery")


def test_a_link_works_once(visitor, link):
    visitor.get(link)
    visitor.logout()
    again = visitor.get(link)
    assert again.status_code == 410
    assert signed_in_as(visitor) is None


def test_a_link_works_for_15_minutes(visitor, link):
    left = SignInLink.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert visitor.get(link).status_code == 410


@pytest.mark.parametrize("method", ["head", "options", "post", "put"])
def test_looking_at_a_link_does_not_use_it_up(visitor, link, method):
    assert getattr(visitor, method)(link).status_code == 405
    assert visitor.get(link).status_code == 302


@pytest.mark.parametrize("secret", ["x", "%00", "é", "x" * 3_000, "%F0%9F%94%91"])
def test_a_secret_that_nobody_was_given_opens_nothing(visitor, link, secret):
    assert visitor.get(f"/accounts/link/{secret}/").status_code == 410


def test_a_used_link_says_how_to_get_another(visitor, link):
    visitor.get(link)
    assert "signin-link" in visitor.get(link).text


def test_a_user_who_was_shut_out_stays_out(visitor, link, owner):
    owner.user.is_active = False
    owner.user.save()
    assert visitor.get(link).status_code == 410


def test_the_secret_itself_is_not_stored(link):
    secret = link.split("/")[-2]
    stored = SignInLink.objects.values_list("digest", flat=True).get()
    assert secret not in stored
    assert len(stored) == 64


def test_a_link_is_never_kept_by_a_cache(visitor, link):
    assert "no-store" in visitor.get(link)["Cache-Control"]


def test_links_that_ran_out_are_cleared_away(link, owner):
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    create_link(user=owner.user)
    assert SignInLink.objects.count() == 1


@pytest.mark.parametrize(
    ("public", "host", "start"),
    [
        ("", "127.0.0.1", "http://127.0.0.1:8123/accounts/"),
        ("", "0.0.0.0", "http://127.0.0.1:8123/accounts/"),
        ("", "::1", "http://[::1]:8123/accounts/"),
        ("https://work.example", "0.0.0.0", "https://work.example/accounts/"),
    ],
)
def test_a_link_begins_where_a_browser_finds_the_installation(settings, owner, public, host, start):
    settings.PUBLIC_URL, settings.HOST, settings.PORT = public, host, 8123
    assert create_link(user=owner.user).startswith(start)


def printed(*words: str) -> str:
    out = io.StringIO()
    call_command("signin-link", *words, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_link_of_the_owner(visitor, owner):
    visitor.get(urlsplit(printed()).path)
    assert signed_in_as(visitor) == str(owner.user.pk)


def test_the_command_finds_a_member_by_address_in_any_case(visitor, member):
    visitor.get(urlsplit(printed("--email", "ADA@example.COM")).path)
    assert signed_in_as(visitor) == str(member.user.pk)


def test_if_needed_it_prints_a_link_until_there_is_a_password(owner):
    assert printed("--if-needed")
    set_sign_in(user=owner.user, email="owner@example.com", password="correct horse battery")
    assert printed("--if-needed") == ""
    assert printed()


def test_the_command_says_when_nobody_has_that_address(workspace):
    with pytest.raises(CommandError, match=r"Nobody here has the address nobody@example\.com"):
        printed("--email", "nobody@example.com")


def test_the_command_says_when_there_is_no_installation_yet(db):
    with pytest.raises(CommandError, match="Run script/server once"):
        printed()
