"""Carries the runs of one provider: sends what waits, as provider and limits allow, and follows it."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import Error
from django.utils import timezone

from dispatch.hosted import state
from dispatch.hosted.asked import MOST_RUNS, with_common_spec
from dispatch.hosted.backoff import Backoff
from dispatch.hosted.database import Database
from dispatch.hosted.follower import GONE, Follower
from dispatch.hosted.groups import Held, close, drop, store_group
from dispatch.hosted.submitting import Claim, accept, claim, doubt, give_back, refuse
from dispatch.hosted.watching import Watchers
from dispatch.hosted.writer import Writer
from provider.client import Client
from provider.errors import Doubtful, Failed, KeyRefused, Later, NoCredit, Refused
from teams.models import Provider

logger = logging.getLogger(__name__)

MOST_SENDING = 6
"""Requests that put runs into groups, at a time."""
MOST_BESIDE = 250
"""Runs in one request while others are under way, whose ends have to wait for the transactions about it."""
DOUBTFUL = "It is not known whether {name} took this ({why}). It is looked up before anything is sent again."
NO_ROOM = "The provider refused it, without saying why."
FORBIDDEN = 403
TOO_LARGE = 413
"""Also a proxy may say so; half of it may be let through."""
MOST_TRIES_FOR_A_GROUP = 2
LONGEST_PUT_OFF = 0.25
"""Seconds, for which writing down what was accepted may wait for more to be sent."""


class Carrier:
    """One provider, as long as its address and key stay the same. `look` is called whenever runs wait."""

    def __init__(self, provider: Provider, owner: str, database: Database, writer: Writer) -> None:
        self.provider, self.owner, self.database, self.writer = provider, owner, database, writer
        self.address = address_of(provider)
        self.client = Client(provider.base_url, provider.key)
        self.followers: dict[int, Follower] = {}
        self.open: Follower | None = None
        self.room_in_open = 0
        self.sending = 0
        self.watchers = Watchers(self.client, database)
        self.tasks: set[asyncio.Task[Any]] = set()
        self.looking: asyncio.Task[None] | None = None
        self.is_blocked = False
        self.has_sent = asyncio.Event()
        """Set but for the moments in which runs are claimed: what is sent later ends later."""
        self.has_sent.set()

    # Its life

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.finished)

    def finished(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("Carrying runs to %s met a fault.", self.provider.slug, exc_info=error)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.watchers.stop()
        await asyncio.gather(*(follower.stop() for follower in self.followers.values()))
        await self.client.aclose()

    def follow(self, group: Held) -> Follower:
        follower = Follower(group, self.client, self.database, self.writer)
        self.followers[group.pk] = follower
        follower.start()
        return follower

    async def take_over(self, group: Held, alone: Sequence[tuple[UUID, str]]) -> None:
        """Go on with a group that a worker left; `alone` are its runs that belong to no batch.

        The worker may have been this one, if it slept for longer than its lease.
        """
        await self.unfollow(group.pk)
        follower = self.follow(group)
        follower.spawn(follower.settle_doubts())
        follower.sweep_now.set()
        for run_id, upstream_id in alone:
            self.watchers.watch(group, run_id, upstream_id)

    async def leave(self, group_id: int) -> None:
        """Follow it no longer; whoever looks next may take it over, should it be ours still."""
        if follower := await self.unfollow(group_id):
            await self.database.surely(drop, follower.group)

    async def unfollow(self, group_id: int) -> Follower | None:
        follower = self.followers.pop(group_id, None)
        if follower and follower is self.open:
            self.open = None
        if follower:
            await follower.stop()
        return follower

    # Sending

    def look(self) -> None:
        """There are runs that wait, or may be."""
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self.send_waiting())
            self.tasks.add(self.looking)
            self.looking.add_done_callback(self.finished)

    async def send_waiting(self) -> None:
        """As many as may be under way; only then is written down what was accepted meanwhile."""
        self.has_sent.clear()
        try:
            await self.claim_and_send()
        finally:
            self.has_sent.set()

    async def claim_and_send(self) -> None:
        while self.sending < MOST_SENDING and not self.is_blocked:
            follower = await self.open_group()
            if follower is None:
                return
            most = min(MOST_BESIDE if self.is_under_way else MOST_RUNS, self.room_in_open)
            try:
                claims = await self.database.ask(claim, self.provider, follower.group, most)
            except Error:  # it may have been committed all the same: whoever takes the group over finds out
                follower.lost()
                self.open = None
                raise
            if claims is None:  # another worker has the group by now
                follower.lost()
                self.open = None
                continue
            if not claims:
                return
            self.room_in_open -= sum(len(claimed.run_ids) for claimed in claims)
            for claimed in claims:
                self.sending += 1
                self.spawn(self.sent(claimed, follower))

    @property
    def is_under_way(self) -> bool:
        return any(follower.active > 0 for follower in self.followers.values())

    async def open_group(self) -> Follower | None:
        """The group that runs are put into now; a new one where the last is full or in doubt."""
        if self.open and self.room_in_open > 0 and not self.open.is_lost:
            return self.open
        if self.open:
            await self.close_open()
        upstream_id = await self.new_group()
        if not upstream_id:
            return None
        group = await self.database.surely(store_group, self.provider, upstream_id, self.owner)
        self.open, self.room_in_open = self.follow(group), MOST_RUNS
        return self.open

    async def new_group(self) -> str:
        """The id of a new group; empty if there is none to be had. One that is lost costs nothing."""
        backoff = Backoff()
        while True:
            try:
                return await self.client.create_group()
            except Failed as error:
                if not isinstance(error, Doubtful) or backoff.tries >= MOST_TRIES_FOR_A_GROUP:
                    await self.block(error)
                    return ""
            await asyncio.sleep(backoff.next())

    async def close_open(self) -> None:
        if self.open:
            closed, self.open = self.open, None
            await self.database.surely(close, closed.group)

    async def sent(self, claimed: Claim, follower: Follower) -> None:
        try:
            await self.send(claimed, follower)
        except Exception:
            logger.exception("Carrying runs to %s met a fault.", self.provider.slug)
            await self.doubted(claimed, follower, Doubtful("A fault of our own."))
        finally:
            self.sending -= 1
        self.look()

    async def send(self, claimed: Claim, follower: Follower) -> None:
        """Send these runs once, and write down what is known of it then."""
        lean, spec = with_common_spec(claimed.inputs)
        key = f"{claimed.submission_id}-{claimed.run_ids[0].hex}-{len(claimed.run_ids)}"
        if claimed.is_stale:
            await self.database.surely(give_back, claimed, claimed.run_ids)
            return
        try:
            ids = await self.client.add_runs(follower.group.upstream_id, lean, spec, key)
        except (KeyRefused, NoCredit, Later) as error:
            await self.database.surely(give_back, claimed, claimed.run_ids)
            await self.block(error)
        except Refused as error:
            await self.refused(claimed, follower, error)
        except Doubtful as error:
            await self.doubted(claimed, follower, error)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_PUT_OFF):
                    await self.has_sent.wait()
            if await self.database.surely(accept, claimed, ids):
                follower.add(len(ids))
                await self.database.surely(state.open_again, self.provider.pk)
                for run_id, upstream_id in zip(claimed.run_ids, ids, strict=True):
                    if run_id in claimed.alone:
                        self.watchers.watch(follower.group, run_id, upstream_id)

    async def doubted(self, claimed: Claim, follower: Follower, error: Failed) -> None:
        """Say so, and find it out. The time to settle begins now: until now it may have been under way."""
        if follower is self.open:
            self.open = None
        why = str(error).rstrip(".")
        sentence = DOUBTFUL.format(name=self.provider.name, why=why[:1].lower() + why[1:])
        await self.database.surely(doubt, claimed, sentence)
        await self.block(error)
        follower.spawn(follower.settle(claimed.run_ids, timezone.now()))

    async def refused(self, claimed: Claim, follower: Follower, error: Refused) -> None:
        """None of them was taken: refuse those that are to blame, send the others without them."""
        is_theirs = error.in_envelope or error.detail or error.code == TOO_LARGE
        if error.code in GONE or not is_theirs:
            await self.database.surely(give_back, claimed, claimed.run_ids)
            if follower is self.open:
                await self.close_open()
            await self.block(Doubtful(f"The provider does not take runs as the API says ({error.code})."))
            return
        to_blame = to_blame_in(claimed, error)
        for index, sentence in to_blame.items():
            said = f"{self.provider.name} refused this run: {sentence}"
            await self.database.surely(refuse, claimed, claimed.run_ids[index], said)
        rest = [index for index in range(len(claimed.run_ids)) if index not in to_blame]
        for part in [rest] if to_blame else parts_of(claimed, rest, error):
            if part:
                await self.send(part_of(claimed, part), follower)

    async def block(self, error: Failed) -> None:
        """Send nothing more for a while; runs that are with the provider are followed all the same."""
        upstream = await self.database.surely(state.block, self.provider.pk, error)
        self.is_blocked = upstream.blocks(timezone.now())


def address_of(provider: Provider) -> tuple[str, str]:
    """What a change of needs a new client."""
    return provider.base_url, provider.sealed_key


def part_of(claimed: Claim, indexes: Sequence[int]) -> Claim:
    return replace(
        claimed,
        run_ids=[claimed.run_ids[index] for index in indexes],
        inputs=[claimed.inputs[index] for index in indexes],
    )


def to_blame_in(claimed: Claim, error: Refused) -> dict[int, str]:
    """Which runs of the claim are refused for good, and why: those that are named, or all that can't differ.

    A 403 is about the processor, so runs of one processor stand or fall together.
    """
    number = len(claimed.run_ids)
    alike = number == 1 or (error.code == FORBIDDEN and len(by_processor(claimed, range(number))) == 1)
    return dict.fromkeys(range(number), str(error) or NO_ROOM) if alike else indexes_in(error.detail, number)


def parts_of(claimed: Claim, indexes: Sequence[int], error: Refused) -> list[list[int]]:
    """What to send apart, to find out which of these is refused."""
    if error.code == FORBIDDEN:
        return by_processor(claimed, indexes)
    half = len(indexes) // 2
    return [list(indexes[:half]), list(indexes[half:])]


def by_processor(claimed: Claim, indexes: Iterable[int]) -> list[list[int]]:
    parts: dict[str, list[int]] = {}
    for index in indexes:
        parts.setdefault(claimed.inputs[index]["processor"], []).append(index)
    return list(parts.values())


def indexes_in(detail: Any, number: int) -> dict[int, str]:
    """Which inputs a refusal names, and what it says of each; ``[{loc: [body, inputs, 3], msg}]``."""
    named: dict[int, str] = {}
    for problem in detail if isinstance(detail, list) else []:
        place = problem.get("loc") if isinstance(problem, dict) else None
        if isinstance(place, list) and "inputs" in place[:2] and len(place) > place.index("inputs") + 1:
            index = place[place.index("inputs") + 1]
            if isinstance(index, int) and 0 <= index < number:
                named.setdefault(index, str(problem.get("msg") or NO_ROOM)[:500])
    return named
