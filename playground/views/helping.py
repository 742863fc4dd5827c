"""What the playground asks the server for while a person types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.forms import RunForm
from playground.lint_wire import problems_json
from playground.samples import BadSample, schema_from_text
from playground.views.playground import providers_of
from provider.lint import lint
from runs.links import absolute_for
from runs.snippets import snippets_of
from teams.access import editor_required


@require_POST
@editor_required
def check(request: HttpRequest) -> JsonResponse:
    """The problems of a schema that is being typed."""
    text = request.POST.get("text", "")
    kind = "input" if request.POST.get("kind") == "input" else "output"
    chars = request.POST.get("input_chars", "")
    problems = lint(
        text,
        kind=kind,
        input_chars=int(chars) if chars.isdecimal() and len(chars) < 10 else 0,
        processor=request.POST.get("processor") or None,
    )
    return JsonResponse({"problems": problems_json(text, problems)})


@require_POST
@editor_required
def sample(request: HttpRequest) -> JsonResponse:
    """A schema from a JSON sample."""
    try:
        made = schema_from_text(request.POST.get("sample", ""))
    except BadSample as bad:
        return JsonResponse({"error": str(bad)}, status=422)
    # As it is written here it stands in the editor: é, not \u00e9.
    return JsonResponse({"schema": made}, json_dumps_params={"ensure_ascii": False})


@require_POST
@editor_required
def snippets(request: HttpRequest) -> HttpResponse:
    """The task as code, for the dialog; or why it is none yet."""
    form = RunForm(request.POST, providers=providers_of(request))
    context = {"errors": form.errors}
    if form.is_valid():
        base_url = absolute_for(request)("/").rstrip("/")
        context["snippets"] = snippets_of(form.request.as_sent(), base_url, form.provider)
    return render(request, "playground/_snippets.html", context)
