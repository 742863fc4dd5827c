"""Which runs are sent, and what became of the sending: the functions that write it down, one by one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from dispatch.hosted import asked, groups
from dispatch.hosted.groups import end_finished, held_again, let_go, renew, store_group, take_over
from dispatch.hosted.settling import ADOPTED, NOT_TAKEN, in_doubt, settle, turned_up
from dispatch.hosted.submitting import CANCELLED_UNSENT, accept, claim, doubt, give_back, refuse
from dispatch.models import HostedGroup, HostedRun, Submission, Twin, Upstream
from provider.answers import read_run
from runs.models import Run
from runs.services import cancel_run
from runs.status import Status
from teams.models import Provider
from teams.providers import change_provider, remove_provider
from tests.dispatch.hosted.conftest import fresh, let_lapse, notes_of, states_of
from tests.upstream import RID_KEY

pytestmark = pytest.mark.django_db(databases=["default", "engine"])


@pytest.fixture
def group(provider):
    return store_group(provider, "tgrp_1", "first")


def status_of(run: Run) -> str:
    return fresh(run).status


def there_as(run: Run, name: str, status: str = "completed"):
    """One of ours as the provider lists it."""
    return read_run({"run_id": name, "status": status, "metadata": {RID_KEY: run.pk.hex}})


# Claiming


def test_the_oldest_are_claimed_first_and_written_down(provider, group, batch):
    runs = batch("France", "Japan", "Kenya")
    (claimed,) = claim(provider, group, 2)
    assert claimed.run_ids == [run.pk for run in runs[:2]]
    assert [status_of(run) for run in runs] == ["submitting", "submitting", "pending"]
    sent = Submission.objects.get()
    assert (sent.size, sent.given_back, sent.outcome) == (2, 0, "unknown")
    assert set(HostedRun.objects.values_list("upstream_id", "submission")) == {(None, sent.pk)}


def test_what_is_claimed_is_claimed_once(provider, group, batch):
    batch("France", "Japan")
    assert len(claim(provider, group, 10)) == 1
    assert claim(provider, group, 10) == []


def test_nothing_is_claimed_for_another_provider(provider, group, start):
    engine = provider.workspace.providers.get(kind="engine")
    run = start()
    Run.objects.update(provider=engine)
    assert claim(provider, group, 10) == []
    assert status_of(run) == "pending"


def test_nothing_is_claimed_for_a_group_that_another_worker_holds(provider, group, batch):
    batch("France")
    let_lapse()
    take_over("another")
    assert claim(provider, group, 10) is None
    assert Submission.objects.count() == 0


def test_nothing_is_claimed_for_a_group_whose_lease_is_over(provider, group, batch):
    batch("France")
    let_lapse()
    assert claim(provider, group, 10) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda provider: Upstream.objects.create(
            provider=provider, state="busy", until=timezone.now() + timedelta(seconds=60)
        ),
        lambda provider: change_provider(provider=provider, key="another"),
        lambda provider: change_provider(provider=provider, base_url="https://elsewhere.example"),
        lambda provider: remove_provider(provider=provider),
    ],
    ids=["left alone for a while", "another key", "another address", "removed"],
)
def test_nothing_is_claimed_for_a_provider_that_is_not_as_it_was(provider, group, batch, change):
    """Whoever sends may not have looked since."""
    batch("France")
    change(Provider.objects.get(pk=provider.pk))
    assert claim(provider, group, 10) == []


def test_nothing_is_claimed_for_a_group_that_is_in_doubt(provider, group, batch):
    batch("France")
    groups.close(group)
    assert claim(provider, group, 10) is None


def test_a_claim_is_cut_where_a_request_would_be_too_large(provider, group, batch, monkeypatch):
    runs = batch(*("x" * 24_000 for _ in range(3)))
    monkeypatch.setattr(asked, "MOST_BYTES", 50_000)
    claims = claim(provider, group, 10)
    assert [claimed.run_ids for claimed in claims] == [[run.pk for run in runs[:2]], [runs[2].pk]]
    assert list(Submission.objects.order_by("pk").values_list("size", flat=True)) == [2, 1]


def test_those_that_belong_to_no_batch_are_known(provider, group, batch, alone):
    batch("France")
    run = alone("Japan")
    (claimed,) = claim(provider, group, 10)
    assert claimed.alone == {run.pk}


def test_a_claim_costs_what_the_price_table_says(provider, group, batch):
    batch("France", "Japan", processor="core")
    claim(provider, group, 10)
    assert Submission.objects.get().cost == Decimal("0.05")


# Accepted


def test_what_is_accepted_has_its_name_and_waits_there(provider, group, batch):
    runs = batch("France", "Japan")
    (claimed,) = claim(provider, group, 10)
    assert accept(claimed, ["trun_a", "trun_b"])
    assert [fresh(run).hosted.upstream_id for run in runs] == ["trun_a", "trun_b"]
    assert {status_of(run) for run in runs} == {"queued"}
    assert Submission.objects.get().outcome == "accepted"


def test_accepting_twice_changes_nothing_more(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    assert accept(claimed, ["trun_a"])
    assert accept(claimed, ["trun_a"])
    assert states_of(run) == ["pending", "submitting", "queued"]


def test_who_lost_the_group_accepts_nothing(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    let_lapse()
    take_over("another")
    assert not accept(claimed, ["trun_a"])
    assert (status_of(run), fresh(run).hosted.upstream_id) == ("submitting", None)


# Given back


def test_what_is_given_back_waits_again_and_counts_for_nothing(provider, group, batch):
    runs = batch("France", "Japan", processor="core")
    (claimed,) = claim(provider, group, 10)
    give_back(claimed, claimed.run_ids)
    assert {status_of(run) for run in runs} == {"pending"}
    assert HostedRun.objects.count() == 0
    sent = Submission.objects.get()
    assert (sent.given_back, sent.cost, sent.outcome) == (2, 0, "given_back")


def test_what_is_given_back_can_be_claimed_again(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    give_back(claimed, claimed.run_ids)
    (again,) = claim(provider, group, 10)
    assert again.submission_id != claimed.submission_id
    assert accept(again, ["trun_a"])
    assert states_of(run) == ["pending", "submitting", "pending", "submitting", "queued"]


def test_giving_back_twice_changes_nothing_more(provider, group, batch):
    batch("France")
    (claimed,) = claim(provider, group, 10)
    give_back(claimed, claimed.run_ids)
    give_back(claimed, claimed.run_ids)
    assert Submission.objects.get().given_back == 1


def test_giving_back_twice_leaves_alone_what_was_claimed_anew(provider, group, batch):
    """The database may say "failed" of a commit that held; then the same is asked of it again."""
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    give_back(claimed, claimed.run_ids)
    claim(provider, group, 10)
    give_back(claimed, claimed.run_ids)
    assert status_of(run) == "submitting"


def test_who_lost_the_group_gives_nothing_back(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    let_lapse()
    give_back(claimed, claimed.run_ids)
    assert status_of(run) == "submitting"


def test_what_somebody_wanted_cancelled_is_cancelled_when_it_comes_back(provider, group, batch):
    france, japan = batch("France", "Japan")
    (claimed,) = claim(provider, group, 10)
    assert cancel_run(run=fresh(france))
    give_back(claimed, claimed.run_ids)
    assert (status_of(france), status_of(japan)) == ("cancelled", "pending")
    assert notes_of(france)[-1] == CANCELLED_UNSENT


# Refused


def test_what_is_refused_fails_with_its_sentence(provider, group, batch):
    france, japan = batch("France", "Japan", processor="core")
    (claimed,) = claim(provider, group, 10)
    refuse(claimed, france.pk, "Parallel refused this run: no.")
    assert (status_of(france), status_of(japan)) == ("failed", "submitting")
    assert fresh(france).error["message"] == "Parallel refused this run: no."
    assert (Submission.objects.get().given_back, Submission.objects.get().cost) == (1, Decimal("0.025"))


def test_refusing_twice_changes_nothing_more(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    refuse(claimed, run.pk, "No.")
    refuse(claimed, run.pk, "No.")
    assert (states_of(run), Submission.objects.get().given_back) == (["pending", "submitting", "failed"], 1)


def test_a_submission_of_which_all_were_refused_says_so(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    refuse(claimed, run.pk, "No.")
    assert Submission.objects.get().outcome == "refused"


def test_what_was_refused_is_not_in_doubt(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    refuse(claimed, run.pk, "No.")
    let_lapse()
    (again,) = take_over("another")
    assert in_doubt(again) == []
    settle(again, [run.pk], {})
    assert NOT_TAKEN not in notes_of(run)


# In doubt


def test_a_doubt_closes_the_group_and_is_told(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    doubt(claimed, "It is not known.")
    assert not HostedGroup.objects.get().is_open
    assert Submission.objects.get().doubt == "It is not known."
    assert notes_of(run) == ["It is not known."]
    assert in_doubt(group) == [run.pk]


def test_what_is_there_is_adopted_and_the_rest_given_back(provider, group, batch):
    france, japan = batch("France", "Japan", processor="core")
    (claimed,) = claim(provider, group, 10)
    assert settle(group, claimed.run_ids, {japan.pk: "trun_b"}) == (1, 1)
    assert (status_of(france), status_of(japan)) == ("pending", "queued")
    assert (notes_of(france), notes_of(japan)) == ([NOT_TAKEN], [ADOPTED])
    sent = Submission.objects.get()
    assert (sent.outcome, sent.given_back, sent.cost) == ("settled", 1, Decimal("0.025"))


def test_a_doubt_is_settled_once(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    settle(group, claimed.run_ids, {run.pk: "trun_a"})
    assert settle(group, claimed.run_ids, {}) == (0, 0)
    assert status_of(run) == "queued"


def test_a_doubt_of_which_every_run_was_adopted_by_its_end_is_settled(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    turned_up(group, there_as(run, "trun_a"))
    settle(group, claimed.run_ids, {run.pk: "trun_a"})
    assert Submission.objects.get().outcome == "settled"


def test_who_lost_the_group_settles_nothing(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    let_lapse()
    assert settle(group, claimed.run_ids, {}) == (0, 0)
    assert status_of(run) == "submitting"


def test_a_wish_to_cancel_holds_if_it_was_not_taken(provider, group, batch):
    france, japan = batch("France", "Japan")
    (claimed,) = claim(provider, group, 10)
    for run in (france, japan):
        assert cancel_run(run=fresh(run))
    settle(group, claimed.run_ids, {japan.pk: "trun_b"})
    assert (status_of(france), status_of(japan)) == ("cancelled", "queued")


# Turning up


def test_a_run_whose_name_was_not_known_is_named_by_its_own_end(provider, group, batch):
    (run,) = batch("France")
    claim(provider, group, 10)
    assert turned_up(group, there_as(run, "trun_a")) == run.pk
    assert (status_of(run), fresh(run).hosted.upstream_id) == ("queued", "trun_a")


def test_a_run_that_was_given_back_and_waits_is_taken_back(provider, group, batch):
    (run,) = batch("France", processor="core")
    (claimed,) = claim(provider, group, 10)
    settle(group, claimed.run_ids, {})
    assert turned_up(group, there_as(run, "trun_a")) == run.pk
    assert (status_of(run), fresh(run).hosted.upstream_id) == ("queued", "trun_a")
    assert (Submission.objects.get().given_back, Submission.objects.get().cost) == (0, Decimal("0.025"))
    assert Twin.objects.count() == 0


def test_a_run_is_taken_back_also_if_others_were_put_into_the_group_after_it(provider, group, batch):
    (run,) = batch("France")
    (first,) = claim(provider, group, 1)
    batch("Japan")
    (second,) = claim(provider, group, 1)
    accept(second, ["trun_b"])
    settle(group, first.run_ids, {})
    assert turned_up(group, there_as(run, "trun_a")) == run.pk
    assert status_of(run) == "queued"


def test_a_run_that_was_sent_again_meanwhile_is_there_twice(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    settle(group, claimed.run_ids, {})
    other = store_group(provider, "tgrp_2", "first")
    (again,) = claim(provider, other, 10)
    accept(again, ["trun_b"])
    assert turned_up(group, there_as(run, "trun_a")) is None
    twin = Twin.objects.get()
    assert (twin.run, twin.upstream_id) == (run, "trun_a")
    assert "a second time, as trun_a" in notes_of(run)[-1]


def test_a_twin_is_told_once(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    accept(claimed, ["trun_b"])
    for _ in range(2):
        assert turned_up(group, there_as(run, "trun_a")) is None
    assert (Twin.objects.count(), len(notes_of(run))) == (1, 1)


def test_a_cancelled_run_that_turns_up_is_not_called_a_second_one(provider, group, batch):
    (run,) = batch("France")
    (claimed,) = claim(provider, group, 10)
    cancel_run(run=fresh(run))
    settle(group, claimed.run_ids, {})
    turned_up(group, there_as(run, "trun_a"))
    assert Twin.objects.count() == 1
    assert "a second time" not in notes_of(run)[-1]


def test_what_is_none_of_ours_is_nobodys(provider, group, batch):
    batch("France")
    strange = {"run_id": "trun_a", "status": "completed"}
    for metadata in (None, {}, {RID_KEY: 7}, {RID_KEY: "x" * 32}, {RID_KEY: "0" * 32}):
        assert turned_up(group, read_run(strange | {"metadata": metadata})) is None
    assert Twin.objects.count() == 0


def test_a_run_of_another_provider_does_not_turn_up_here(provider, group, batch, workspace, upstream):
    from tests.dispatch.hosted.conftest import provider_at

    (run,) = batch("France")
    elsewhere = provider_at(workspace, upstream, "Elsewhere")
    other = store_group(elsewhere, "tgrp_x", "first")
    assert turned_up(other, there_as(run, "trun_a")) is None
    assert status_of(run) == "pending"


# Leases


def test_a_group_that_lapsed_is_taken_over_and_closed(provider, group, batch):
    runs = batch("France", "Japan", "Kenya")
    (claimed,) = claim(provider, group, 2)
    accept(claimed, ["trun_a", "trun_b"])
    Run.objects.filter(pk=runs[0].pk).update(status="completed", ended_at=timezone.now())
    let_lapse()
    (taken,) = take_over("another")
    assert (taken.owner, taken.epoch, taken.size, taken.active) == ("another", 2, 2, 1)
    assert not HostedGroup.objects.get().is_open
    assert groups.fenced([group]) == set()
    assert groups.fenced([taken]) == {group.pk}


def test_a_group_that_is_held_is_not_taken_over(provider, group):
    assert take_over("another") == []


def test_a_renewed_lease_is_not_over(provider, group):
    HostedGroup.objects.update(lease_until=timezone.now() + timedelta(milliseconds=1))
    assert renew("first", [group.pk]) == {group.pk}
    assert HostedGroup.objects.get().lease_until > timezone.now() + timedelta(seconds=30)
    assert renew("another", [group.pk]) == set()


def test_a_lease_that_nobody_follows_is_not_renewed(provider, group):
    before = HostedGroup.objects.get().lease_until
    assert renew("first", []) == set()
    assert HostedGroup.objects.get().lease_until == before


def test_what_is_dropped_is_closed_and_taken_by_the_next_who_looks(provider, group):
    groups.drop(group)
    (taken,) = take_over("another")
    groups.drop(group)  # it is not ours any more
    assert groups.fenced([taken]) == {group.pk}


def test_what_is_let_go_is_taken_by_the_next_who_looks(provider, group):
    let_go("first")
    assert [taken.pk for taken in take_over("another")] == [group.pk]


def test_a_hold_that_was_lost_is_not_held_again(provider, group):
    assert held_again(group).pk == group.pk
    let_lapse()
    take_over("another")
    assert held_again(group) is None


def test_a_closed_group_is_ended_when_nothing_is_to_come(provider, group, batch):
    (run,) = batch("France")
    claim(provider, group, 10)
    groups.close(group)
    assert end_finished("first") == set()
    Run.objects.filter(pk=run.pk).update(status="completed", ended_at=timezone.now())
    assert end_finished("another") == set()
    assert end_finished("first") == {group.pk}
    assert HostedGroup.objects.get().ended_at is not None


def test_an_open_group_is_not_ended(provider, group):
    assert end_finished("first") == set()


def test_a_watched_group_is_ended_after_its_time(provider, group):
    groups.close(group)
    groups.watch(group, timedelta(seconds=60))
    assert end_finished("first") == set()
    groups.watch(group, timedelta(seconds=-1))
    assert end_finished("first") == {group.pk}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_on_postgresql_the_ids_and_json_of_bulk_writes_are_as_the_orm_reads_them(provider, group, batch):
    (run,) = batch({"name": "Zoë", "n": 1})
    (claimed,) = claim(provider, group, 10)
    assert claimed.inputs[0]["input"] == {"name": "Zoë", "n": 1}
    assert isinstance(Status(status_of(run)), Status)
