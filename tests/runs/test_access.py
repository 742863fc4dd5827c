"""The same five questions to every address of the room: method, stranger, visitor, viewer, member."""

import pytest

from runs.exports import EXPORTS
from runs.models import Run
from tests.runs.making import completed

READ = ["", "details/"]
WRITE = ["cancel/", "retry/"]
LISTS = ["/runs/", *(f"/runs/export.{slug}" for slug in EXPORTS)]


@pytest.fixture
def run(start):
    return completed(start("A secret question"))


def address(run, part):
    return f"{run.get_absolute_url()}{part}"


@pytest.mark.parametrize("part", READ)
def test_a_run_is_read_and_never_posted_to(client, run, part):
    assert client.get(address(run, part)).status_code == 200
    assert client.post(address(run, part)).status_code == 405


@pytest.mark.parametrize("part", WRITE)
def test_a_verb_is_posted_and_never_got(client, run, part):
    assert client.get(address(run, part)).status_code == 405
    assert client.post(address(run, part)).status_code == 302


@pytest.mark.parametrize("url", LISTS)
def test_a_list_is_read_and_never_posted_to(client, run, url):
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("part", READ)
def test_another_workspaces_run_is_as_if_it_were_not_there(outside, run, part):
    assert outside.get(address(run, part)).status_code == 404


@pytest.mark.parametrize("part", WRITE)
def test_another_workspaces_run_can_not_be_changed(outside, run, part):
    assert outside.post(address(run, part)).status_code == 404
    assert Run.objects.count() == 1
    assert run.events.count() == 4


def test_another_workspaces_runs_are_not_in_the_list_or_its_peek(outside, run):
    page = outside.get("/runs/", {"peek": run.run_id, "q": "secret"}).content.decode()
    assert "A secret question" not in page
    assert run.run_id not in page


@pytest.mark.parametrize("slug", EXPORTS)
def test_another_workspaces_run_can_not_be_exported(outside, run, slug):
    assert outside.get(f"/runs/export.{slug}", {"run": run.run_id}).status_code == 404
    assert outside.get(f"/runs/export.{slug}", {"run": "trun_1"}).status_code == 404


@pytest.mark.parametrize("url", LISTS)
def test_a_visitor_is_sent_to_sign_in_from_a_list(visitor, url):
    assert visitor.get(url)["Location"].startswith("/accounts/login/?next=/runs/")


@pytest.mark.parametrize("part", READ)
def test_a_visitor_is_sent_to_sign_in_from_a_run(visitor, run, part):
    assert visitor.get(address(run, part))["Location"].startswith("/accounts/login/?next=/runs/trun_")


@pytest.mark.parametrize("part", WRITE)
def test_a_visitor_can_change_nothing_and_is_told_to_sign_in(visitor, run, part):
    answer = visitor.post(address(run, part))
    assert answer.status_code == 403
    assert "You are signed out. Sign in again" in answer.content.decode()
    assert Run.objects.count() == 1


@pytest.mark.parametrize("part", READ)
def test_a_viewer_may_read(viewer, run, part):
    assert viewer.get(address(run, part)).status_code == 200


@pytest.mark.parametrize("part", WRITE)
def test_a_viewer_may_change_nothing_and_is_told_who_can_help(viewer, run, part):
    answer = viewer.post(address(run, part))
    assert answer.status_code == 403
    assert "Your role is viewer; this needs editor." in answer.content.decode()
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("/runs/", ["run-list", "run-peek"]),
        ("{run}", ["run-evidence"]),
        ("{run}details/", ["run-details"]),
    ],
)
def test_every_part_that_htmx_may_ask_for_is_one_element_with_its_name(client, run, url, names):
    for name in names:
        headers = {"hx-request": "true", "hx-target": name}
        answer = client.get(url.format(run=run.get_absolute_url()), headers=headers)
        part = answer.content.decode().strip()
        assert part.startswith("<")
        assert f'id="{name}"' in part[: part.index(">")]
        assert "HX-Target" in answer["Vary"]
