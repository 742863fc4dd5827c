"""The Task API's error envelope, taken apart."""

import uuid

from django.http import HttpResponse


def message_of(answer: HttpResponse) -> str:
    """The sentence of an error answer, whose envelope is checked."""
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert body["type"] == "error"
    assert set(body["error"]) == {"ref_id", "message", "detail"}
    assert uuid.UUID(body["error"]["ref_id"])
    return body["error"]["message"]


def problems_of(answer: HttpResponse) -> list[list[str | int]]:
    """Where each problem of a refused request is."""
    return [problem["loc"] for problem in answer.json()["error"]["detail"]["errors"]]
