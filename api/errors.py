"""The Task API's error envelope: ``{"type": "error", "error": {ref_id, message, detail}}``.

What is wrong with a request stands beside it once more, as ``{"detail": [{loc, msg, type}]}``: some clients
look for it there.
"""

import uuid
from typing import Any

from django.http import JsonResponse

from provider.types import Invalid, Problem


def envelope(message: str, detail: dict[str, Any] | None = None) -> dict[str, Any]:
    """``ref_id`` is new for each error, so that a log line can be found by it."""
    return {
        "type": "error",
        "error": {"ref_id": str(uuid.uuid4()), "message": message, "detail": detail},
    }


def error(status: int, message: str, detail: dict[str, Any] | None = None) -> JsonResponse:
    return JsonResponse(envelope(message, detail), status=status)


def unreadable(message: str) -> JsonResponse:
    """The answer to a body that is not JSON."""
    problem = {"loc": ["body"], "msg": message, "type": "json_invalid"}
    return JsonResponse(envelope(message) | {"detail": [problem]}, status=422)


def invalid(refused: Invalid) -> JsonResponse:
    """Every problem of a refused request, in one sentence each, with the place of each in the detail."""
    problems = [problem_json(problem) for problem in refused.problems]
    body = envelope(str(refused), {"errors": problems}) | {"detail": problems}
    return JsonResponse(body, status=refused.status)


def problem_json(problem: Problem) -> dict[str, Any]:
    return {"loc": ["body", *problem.loc], "msg": problem.message, "type": "value_error"}
