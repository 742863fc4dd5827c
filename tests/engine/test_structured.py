"""JSON output by an explicit schema."""

import json
import socket
from collections.abc import Callable

import pytest

from engine.output import Output
from engine.structured import _misfits
from tests.engine.conftest import add, page

RANGES = ["1-10 employees", "51-200 employees", "10001+ employees"]
TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
Ask = Callable[..., Output]
Answer = Callable[..., object]


@pytest.mark.parametrize(
    ("about", "name", "field", "value"),
    [
        ("France", "capital", TEXT, "Paris"),
        ("France", "population", {"type": "integer"}, 68_512_806),
        ("France", "area_km2", {"type": "number"}, 643_801),
        ("France", "gdp_billions_usd", {"type": "number", "description": "in billions of USD"}, 3162),
        ("France", "borders", LIST, ["Belgium", "Germany", "Spain"]),
        ("France", "top_exports", LIST | {"description": "Top 2 exported goods"}, ["aircraft", "cars"]),
        ("France", "largest_city", TEXT, "Paris"),
        ("France", "dual_citizenship_recognized", {"type": "boolean"}, True),
        ("France", "country_name", TEXT, "France"),
        ("Harbour Union", "founding_date", TEXT | {"description": "in the format MM-YYYY"}, "10-1945"),
        ("Harbour Union", "founded", {"type": "integer", "description": "year only"}, 1945),
        ("Harbour Union", "founded", TEXT, "24 October 1945"),
        ("Harbour Union", "employee_count", TEXT | {"enum": RANGES}, "10001+ employees"),
        ("Harbour Union", "website", TEXT, "https://www.harbour.example"),
    ],
)
def test_a_field_is_filled_by_its_type(
    answer: Answer, about: str, name: str, field: dict, value: object
) -> None:
    assert answer(about, name, field) == value


def test_money_is_formatted_like_the_example(answer: Answer) -> None:
    field = TEXT | {"description": "GDP in USD for the year, formatted like '$3.1 trillion (2023)'."}
    assert answer({"country": "France", "year": 2023}, "gdp", field) == "$3.689 trillion (2023)"


def test_each_element_of_a_list_has_its_basis(ask: Ask) -> None:
    output = ask("France", {"borders": LIST})
    assert [entry.field for entry in output.basis] == ["borders", "borders.0", "borders.1", "borders.2"]
    assert all(entry.citations for entry in output.basis)


def test_a_list_of_records_has_a_basis_for_each(ask: Ask) -> None:
    city = {"type": "object", "properties": {"name": TEXT, "population": {"type": "integer"}}}
    output = ask(
        "France", {"largest_cities": {"type": "array", "items": city, "description": "the 2 largest cities"}}
    )
    assert output.content["largest_cities"] == [
        {"name": "Paris", "population": 11_208_000},
        {"name": "Lyon", "population": 1_761_000},
    ]
    assert [entry.field for entry in output.basis] == [
        "largest_cities",
        "largest_cities.0",
        "largest_cities.1",
    ]


def test_a_nested_object_has_one_basis_with_the_evidence_of_its_members(ask: Ask) -> None:
    members = {"capital": TEXT, "currency": {"type": ["string", "null"]}, "area": {"type": "number"}}
    output = ask("France", {"geography": {"type": "object", "properties": members}})
    assert output.content == {"geography": {"capital": "Paris", "currency": None, "area": 643_801}}
    (entry,) = output.basis
    assert [excerpt.text.partition(":")[0] for excerpt in entry.citations[0].excerpts] == ["Area", "Capital"]


def test_what_a_thing_inside_may_have_of_its_own_is_not_the_subjects(ask: Ask) -> None:
    members = {"name": TEXT, "population": {"type": ["integer", "null"]}}
    output = ask("France", {"capital": {"type": "object", "properties": members}})
    assert output.content == {"capital": {"name": "Paris", "population": None}}


def test_an_object_that_only_groups_has_the_subjects_values(ask: Ask) -> None:
    members = {"name": TEXT, "population": {"type": "integer"}}
    output = ask("France", {"details": {"type": "object", "properties": members}})
    assert output.content == {"details": {"name": "France", "population": 68_512_806}}


def test_what_no_page_knows_is_null_with_low_confidence_and_no_citation(ask: Ask) -> None:
    output = ask("France", {"mascot": {"type": ["string", "null"]}})
    (entry,) = output.basis
    assert output.content == {"mascot": None}
    assert (entry.found, entry.confidence, entry.citations) == (False, "low", ())
    assert "No evidence found for “mascot” about France" in entry.reasoning
    assert output.warnings == ()


def test_a_filler_is_named_in_a_warning(ask: Ask) -> None:
    output = ask(
        "France",
        {"mascot": TEXT, "geography": {"type": "object", "properties": {"area": TEXT, "moons": TEXT}}},
    )
    assert output.content["mascot"] == "Not found"
    assert ["“mascot”" in output.warnings[0].message, "“geography.moons”" in output.warnings[1].message] == [
        True,
        True,
    ]
    assert len(output.warnings) == 2


@pytest.mark.parametrize("about", ["Wakanda", "", {"company_name": "Acme France Holding"}, "Who are you?"])
def test_an_unknown_subject_gets_nothing_but_blanks(ask: Ask, about: object) -> None:
    output = ask(about, {"capital": TEXT, "population": {"type": "integer"}, "borders": LIST})
    assert output.content == {"capital": "Not found", "population": 0, "borders": []}
    assert not any(entry.found or entry.citations for entry in output.basis)
    assert len(output.warnings) == 3


def test_a_schema_without_properties_is_answered_with_an_empty_object(ask: Ask) -> None:
    output = ask("France", task_spec={"output_schema": {"json_schema": {"type": "object"}}})
    assert (output.content, output.basis) == ({}, ())


@pytest.mark.parametrize(
    ("name", "description", "value"),
    [
        ("border_countries", "comma separated", "Belgium, Germany, Spain"),
        ("release_date", "", None),
        ("country", "", "France"),
        ("company", "", None),
        ("largest_city", "", "Paris"),
    ],
)
def test_a_string_comes_in_the_form_that_is_asked_for(
    answer: Answer, name: str, description: str, value: str | None
) -> None:
    field = {"type": ["string", "null"], "description": description}
    assert answer("France", name, field) == value


def test_only_the_official_ones_of_a_list_are_named(answer: Answer) -> None:
    add([page("Wakanda", {"": [("Languages", "Xhosa (official) 60%, English (official) 20%, French 5%")]})])
    assert answer("Wakanda", "official_languages", {"type": "string"}) == "Xhosa, English"


def test_each_field_is_answered_about_the_subject_it_names(ask: Ask) -> None:
    add(
        [page("Germany", {"": [("Population", "84,012,284 (2025 est.)"), ("Capital", "Berlin")]})],
        name="More",
    )
    number = {"type": "integer"}
    output = ask(
        "France and Germany", {"population_of_germany": number, "francePopulation": number, "capital": TEXT}
    )
    assert output.content == {
        "population_of_germany": 84_012_284,
        "francePopulation": 68_512_806,
        "capital": "Paris",
    }
    assert [entry.confidence for entry in output.basis] == ["high", "high", "medium"]


def test_a_job_does_not_lie_where_its_employer_sits(answer: Answer) -> None:
    place = {"type": ["string", "null"]}
    assert answer({"company": "Harbour Union"}, "location", place) == "New York"
    assert answer({"job_title": "Cook", "employer": "Harbour Union"}, "location", place) is None


def test_a_field_called_answer_holds_the_answer_to_the_question(answer: Answer) -> None:
    asked = {"question": "What is the capital of France?"}
    assert answer(asked, "answer", TEXT) == "Paris"
    assert answer({"question": "Who is the goalkeeper of France?"}, "answer", TEXT) == "Not found"
    assert answer("France", "answer", {"type": ["string", "null"]}) is None


@pytest.mark.parametrize(
    "rule",
    [
        {"$schema": "http://127.0.0.1:{port}/meta"},
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "dependencies": {"a": {"$ref": "http://127.0.0.1:{port}/"}},
        },
        {"contentSchema": {"$ref": "file:///etc/hostname"}},
        {"title": 5},
        {"dependentRequired": 5},
    ],
)
def test_a_schema_reads_no_other_document_and_breaks_no_run(rule):
    content = {"a": 1}
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        text = json.dumps({"type": "object", "properties": {"a": {"type": "integer"}}} | rule)
        schema = json.loads(text.replace("{port}", str(server.getsockname()[1])))
        assert _misfits(schema, content) == []
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_number_is_not_taken_out_of_a_list(answer: Answer) -> None:
    assert answer("France", "border_with_belgium_km", {"type": ["number", "null"]}) is None


def test_the_city_of_an_organisation_is_that_of_its_headquarters(ask: Ask) -> None:
    output = ask("Harbour Union", {"city": TEXT})
    assert (output.content["city"], output.basis[0].confidence) == ("New York", "medium")


def test_an_object_with_a_blank_in_it_is_not_sure(ask: Ask) -> None:
    capital = {"type": "object", "properties": {"name": TEXT, "mayor": {"type": ["string", "null"]}}}
    entry = ask("France", {"capital": capital}).basis[0]
    assert (entry.found, entry.confidence) == (True, "medium")
    assert entry.reasoning.endswith("No evidence found for “mayor”.")
