"""A task from a sentence, and the processor that suits a task."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.reading import count, read
from engine.suggest.processor import suggest_processor
from engine.suggest.spec import suggest_spec
from provider.types_suggest import parse_suggest, parse_suggest_processor

ANY_INPUT = {
    "type": "object",
    "properties": {"input": {"type": "string", "description": "What the run is about"}},
    "required": ["input"],
    "additionalProperties": False,
}


def suggest(request: HttpRequest) -> HttpResponse:
    """No type of a suggestion is a list with null: clients that make columns of fields expect one name."""
    asked = read(request, parse_suggest)
    count(request, "suggest")
    found = suggest_spec(
        asked.user_intent,
        previous_output=asked.output_schema,
        previous_input=asked.input_schema,
        nullable=False,
    )
    body = {
        "title": found.title,
        "input_schema": found.input_schema or ANY_INPUT,
        "output_schema": found.output_schema,
        "inputs": asked.inputs,
        "warnings": None,
    }
    return JsonResponse(body)


def processor(request: HttpRequest) -> HttpResponse:
    asked = read(request, parse_suggest_processor)
    count(request, "suggest")
    return JsonResponse({"recommended_processors": suggest_processor(asked.task_spec, asked.choose_from)})
