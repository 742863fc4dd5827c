import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse

from runs import live
from runs.models import Run
from runs.services import cancel_run
from runs.status import Status
from tests.runs.making import completed, running
from web.hub import Event


def cancel(run):
    return reverse("runs:cancel", args=[run.pk])


def status_of(run):
    return Run.objects.get(pk=run.pk).status


@pytest.mark.parametrize("before", [Status.PENDING, Status.QUEUED])
def test_what_has_not_begun_is_cancelled_outright(client, runs_in_every_state, before):
    run = runs_in_every_state[before]
    page = client.post(cancel(run), follow=True)
    assert status_of(run) == Status.CANCELLED
    assert page.redirect_chain == [(run.get_absolute_url(), 302)]
    assert run.events.last().message == "Cancelled before any research began."


def test_what_has_begun_is_asked_to_stop_and_that_is_said(client, start):
    run = running(start())
    page = client.post(cancel(run), follow=True)
    assert status_of(run) == Status.CANCELLING
    assert "It stops at its next step; a result complete by then is kept." in page.content.decode()


@pytest.mark.parametrize("over", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_what_is_over_stays_as_it_is_and_that_is_said(client, runs_in_every_state, over):
    run = runs_in_every_state[over]
    page = client.post(cancel(run), follow=True)
    assert "The run was over already; nothing was cancelled." in page.content.decode()
    assert status_of(run) == over


def test_asking_twice_is_one_request_to_stop(start):
    run = running(start())
    assert cancel_run(run=run)
    assert cancel_run(run=run)
    assert run.events.filter(after=Status.CANCELLING).count() == 1


def test_a_run_that_begins_meanwhile_is_asked_to_stop(start):
    run = start()
    running(Run.objects.get(pk=run.pk))
    assert cancel_run(run=run)
    assert run.status == Status.CANCELLING


def test_a_run_that_ends_meanwhile_stays_completed(start):
    run = start()
    completed(Run.objects.get(pk=run.pk))
    assert not cancel_run(run=run)
    assert run.status == Status.COMPLETED


def test_the_button_of_a_part_that_came_over_the_live_stream_works(member, start):
    """A frame is rendered without a request, and so without the token that Django's own form would carry."""
    run, client = running(start()), Client(enforce_csrf_checks=True)
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(run.get_absolute_url())
    topic = f"run:{run}"
    frames = async_to_sync(live.render)({topic: [Event(1, (topic,), run.pk)]})
    frame = frames[topic][0].content.decode()
    assert f'hx-post="{cancel(run)}"' in frame
    headers = {"hx-request": "true", "x-csrftoken": str(page.context["csrf_token"])}
    answer = client.post(cancel(run), headers=headers)
    assert answer["HX-Redirect"] == run.get_absolute_url()
    assert status_of(run) == Status.CANCELLING


def test_only_what_is_active_and_not_stopping_has_the_button(client, runs_in_every_state):
    shown = {
        status
        for status, run in runs_in_every_state.items()
        if cancel(run) in client.get(run.get_absolute_url()).content.decode()
    }
    assert shown == {Status.PENDING, Status.QUEUED, Status.RUNNING}


def test_a_run_that_is_not_there_is_not_found(client):
    assert client.post("/runs/trun_00000000000000000000000000000000/cancel/").status_code == 404
