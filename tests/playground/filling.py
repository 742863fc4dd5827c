"""The playground's form, filled in as a browser would send it."""

import json
import re
from typing import Any

from django.http import HttpResponse

from web.text import pretty_json

RUN = "/playground/run/"
HTMX = {"HX-Request": "true", "HX-Target": "run-errors"}


def schema(*names: str, **properties: Any) -> dict[str, Any]:
    """A schema of required fields: texts by name, others as they are given."""
    fields = {name: {"type": "string", "description": f"The {name}"} for name in names} | properties
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def filled(**changes: Any) -> dict[str, Any]:
    """A form that can be run, with these changes. A schema may be given as an object."""
    form = {
        "output_kind": "json",
        "output_schema": schema("capital"),
        "input_kind": "text",
        "input_text": "France",
        "processor": "lite",
    }
    form |= changes
    return {
        name: pretty_json(value) if isinstance(value, dict) else value
        for name, value in form.items()
        if value is not None
    }


def errors_in(answer: HttpResponse) -> list[tuple[str, str]]:
    """The (field, sentence) pairs of the list of errors, as they stand in the page."""
    return re.findall(r'<li data-for="([^"]*)">(.*?)</li>', answer.text, re.S)


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
