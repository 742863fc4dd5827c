"""OpenAI's error envelope: ``{"error": {message, type, param, code}}``."""

from typing import Any

from provider.types import Invalid, Problem

KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
CODES = {401: "invalid_api_key", 413: "request_too_large", 429: "rate_limit_exceeded"}


def openai_error(
    status: int, message: str, *, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    kind = "server_error" if status >= 500 else KINDS.get(status, "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code or CODES.get(status)}}


def openai_invalid(refused: Invalid) -> dict[str, Any]:
    """Every problem in a sentence; the parameter is that of the first."""
    first = refused.problems[0]
    code = "model_not_found" if refused.status == 404 else None
    return openai_error(refused.status, str(refused), param=param_of(first), code=code)


def param_of(problem: Problem) -> str | None:
    """The place of a problem as OpenAI writes it: ``messages[0].content``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in problem.loc)
    return "".join(steps).removeprefix(".") or None
