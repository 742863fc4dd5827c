"""A bell at the broker: whoever has committed something rings it, and the hubs of all web processes look.

A ring may be lost and says nothing but "look"; the rows are the truth. Who listens looks every second anyway,
and ten times a second for as long as no broker answers.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import cache

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

CHANNEL = "groundwork-events"
LOOKS_WITH_BELL, LOOKS_WITHOUT = 1.0, 0.1  # seconds between two looks at a table of which nothing is heard
REST = 0.02  # seconds after a look in which all that rings is answered by one more
BROKER_ANSWERS_WITHIN = 0.25  # seconds
BROKER_IS_LEFT_ALONE_FOR = 2.0  # seconds, after it gave no answer
FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0  # seconds before the broker is tried again, doubled each time
QUIET = 10.0  # seconds without a word after which the broker is asked whether it is still there

logger = logging.getLogger(__name__)


def as_redis(url: str) -> str:
    """A broker's address as Redis' own client spells it."""
    return url.replace("redis+socket://", "unix://", 1)


class Ringer:
    """Rings for one process. It never raises, and leaves a broker that gave no answer alone for a while."""

    def __init__(self, url: str) -> None:
        self.client = Redis.from_url(
            as_redis(url),
            socket_timeout=BROKER_ANSWERS_WITHIN,
            socket_connect_timeout=BROKER_ANSWERS_WITHIN,
            retry=Retry(NoBackoff(), 1),  # one, for a connection that the broker has closed since
        )
        self.silent_until = 0.0  # on the monotonic clock

    def ring(self) -> None:
        if time.monotonic() < self.silent_until:
            return
        try:
            self.client.publish(CHANNEL, b"")
        except (RedisError, OSError) as error:
            self.silent_until = time.monotonic() + BROKER_IS_LEFT_ALONE_FOR
            logger.warning("The broker passes nothing on, so pages hear of changes a moment later: %s", error)


@cache
def make_ringer(url: str) -> Ringer:
    return Ringer(url)


def ring(url: str) -> None:
    """Tell all who listen at this broker that something was committed."""
    make_ringer(url).ring()


class Ear:
    """Listens for the bell of one broker. `hears`: it is subscribed; `rung`: something may be new."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.hears = False
        self.rung = asyncio.Event()
        self.delay = FIRST_DELAY

    async def listen(self) -> None:
        """Subscribe, and again whenever the broker was away, until cancelled."""
        while True:
            try:
                await self.subscribed()
            except Exception as error:  # whatever it is, the table is looked at and the broker tried again
                logger.log(self.loudness(), "The broker is away; the live stream looks by itself: %s", error)
            self.hears = False
            self.rung.set()
            await asyncio.sleep(self.delay)
            self.delay = min(2 * self.delay, LONGEST_DELAY)

    def loudness(self) -> int:
        """That the broker went away is told once, and not again with each attempt."""
        return logging.WARNING if self.hears or self.delay == FIRST_DELAY else logging.DEBUG

    async def subscribed(self) -> None:
        """Hear until the connection breaks, or until the broker does not even answer a ping."""
        async with self.client() as client, client.pubsub() as channel:
            async with asyncio.timeout(QUIET):  # the client itself would greet a silent broker for ever
                await channel.subscribe(CHANNEL)
            asked = False
            while True:
                message = await channel.get_message(timeout=QUIET)
                if message is not None:
                    asked = False
                    self.hear(message["type"])
                elif asked:
                    raise TimeoutError(f"it has said nothing for {2 * QUIET:g} s")
                else:
                    asked = True
                    await channel.ping()

    def client(self) -> AsyncRedis:
        """A client that waits for the next message as long as it takes."""
        return AsyncRedis.from_url(
            as_redis(self.url),
            socket_timeout=None,
            socket_connect_timeout=2,
            retry=AsyncRetry(NoBackoff(), 0),
        )

    def hear(self, kind: str) -> None:
        """The answer to the subscription is a ring, too: what came before it was not heard."""
        if kind == "subscribe":
            self.hears, self.delay = True, FIRST_DELAY
        if kind in ("subscribe", "message"):
            self.rung.set()

    async def next_ring(self) -> None:
        """Wait for the bell, but no longer than a look at the table can wait."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOKS_WITH_BELL if self.hears else LOOKS_WITHOUT):
                await self.rung.wait()
        self.rung.clear()


async def rings(url: str) -> AsyncGenerator[None, None]:
    """Yields when the bell of this broker rings, and often enough without."""
    ear = Ear(url)
    listening = asyncio.create_task(ear.listen(), name="live hub's ear")
    try:
        while True:
            yield
            await asyncio.sleep(REST)
            await ear.next_ring()
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
