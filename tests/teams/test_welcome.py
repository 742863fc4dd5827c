import pytest
from allauth.account.models import EmailAddress

from teams.services import set_sign_in
from tests.conftest import add_member, signed_in

WELCOME = "/accounts/welcome/"
LOGIN = "/accounts/login/"
GOOD = {"email": "owner@example.com", "password": "correct horse battery"}


@pytest.fixture
def newcomer(owner):
    """A browser of the owner, who came by a link and has neither address nor password."""
    return signed_in(owner)


def test_the_owner_sets_how_to_sign_in_and_stays_signed_in(newcomer, owner):
    assert newcomer.post(WELCOME, GOOD).url == "/"
    assert newcomer.get("/").status_code == 200
    owner.user.refresh_from_db()
    assert owner.user.email == "owner@example.com"


def test_with_them_the_owner_can_sign_in(newcomer, visitor, owner):
    newcomer.post(WELCOME, GOOD)
    visitor.post(LOGIN, {"login": "owner@example.com", "password": GOOD["password"]})
    assert visitor.session["_auth_user_id"] == str(owner.user.pk)


def test_the_address_is_taken_in_any_case(newcomer, visitor, owner):
    newcomer.post(WELCOME, GOOD | {"email": "Owner@Example.COM"})
    visitor.post(LOGIN, {"login": "OWNER@example.com", "password": GOOD["password"]})
    assert visitor.session["_auth_user_id"] == str(owner.user.pk)


@pytest.mark.parametrize("password", ["", "short", "password", "12345678", "owner@example.com"])
def test_a_weak_password_is_refused_and_nothing_is_set(newcomer, owner, password):
    answer = newcomer.post(WELCOME, GOOD | {"password": password})
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    owner.user.refresh_from_db()
    assert (owner.user.email, owner.user.has_usable_password()) == (None, False)


def test_a_password_keeps_its_spaces(newcomer, visitor, owner):
    spaced = "  correct horse  "
    newcomer.post(WELCOME, GOOD | {"password": spaced})
    visitor.post(LOGIN, {"login": GOOD["email"], "password": spaced})
    assert visitor.session["_auth_user_id"] == str(owner.user.pk)


@pytest.mark.parametrize("email", ["", "owner", "owner@", "a@b", "<b>@example.com", "x" * 250 + "@a.org"])
def test_what_is_no_address_is_refused_and_shown_again(newcomer, owner, email):
    answer = newcomer.post(WELCOME, GOOD | {"email": email})
    assert answer.status_code == 422
    assert "<b>@" not in answer.text
    owner.user.refresh_from_db()
    assert owner.user.email is None


@pytest.mark.parametrize("theirs", ["ada@example.com", "Ada@example.com"])
@pytest.mark.parametrize("asked", ["ada@example.com", "ADA@example.com"])
def test_another_members_address_is_refused_in_any_case(newcomer, workspace, theirs, asked):
    add_member(workspace, theirs, "viewer")
    answer = newcomer.post(WELCOME, GOOD | {"email": asked})
    assert answer.status_code == 422
    assert "Another member uses this address" in answer.text


def test_the_typed_password_is_never_sent_back(newcomer):
    assert "short1" not in newcomer.post(WELCOME, GOOD | {"password": "short1"}).text


def test_a_new_address_takes_the_place_of_the_old_one(newcomer, owner):
    newcomer.post(WELCOME, GOOD)
    set_sign_in(user=owner.user, email="new@example.com", password=GOOD["password"])
    assert [row.email for row in EmailAddress.objects.filter(user=owner.user)] == ["new@example.com"]


def test_who_has_a_password_must_know_it_to_set_another(newcomer, owner):
    newcomer.post(WELCOME, GOOD)
    assert newcomer.post(WELCOME, GOOD | {"password": "stolen session 1"}).url == "/accounts/password/change/"
    owner.user.refresh_from_db()
    assert owner.user.check_password(GOOD["password"])


def test_a_new_password_ends_the_other_sessions(newcomer, owner):
    elsewhere = signed_in(owner)
    newcomer.post(WELCOME, GOOD)
    assert elsewhere.get("/").status_code == 302


def test_nobody_sets_a_password_without_signing_in(visitor, db):
    assert visitor.post(WELCOME, GOOD).url.startswith(LOGIN)


def test_no_address_opens_a_sign_up(visitor, db):
    assert visitor.get("/accounts/signup/").status_code == 404
