"""The playground's form, and the run request that it means."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from playground.input_form import controls_of, filled, read
from provider.lint import lint
from provider.types import (
    Invalid,
    Problem,
    TaskRunInput,
    input_schema_of,
    output_schema_of,
    parse_task_run_input,
)
from teams.models import Provider
from web.text import pretty_json, read_json

OUTPUT_KINDS = (("json", "JSON"), ("text", "Text"), ("auto", "Auto"))
INPUT_KINDS = (("text", "Text"), ("form", "By a schema"))
FIRST_SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


class RunForm(forms.Form):
    """Everything that the playground asks. ``request`` is there once the form is valid.

    So is ``provider``, one of `providers`; None where the form names none, which stands for the default.
    """

    output_kind = forms.ChoiceField(choices=OUTPUT_KINDS, initial="json")
    output_text = forms.CharField(required=False, strip=False)
    output_schema = forms.CharField(required=False, strip=False, initial=pretty_json(FIRST_SCHEMA))
    input_kind = forms.ChoiceField(choices=INPUT_KINDS, initial="text")
    input_text = forms.CharField(required=False, strip=False)
    input_schema = forms.CharField(required=False, strip=False, initial=pretty_json(FIRST_SCHEMA))
    processor = forms.CharField(initial="lite", required=False)
    provider = forms.CharField(required=False)
    include_domains = forms.CharField(required=False)
    exclude_domains = forms.CharField(required=False)
    after_date = forms.CharField(required=False)
    request_key = forms.CharField(required=False, max_length=64)

    def __init__(self, data: QueryDict | None = None, *, providers: Sequence[Provider] = (), **kwargs):
        super().__init__(data, **kwargs)
        self.request: TaskRunInput | None = None
        self.provider: Provider | None = None
        self.providers = providers
        # Places for errors: the rows are read by read_metadata.
        self.fields |= {place: forms.Field(required=False) for place, _ in self.metadata_rows()}

    def clean_provider(self) -> str:
        slug = self.cleaned_data["provider"]
        self.provider = next((provider for provider in self.providers if provider.slug == slug), None)
        if slug and self.providers and self.provider is None:
            raise forms.ValidationError("This provider was removed. Choose another one.")
        return slug

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        body = {
            "processor": data["processor"],
            "input": self.read_input(),
            "task_spec": self.read_task_spec(),
        }
        body |= {"metadata": self.read_metadata(), "source_policy": self.read_source_policy()}
        if not self.errors:
            try:
                self.request = parse_task_run_input(body)
            except Invalid as refused:
                for problem in refused.problems:
                    self.add_error(self.place_of(problem), problem.message)
        return data

    def place_of(self, problem: Problem) -> str | None:
        """The field of this form that a problem of the request is about."""
        first = problem.loc[0] if problem.loc else ""
        if first == "task_spec":
            about_input = "input_schema" in problem.loc
            return "input_schema" if about_input else f"output_{self.output_field()}"
        if first == "input":
            return "input_text"
        if first == "metadata":
            return self.row_of(problem.loc[-1])
        if first == "source_policy":
            return next((part for part in problem.loc[1:2] if part in self.fields), "include_domains")
        return "processor" if first == "processor" else None

    def output_field(self) -> str:
        return "text" if self.cleaned_data["output_kind"] == "text" else "schema"

    def read_task_spec(self) -> dict[str, Any]:
        kind = self.cleaned_data["output_kind"]
        spec: dict[str, Any] = {"output_schema": {"type": kind}}
        if kind == "text" and (description := self.cleaned_data["output_text"].strip()):
            spec["output_schema"]["description"] = description
        if kind == "json":
            spec["output_schema"]["json_schema"] = self.read_schema("output_schema", "output")
        if self.cleaned_data["input_kind"] == "form":
            spec["input_schema"] = {"type": "json", "json_schema": self.read_schema("input_schema", "input")}
        return spec

    def read_schema(self, name: str, kind: str) -> Any:
        """A schema typed as JSON; its errors, with line and column, become errors of the field."""
        text = self.cleaned_data[name]
        errors = [problem for problem in lint(text, kind=kind) if problem.severity == "error"]
        for problem in errors:
            self.add_error(name, f"Line {problem.line}, column {problem.column}: {problem.message}")
        return {} if errors else read_json(text)

    def read_input(self) -> Any:
        if self.cleaned_data["input_kind"] == "text":
            text = self.cleaned_data["input_text"]
            if not text.strip():
                self.add_error("input_text", "Say what to research: a name, or a question.")
            return text
        return read(schema_or_none(self.cleaned_data["input_schema"]), self.data)

    def read_metadata(self) -> dict[str, str] | None:
        read: dict[str, str] = {}
        for place, (key, value) in self.metadata_rows():
            if key in read:
                self.add_error(place, "Another row has this key too. Rename one of them.")
            elif key:
                read[key] = value
            elif value.strip():
                self.add_error(place, "Give this metadata value a key, or clear the value.")
        return read or None

    def metadata_rows(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Each row's name as a place of errors, its key and its value."""
        keys = (key.strip() for key in self.lists("metadata_key"))
        rows = zip(keys, self.lists("metadata_value"), strict=False)
        return ((f"metadata:{number}", row) for number, row in enumerate(rows, start=1))

    def row_of(self, key: object) -> str | None:
        return next((place for place, row in self.metadata_rows() if row[0] == key), None)

    def lists(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def read_source_policy(self) -> dict[str, Any] | None:
        data = self.cleaned_data
        policy = {
            name: data[name].replace(",", " ").split() for name in ("include_domains", "exclude_domains")
        }
        policy |= {"after_date": data["after_date"]}
        return {name: value for name, value in policy.items() if value} or None


def schema_or_none(text: str) -> Any:
    """The schema that a text holds; None while it can't be read."""
    try:
        return read_json(text)
    except ValueError:
        return None


def fields_of(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The form's fields for a request that is there already, so that it can be changed and asked again."""
    output = output_schema_of(body.get("task_spec"))
    given = input_schema_of(body.get("task_spec"))
    schema = given.json_schema if given else None
    policy = body.get("source_policy") or {}
    fields: dict[str, str] = {
        "output_kind": output.kind if output else "auto",
        "output_text": (output and output.description) or "",
        "processor": body["processor"],
        "include_domains": " ".join(policy.get("include_domains") or []),
        "exclude_domains": " ".join(policy.get("exclude_domains") or []),
        "after_date": policy.get("after_date") or "",
    }
    if output and output.json_schema is not None:
        fields["output_schema"] = pretty_json(output.json_schema)
    if isinstance(body["input"], dict):
        schema = schema_for(schema, body["input"])
        fields |= {"input_kind": "form", "input_schema": pretty_json(schema), **filled(schema, body["input"])}
    else:
        fields |= {"input_kind": "text", "input_text": body["input"]}
        if schema:
            fields["input_schema"] = pretty_json(schema)
    listed = {name: [value] for name, value in fields.items()}
    metadata = body.get("metadata") or {}
    return listed | {
        "metadata_key": list(metadata),
        "metadata_value": [
            value if isinstance(value, str) else pretty_json(value) for value in metadata.values()
        ],
    }


def schema_for(schema: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The input's schema, with what the input holds beyond it, so that a form shows all of the input."""
    like = schema_like(given)
    if not controls_of(schema):
        return like
    own = schema["properties"]
    fitting = {name: node_for(own.get(name), given[name], node) for name, node in like["properties"].items()}
    drawn = own | fitting
    return schema if drawn == own else {**schema, "properties": drawn}


def node_for(own: Any, value: Any, like: dict[str, Any]) -> Any:
    """How a value is drawn: by its own schema with all that a group holds, or by one made from the value."""
    is_group = isinstance(own, dict) and isinstance(own.get("properties"), dict)
    if own is None or (is_group and not isinstance(value, dict)):
        return like
    return schema_for(own, value) if is_group else own


def schema_like(given: dict[str, Any]) -> dict[str, Any]:
    """An input schema for an input that came without one, so that a form can show it."""
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    properties = {name: {"type": kinds.get(type(value), "string")} for name, value in given.items()}
    return {**FIRST_SCHEMA, "properties": properties, "required": list(properties)}
