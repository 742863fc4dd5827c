"""The description of the API in OpenAPI 3.1, made from the table of operations and the wire's types."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from api.json_schema import components, schema_of
from api.operation import Operation, Told
from api.operations import OPERATIONS
from api.told import TAGS
from provider.wire import search
from provider.wire.errors import ErrorResponse, OpenAIErrorResponse, ValidationErrorResponse
from provider.wire.groups import GroupId
from provider.wire.tasks import RunId
from teams.models import Role

Json = dict[str, Any]

VERSION = "1"
ABOUT = (
    "The Task API, Chat, Responses, Search and Extract, answered by this installation. Clients of Parallel's "
    "API and of OpenAI's work as they are, with this address as their base URL and a token of the workspace "
    "as their key. The header parallel-beta is accepted and changes nothing."
)
SECURITY = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "A workspace's token."},
    "Bearer": {"type": "http", "scheme": "bearer", "description": "The same token as a bearer."},
}
PATH_NAMES = {"run_id": RunId, "taskgroup_id": GroupId}
CLOSED = (search.AdvancedSearchSettings, search.AdvancedExtractSettings)
"""What holds nothing else than it names."""
REFUSALS = {
    400: "The request is wrong.",
    401: "No token, or none that is usable.",
    402: "The workspace's account at the provider has no credit left.",
    403: "The role of the token is too low; or, for a run, there is no such processor.",
    404: "The workspace has no such thing.",
    408: "The time is up and the run is still active; ask again.",
    413: "The body is longer than 1 MB.",
    422: "The request is wrong; every problem is told with its place.",
    429: "Too many requests with this token within a minute; Retry-After says when to ask again.",
    500: "The run failed, and the message says why; asking again would start another.",
    502: "The provider can't be reached, refuses our key, or gave no whole answer; the message says which.",
    503: "The server or the provider is out of service for now.",
    504: "The provider did not answer in time.",
}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}


def description(base_url: str) -> Json:
    """`base_url` is the address of this installation, without a slash at its end."""
    return described() | {"servers": [{"url": base_url}]}


@cache
def described() -> Json:
    """What is the same wherever this installation is."""
    schemas = components(kind for operation in OPERATIONS for kind in kinds_of(operation))
    for kind in CLOSED:
        schemas[kind.__name__]["additionalProperties"] = False
    return {
        "openapi": "3.1.0",
        "info": {"title": "Groundwork", "version": VERSION, "description": ABOUT},
        "tags": [{"name": name, "description": said} for name, said in TAGS.items()],
        "security": [{name: []} for name in SECURITY],
        "paths": paths(),
        "components": {"securitySchemes": SECURITY, "schemas": schemas},
    }


def kinds_of(operation: Operation) -> Iterator[Any]:
    told = operation.told
    yield from (kind for kind in (told.takes, told.gives, *told.events) if kind)
    yield from (error_of(told, status) for status in refusals(operation))


def paths() -> Json:
    found: Json = {}
    for operation in OPERATIONS:
        for path in operation.paths:
            found.setdefault(path, {})[operation.method.lower()] = operation_json(operation, path)
    return found


def operation_json(operation: Operation, path: str) -> Json:
    told = operation.told
    said = {
        "operationId": operation_id(told, path),
        "tags": [told.tag],
        "summary": told.summary,
        "description": told.notes,
        "parameters": [*path_parameters(path), *parameters(told)],
        "responses": {str(told.status): answer(told)} | refusal_answers(operation),
    }
    if told.takes:
        said["requestBody"] = body(told)
    if operation.beta and path != operation.path:
        said |= {"deprecated": True, "description": f"{told.notes} The same as {operation.path}."}
    return said


def operation_id(told: Told, path: str) -> str:
    """``create_a_task_run``, or ``create_a_task_run_v1beta`` for another address than the usual one."""
    name = re.sub(r"\W+", "_", told.summary.replace("'", "").lower())
    usual = next(operation.path for operation in OPERATIONS if operation.told is told)
    return name if path == usual else f"{name}_{path.split('/')[1]}"


def path_parameters(path: str) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": schema_of(PATH_NAMES[name])}


def parameters(told: Told) -> Iterator[Json]:
    for parameter in told.parameters:
        schema = schema_of(parameter.kind)
        said = {"description": schema.pop("description")} if "description" in schema else {}
        yield {"name": parameter.name, "in": parameter.place, **said, "schema": schema}


def body(told: Told) -> Json:
    content = {"schema": schema_of(told.takes), "example": told.example}
    return {"required": bool(told.takes.__required_keys__), "content": {"application/json": content}}


def answer(told: Told) -> Json:
    content = {}
    if told.gives:
        content["application/json"] = {"schema": schema_of(told.gives)}
    if told.events:
        content["text/event-stream"] = {"schema": {"anyOf": [schema_of(kind) for kind in told.events]}}
    return {"description": answer_notes(told), "content": content}


def answer_notes(told: Told) -> str:
    if not told.events:
        return (told.gives.__doc__ or "The answer.").strip()
    named = "Server-sent events; the data of each is a JSON object on one line."
    return f"JSON, or with “stream” server-sent events. {named}" if told.gives else named


def refusals(operation: Operation) -> list[int]:
    """The statuses with which an operation refuses."""
    told = operation.told
    found = {401, *told.refusals}
    found |= {404} if "{" in operation.path else set()
    found |= {403} if operation.role != Role.VIEWER else set()
    found |= {413} if told.takes else set()
    found |= {422} if told.takes and 400 not in told.refusals else set()
    found |= {429} if told.limit else set()
    return sorted(found)


def refusal_answers(operation: Operation) -> Json:
    return {str(status): refusal(operation.told, status) for status in refusals(operation)}


def refusal(told: Told, status: int) -> Json:
    content = {"application/json": {"schema": schema_of(error_of(told, status))}}
    headers = {"headers": RETRY_AFTER} if status == 429 else {}
    return {"description": REFUSALS[status], "content": content} | headers


def error_of(told: Told, status: int) -> Any:
    if told.openai:
        return OpenAIErrorResponse
    return ValidationErrorResponse if status == 422 and told.takes else ErrorResponse
