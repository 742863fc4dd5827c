"""The playground: design a task, run it, watch it, read the evidence beside it."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from playground.drafts import KNOWN, Stale, TooLong, draft_of, save_draft, version_of
from playground.forms import RunForm, fields_of, schema_or_none
from playground.input_form import controls_of
from playground.presenting import processor_choices
from playground.templates_gallery import GALLERY
from runs.access import run_or_404
from runs.converters import run_uuid
from runs.models import Run, RunEvent, RunQuerySet
from runs.presenting import run_live_html
from runs.services import request_of, start_run
from teams.access import editor_required
from teams.models import Provider
from web.htmx import page


@require_GET
@editor_required
def playground(request: HttpRequest) -> HttpResponse:
    """Design a task: from a template, from an earlier run, or where the draft left off."""
    fields = first_fields(request)
    form = RunForm(query_dict(fields), providers=providers_of(request))
    context = form_context(request, form) | shown_run(request)
    return page(request, "playground/playground.html", context | {"is_first": not fields}, "run-panel")


def first_fields(request: HttpRequest) -> dict[str, list[str]]:
    """What the form holds at first."""
    if former := find_run(request, "from", Run.objects.all()):
        tell_what_is_left_out(request, former)
        return fields_of(request_of(former)) | {"provider": [former.provider.slug]}
    if template := GALLERY.get(request.GET.get("template", "")):
        return fields_of(template.as_request())
    return draft_of(request.member) or {}


def providers_of(request: HttpRequest) -> list[Provider]:
    """Who may be asked, the default first."""
    return list(request.workspace.providers.listed())


def tell_what_is_left_out(request: HttpRequest, former: Run) -> None:
    if former.options:
        names = ", ".join(former.options)
        messages.info(
            request, f"The run also had {names}, which this form does not ask. Retry repeats it whole."
        )


def find_run(request: HttpRequest, parameter: str, runs: RunQuerySet) -> Run | None:
    """The run that the address names; None if it names none, a 404 if the workspace has no such run."""
    name = request.GET.get(parameter)
    return run_or_404(request, run_uuid(name), runs) if name else None


def shown_run(request: HttpRequest) -> dict[str, Any]:
    """The run that the address names, for the panel beside the form."""
    cursor = RunEvent.objects.newest_id()
    run = find_run(request, "run", Run.objects.for_rows())
    return {"run": run, "live": run and run_live_html(run, request), "cursor": cursor}


def query_dict(fields: dict[str, list[str]]) -> QueryDict:
    defaults = {name: [field.initial or ""] for name, field in RunForm.base_fields.items()}
    query = QueryDict(mutable=True)
    for name, values in (defaults | fields).items():
        query.setlist(name, values)
    return query


def form_context(request: HttpRequest, form: RunForm, *, errors: bool = False) -> dict[str, Any]:
    """The form's fields as the templates show them; errors only once somebody has asked to run."""
    data = form.data
    controls = controls_of(schema_or_none(data.get("input_schema", "")))
    metadata = zip(data.getlist("metadata_key"), data.getlist("metadata_value"), strict=False)
    return {
        "data": data,
        "errors": form.errors if errors else {},
        "controls": [(control, data.get(control.name, "")) for control in controls],
        "metadata": [*(row for row in metadata if errors or any(row)), ("", "")],
        "processors": processor_choices(request.workspace),
        "providers": form.providers,
        "provider": chosen_provider(form),
        "templates": GALLERY.values(),
        "empty_schema": RunForm.base_fields["output_schema"].initial,
        "request_key": uuid.uuid4().hex,
        "draft_known": data.get(KNOWN) or version_of(request.member),
    }


def chosen_provider(form: RunForm) -> Provider:
    """The one that the form names, or the default: also if it names what was the default when it was kept."""
    default, named = form.providers[0], form.data.get("provider", "")
    if named == form.data.get("provider_default"):
        return default
    return next((provider for provider in form.providers if provider.slug == named), default)


@require_POST
@editor_required
def run(request: HttpRequest) -> HttpResponse:
    """Run what the form says. What is wrong with it is said at its place, and nothing typed is lost."""
    form = RunForm(request.POST, providers=providers_of(request))
    if not form.is_valid():
        context = form_context(request, form, errors=True) | shown_run(request)
        return page(request, "playground/playground.html", context, "run-errors", status=422)
    started = start_run(
        workspace=request.workspace,
        request=form.request,
        made_by=request.member,
        provider=form.provider,
        request_key=form.cleaned_data["request_key"] or None,
    )
    keep_draft(request)  # while the run is under way already
    if not request.htmx:
        return redirect(started)
    return run_panel(request, started)


def keep_draft(request: HttpRequest) -> None:
    """Keep the form that was run. A page that was overtaken hears of it when it keeps the draft itself."""
    with suppress(Stale, TooLong):
        save_draft(member=request.member, form=request.POST)


def run_panel(request: HttpRequest, started: Run) -> HttpResponse:
    """The panel beside the form, showing a run that has just begun, and an empty list of errors."""
    context = {
        "run": started,
        "live": run_live_html(started, request),
        "request_key": uuid.uuid4().hex,
        "errors": {},
    }
    response = render(request, "playground/_started.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#run-panel", "outerHTML"
    return response


@require_POST
@editor_required
def draft(request: HttpRequest) -> HttpResponse:
    """Keep the form as it stands, unless another page has changed the draft meanwhile."""
    try:
        return JsonResponse({"version": save_draft(member=request.member, form=request.POST)})
    except Stale as stale:
        return JsonResponse({"version": stale.version}, status=409)
    except TooLong:
        return HttpResponse(status=413)


@require_POST
@editor_required
def input_form(request: HttpRequest) -> HttpResponse:
    """The input's form for an input schema that is being edited; what was typed stays."""
    controls = controls_of(schema_or_none(request.POST.get("input_schema", "")))
    context = {"controls": [(control, request.POST.get(control.name, "")) for control in controls]}
    return render(request, "playground/_input_form.html", context)
