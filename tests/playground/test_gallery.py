import json

import jsonschema_rs
import pytest

from playground.templates_gallery import GALLERY, Template
from provider.lint import lint
from provider.prices import PROCESSORS

TEMPLATES = pytest.mark.parametrize("template", GALLERY.values(), ids=GALLERY)


def problems(schema: dict, kind: str, processor: str) -> list:
    return lint(json.dumps(schema, indent=2), kind=kind, processor=processor)


def test_there_are_at_least_ten_templates() -> None:
    assert len(GALLERY) >= 10


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
    for schema in filter(None, (template.output_schema, template.input_schema)):
        jsonschema_rs.meta.validate(schema)


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
