"""Which path is which endpoint."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.upstream import chat, control, tasks
from tests.upstream.bodies import BAD_GATEWAY, Answer, Refused, envelope

if TYPE_CHECKING:
    from tests.upstream.server import Upstream
    from tests.upstream.wire import Exchange

VERSIONS = ("/v1/", "/v1beta/")
CONTROL = "/_control/"
ID_PLACES = (2, 4)
ENDPOINTS: dict[str, Callable[..., None]] = {
    "POST tasks/runs": tasks.create_run,
    "GET tasks/runs/*": tasks.show_run,
    "GET tasks/runs/*/input": tasks.show_input,
    "GET tasks/runs/*/result": tasks.show_result,
    "GET tasks/runs/*/events": tasks.follow_run,
    "POST tasks/groups": tasks.create_group,
    "GET tasks/groups/*": tasks.show_group,
    "POST tasks/groups/*/runs": tasks.add_runs,
    "GET tasks/groups/*/runs": tasks.list_runs,
    "GET tasks/groups/*/runs/*": tasks.show_group_run,
    "GET tasks/groups/*/events": tasks.follow_group,
    "POST chat/completions": chat.complete,
}
CONTROLS: dict[str, Callable[..., None]] = {
    "GET /_control/state": control.show_state,
    "GET /_control/ended": control.show_ended,
    "POST /_control/faults": control.set_faults,
    "POST /_control/hold": control.set_hold,
    "POST /_control/end_all": control.end_all,
    "POST /_control/end_evenly": control.end_evenly,
}


def named(method: str, path: str) -> tuple[str, list[str]]:
    """The endpoint's name in the table, and the ids in the path; a name of none if it's no such path."""
    version = next((version for version in VERSIONS if path.startswith(version)), None)
    if version is None and path != "/chat/completions":
        return f"{method} {path}", []
    parts = path[len(version or "/") :].split("/")
    ids = [parts[place] for place in ID_PLACES if place < len(parts)]
    for place in ID_PLACES:
        if place < len(parts):
            parts[place] = "*"
    return f"{method} {'/'.join(parts)}", ids


def take(upstream: Upstream, exchange: Exchange) -> None:
    """Answer a request, now or later."""
    exchange.connection.controls = exchange.path.startswith(CONTROL)
    if exchange.connection.controls:
        serve(upstream, exchange, CONTROLS.get(f"{exchange.method} {exchange.path}"), [])
        return
    name, ids = named(exchange.method, exchange.path)
    upstream.note(exchange, name)
    if upstream.faults.down:
        exchange.reset()
    elif upstream.faults.bad_gateway:
        exchange.reply(BAD_GATEWAY)
    elif not upstream.admits(exchange.key):
        exchange.reply(Answer(401, envelope("Unauthorized: invalid or missing credentials")))
    else:
        serve(upstream, exchange, ENDPOINTS.get(name), ids)


def serve(
    upstream: Upstream, exchange: Exchange, endpoint: Callable[..., None] | None, ids: list[str]
) -> None:
    if endpoint is None:
        exchange.reply(Answer(404, envelope("Not found")))
        return
    try:
        endpoint(upstream, exchange, *ids)
    except Refused as refused:
        exchange.reply(refused.answer)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        exchange.reply(Answer(500, envelope("The fake has a fault of its own")))
