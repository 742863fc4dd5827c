"""What the confidence of an answer means here: how often it was right when that was measured."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from engine.calibration import FILE
from home.sources.levels import levels
from home.sources.reliability import reliabilities
from teams.access import member_required


@require_GET
@member_required
def confidence(request: HttpRequest) -> HttpResponse:
    """Read what *high* means: the bands and the reliability table of each level."""
    context = {"reliabilities": reliabilities(FILE), "levels": levels()}
    return render(request, "home/confidence.html", context)
