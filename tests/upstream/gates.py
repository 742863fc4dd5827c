"""Where the faults of creating and of reading befall a request."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.upstream.bodies import BAD_GATEWAY, Answer, Refused, envelope
from tests.upstream.faults import Faults

if TYPE_CHECKING:
    from tests.upstream.server import Upstream
    from tests.upstream.wire import Exchange

Work = Callable[[], Answer]


def create(upstream: Upstream, exchange: Exchange, work: Work) -> None:
    """Do the work of a creating POST and answer it, unless the faults have it otherwise."""
    faults = upstream.faults
    upstream.state.posts += 1
    refused = barred(faults)
    if refused is None and upstream.hit(faults.unavailable_before):
        refused = unavailable(faults)
    if refused:
        exchange.reply(refused)
    elif upstream.hit(faults.late_work):
        exchange.reset()
        upstream.loop.call_later(faults.late_work_seconds, do_late, upstream, work)
    else:
        answer = attempt(work)
        upstream.after(faults.slow_answer_seconds, lambda: hand_over(upstream, exchange, answer))


def do_late(upstream: Upstream, work: Work) -> None:
    attempt(work)
    upstream.bell.ring()


def attempt(work: Work) -> Answer:
    try:
        return work()
    except Refused as refused:
        return refused.answer


def hand_over(upstream: Upstream, exchange: Exchange, answer: Answer) -> None:
    """Answer a creating POST whose work is done, or fail to."""
    faults = upstream.faults
    if upstream.hit(faults.lost_answer):
        exchange.close()
    elif upstream.hit(faults.bad_gateway_after):
        exchange.reply(BAD_GATEWAY)
    elif upstream.hit(faults.truncated):
        exchange.cut_short(answer)
    else:
        exchange.reply(answer)


def barred(faults: Faults) -> Answer | None:
    """The answer to everything that creates, while the account may not."""
    if faults.limited_seconds:
        return Answer(429, envelope("Too many requests"), headers=retry_after(faults))
    if faults.no_credit:
        return Answer(402, envelope("Not enough credit"))
    return None


def unavailable(faults: Faults) -> Answer:
    return Answer(503, envelope("Service unavailable"), headers=retry_after(faults))


def retry_after(faults: Faults) -> bytes:
    wait = faults.retry_after
    if wait is None:
        wait = math.ceil(faults.limited_seconds)
    return f"retry-after: {wait:g}\r\n".encode() if wait else b""


def read(upstream: Upstream, exchange: Exchange, answer: Answer) -> None:
    """Answer a GET, unless the faults have it otherwise."""
    faults = upstream.faults
    if not unreadable(upstream, exchange):
        if upstream.hit(faults.read_truncated):
            exchange.cut_short(answer)
        else:
            exchange.reply(answer)


def unreadable(upstream: Upstream, exchange: Exchange) -> bool:
    """Whether a GET is now lost or got a 502."""
    if upstream.hit(upstream.faults.read_lost):
        exchange.close()
    elif upstream.hit(upstream.faults.read_bad_gateway):
        exchange.reply(BAD_GATEWAY)
    return exchange.is_over
