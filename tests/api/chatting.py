"""Conversations as OpenAI's SDKs send them, and the runs that answer them carried out."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse

from dispatch.engine_jobs import carry_out
from engine.research import research
from runs.models import Run
from runs.services import start_run
from runs.status import Status

QUESTION = "What is the capital of France?"
FACT = {
    "type": "object",
    "properties": {"capital": {"type": "string"}},
    "required": ["capital"],
    "additionalProperties": False,
}
EndRun = Callable[[Run], object]


def found(run: Run) -> None:
    run.move_to(Status.QUEUED)
    carry_out(run.pk, research)


def end_runs_by(patch: pytest.MonkeyPatch, end: EndRun) -> None:
    """Every run ends this way as soon as it has been asked for."""

    def started(**asked: object) -> Run:
        run = start_run(**asked)
        end(Run.objects.get(pk=run.pk))
        return run

    patch.setattr("api.waiting.asking.start_run", started)


def events(answer: HttpResponse) -> list[dict]:
    """The JSON of a stream's events; ``[DONE]`` and comments are left out."""
    lines = answer.content.decode().split("\n")
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    return [json.loads(text) for text in data if text != "[DONE]"]
