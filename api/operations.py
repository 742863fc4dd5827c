"""Everything that the API serves, in one table: the addresses and the description are made from it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from django.http import HttpResponseBase

from api.views import groups, runs, search, suggest
from api.waiting.call import Call
from api.waiting.chat import chat
from api.waiting.responses import responses
from api.waiting.results import result
from api.waiting.streams import group_events, group_runs, run_events
from teams.models import Role

Serve = Callable[..., HttpResponseBase]
Wait = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of an address. `serve` is a Django view; `wait` is plain ASGI and looks at tokens itself."""

    method: str
    path: str
    summary: str
    serve: Serve | None = None
    wait: Wait | None = None
    role: Role = Role.VIEWER
    beta: bool = False
    """Also served where ``/v1/`` reads ``/v1beta/``."""

    @property
    def paths(self) -> list[str]:
        beta = [self.path.replace("/v1/", "/v1beta/", 1)] if self.beta else []
        return [self.path, *beta]


RUNS = "/v1/tasks/runs"
GROUPS = "/v1/tasks/groups"
RUN = f"{RUNS}/{{run_id}}"
GROUP = f"{GROUPS}/{{taskgroup_id}}"
OPERATIONS = (
    Operation("POST", RUNS, "Create a task run", runs.create, role=Role.EDITOR, beta=True),
    Operation("GET", RUN, "Retrieve a task run", runs.retrieve, beta=True),
    Operation("GET", f"{RUN}/input", "Retrieve what a task run was asked", runs.sent_input, beta=True),
    Operation("GET", f"{RUN}/result", "Wait for a task run's result", wait=result, beta=True),
    Operation("GET", f"{RUN}/events", "Stream a task run's events", wait=run_events, beta=True),
    Operation("POST", GROUPS, "Create a task group", groups.create, role=Role.EDITOR, beta=True),
    Operation("GET", GROUP, "Retrieve a task group", groups.retrieve, beta=True),
    Operation("POST", f"{GROUP}/runs", "Add runs to a task group", groups.add, role=Role.EDITOR, beta=True),
    Operation("GET", f"{GROUP}/runs", "Stream a task group's runs", wait=group_runs, beta=True),
    Operation("GET", f"{GROUP}/runs/{{run_id}}", "Retrieve a run of a group", groups.retrieve_run, beta=True),
    Operation("GET", f"{GROUP}/events", "Stream a task group's events", wait=group_events, beta=True),
    Operation("POST", "/v1beta/tasks/suggest", "Suggest a task", suggest.suggest),
    Operation("POST", "/v1beta/tasks/suggest-processor", "Suggest a processor", suggest.processor),
    Operation("POST", "/v1/search", "Search the index", search.find),
    Operation("POST", "/v1beta/search", "Search the index, in the older form", search.find_older),
    Operation("POST", "/v1/extract", "Read web pages", search.open_pages, role=Role.EDITOR),
    Operation(
        "POST", "/v1beta/extract", "Read pages, in the older form", search.open_pages_older, role=Role.EDITOR
    ),
    Operation(
        "POST", "/v1/chat/completions", "Answer a conversation", wait=chat, role=Role.EDITOR, beta=True
    ),
    Operation("POST", "/chat/completions", "Answer a conversation", wait=chat, role=Role.EDITOR),
    Operation("POST", "/v1/responses", "Answer with a response", wait=responses, role=Role.EDITOR),
)
