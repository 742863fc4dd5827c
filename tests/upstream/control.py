"""What another process may ask of the fake; no fault befalls these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from tests.upstream.bodies import Answer, refusal
from tests.upstream.checks import parsed
from tests.upstream.faults import faults_from

if TYPE_CHECKING:
    from tests.upstream.server import Upstream
    from tests.upstream.wire import Exchange


def say(exchange: Exchange, body: Any) -> None:
    exchange.reply(Answer(200, orjson.dumps(body)))


def show_state(upstream: Upstream, exchange: Exchange) -> None:
    say(exchange, upstream.state.summary() | {"streams_open": len(upstream.streams)})


def show_ended(upstream: Upstream, exchange: Exchange) -> None:
    say(exchange, {run.run_id: run.ended for run in upstream.state.runs.values() if not run.is_active})


def set_faults(upstream: Upstream, exchange: Exchange) -> None:
    """These faults and no others: whatever isn't named is at rest."""
    fields = parsed(exchange.body)
    try:
        faults = faults_from(fields)
    except TypeError as wrong:
        raise refusal(422, str(wrong)) from wrong
    say(exchange, fields)
    upstream.set_faults(faults)


def set_hold(upstream: Upstream, exchange: Exchange) -> None:
    fields = parsed(exchange.body)
    upstream.life.set_hold(bool(fields.get("hold")))
    say(exchange, {"hold": upstream.life.hold})


def end_all(upstream: Upstream, exchange: Exchange) -> None:
    say(exchange, {"ended": upstream.life.end_all()})


def end_evenly(upstream: Upstream, exchange: Exchange) -> None:
    """End what is held back, ``rate`` runs a second."""
    rate = parsed(exchange.body).get("rate")
    if not isinstance(rate, int | float) or rate <= 0:
        raise refusal(422, 'Say how many runs are to end in a second, as {"rate": 100}.')
    say(exchange, {"ending": upstream.life.end_evenly(rate)})
