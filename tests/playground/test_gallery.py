import json

import jsonschema_rs
import pytest
from django.test import Client

from engine.index import index_documents
from engine.research import research
from engine.starter import STARTER
from engine.starter.load import starter_documents
from playground.templates_gallery import ANSWERED_BY_LIBRARY, GALLERY, Template
from provider.lint import lint
from provider.prices import PROCESSORS

TEMPLATES = pytest.mark.parametrize("template", GALLERY.values(), ids=GALLERY)


def problems(schema: dict, kind: str, processor: str) -> list:
    return lint(json.dumps(schema, indent=2), kind=kind, processor=processor)


def found(template: Template) -> list[str]:
    """The fields of the template's own example that the starter library knows."""
    request = template.as_request()
    output = research(
        input=request["input"],
        task_spec=request["task_spec"],
        processor=template.processor,
        scopes=[STARTER],
    )
    return [entry.field for entry in output.basis if entry.found and "." not in entry.field]


def test_the_starter_library_answers_at_least_eight_templates_nearly_whole(db: None) -> None:
    index_documents(
        starter_documents(), scope=STARTER, source_name="Starter library", kind=STARTER, complete=True
    )
    assert len(ANSWERED_BY_LIBRARY) >= 8
    for template in ANSWERED_BY_LIBRARY:
        asked = template.output_schema["properties"]
        assert len(found(template)) >= 0.7 * len(asked), template.slug


def test_what_the_library_answers_is_listed_first_and_little_else_beside_it() -> None:
    answered = [template.answered_by_library for template in GALLERY.values()]
    assert answered == sorted(answered, reverse=True)
    assert answered.count(False) <= 3


def test_the_editor_tells_the_two_kinds_apart(client: Client) -> None:
    menu = client.get("/playground/").text
    places = [menu.index(words) for words in ("Answered by the starter library", "Needs a hosted provider")]
    assert places == sorted(places)


def test_the_first_one_is_the_company_profile_with_its_eight_ranges() -> None:
    slug, template = next(iter(GALLERY.items()))
    assert slug == "company-profile"
    assert list(template.output_schema["properties"]) == [
        "founding_date",
        "employee_count",
        "funding_sources",
    ]
    assert len(template.output_schema["properties"]["employee_count"]["enum"]) == 8


@TEMPLATES
def test_it_has_no_problem_that_the_editor_would_mark(template: Template) -> None:
    assert problems(template.output_schema, "output", template.processor) == []


@TEMPLATES
def test_its_input_schema_has_no_problem_either(template: Template) -> None:
    if template.input_schema:
        assert problems(template.input_schema, "input", template.processor) == []


@TEMPLATES
def test_its_schemas_are_json_schemas(template: Template) -> None:
    schemas = [each for each in (template.output_schema, template.input_schema) if each]
    assert schemas
    assert all(jsonschema_rs.meta.is_valid(schema) for schema in schemas)


@TEMPLATES
def test_its_example_fits_its_input_schema(template: Template) -> None:
    if template.input_schema:
        jsonschema_rs.validate(template.input_schema, template.input_example)
    else:
        assert isinstance(template.input_example, str)


@TEMPLATES
def test_its_processor_exists_and_is_meant_for_that_many_fields(template: Template) -> None:
    assert len(template.output_schema["properties"]) <= PROCESSORS[template.processor].max_fields


@TEMPLATES
def test_the_page_gets_it_as_json(template: Template) -> None:
    sent = json.loads(template.as_json)
    assert (sent["slug"], sent["output_schema"]) == (template.slug, template.output_schema)
