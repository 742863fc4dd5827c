"""Follows one group at a provider to its end: its event stream, the results, and a slow look at the whole."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from dispatch.hosted.asked import rid_in
from dispatch.hosted.backoff import Backoff
from dispatch.hosted.database import Database
from dispatch.hosted.groups import Held, active_in, counts_in, watch
from dispatch.hosted.settling import in_doubt, settle
from dispatch.hosted.state import note_error, refuse_key, take_key
from dispatch.hosted.storing import Arrival, store_running
from dispatch.hosted.writer import Writer
from provider.answers import OVER, RunEvent, StatusEvent, TaskRun
from provider.client import Client
from provider.errors import Failed, KeyRefused, NoCredit, Refused, Unreadable

logger = logging.getLogger(__name__)

FEW = 16
"""So many results are fetched one by one; more of one group are read from its list, all at once."""
BULK_PAYS = 4
"""A line of the list costs about so many times less than a request of its own."""
MOST_WAITING = 5_000
"""Ends that are heard and not stored; the stream is not read on while there are more."""
MOST_TRIES = 5
"""To fetch a result that the provider has, if what comes can't be read."""
FEW_ENOUGH_TO_WATCH = 200
"""Groups with more active runs do not show which of them the provider has begun with."""
LOOK_AT_RUNNING_SECONDS = 2.0
FAULT_SECONDS = 5.0
GONE = (404, 410)
MOST_LOOKS = 3
"""At a group that the provider does not know; then each of its runs is looked at by itself."""
UNKNOWN = "The provider knows this run no longer, so what came of it can't be had. Retry sends it once more."
NO_RESULT = "The provider completed the run, but its result can't be had: {why}"


class Follower:
    """One group. `add` what was put into it; what ends is fetched, stored and told to ``writer``."""

    def __init__(self, group: Held, client: Client, database: Database, writer: Writer) -> None:
        self.group, self.client, self.database, self.writer = group, client, database, writer
        self.size, self.active = group.size, group.active
        self.cursor = group.cursor
        """The newest event that was read; what is stored may be less far."""
        self.heard: OrderedDict[str, bool] = OrderedDict()
        """Ends by their event, in the order of the stream; True once they are being stored."""
        self.wanted: dict[str, TaskRun] = {}
        """Completed runs whose output is still to be fetched."""
        self.fetching: dict[str, asyncio.Task[None]] = {}
        self.events_by_run: dict[str, str] = {}
        """Of ends that were heard and are not stored."""
        self.with_writer: set[str] = set()
        self.running_there = 0
        self.looked_at_running = 0.0
        self.will_look_at_running = False
        self.has_work = asyncio.Event()
        self.has_wanted = asyncio.Event()
        self.has_room = asyncio.Event()
        self.has_room.set()
        self.sweep_now = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self.is_lost = False
        self.looked_in_vain = 0
        self.is_refused = False
        self.in_doubt = 0
        self.watched_until = time.monotonic() + group.watched_seconds

    # Its life

    def start(self) -> None:
        for work in (self.listen(), self.collect(), self.sweep_regularly()):
            self.spawn(work)
        self.count(self.size, self.active)

    def spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.finished)

    def finished(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("Following %s stopped.", self.group.upstream_id, exc_info=error)
            self.lost()

    async def stop(self) -> None:
        tasks = [*self.tasks, *self.fetching.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def lost(self) -> None:
        """Another worker holds the group now, or this one can't go on with it."""
        self.is_lost = True

    def add(self, number: int) -> None:
        """So many runs were put into the group."""
        self.count(self.size + number, self.active + number)

    def count(self, size: int, active: int) -> None:
        """The stream is listened to while runs are active. An end can be told before its run was added."""
        self.size, self.active = size, active
        if active > 0:
            self.has_work.set()
        else:
            self.has_work.clear()

    @property
    def is_idle(self) -> bool:
        return self.active <= 0 and not self.in_doubt

    # Listening

    async def listen(self) -> None:
        backoff = Backoff()
        while True:
            await self.has_work.wait()
            began = self.cursor
            try:
                await self.hear()
            except Failed as error:
                await self.broke(error, backoff)
            else:
                if self.active > 0:  # the provider ended the stream, yet not all ends are known here
                    self.sweep_now.set()
                    await asyncio.sleep(backoff.next())
            if self.cursor != began:
                backoff.reset()

    async def hear(self) -> None:
        async for event in self.client.events_of(self.group.upstream_id, self.cursor):
            await self.has_room.wait()
            self.cursor = event.event_id or self.cursor
            if isinstance(event, StatusEvent):
                self.running_there = event.counts.get("running", 0)
                self.look_at_running()
            else:
                self.take(event)

    async def broke(self, error: Failed, backoff: Backoff) -> None:
        logger.info("The stream of %s broke: %s", self.group.upstream_id, error)
        if isinstance(error, Refused):
            self.cursor = ""  # it may be the cursor that is refused, and to be told all again is harmless
        if isinstance(error, Refused) or backoff.tries >= 3:
            await self.note(error)
        await asyncio.sleep(backoff.next())

    async def note(self, error: Failed) -> None:
        """Keep it for whoever looks at the provider. Where the key is refused, nothing is sent either."""
        self.is_refused = self.is_refused or isinstance(error, KeyRefused)
        write = refuse_key if isinstance(error, KeyRefused) else note_error
        await self.database.surely(write, self.group.provider_id, error)

    async def answered(self) -> None:
        """It takes the key again, if it did not."""
        if self.is_refused:
            self.is_refused = False
            await self.database.surely(take_key, self.group.provider_id)

    def take(self, event: RunEvent) -> None:
        """A run of the group has ended."""
        run = event.run
        if not run.is_over or run.run_id in self.events_by_run:
            return
        if event.event_id:
            self.heard[event.event_id] = False
            self.events_by_run[run.run_id] = event.event_id
        if run.status != "completed":
            self.hand_over(Arrival(self.group, run))
        elif event.raw_output is not None:
            self.found_output(event)
        else:
            self.wanted[run.run_id] = run
            self.has_wanted.set()
        if len(self.events_by_run) > MOST_WAITING:
            self.has_room.clear()

    def hand_over(self, arrival: Arrival) -> None:
        run_id = arrival.run.run_id
        self.wanted.pop(run_id, None)
        if run_id not in self.with_writer:
            self.with_writer.add(run_id)
            self.writer.put(self, arrival)

    # What the writer asks and tells

    def told_up_to(self, arrivals: list[Arrival]) -> str:
        """The event up to which all is stored once these are; empty if that is no further than before."""
        for arrival in arrivals:
            event_id = self.events_by_run.get(arrival.run.run_id)
            if event_id in self.heard:
                self.heard[event_id] = True
        cursor = ""
        while self.heard and next(iter(self.heard.values())):
            cursor, _ = self.heard.popitem(last=False)
        return cursor

    def stored(self, arrivals: list[Arrival], ended: int) -> None:
        """These are stored; so many runs have ended by it."""
        for arrival in arrivals:
            self.events_by_run.pop(arrival.run.run_id, None)
            self.with_writer.discard(arrival.run.run_id)
        if len(self.events_by_run) <= MOST_WAITING // 2:
            self.has_room.set()
        self.count(self.size, self.active - ended)

    # Results

    async def collect(self) -> None:
        while True:
            await self.has_wanted.wait()
            self.has_wanted.clear()
            if len(self.wanted) > FEW and len(self.wanted) * BULK_PAYS > self.size - self.active:
                await self.fetch_list("completed", wanted_alone=True)
            for run in list(self.wanted.values()):
                if len(self.fetching) >= FEW:
                    break
                self.fetch_soon(run)

    def fetch_soon(self, run: TaskRun) -> None:
        if run.run_id not in self.fetching:
            self.fetching[run.run_id] = asyncio.create_task(self.fetch(run))

    async def fetch(self, run: TaskRun) -> None:
        try:
            arrival = await self.fetched(run)
            if run.run_id in self.wanted:
                self.hand_over(arrival)
        except Exception:
            logger.exception("The result of %s met a fault; it is fetched again.", run.run_id)
            await asyncio.sleep(FAULT_SECONDS)
        finally:
            self.fetching.pop(run.run_id, None)
            if self.wanted:
                self.has_wanted.set()

    async def fetched(self, run: TaskRun) -> Arrival:
        """The run with its output, however long that takes; a failure if the provider has none to give."""
        backoff, unread = Backoff(), 0
        while True:
            try:
                ended = await self.client.result(run.run_id)
                await self.answered()
                return Arrival(self.group, ended.run, ended.output)
            except (KeyRefused, NoCredit) as error:  # the result is there, for whoever mends that
                await self.note(error)
            except (Refused, Unreadable) as error:
                unread += is_its_own(error)
                if unread >= MOST_TRIES:
                    return Arrival(self.group, run, failure=NO_RESULT.format(why=error or "it is not there."))
            except Failed as error:
                logger.info("The result of %s did not come: %s", run.run_id, error)
            await asyncio.sleep(backoff.next())

    async def fetch_list(self, status: str, *, wanted_alone: bool = False) -> None:
        """Read the runs of this status with their outputs: all of them, or those that are wanted."""
        try:
            async for event in self.client.runs_of(
                self.group.upstream_id, status=status, include_output=status == "completed"
            ):
                if not wanted_alone or event.run.run_id in self.wanted:
                    self.found(event)
                    await self.has_room.wait()
        except (Failed, TimeoutError) as error:
            logger.info("The list of %s did not come whole: %s", self.group.upstream_id, error)

    def found(self, event: RunEvent) -> None:
        """A run in the group's list. What the stream has told stays known by its event there."""
        run = event.run
        if run.run_id in self.fetching or (
            run.run_id in self.events_by_run and run.run_id not in self.wanted
        ):
            return
        if run.status != "completed":
            self.hand_over(Arrival(self.group, run))
        elif event.raw_output is not None:
            self.found_output(event)
        else:
            self.wanted[run.run_id] = run
            self.fetch_soon(run)

    def found_output(self, event: RunEvent) -> None:
        try:
            self.hand_over(Arrival(self.group, event.run, event.output))
        except (
            Unreadable
        ):  # asked for by itself it may be better, and if not, that is where tries are counted
            self.wanted[event.run.run_id] = event.run
            self.fetch_soon(event.run)

    # Looking at the whole

    async def sweep_regularly(self) -> None:
        while True:
            with suppress(TimeoutError):  # nobody asked for it: it is due all the same
                async with asyncio.timeout(settings.DISPATCH_SWEEP_SECONDS):
                    await self.sweep_now.wait()
            self.sweep_now.clear()
            await self.count_again()
            if self.active > 0 or time.monotonic() < self.watched_until:
                await self.sweep()
                await asyncio.sleep(1)  # however often it is asked for

    async def count_again(self) -> None:
        """Take the table's word for how many runs there are: what was counted here may have missed one."""
        if not self.with_writer:
            self.count(*await self.database.surely(counts_in, self.group.pk))

    async def sweep(self) -> None:
        """Find the ends that the stream did not tell."""
        try:
            status = await self.client.group(self.group.upstream_id)
        except Failed as error:
            await self.note(error)
            await self.looked_for(error)
            return
        self.looked_in_vain = 0
        await self.answered()
        known = self.size - self.active + len(self.events_by_run.keys() | self.with_writer)
        if status.over > known or status.size != self.size:
            for word in sorted(OVER):
                if status.counts.get(word):
                    await self.fetch_list(word)
        self.running_there = status.counts.get("running", 0)
        self.look_at_running()

    async def looked_for(self, error: Failed) -> None:
        """A group that stays unknown to the provider tells nothing of its runs; they may do so themselves."""
        self.looked_in_vain = self.looked_in_vain + 1 if is_unknown(error) else 0
        if self.looked_in_vain < MOST_LOOKS:
            return
        for run_id in await self.database.surely(active_in, self.group.pk):
            try:
                run = await self.client.run(run_id)
            except Failed as failed:
                if not is_unknown(failed):
                    return  # the next look goes on
                self.hand_over(Arrival(self.group, forgotten(run_id)))
            else:
                if run.is_over:
                    self.found(RunEvent("", run, None))

    def look_at_running(self) -> None:
        """Which runs have begun, where there are few enough for somebody to watch each."""
        if self.running_there and self.active <= FEW_ENOUGH_TO_WATCH and not self.will_look_at_running:
            self.will_look_at_running = True
            self.spawn(self.note_running())

    async def note_running(self) -> None:
        """Not more often than LOOK_AT_RUNNING_SECONDS; what begins meanwhile is seen at the next look."""
        await asyncio.sleep(max(self.looked_at_running + LOOK_AT_RUNNING_SECONDS - time.monotonic(), 0))
        self.looked_at_running, self.will_look_at_running = time.monotonic(), False
        try:
            found = self.client.runs_of(self.group.upstream_id, status="running")
            ids = [event.run.run_id async for event in found]
        except (Failed, TimeoutError):
            return
        await self.database.surely(store_running, self.group, ids)

    # Doubts

    async def settle_doubts(self) -> None:
        """Whatever the group's last worker left without a name."""
        run_ids = await self.database.surely(in_doubt, self.group)
        if run_ids:
            await self.settle(run_ids, timezone.now())  # its last worker may have been sending until now

    async def settle(self, run_ids: Iterable[UUID], sent_at: datetime) -> None:
        """Find out which of these runs the provider took; the others wait to be sent again."""
        self.in_doubt += 1
        try:
            await self.find_out(run_ids, sent_at)
        finally:
            self.in_doubt -= 1

    async def find_out(self, run_ids: Iterable[UUID], sent_at: datetime) -> None:
        ids = list(run_ids)
        settled = sent_at + timedelta(seconds=settings.DISPATCH_SETTLE_SECONDS)
        await asyncio.sleep(max((settled - timezone.now()).total_seconds(), 0))
        there = await self.whole_list()
        _, missing = await self.database.surely(settle, self.group, ids, there)
        if missing:
            length = timedelta(seconds=max(10 * settings.DISPATCH_SETTLE_SECONDS, 60))
            self.watched_until = time.monotonic() + length.total_seconds()
            await self.database.surely(watch, self.group, length)
        if taken := len(ids) - missing:  # some may have been adopted by their events meanwhile
            self.add(taken)
            self.sweep_now.set()

    async def whole_list(self) -> dict[UUID, str]:
        """The provider's name for every run of the group that carries an id of ours."""
        backoff = Backoff()
        while True:
            there: dict[UUID, str] = {}
            number = 0
            try:
                async for event in self.client.runs_of(self.group.upstream_id):
                    number += 1
                    if run_id := rid_in(event.run.metadata):
                        there.setdefault(run_id, event.run.run_id)
                if number >= (await self.client.group(self.group.upstream_id)).size:
                    return there
            except (Failed, TimeoutError) as error:
                if is_unknown(error):
                    return {}  # the group is gone, and with it whatever it may have held
                logger.info("The list of %s did not come: %s", self.group.upstream_id, error)
            await asyncio.sleep(backoff.next())


def is_its_own(error: BaseException) -> bool:
    """Whether the provider says so itself; a gateway before it may refuse anything for a while."""
    return not isinstance(error, Refused) or error.in_envelope


def is_unknown(error: BaseException) -> bool:
    """Whether the provider says that it has no such thing."""
    return isinstance(error, Refused) and error.code in GONE and is_its_own(error)


def forgotten(run_id: str) -> TaskRun:
    return TaskRun(run_id, run_id, "failed", {"error": {"message": UNKNOWN}})
