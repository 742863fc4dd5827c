import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from runs.models import Run
from teams.models import Member, Role, Token
from teams.tokens import create_token, find_token
from tests.conftest import add_member, signed_in

TOKENS = "/settings/tokens/"
HTMX = {"HX-Request": "true", "HX-Target": "tokens"}
TEXT = re.compile(r"gw_[0-9a-f]{60}")


@pytest.fixture
def admin(workspace) -> Member:
    return add_member(workspace, "olga@example.com", Role.ADMIN)


@pytest.fixture
def admins(admin) -> Client:
    """A browser in which `admin` is signed in."""
    return signed_in(admin)


def make(browser: Client, **fields: str):
    return browser.post(TOKENS, {"name": "Nightly", "role": "editor"} | fields, headers=HTMX)


def nav_of(html: str) -> str:
    """The links between the pages of the settings."""
    return html[html.index('aria-label="Settings"') :].partition("</nav>")[0]


def test_settings_lead_to_the_account(client):
    assert client.get("/settings/").url == "/settings/account/"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/settings/account/", "Account"),
        ("/settings/providers/new/", "Providers"),
        (TOKENS, "Tokens"),
        ("/settings/webhooks/", "Webhooks"),
    ],
)
def test_the_settings_say_which_of_their_pages_is_open(admins, path, name):
    nav = nav_of(admins.get(path).text)
    assert re.findall(r'aria-current="true">(\w+)<', nav) == [name]


def test_a_viewer_is_led_to_no_page_that_is_closed_to_viewers(viewer):
    nav = nav_of(viewer.get("/settings/account/").text)
    links = re.findall(r'href="([^"]+)"', nav)
    assert TOKENS in links
    assert "/settings/webhooks/" not in links
    assert {viewer.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("path", ["/settings/", "/settings/account/", TOKENS])
def test_who_is_signed_out_is_asked_to_sign_in(visitor, path):
    assert visitor.get(path).url == f"/accounts/login/?next={path}"


def test_a_token_that_an_admin_makes_opens_the_api(admins, admin, small_library):
    (text,) = set(TEXT.findall(make(admins).text))
    token = find_token(text)
    assert (token.name, token.role, token.created_by) == ("Nightly", "editor", admin)
    assert token.expires_at is None
    sent = {"input": "France", "processor": "lite"}
    answer = Client(headers={"x-api-key": text}).post("/v1/tasks/runs", sent, content_type="application/json")
    assert answer.status_code == 202
    assert Run.objects.get().token == token


def test_its_text_is_in_one_answer_that_nobody_keeps(admins):
    answer = make(admins)
    assert "no-store" in answer["Cache-Control"]
    (text,) = set(TEXT.findall(answer.text))
    assert text not in admins.get(TOKENS).text
    assert text not in str(admins.session.items())


def test_without_a_script_the_page_shows_the_text_too(admins):
    answer = admins.post(TOKENS, {"name": "Nightly", "role": "editor"})
    assert "<html" in answer.text
    assert TEXT.search(answer.text)


def test_a_token_works_until_the_end_of_its_last_day(admins):
    make(admins, last_day="2031-05-06")
    assert Token.objects.get().expires_at == datetime(2031, 5, 6, 23, 59, 59, 999_999, UTC)


def test_today_can_be_the_last_day(admins):
    make(admins, last_day=timezone.now().date().isoformat())
    assert Token.objects.get().is_usable


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Give the token a name."),
        ({"name": "  "}, "Give the token a name."),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"name": "a\0b"}, "Null characters are not allowed."),
        ({"role": "king"}, "Select a valid choice."),
        ({"role": ""}, "This field is required."),
        ({"last_day": "2020-01-01"}, "This day is over."),
        ({"last_day": "soon"}, "Enter a valid date."),
    ],
)
def test_a_token_that_can_not_be_made_is_told_of_in_its_place(admins, fields, sentence):
    answer = make(admins, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert answer.text.count(" autofocus") == 1
    assert not Token.objects.exists()


def test_a_name_is_shown_as_it_is_written(admins):
    answer = make(admins, name="<b>ünïcode</b> 🔑")
    assert "&lt;b&gt;ünïcode&lt;/b&gt; 🔑" in answer.text
    assert "<b>ünïcode" not in answer.text


def test_a_token_may_not_be_made_by_who_is_no_admin(client, viewer):
    for browser in (client, viewer):
        assert make(browser).status_code == 403
    assert not Token.objects.exists()


def test_who_is_no_admin_is_told_who_can_help(client, admin, token):
    html = client.get(TOKENS).text
    assert "olga@example.com" in html
    assert token.prefix not in html
    assert "<form" not in html[html.index("<main") :]


def test_a_revoked_token_is_refused_at_once(admins, token, api):
    assert api.get("/v1/tasks/runs/x").status_code == 404
    answer = admins.post(f"{TOKENS}{token.pk}/revoke/", headers=HTMX)
    assert "Requests with it are refused from now on." in answer.text
    assert api.get("/v1/tasks/runs/x").status_code == 401


def test_an_expired_token_is_refused_at_once(token, api):
    Token.objects.update(expires_at=timezone.now())
    assert api.get("/v1/tasks/runs/x").status_code == 401


def test_without_a_script_revoking_leads_back_to_the_list(admins, token):
    assert admins.post(f"{TOKENS}{token.pk}/revoke/").url == TOKENS
    assert find_token(token.text) is None


def test_a_token_is_not_revoked_by_a_link(admins, token):
    assert admins.get(f"{TOKENS}{token.pk}/revoke/").status_code == 405
    assert find_token(token.text)


def test_another_workspaces_token_can_not_be_seen_or_revoked(outside, token):
    assert token.prefix not in outside.get(TOKENS).text
    assert outside.post(f"{TOKENS}{token.pk}/revoke/", headers=HTMX).status_code == 404
    assert find_token(token.text)


def test_only_an_admin_revokes(client, token):
    assert client.post(f"{TOKENS}{token.pk}/revoke/").status_code == 403
    assert find_token(token.text)


def test_the_list_says_what_became_of_each_token(admins, workspace, token, admin):
    expired, _ = create_token(workspace=workspace, name="Old", created_by=admin)
    Token.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(days=1))
    rows = dict(re.findall(r'<th scope="row"[^>]*>([^<]*)</th>(.*?)</tr>', admins.get(TOKENS).text, re.S))
    assert "works" in rows["Nightly"]
    assert "by script/manage" in rows["Nightly"]
    assert f"/{token.pk}/revoke/" in rows["Nightly"]
    assert "expired" in rows["Old"]
    assert "olga@example.com" in rows["Old"]
    assert "/revoke/" not in rows["Old"]


def test_the_list_asks_no_more_of_the_database_for_more_tokens(
    admins, admin, workspace, django_assert_max_num_queries
):
    def queries() -> int:
        with django_assert_max_num_queries(20) as asked:
            admins.get(TOKENS)
        return len(asked)

    for _ in range(10):
        create_token(workspace=workspace, name="n", created_by=admin)
    few = queries()
    for _ in range(10):
        create_token(workspace=workspace, name="n", created_by=admin)
    assert queries() == few


def test_the_rights_of_a_token_do_not_outgrow_its_role(admins):
    (text,) = set(TEXT.findall(make(admins, role="viewer").text))
    sent = {"input": "France", "processor": "lite"}
    answer = Client(headers={"x-api-key": text}).post("/v1/tasks/runs", sent, content_type="application/json")
    assert answer.status_code == 403
