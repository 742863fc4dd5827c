"""What every page has in common: its policy, its frame, and a word for every mishap."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from teams.models import Member, User
from tests.conftest import signed_in
from tests.runs.making import completed

ACCOUNT = ["login", "logout", "welcome", "password/change"]
PAGES = [
    *("/", "/playground/", "/runs/", "{run}", "{run}details/", "/library/", "/library/france/"),
    *("/sources/", "/sources/new/", "/sources/?q=france", "/sources/confidence/"),
    *(
        "/settings/account/",
        "/settings/providers/",
        "/settings/providers/new/",
        "/settings/tokens/",
        "/nothing/here/",
        *(f"/accounts/{name}/" for name in ACCOUNT),
    ),
]
HANDLER = re.compile(r"<[^>]+\s(?:on[a-z]+|style)\s*=|javascript:", re.I)


@pytest.fixture
def get(client, owner, start, small_library) -> Callable[[str], object]:
    """A page as a member sees it; ``{run}`` stands for a completed run."""
    run = completed(start())
    owners = signed_in(owner)
    for_owners = ("/accounts/welcome/", "/settings/tokens/", "/settings/providers/new/")
    browsers = {"/accounts/login/": Client(), **dict.fromkeys(for_owners, owners)}
    return lambda path: browsers.get(path, client).get(path.format(run=run.get_absolute_url()))


def policy_of(answer) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_but_the_installations_own_scripts(get, path):
    policy = policy_of(get(path))
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'nonce-[\w+/=-]+')?", policy["script-src"])
    assert policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("path", PAGES)
def test_every_script_of_a_page_carries_the_nonce_of_its_answer(get, path):
    answer = get(path)
    (nonce,) = re.findall(r"'nonce-([^']+)'", policy_of(answer)["script-src"])
    tags = re.findall(r"<script[^>]*>", answer.text)
    assert any(f'nonce="{nonce}"' in tag for tag in tags)
    assert all("src=" in tag or f'nonce="{nonce}"' in tag for tag in tags)


def test_no_two_answers_share_a_nonce(get):
    assert policy_of(get("/"))["script-src"] != policy_of(get("/"))["script-src"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_an_inline_handler_or_style(get, path):
    assert not HANDLER.search(get(path).text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_not_be_framed_and_tells_no_other_site_where_it_was(get, path):
    answer = get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_a_title_and_one_main_part(get, path):
    html = get(path).text
    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    assert re.search(r"<title>[^<]*Groundwork( library)?</title>", html)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "Home"),
        ("/playground/", "Playground"),
        ("/runs/", "Runs"),
        ("{run}", "Runs"),
        ("/library/", "Library"),
        ("/library/france/", "Library"),
        ("/sources/", "Sources"),
        ("/sources/confidence/", "Sources"),
        ("/settings/account/", "Settings"),
        ("/settings/providers/", "Settings"),
        ("/settings/tokens/", "Settings"),
    ],
)
def test_the_rail_says_where_one_is(get, path, name):
    current = re.findall(r'<a class="rail-link"[^>]*aria-current="page">(.*?)</a>', get(path).text, re.S)
    assert [re.sub(r"<.*>", "", link, flags=re.S).strip() for link in current] == [name]


def test_who_is_signed_out_is_offered_to_sign_in(visitor, small_library):
    html = visitor.get("/library/").text
    assert 'href="/accounts/login/"' in html
    assert "Shortcuts" not in html


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', "system"), ("", "system")]
)
def test_the_chosen_colours_come_from_a_known_list(client, cookie, theme):
    client.cookies["theme"] = cookie
    assert f'<html lang="en" data-theme="{theme}">' in client.get("/").text


def test_home_offers_a_beginning_while_there_are_no_runs(client):
    html = client.get("/").text
    assert "Ask for facts, get them with evidence" in html
    assert html.count("/playground/?template=") == 3


def test_home_shows_the_latest_ten_runs_of_this_workspace(client, start, outside):
    for number in range(11):
        start(f"Question {number}.")
    html = client.get("/").text
    assert [f"Question {number}." in html for number in (0, 1, 10)] == [False, True, True]
    assert "Question" not in outside.get("/").text


def test_the_counts_come_by_themselves_too(client, start):
    start()
    answer = client.get("/", headers={"HX-Request": "true", "HX-Target": "run-counts"})
    assert answer.text.strip().startswith('<dl class="counts" id="run-counts">')
    assert 'href="/runs/?status=pending">1</a>' in answer.text


@pytest.mark.parametrize("path", ["/", "/runs/", "{run}", "/library/", "/settings/account/"])
def test_a_viewer_is_offered_nothing_that_is_closed_to_viewers(viewer, start, path):
    html = viewer.get(path.format(run=completed(start()).get_absolute_url())).text
    assert "/playground/" not in html
    assert "/retry/" not in html


@pytest.mark.parametrize("path", ["/", "/runs/", "{run}", "/library/", "/settings/account/"])
def test_an_editor_is_led_to_the_playground_from_everywhere(client, start, path):
    assert "/playground/" in client.get(path.format(run=completed(start()).get_absolute_url())).text


def test_home_asks_no_more_of_the_database_for_more_runs(client, start, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(50) as asked:
            client.get("/")
        return len(asked)

    for _ in range(5):
        completed(start())
    few = queries()
    for _ in range(5):
        completed(start())
    assert queries() == few


def test_account_shows_the_address_and_the_role(client):
    html = client.get("/settings/account/").text
    assert "ada@example.com" in html
    assert "as editor" in html


def test_the_owner_without_a_password_is_led_to_setting_one(owner):
    assert 'href="/accounts/welcome/"' in signed_in(owner).get("/settings/account/").text


def test_nothing_at_an_address_is_said_with_what_to_do(client):
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


def test_a_form_that_has_expired_is_said_with_what_to_do(member):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = strict.post("/playground/run/", {})
    assert answer.status_code == 403
    assert "This form has expired" in answer.text


def test_who_belongs_to_no_workspace_can_sign_out(db):
    lone = signed_in(Member(user=User.objects.create_user("lone@example.com")))
    answer = lone.get("/runs/")
    assert answer.status_code == 403
    assert 'href="/accounts/logout/"' in answer.text
    assert "X-Signed-Out" not in answer


def test_a_refusal_tells_a_script_of_the_page_that_nobody_is_signed_in(client, db):
    answer = Client().post("/playground/draft/", {})
    assert answer.status_code == 403
    assert answer["X-Signed-Out"] == "1"
    assert 'href="/accounts/login/"' in answer.text


def test_a_request_that_can_not_be_read_is_said_with_what_to_do(client):
    answer = client.post("/playground/draft/", {f"field{number}": "" for number in range(1_001)})
    assert answer.status_code == 400
    assert "That request cannot be read" in answer.text


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/v1/tasks/runs/x", "application/json")])
def test_a_failure_is_said_without_its_inside(client, api, monkeypatch, path, kind):
    browser = api if path.startswith("/v1") else client
    browser.raise_request_exception = False
    monkeypatch.setattr("runs.models.RunQuerySet.in_workspace", lambda *args: 1 / 0)
    answer = browser.get(path)
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith(kind)
    assert "ZeroDivision" not in answer.text
    assert "Something failed on the server" in answer.text


def test_an_unknown_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
