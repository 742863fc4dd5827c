"""Which requests are answered in plain ASGI."""

import re

from api.operation import Wait
from api.operations import OPERATIONS
from web.hub import Scope

NAME = re.compile(r"\{(\w+)\}")


def pattern_of(address: str) -> re.Pattern[str]:
    return re.compile(NAME.sub(r"(?P<\1>[^/]+)", re.sub(r"\.", r"\\.", address)))


ROUTES = [
    (operation.method, pattern_of(address), operation.wait)
    for operation in OPERATIONS
    if operation.wait
    for address in operation.paths
]


def waiting_route(scope: Scope) -> tuple[Wait, dict[str, str]] | None:
    """What serves this request, and the names in its path; None for a request that Django serves."""
    for method, pattern, wait in ROUTES:
        if scope["method"] == method and (found := pattern.fullmatch(scope["path"])):
            return wait, found.groupdict()
    return None
