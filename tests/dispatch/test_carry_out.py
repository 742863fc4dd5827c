import uuid

import pytest
from django.db import OperationalError
from django.utils import timezone

from dispatch.engine_jobs import MOST_ATTEMPTS, carry_out, take
from dispatch.leases import worker_name
from dispatch.tasks import research as research_task
from engine.output import Message
from runs.models import Run
from runs.services import cancel_run
from runs.status import Status
from tests.dispatch.conftest import ANSWER, Research, let_lapse, states_of
from tests.runs.making import IN_EVERY_STATE

WHOLE_LIFE = ["pending", "queued", "running", "completed"]


def again(run):
    return Run.objects.get(pk=run.pk)


def test_a_queued_run_is_carried_out(queued):
    carry_out(queued.pk, Research())
    assert states_of(queued) == WHOLE_LIFE
    assert again(queued).result.content == ANSWER.content
    assert [entry.field for entry in queued.basis.all()] == ["capital"]


def test_the_engine_is_asked_what_was_asked_and_in_the_scopes_of_the_workspace(workspace, start):
    policy, spec = {"include_domains": [".gov"]}, {"output_schema": "The capital"}
    run = start({"a": 1}, processor="core", task_spec=spec, source_policy=policy)
    run.move_to(Status.QUEUED)
    research = Research()
    carry_out(run.pk, research)
    scopes = ("starter", f"workspace-{workspace.pk}")
    asked = {"input": {"a": 1}, "task_spec": spec, "processor": "core", "source_policy": policy}
    assert research.asked == [asked | {"scopes": scopes, "earlier": []}]


def test_two_workspaces_share_the_starter_library_and_nothing_else(start, outsider):
    scopes = []
    for run in (start(), start(workspace=outsider.workspace)):
        run.move_to(Status.QUEUED)
        research = Research()
        carry_out(run.pk, research)
        scopes.append({*research.asked[0]["scopes"]})
    assert scopes[0] & scopes[1] == {"starter"}


def test_a_run_knows_what_was_asked_before_it(start):
    first = start("France")
    second = start("its capital", previous_interaction_id=first.run_id)
    third = start("its people", previous_interaction_id=second.run_id)
    third.move_to(Status.QUEUED)
    research = Research()
    carry_out(third.pk, research)
    assert research.asked[0]["earlier"] == ["France", "its capital"]


def test_another_workspaces_run_is_nobodys_context(start, outsider):
    theirs = start("a secret", workspace=outsider.workspace)
    mine = start("and more", previous_interaction_id=theirs.run_id)
    mine.move_to(Status.QUEUED)
    research = Research()
    carry_out(mine.pk, research)
    assert research.asked[0]["earlier"] == []


def test_a_database_that_is_away_for_a_moment_does_not_fail_the_run(start):
    run = start()
    run.move_to(Status.QUEUED)
    with pytest.raises(OperationalError):
        carry_out(run.pk, away)
    assert again(run).status == Status.RUNNING


def away(**_):
    raise OperationalError("database is locked")


def test_the_engine_itself_finds_the_answer_in_the_library(small_library, start):
    schema = {"type": "object", "properties": {"capital": {"type": "string"}}, "required": ["capital"]}
    run = start("France", task_spec={"output_schema": {"type": "json", "json_schema": schema}})
    run.move_to(Status.QUEUED)
    research_task(str(run.pk))
    assert again(run).result.content == {"capital": "Paris"}
    assert run.basis.get().citations.get().excerpts[0]["text"] == "Capital: Paris"
    assert run.events.filter(kind="progress_msg").exists()


def test_a_message_that_comes_twice_is_one_answer(queued):
    research = Research()
    carry_out(queued.pk, research)
    carry_out(queued.pk, research)
    assert len(research.asked) == 1
    assert states_of(queued) == WHOLE_LIFE


def test_a_message_about_no_run_does_nothing(db):
    research = Research()
    carry_out(uuid.uuid4(), research)
    assert research.asked == []


@pytest.mark.parametrize("status", [Status.PENDING, Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_message_about_a_run_that_is_not_in_hand_does_nothing(start, status):
    run = IN_EVERY_STATE[status](start())
    before = states_of(run)
    research = Research()
    carry_out(run.pk, research)
    assert research.asked == []
    assert states_of(run) == before


def test_whoever_takes_a_run_holds_its_lease(queued, settings):
    taken = take(queued.pk)
    assert (taken.status, taken.lease_owner, taken.epoch) == (Status.RUNNING, worker_name(), 1)
    assert 0 < (taken.lease_until - timezone.now()).total_seconds() <= settings.DISPATCH_LEASE_SECONDS
    assert taken.started_at is not None


def test_a_run_that_somebody_holds_is_not_taken(queued):
    assert take(queued.pk)
    assert take(queued.pk) is None


def test_of_two_who_take_a_queued_run_at_once_one_gets_it(queued, monkeypatch):
    """The second one reads the run before the first one's write, and writes after it."""
    read = Run.objects.select_related("workspace", "provider").get(pk=queued.pk)
    assert take(queued.pk)
    assert not read.move_to(Status.RUNNING, epoch=read.epoch + 1)
    assert again(queued).epoch == 1


def test_a_run_whose_worker_fell_silent_is_taken_over_and_that_is_noted(queued):
    take(queued.pk)
    let_lapse(queued)
    taken = take(queued.pk)
    assert (taken.status, taken.epoch) == (Status.RUNNING, 2)
    assert queued.events.last().message == "The worker fell silent; another one took over."
    assert states_of(queued) == ["pending", "queued", "running"]


def test_a_run_is_taken_over_once(queued):
    take(queued.pk)
    let_lapse(queued)
    assert take(queued.pk)
    assert take(queued.pk) is None


def test_a_worker_that_wakes_up_after_a_take_over_leaves_one_answer(queued):
    def fall_asleep(on_progress):
        let_lapse(queued)
        carry_out(queued.pk, Research())

    carry_out(queued.pk, Research(fall_asleep))
    assert states_of(queued) == WHOLE_LIFE
    assert queued.basis.count() == 1
    assert again(queued).epoch == 2


def test_a_worker_that_wakes_up_during_a_take_over_stops_at_its_next_step(queued, monkeypatch):
    monkeypatch.setattr("dispatch.progress.WRITE_EVERY_SECONDS", -1)

    def fall_asleep(on_progress):
        let_lapse(queued)
        assert take(queued.pk)
        on_progress(Message("plan", "Read the page of France."))

    carry_out(queued.pk, Research(fall_asleep))
    assert again(queued).status == Status.RUNNING
    assert not queued.events.filter(kind="progress_msg").exists()


def test_a_run_that_was_cancelled_while_queued_is_never_begun(queued):
    cancel_run(run=queued)
    research = Research()
    carry_out(queued.pk, research)
    assert research.asked == []
    assert states_of(queued)[-1] == "cancelled"


def test_a_run_that_is_asked_to_stop_stops_at_its_next_step(queued, monkeypatch):
    monkeypatch.setattr("dispatch.progress.WRITE_EVERY_SECONDS", -1)

    def be_stopped(on_progress):
        cancel_run(run=again(queued))
        on_progress(Message("plan", "Read the page of France."))

    carry_out(queued.pk, Research(be_stopped))
    assert states_of(queued)[-2:] == ["cancelling", "cancelled"]
    assert queued.events.last().message == "Stopped before an answer was complete."
    assert not hasattr(again(queued), "result")


def test_an_answer_that_was_complete_when_the_stop_came_is_kept(queued):
    carry_out(queued.pk, Research(lambda on_progress: cancel_run(run=again(queued))))
    assert states_of(queued)[-2:] == ["cancelling", "completed"]


def test_a_run_whose_worker_died_while_it_was_stopping_is_cancelled_by_the_next(queued):
    cancel_run(run=take(queued.pk))
    let_lapse(queued)
    research = Research()
    carry_out(queued.pk, research)
    assert research.asked == []
    assert states_of(queued)[-2:] == ["cancelling", "cancelled"]


def test_an_engine_that_fails_ends_the_run_with_a_sentence_and_logs_why(queued, caplog):
    def fail(on_progress):
        on_progress(Message("plan", "Read the page of France."))
        raise ValueError("a secret of the server")

    carry_out(queued.pk, Research(fail))
    run = again(queued)
    assert run.status == Status.FAILED
    assert "secret" not in run.error["message"]
    assert "a secret of the server" in caplog.text
    assert run.events.filter(kind="progress_msg").count() == 1


def test_a_run_that_kills_its_workers_is_given_up(queued):
    """Each attempt ends without a word, as when a worker is killed for want of memory."""
    for _ in range(MOST_ATTEMPTS):
        assert take(queued.pk)
        let_lapse(queued)
    research = Research()
    carry_out(queued.pk, research)
    assert research.asked == []
    assert again(queued).status == Status.FAILED
    assert "The research was cut off 5 times" in again(queued).error["message"]


def test_a_run_of_another_provider_is_not_the_engines(queued, workspace):
    other = workspace.providers.create(slug="hosted", name="Hosted", kind="hosted")
    Run.objects.filter(pk=queued.pk).update(provider=other)
    assert take(queued.pk) is None
