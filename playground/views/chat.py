"""Chat: ask in plain words, go on from the answer, see what carries it."""

from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from dispatch.chat import Ending, NotPassedOn, passage, spoken
from dispatch.speed import answer_at_once, speaker_for, spoken_here
from engine.output import Output
from playground.chat import (
    EXAMPLE_SCHEMA,
    EXAMPLES,
    MODELS,
    Shown,
    read_question,
    shown_output,
    shown_run,
    shown_words,
)
from provider.types import Invalid
from provider.types_chat import ChatRequest
from runs.access import run_or_404
from runs.converters import run_uuid
from runs.live import in_a_thread
from runs.models import Run
from runs.services import CannotStop, cancel_run, default_provider, start_run
from runs.status import Status
from runs.waiting import listening, never, until_over
from teams.access import editor_required, member_required
from teams.grants import session_grant
from web.hub import hub
from web.text import in_pieces, pretty_json

STILL_ACTIVE = "This page hears no more of it, but the run goes on: its page shows the answer."
ENDED_WITHOUT = {
    Status.CANCELLED: "Stopped. There is no answer.",
    Status.FAILED: "The research failed. Ask again; the run says why.",
}
BROKEN_OFF = "The answer broke off: your session has ended, or the server restarts. Ask again."
NO_WORDS = "{name} answered without a word. Ask again."
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@require_GET
@member_required
def chat(request: HttpRequest) -> HttpResponse:
    """An empty talk. What is said stays in the tab."""
    context = {
        "models": MODELS,
        "examples": EXAMPLES,
        "schema": pretty_json(EXAMPLE_SCHEMA),
        "provider": default_provider(request.workspace),
    }
    return render(request, "playground/chat.html", context)


@require_POST
@editor_required
def answer(request: HttpRequest) -> HttpResponseBase:
    """The answer to the last message of a talk, as lines of JSON: ``run``, then ``text``, then ``done``."""
    try:
        lines = lines_for(request, read_question(request.POST.dict()))
    except Invalid as refused:
        return JsonResponse({"errors": [problem.message for problem in refused.problems]}, status=422)
    except NotPassedOn as refused:
        return JsonResponse({"errors": [str(refused)]}, status=422)
    return StreamingHttpResponse(lines, content_type="application/x-ndjson", headers=STREAM_HEADERS)


def lines_for(request: HttpRequest, asked: ChatRequest) -> AsyncIterator[bytes]:
    """What answers: a run, or ``speed``, which the provider or the engine answers and nobody keeps."""
    grant = session_grant(request.session.session_key, request.member)
    if asked.model != "speed":
        run = start_run(workspace=request.workspace, request=asked.as_task(), made_by=request.member)
        return told_later(run, grant)
    provider = default_provider(request.workspace)
    if provider.is_hosted:
        said = spoken(passage(provider, asked))
        return told_as_said(said, asked.answering.format != "text", grant, provider.name)
    if llm := speaker_for(asked):
        return told_as_said(spoken_here(llm, request.workspace, asked), False, grant, llm.model)
    return told(shown_output(answer_at_once(workspace=request.workspace, request=asked)))


@require_POST
@editor_required
def stop(request: HttpRequest, run_id: str) -> HttpResponse:
    """Cancel the run of an answer; the answer's own stream tells what became of it."""
    with suppress(CannotStop):  # its provider goes on; the answer comes all the same
        cancel_run(run=run_or_404(request, run_uuid(run_id)))
    return HttpResponse(status=204)


async def told_later(run: Run, grant: str) -> AsyncIterator[bytes]:
    """The run at once, signs of life while it works, then its answer. Leaving does not stop it."""
    yield line("run", url=run.get_absolute_url(), id=run.run_id)
    with listening(run, grant) as listener:
        async for _ in until_over(listener, run):
            yield b"\n"
    ended, shown = await outcome(run)
    if shown is None:
        yield line("over", message=ENDED_WITHOUT.get(ended.status, STILL_ACTIVE), url=run.get_absolute_url())
        return
    async for part in told(shown, ended):
        yield part


async def told_as_said(
    answer: AsyncIterator[str | Ending | Output], is_json: bool, grant: str, name: str
) -> AsyncIterator[bytes]:
    """A model's words as they come, then the whole. Who leaves ends the model's work, too."""
    words, ending = [], Ending(())
    listener = hub.join([f"chat:{grant}"], never, grant)
    try:
        async with aclosing(answer) as said:
            async for piece in said:
                if listener.over:
                    yield line("over", message=BROKEN_OFF)
                    return
                if isinstance(piece, str):
                    words.append(piece)
                    yield line("text", text=piece)
                else:
                    ending = piece
    except NotPassedOn as refused:
        yield line("over", message=str(refused))
        return
    finally:
        hub.leave(listener)
    yield await last_line("".join(words), is_json, ending, name)


async def last_line(text: str, is_json: bool, ending: Ending | Output, name: str) -> bytes:
    if not text.strip():
        return line("over", message=NO_WORDS.format(name=name))
    shown = shown_output(ending) if isinstance(ending, Output) else shown_words(text, is_json, ending)
    return line("done", text=shown.text, html=await answer_html(shown, None))


async def told(shown: Shown, run: Run | None = None) -> AsyncIterator[bytes]:
    for piece in in_pieces(shown.text):
        yield line("text", text=piece)
    yield line("done", text=shown.text, html=await answer_html(shown, run))


@in_a_thread
def outcome(run: Run) -> tuple[Run, Shown | None]:
    """The run that is over, and its answer if it has one."""
    whole = Run.objects.for_page().get(pk=run.pk)
    return whole, shown_run(whole) if whole.status == Status.COMPLETED else None


@in_a_thread
def answer_html(shown: Shown, run: Run | None) -> str:
    return render_to_string("playground/_chat_answer.html", {"answer": shown, "run": run})


def line(event: str, **said: Any) -> bytes:
    return orjson.dumps({"event": event, **said}) + b"\n"
