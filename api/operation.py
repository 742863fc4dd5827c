"""What there is to say of an operation: where it is, who serves it, what it takes and what it answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase

from api.waiting.call import Call
from teams.models import Role

Serve = Callable[..., HttpResponseBase]
Wait = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter beside the body, as the description tells of it."""

    name: str
    kind: Any
    """A type of the wire."""
    place: str = "query"
    """``query`` or ``header``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """What the description says of an operation; its types are those of ``provider.wire``."""

    summary: str
    tag: str
    notes: str = ""
    takes: Any = None
    """What the body holds; None: there is no body."""
    gives: Any = None
    """The answer's JSON; None: it only streams."""
    status: int = 200
    events: tuple[Any, ...] = ()
    """What the answer streams, if it streams."""
    parameters: tuple[Parameter, ...] = ()
    limit: str = ""
    """The kind of requests that it counts as."""
    refusals: tuple[int, ...] = ()
    """Statuses beyond those that every such operation has."""
    example: Any = None
    """A body that works."""
    openai: bool = False
    """Whether its errors are in OpenAI's envelope."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of an address. `serve` is a Django view; `wait` is plain ASGI and looks at tokens itself."""

    method: str
    path: str
    told: Told
    serve: Serve | None = None
    wait: Wait | None = None
    role: Role = Role.VIEWER
    beta: bool = False
    """Also served where ``/v1/`` reads ``/v1beta/``."""

    @property
    def paths(self) -> list[str]:
        beta = [self.path.replace("/v1/", "/v1beta/", 1)] if self.beta else []
        return [self.path, *beta]
