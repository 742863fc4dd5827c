"""The limits that an admin sets for a provider."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from dispatch.hosted.groups import store_group
from dispatch.hosted.limits import affordable, price_of, room_at, spent_today
from dispatch.hosted.submitting import accept, claim, give_back, refuse
from dispatch.models import Submission
from runs.models import Run
from teams.models import Provider

pytestmark = pytest.mark.django_db(databases=["default", "engine"])


@pytest.fixture
def group(provider):
    return store_group(provider, "tgrp_1", "first")


@pytest.fixture
def limit(provider):
    def limit(**limits) -> Provider:
        Provider.objects.filter(pk=provider.pk).update(**limits)
        provider.refresh_from_db()
        return provider

    return limit


def claimed(provider, group, most: int = 100) -> int:
    return sum(len(one.run_ids) for one in claim(provider, group, most))


def test_without_limits_all_are_sent(provider, group, batch):
    batch(*"abcde")
    assert (room_at(provider).runs, room_at(provider).usd) == (None, None)
    assert claimed(provider, group) == 5


def test_no_more_are_sent_within_a_minute(limit, group, batch):
    provider = limit(runs_per_minute=3)
    batch(*"abcde")
    assert (claimed(provider, group), claimed(provider, group)) == (3, 0)
    assert room_at(provider).limit == "runs_per_minute"
    Submission.objects.update(sent_at=timezone.now() - timedelta(seconds=61))
    assert (claimed(provider, group), claimed(provider, group)) == (2, 0)


def test_what_came_back_does_not_count_against_the_minute(limit, group, batch):
    provider = limit(runs_per_minute=2)
    batch(*"abc")
    (one,) = claim(provider, group, 2)
    give_back(one, one.run_ids)
    assert claimed(provider, group) == 2


def test_no_more_are_in_flight(limit, group, batch):
    provider = limit(most_in_flight=2)
    runs = batch(*"abcd")
    (one,) = claim(provider, group, 100)
    assert (len(one.run_ids), claimed(provider, group)) == (2, 0)
    accept(one, ["trun_a", "trun_b"])
    assert (claimed(provider, group), room_at(provider).limit) == (0, "most_in_flight")
    Run.objects.filter(pk=runs[0].pk).update(status="completed", ended_at=timezone.now())
    assert claimed(provider, group) == 1


def test_no_more_is_spent_in_a_day(limit, group, batch):
    provider = limit(usd_per_day=Decimal("0.06"))
    batch(*"abcd", processor="core")
    assert price_of("core") == Decimal("0.025")
    assert (claimed(provider, group), claimed(provider, group)) == (2, 0)
    assert spent_today(provider, timezone.now()) == Decimal("0.05")


def test_the_day_begins_at_midnight_in_utc(limit, group, batch):
    provider = limit(usd_per_day=Decimal("0.03"))
    batch(*"ab", processor="core")
    assert claimed(provider, group) == 1
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    Submission.objects.update(sent_at=midnight - timedelta(microseconds=1))
    assert claimed(provider, group) == 1


def test_what_came_back_and_what_was_refused_is_not_spent(limit, group, batch):
    provider = limit(usd_per_day=Decimal("0.05"))
    france, _, _ = batch(*"abc", processor="core")
    (one,) = claim(provider, group, 100)
    refuse(one, france.pk, "No.")
    give_back(one, one.run_ids[1:])
    assert spent_today(provider, timezone.now()) == 0
    assert claimed(provider, group) == 2


def test_a_cheap_run_does_not_overtake_a_dear_one(provider):
    room = room_at(provider)
    assert affordable(["core", "lite"], type(room)(None, Decimal("0.006"))) == 0
    assert affordable(["lite", "core"], type(room)(None, Decimal("0.006"))) == 1


def test_a_processor_without_a_price_costs_nothing_that_is_counted(provider):
    assert price_of("lite9000") == 0


def test_the_narrowest_limit_is_the_one_that_is_named(limit, group, batch):
    provider = limit(runs_per_minute=3, most_in_flight=1)
    batch(*"ab")
    assert claimed(provider, group) == 1
    assert room_at(provider).limit == "most_in_flight"


def test_a_limit_that_was_lowered_below_what_is_in_flight_lets_nothing_through(limit, group, batch):
    provider = limit(most_in_flight=3)
    batch(*"abcd")
    claimed(provider, group)
    assert room_at(limit(most_in_flight=1)).runs == 0


def test_a_limit_of_nothing_stops_it(limit, group, batch):
    provider = limit(runs_per_minute=0)
    batch("a")
    assert claimed(provider, group) == 0
