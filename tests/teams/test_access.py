"""Who may open which page: every address of the installation, for everybody."""

import pytest
from django.test import Client

from runs.models import Run
from teams.models import Role, User
from tests.conftest import BACKEND, signed_in
from tests.downloads import body_of

READ = ["/", "/runs/", "/runs/export.csv", "/runs/export.jsonl", "{run}", "{run}details/"]
PARTS = ("", "run/", "draft/", "check/", "sample/", "snippets/", "input-form/")
WRITE = [*(f"/playground/{part}" for part in PARTS), "{run}cancel/", "{run}retry/"]
OWN = ["/settings/account/", "/accounts/password/change/"]
OPEN = ["/library/", "/accounts/login/", "/healthz"]


def ask(browser: Client, path: str, run: Run):
    method = browser.post if path in WRITE[1:] else browser.get
    return method(path.format(run=run.get_absolute_url()))


@pytest.mark.parametrize("path", [*READ, WRITE[0], *OWN])
def test_who_is_signed_out_is_sent_to_sign_in_and_back(visitor, start, path):
    run = start()
    answer = ask(visitor, path, run)
    assert answer.status_code == 302
    assert answer.url == f"/accounts/login/?next={path.format(run=run.get_absolute_url())}"


@pytest.mark.parametrize("path", WRITE[1:])
def test_a_form_of_somebody_signed_out_is_refused_and_not_led_to_a_page(visitor, start, path):
    answer = ask(visitor, path, start())
    assert answer.status_code == 403
    assert "You are signed out." in answer.text
    assert Run.objects.count() == 1


def test_no_sign_in_page_lands_in_a_part_of_a_page(visitor, db):
    answer = visitor.get("/runs/", headers={"HX-Request": "true", "HX-Target": "run-list"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", OPEN)
def test_these_are_open_to_all(visitor, small_library, path):
    assert visitor.get(path).status_code in (200, 503)


@pytest.mark.parametrize("path", READ + OWN)
def test_a_viewer_may_read(viewer, start, path):
    assert ask(viewer, path, start()).status_code == 200


@pytest.mark.parametrize("path", WRITE)
def test_a_viewer_may_change_nothing_and_is_told_why(viewer, start, path):
    answer = ask(viewer, path, start())
    assert answer.status_code == 403
    assert "Your role is viewer; this needs editor." in answer.text
    assert Run.objects.count() == 1


@pytest.mark.parametrize("path", [path for path in READ + WRITE if "{run}" in path])
def test_another_workspaces_run_is_not_there(outside, start, path):
    run = start()
    assert ask(outside, path, run).status_code == 404
    run.refresh_from_db()
    assert (run.status, Run.objects.count()) == ("pending", 1)


@pytest.mark.parametrize("path", ["/", "/runs/", "/runs/export.jsonl", "/playground/"])
def test_another_workspaces_lists_are_empty_of_it(outside, start, path):
    start("Atlantis")
    answer = outside.get(path)
    assert "Atlantis" not in (body_of(answer).decode() if answer.streaming else answer.text)


def test_who_belongs_to_no_workspace_is_told_so(db):
    browser = Client()
    browser.force_login(User.objects.create_user("lone@example.com"), backend=BACKEND)
    answer = browser.get("/runs/")
    assert answer.status_code == 403
    assert "You belong to no workspace here" in answer.text


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("reviewer", 403), ("editor", 200), ("admin", 200)]
)
def test_editors_and_admins_may_design_a_task(member, role, status):
    member.role = role
    member.save()
    assert signed_in(member).get("/playground/").status_code == status


def test_each_role_covers_the_ones_before_it():
    order = list(Role)
    for at, role in enumerate(order):
        assert [other for other in order if role.covers(other)] == order[: at + 1]
