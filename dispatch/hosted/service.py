"""The thread of a dispatch worker that carries runs to hosted providers: an event loop for all of them."""

import asyncio
import logging
import secrets
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import uvloop
from django.conf import settings
from django.db import Error
from django.db.models import Exists, OuterRef
from django.utils import timezone

from dispatch.hosted import groups
from dispatch.hosted.carrier import Carrier, address_of
from dispatch.hosted.database import Database
from dispatch.hosted.state import try_now
from dispatch.hosted.texts import MOST_AT_A_LOOK, index_ended
from dispatch.hosted.writer import Writer
from dispatch.leases import worker_name
from dispatch.models import HostedGroup, HostedRun, Upstream
from runs.models import Run
from runs.status import Status
from teams.models import Provider
from teams.secrets import Unreadable
from web.garbage import collect_seldom

logger = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005
"""For how long the database's thread may keep the interpreter from the event loop; Python itself has 5 ms."""
LOOK_EVERY_SECONDS = 0.25
TIDY_EVERY_SECONDS = 5.0
INDEX_ROUNDS = 8
QUIET_SECONDS = 1.0
"""Without an end for so long, the search's words are caught up with at once."""
LONGEST_UNINDEXED = 15.0
"""Seconds for which they may wait while runs go on ending, whose ends they would hold up."""
STOP_SECONDS = 2.0
FAULT_SECONDS = 5.0
"""After a fault of our own, which would only come again at once."""


class Hosted(threading.Thread):
    """Runs in the worker's main process; ``wake`` may be called from any thread."""

    def __init__(self) -> None:
        super().__init__(name="hosted", daemon=True)
        self.owner = f"{worker_name()}:{secrets.token_hex(4)}"[-100:]
        self.loop: asyncio.AbstractEventLoop | None = None
        self.news: asyncio.Event | None = None
        self.over = False

    def run(self) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        collect_seldom()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self.work())

    async def work(self) -> None:
        self.loop, self.news = asyncio.get_running_loop(), asyncio.Event()
        office = Office(self.owner)
        try:
            while not self.over:
                await office.look_again()
                with suppress(TimeoutError):  # no news: the table is looked at all the same
                    async with asyncio.timeout(LOOK_EVERY_SECONDS):
                        await self.news.wait()
                        office.hear_news()
                self.news.clear()
        finally:
            await office.close()

    def wake(self) -> None:
        if self.loop and self.news and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.news.set)

    def stop(self) -> None:
        self.over = True
        self.wake()
        self.join(STOP_SECONDS)


class Office:
    """All carriers of this worker, and what they share: the database's thread, the writer, the leases."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.database = Database()
        self.desk = Database()
        """For looks and leases, which must not wait behind a long batch of ends."""
        self.writer = Writer(self.database)
        self.carriers: dict[int, Carrier] = {}
        self.tasks = [
            asyncio.create_task(for_ever(self.writer.run)),
            asyncio.create_task(for_ever(self.keep_leases)),
        ]
        self.tidied = self.indexed = 0.0

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.gather(*(carrier.stop() for carrier in self.carriers.values()))
        try:
            await self.desk.ask(groups.let_go, self.owner)
        except Error:
            logger.warning("The groups could not be let go; their leases run out.", exc_info=True)
        self.database.close()
        self.desk.close()

    def hear_news(self) -> None:
        """Runs may wait: where a group is open for more, it need not be looked up whether they do."""
        for carrier in self.carriers.values():
            if carrier.open and not carrier.is_blocked:
                carrier.look()

    async def look_again(self) -> None:
        """Have waiting runs sent, abandoned groups taken over, ended ones closed."""
        try:
            await self.look()
        except Exception as error:
            logger.exception("Runs at hosted providers could not be looked after; it is tried again.")
            await asyncio.sleep(1 if isinstance(error, Error) else FAULT_SECONDS)

    async def look(self) -> None:
        seen = await self.desk.ask(survey, self.owner, list(self.carriers))
        for provider in [seen.providers[pk] for pk in self.carriers if pk in seen.providers]:
            await self.carrier_of(provider)
        for pk in seen.waiting:
            carrier = await self.carrier_of(seen.providers[pk])
            if carrier:
                carrier.is_blocked = pk in seen.blocked
                carrier.look()
        for group in seen.taken:
            if carrier := await self.carrier_of(seen.providers[group.provider_id]):
                await carrier.take_over(group, await self.desk.ask(alone_in, group.pk))
        for group_id in seen.told:
            for carrier in self.carriers.values():
                if follower := carrier.followers.get(group_id):
                    follower.sweep_now.set()
        await self.tidy()

    async def carrier_of(self, provider: Provider) -> Carrier | None:
        """The carrier for this provider as it is now: a changed key or address makes a new one."""
        carrier = self.carriers.get(provider.pk)
        if carrier and carrier.address == address_of(provider):
            carrier.provider = provider
            return carrier
        try:
            fresh = Carrier(provider, self.owner, self.database, self.writer)
        except (Unreadable, ValueError) as error:
            await self.database.surely(note_unusable, provider.pk, str(error))
            return None
        self.carriers[provider.pk] = fresh
        if carrier:
            await self.database.surely(try_now, provider.pk)
            await self.hand_on(carrier, fresh)
        return fresh

    async def hand_on(self, old: Carrier, new: Carrier) -> None:
        """What the old carrier followed, the new one goes on with."""
        held = [follower.group for follower in old.followers.values()]
        await old.stop()
        for group in held:
            again = await self.database.surely(groups.held_again, group)
            if again:
                await new.take_over(again, await self.desk.ask(alone_in, group.pk))

    # Leases

    async def keep_leases(self) -> None:
        while True:
            await asyncio.sleep(settings.DISPATCH_LEASE_SECONDS / 4)
            try:
                followed = {pk for carrier in self.carriers.values() for pk in carrier.followers}
                mine = await self.desk.ask(groups.renew, self.owner, followed)
            except Error:
                logger.warning("The leases could not be renewed; it is tried again.", exc_info=True)
                continue
            await self.leave_lost(followed - mine)

    async def leave_lost(self, gone: set[int]) -> None:
        """Follow no longer what another worker has, or what can't be followed here."""
        for carrier in list(self.carriers.values()):
            for group_id, follower in list(carrier.followers.items()):
                if follower.is_lost or group_id in gone:
                    await carrier.leave(group_id)

    async def tidy(self) -> None:
        """End the groups that are done with, and catch up with the search's words."""
        now = time.monotonic()
        if now - self.writer.wrote_at > QUIET_SECONDS or now - self.indexed > LONGEST_UNINDEXED:
            await self.index(now)
        if now - self.tidied < TIDY_EVERY_SECONDS:
            return
        self.tidied = now
        await self.desk.ask(forget_removed)
        ended = await self.desk.ask(groups.end_finished, self.owner)
        for carrier in self.carriers.values():
            for group_id in ended & set(carrier.followers):
                await carrier.leave(group_id)

    async def index(self, now: float) -> None:
        for _ in range(INDEX_ROUNDS):
            if await self.database.ask(index_ended) < MOST_AT_A_LOOK:
                self.indexed = now
                break
            if self.writer.waiting:
                break


async def for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """Begin again whenever it stops by a fault: nothing else would."""
    while True:
        try:
            await work()
        except Exception:
            logger.exception("%s stopped by a fault; it begins again.", work.__qualname__)
        await asyncio.sleep(FAULT_SECONDS)


class Seen:
    """What one look at the tables shows."""

    def __init__(self) -> None:
        self.providers: dict[int, Provider] = {}
        self.waiting: list[int] = []
        self.blocked: set[int] = set()
        self.taken: Sequence[groups.Held] = ()
        self.told: Sequence[int] = ()


def survey(owner: str, carried: Sequence[int] = (), now: datetime | None = None) -> Seen:
    """What is new for this worker; with it the providers that it carries for, as they are now."""
    seen, now = Seen(), now or timezone.now()
    hosted = Provider.objects.hosted()
    if not hosted.exists():
        return seen
    seen.taken = groups.take_over(owner) if groups.any_lapsed(now) else ()
    seen.told = groups.with_news(owner)
    pending = Run.objects.pending().filter(provider=OuterRef("pk"))
    seen.waiting = list(hosted.usable().filter(Exists(pending)).values_list("pk", flat=True))
    blocked = Upstream.objects.filter(provider__in=seen.waiting, until__gt=now)
    seen.blocked = set(blocked.values_list("pk", flat=True))
    needed = {*carried, *seen.waiting, *(group.provider_id for group in seen.taken)}
    seen.providers = hosted.in_bulk(needed) if needed else {}
    return seen


def alone_in(group_id: int) -> list[tuple[UUID, str]]:
    """The active runs of a group that belong to no batch, with their names at the provider."""
    rows = HostedRun.objects.filter(group=group_id, run__ended_at=None, run__group=None)
    return list(rows.exclude(upstream_id=None).values_list("run_id", "upstream_id")[:100])


def forget_removed() -> None:
    """Of providers that were removed: cancel what was not sent; clear the keys when nothing is on its way."""
    removed = Provider.objects.hosted().exclude(removed_at=None)
    unsent = Run.objects.pending().filter(provider__in=removed)
    if unsent.exists():
        unsent.move(Status.PENDING, Status.CANCELLED)
    active = Run.objects.filter(provider=OuterRef("pk"), ended_at=None)
    living = HostedGroup.objects.living().filter(provider=OuterRef("pk"))
    done = removed.exclude(sealed_key="").exclude(Exists(active)).exclude(Exists(living))
    done.update(sealed_key="", sealed_webhook_secret="")


def note_unusable(provider_id: int, sentence: str) -> None:
    """Once: it is tried again at each look."""
    known = Upstream.objects.filter(pk=provider_id, state=Upstream.State.KEY_REFUSED, last_error=sentence)
    if known.exists():
        return
    seen = {"state": Upstream.State.KEY_REFUSED, "last_error": sentence, "last_error_at": timezone.now()}
    until = timezone.now().replace(microsecond=0)
    Upstream.objects.update_or_create(pk=provider_id, defaults=seen | {"until": until})
