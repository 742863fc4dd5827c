"""The Task API's error envelope: ``{"type": "error", "error": {ref_id, message, detail}}``."""

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


def invalid(refused: Invalid) -> JsonResponse:
    """Every problem of a refused request, in one sentence each, with the place of each in the detail."""
    return error(
        refused.status, str(refused), {"errors": [problem_json(problem) for problem in refused.problems]}
    )


def problem_json(problem: Problem) -> dict[str, Any]:
    return {"loc": ["body", *problem.loc], "msg": problem.message}
