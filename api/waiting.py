"""Which requests may wait for an answer, for what, and how long."""

import re
from urllib.parse import parse_qs

from web.live import Scope

DEFAULT_SECONDS = 600.0
LONGEST_SECONDS = 3600.0
MARGIN_SECONDS = 5.0
RESULT = re.compile(r"/v1/tasks/runs/(trun_[0-9a-f]{32})/result")


def awaited_run(scope: Scope) -> str | None:
    """The id of the run whose result this request asks for; None for any other request."""
    found = RESULT.fullmatch(scope["path"]) if scope["method"] == "GET" else None
    return found and found[1]


def patience(scope: Scope) -> float:
    """Seconds to wait: what ``timeout`` asks for, else what the client's read timeout leaves."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("timeout", [""])[0]
    if (seconds := number(asked)) is not None:
        return min(seconds, LONGEST_SECONDS)
    header = dict(scope["headers"]).get(b"x-stainless-read-timeout", b"").decode("latin-1")
    return min(max((number(header) or 0.0) - MARGIN_SECONDS, DEFAULT_SECONDS), LONGEST_SECONDS)


def number(text: str) -> float | None:
    """A plain decimal; None for anything else."""
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) else None
