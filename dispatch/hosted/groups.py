"""Who holds which group at a provider: leases with a fence, taken over when their holder falls silent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from dispatch.leases import lease_length
from dispatch.models import HostedGroup, HostedRun
from teams.models import Provider
from web import bulk

MOST_TAKEN_OVER = 50
"""At a look, so that several workers share what a dead one leaves."""


@dataclass(frozen=True, slots=True)
class Held:
    """A group as its worker knows it; the epoch and the owner are the fence."""

    pk: int
    provider_id: int
    upstream_id: str
    owner: str
    epoch: int
    cursor: str
    is_open: bool
    size: int = 0
    """Runs in it when it was taken."""
    active: int = 0
    """Those of them that were not over."""
    watched_seconds: float = 0.0
    """For how long, from then on, what was taken for lost may still turn up."""


def held(group: HostedGroup, size: int = 0, active: int = 0) -> Held:
    return Held(
        group.pk,
        group.provider_id,
        group.upstream_id,
        group.owner,
        group.epoch,
        group.cursor,
        group.is_open,
        size,
        active,
        max((group.watch_until - timezone.now()).total_seconds(), 0.0) if group.watch_until else 0.0,
    )


def store_group(provider: Provider, upstream_id: str, owner: str) -> Held:
    """Write a new group down before anything is put into it."""
    until = timezone.now() + lease_length()
    group = HostedGroup.objects.create(
        provider=provider, upstream_id=upstream_id, owner=owner, lease_until=until
    )
    return held(group)


def fenced(groups: Iterable[Held], *, is_open: bool = False) -> set[int]:
    """Which of these their holders still hold, and of those which are open, if that is asked.

    The rows are locked until the transaction ends.
    """
    known = {group.pk: (group.owner, group.epoch) for group in groups}
    columns = ("id", "owner", "epoch", "is_open")
    unlapsed = {"lease_until": timezone.now()}
    rows = bulk.select(HostedGroup, columns, {"id": known}, after=unlapsed, lock=True)
    return {
        pk for pk, owner, epoch, takes_more in rows if known[pk] == (owner, epoch) and takes_more >= is_open
    }


def renew(owner: str, followed: Iterable[int]) -> set[int]:
    """Extend the leases of the groups that this worker follows; those of them that it still holds.

    A group that it holds and for whatever reason does not follow lapses, and is taken over like any other.
    """
    mine = HostedGroup.objects.living().filter(owner=owner, pk__in=list(followed))
    mine.update(lease_until=timezone.now() + lease_length())
    return set(mine.values_list("pk", flat=True))


def drop(group: Held) -> None:
    """Let somebody else go on with it."""
    mine = HostedGroup.objects.filter(pk=group.pk, owner=group.owner, epoch=group.epoch)
    mine.update(lease_until=timezone.now(), is_open=False)


def let_go(owner: str) -> None:
    """A worker that stops leaves its groups to whoever looks next; what is over is ended."""
    HostedGroup.objects.living().filter(owner=owner).update(lease_until=timezone.now(), is_open=False)


@transaction.atomic
def take_over(owner: str) -> list[Held]:
    """Take groups whose worker fell silent. No more is put into them: something may be in doubt."""
    now = timezone.now()
    lapsed = HostedGroup.objects.lapsed(now).order_by("lease_until")
    groups = list(lapsed.select_for_update(skip_locked=True)[:MOST_TAKEN_OVER])
    for group in groups:
        group.owner, group.epoch, group.is_open = owner, group.epoch + 1, False
        group.lease_until = now + lease_length()
    HostedGroup.objects.bulk_update(groups, ["owner", "epoch", "is_open", "lease_until"])
    return [held(group, *counts_in(group.pk)) for group in groups]


def any_lapsed(now: datetime) -> bool:
    return HostedGroup.objects.lapsed(now).exists()


def held_again(group: Held) -> Held | None:
    """The same hold with fresh counts, closed to more runs; None if another worker has the group now."""
    close(group)
    row = HostedGroup.objects.filter(pk=group.pk, owner=group.owner, epoch=group.epoch).first()
    return held(row, *counts_in(row.pk)) if row else None


def counts_in(group_id: int) -> tuple[int, int]:
    """How many runs the provider is known to have, or to have had, in the group; how many are not over."""
    known = HostedRun.objects.filter(group=group_id, upstream_id__isnull=False)
    counts = known.aggregate(size=Count("pk"), active=Count("pk", filter=Q(run__ended_at=None)))
    return counts["size"], counts["active"]


def active_in(group_id: int) -> list[str]:
    """The names at the provider of the group's runs that are not over."""
    active = HostedRun.objects.filter(group=group_id, upstream_id__isnull=False, run__ended_at=None)
    return list(active.values_list("upstream_id", flat=True))


def close(group: Held) -> None:
    """Put no more into it."""
    HostedGroup.objects.filter(pk=group.pk, owner=group.owner, epoch=group.epoch).update(is_open=False)


def end_finished(owner: str) -> set[int]:
    """End this worker's closed groups of which nothing is to come any more; which those are."""
    now = timezone.now()
    running = HostedRun.objects.filter(group=OuterRef("pk"), run__ended_at=None)
    unwatched = Q(watch_until=None) | Q(watch_until__lt=now)
    over = HostedGroup.objects.living().filter(unwatched, owner=owner, is_open=False)
    ids = list(over.exclude(Exists(running)).values_list("pk", flat=True))
    HostedGroup.objects.filter(pk__in=ids, owner=owner).update(ended_at=now)
    return set(ids)


def watch(group: Held, length: timedelta) -> None:
    """Go on looking for what may still turn up in it."""
    HostedGroup.objects.filter(pk=group.pk).update(watch_until=timezone.now() + length)


def with_news(owner: str) -> Sequence[int]:
    """This worker's groups of which a webhook told something; each is named once."""
    told = HostedGroup.objects.living().filter(owner=owner, news_at__isnull=False)
    ids = list(told.values_list("pk", flat=True))
    if ids:
        HostedGroup.objects.filter(pk__in=ids).update(news_at=None)
    return ids
