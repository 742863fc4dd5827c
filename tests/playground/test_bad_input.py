"""Whatever is typed: a sentence at its place, the form kept, nothing stored, nothing executed."""

from urllib.parse import urlencode

import pytest

from playground.models import Draft
from runs.models import Run
from tests.playground.filling import HTMX, RUN, compact, errors_in, filled, schema

DEEP = {"type": "string"}
for _ in range(7):
    DEEP = schema(inner=DEEP)
MANY = schema(*(f"field_{number}" for number in range(101)))
TEXT = {"type": "string"}
BAD = {
    "invalid JSON": ({"output_schema": '{"type": "object",,'}, "output_schema", "Line 1, column"),
    "no schema": ({"output_schema": ""}, "output_schema", "There is no schema yet"),
    "a schema without fields": ({"output_schema": schema()}, "output_schema", "field"),
    "a list as schema": ({"output_schema": "[]"}, "output_schema", "Line 1, column 1"),
    "a number as schema": ({"output_schema": "NaN"}, "output_schema", "Line 1, column 1"),
    "duplicate keys": (
        {"output_schema": '{"type": "object", "type": "object"}'},
        "output_schema",
        "is here twice",
    ),
    "brackets without end": ({"output_schema": '{"a":' * 5_000}, "output_schema", "64 levels deep"),
    "101 fields": ({"output_schema": MANY}, "output_schema", "100 fields"),
    "too deep a schema": ({"output_schema": DEEP}, "output_schema", "5 levels deep"),
    "a schema of 15,001 characters": (
        {"output_schema": schema(a={"type": "string", "description": "x" * 15_001})},
        "output_schema",
        "15,000",
    ),
    "501 options": (
        {"output_schema": schema(a={"type": "string", "enum": [str(n) for n in range(501)]})},
        "output_schema",
        "500",
    ),
    "a name of 30,000 characters": ({"output_schema": schema("x" * 30_000)}, "output_schema", "25,000"),
    "a type that is no type": ({"output_schema": schema(a={"type": {}})}, "output_schema", "type"),
    "an unknown type": ({"output_schema": schema(a={"type": "date"})}, "output_schema", "date"),
    "no input": ({"input_text": " \n "}, "input_text", "Say what to research"),
    "25,001 characters": ({"input_text": "x" * 25_001}, "input_text", "25,000"),
    "a NUL": ({"input_text": "a\x00b"}, "input_text", "Null"),
    "invalid input schema": (
        {"input_kind": "form", "input_schema": "{", "input:/a": "x"},
        "input_schema",
        "Line 1, column",
    ),
    "an input schema with a type that is none": (
        {"input_kind": "form", "input_schema": schema(a={"type": [["x"]]})},
        "input_schema",
        "type",
    ),
    "an unknown processor": ({"processor": "quantum"}, "processor", "There is no processor"),
    "a processor's name with a slip": ({"processor": "cor"}, "processor", "Did you mean core?"),
    "no processor": ({"processor": None}, "processor", "processor"),
    "an unknown kind of output": ({"output_kind": "xml"}, "output_kind", "xml"),
    "no kind of output": ({"output_kind": None}, "output_kind", "required"),
    "no kind of input": ({"input_kind": None}, "input_kind", "required"),
    "an address as domain": ({"include_domains": "https://un.org"}, "include_domains", "is not a domain"),
    "a wildcard as domain": ({"exclude_domains": "*.org"}, "exclude_domains", "is not a domain"),
    "a date in words": ({"after_date": "last week"}, "after_date", "YYYY-MM-DD"),
    "a metadata key of 17 characters": (
        {"metadata_key": "k" * 17, "metadata_value": "v"},
        "metadata:1",
        "16 characters",
    ),
    "a metadata value of 513 characters": (
        {"metadata_key": "k", "metadata_value": "v" * 513},
        "metadata:1",
        "512 characters",
    ),
    "a metadata value without a key": ({"metadata_key": "", "metadata_value": "v"}, "metadata:1", "a key"),
    "a metadata key twice": (
        {"metadata_key": ["k", "", "k "], "metadata_value": ["1", "", "2"]},
        "metadata:3",
        "Another row has this key too",
    ),
    "a request key without end": ({"request_key": "k" * 65}, "request_key", "64"),
}
CASES = pytest.mark.parametrize(("changes", "place", "sentence"), BAD.values(), ids=BAD)


@CASES
def test_it_is_said_at_its_place(client, changes, place, sentence):
    answer = client.post(RUN, filled(**changes))
    assert answer.status_code == 422
    assert any(field == place and sentence in words for field, words in errors_in(answer)), errors_in(answer)


@CASES
def test_htmx_gets_the_errors_alone(client, changes, place, sentence):
    answer = client.post(RUN, filled(**changes), headers=HTMX)
    assert answer.status_code == 422
    assert answer.text.strip().startswith('<div id="run-errors"')
    assert place in [field for field, _ in errors_in(answer)]


@CASES
def test_nothing_is_stored(client, changes, place, sentence):
    client.post(RUN, filled(**changes))
    assert not Run.objects.exists()
    assert not Draft.objects.exists()


FIELDS = (
    "output_schema",
    "output_text",
    "input_text",
    "input_schema",
    "include_domains",
    "exclude_domains",
    "after_date",
)


def test_a_mistake_of_the_metadata_stands_in_its_row(client):
    html = client.post(RUN, filled(metadata_key=["a", "", ""], metadata_value=["1", "", "v"])).text
    rows = html[: html.rindex("</fieldset>")].split('class="metadata-row"')[1:]
    assert ["Give this metadata value a key" in row for row in rows] == [False, False, True, False]


def test_everything_typed_is_kept(client):
    typed = {name: f"typed into {name} é🇫🇷" for name in FIELDS}
    form = filled(**typed, processor="quantum", metadata_key="kept key", metadata_value="kept value")
    html = client.post(RUN, form).text
    assert [name for name in FIELDS if f"typed into {name} é🇫🇷" not in html] == []
    assert 'value="kept key"' in html
    assert 'value="kept value"' in html


def test_the_filled_in_input_is_kept(client):
    schema_of_input = schema("name", kind={"type": "string", "enum": ["a", "b"]}, open={"type": "boolean"})
    given = {"input:/name": "Kept name", "input:/kind": "b", "input:/open": "false"}
    form = filled(input_kind="form", input_schema=schema_of_input, processor="quantum") | given
    html = client.post(RUN, form).text
    assert 'value="Kept name"' in html
    assert "<option selected>b</option>" in html
    assert '<option value="false" selected>' in html


@pytest.mark.parametrize(
    "field", ["output_schema", "input_text", "processor", "include_domains", "after_date"]
)
def test_the_sentence_stands_beside_the_field_too(client, field):
    changes = {
        "output_schema": "{",
        "input_text": "",
        "processor": "x",
        "include_domains": "?",
        "after_date": "x",
    }
    html = client.post(RUN, filled(**{field: changes[field]})).text
    assert '<p class="field-error">' in html[html.index(f'name="{field}"') :]


def test_everything_wrong_is_said_at_once(client):
    form = filled(output_schema="{", input_text="", metadata_value="v", metadata_key="")
    places = {field for field, _ in errors_in(client.post(RUN, form))}
    assert places == {"output_schema", "input_text", "metadata:1"}


def test_an_empty_request_is_answered_like_any_other(client):
    answer = client.post(RUN, {})
    assert answer.status_code == 422
    assert errors_in(answer)


def test_a_request_larger_than_can_be_read_is_refused(client):
    answer = client.post(RUN, filled(input_text="x" * 3_000_000))
    assert answer.status_code == 400
    assert not Run.objects.exists()


GOOD_NAMES = [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "a.b",
    "a/b~c",
    "日本",
    "🇫🇷",
    "ما",
    " ",
    "‮x",
]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_any_name_of_a_field_is_only_a_name(client, name):
    answer = client.post(RUN, filled(output_schema=schema(name)))
    assert answer.status_code == 302, errors_in(answer)
    stored = Run.objects.get().task_spec["output_schema"]["json_schema"]
    assert list(stored["properties"]) == stored["required"] == [name]
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_any_name_of_an_input_field_is_only_a_name(client, name):
    control = "input:/" + name.replace("~", "~0").replace("/", "~1")
    form = filled(input_kind="form", input_schema=schema(name)) | {control: "given"}
    answer = client.post(RUN, urlencode(form), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302, errors_in(answer)
    assert Run.objects.get().input == {name: "given"}


@pytest.mark.parametrize(
    "text", ["🇫🇷👩‍👩‍👧", "ما هي عاصمة فرنسا؟", "‮live‬", "x" * 10_000, "'; DROP TABLE runs", "=1+1", "\\u0000"]
)
def test_any_text_is_only_text(client, text):
    answer = client.post(RUN, filled(input_text=text))
    assert Run.objects.get().input == text
    assert client.get(answer.url).status_code == 200
    assert client.get("/runs/", {"q": text[:400]}).status_code == 200


def test_a_name_of_10000_characters_is_run_or_refused_with_a_sentence(client):
    answer = client.post(RUN, filled(output_schema=compact(schema("x" * 4_000))))
    assert answer.status_code == 302
    refused = client.post(RUN, filled(output_schema=compact(schema("x" * 10_000))))
    assert refused.status_code == 422
    assert "15,000" in errors_in(refused)[0][1]
