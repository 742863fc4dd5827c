"""The description for programs and the page for people."""

import json
import re
from typing import TypedDict

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from api.json_schema import components, schema_of
from api.operations import OPERATIONS
from provider.types_search import MODES
from provider.types_suggest import parse_suggest, parse_suggest_processor


@pytest.fixture
def described(visitor) -> dict:
    """Open to all: nobody is signed in."""
    return visitor.get("/api/openapi.json").json()


def each_operation(described: dict) -> list[tuple[str, str, dict]]:
    return [
        (method, path, said) for path, item in described["paths"].items() for method, said in item.items()
    ]


def test_it_is_openapi_3_1(described):
    assert described["openapi"] == "3.1.0"
    OPENAPI_31_VALIDATOR.validate(described)


def test_every_schema_is_a_json_schema(described):
    schemas = described["components"]["schemas"].items()
    assert [name for name, schema in schemas if not jsonschema_rs.meta.is_valid(schema)] == []
    assert schemas


def test_every_reference_leads_somewhere(described):
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)))
    assert named == set(described["components"]["schemas"])


def test_everything_that_is_served_is_described(described):
    served = {(operation.method, path) for operation in OPERATIONS for path in operation.paths}
    assert {(method.upper(), path) for method, path, _ in each_operation(described)} == served


def test_every_operation_has_a_name_of_its_own(described):
    names = [said["operationId"] for _, _, said in each_operation(described)]
    assert len(set(names)) == len(names)


def test_both_ways_to_send_a_token_are_described(described):
    kinds = described["components"]["securitySchemes"].values()
    assert {kind.get("name") or kind.get("scheme") for kind in kinds} == {"x-api-key", "bearer"}
    assert len(described["security"]) == 2


def test_every_name_in_a_path_is_a_parameter(described):
    for _, path, said in each_operation(described):
        told = {each["name"] for each in said["parameters"] if each["in"] == "path"}
        assert told == set(re.findall(r"\{(\w+)\}", path))


def test_every_example_fits_its_schema(described):
    tried = 0
    for _, _, said in each_operation(described):
        for content in said.get("requestBody", {}).get("content", {}).values():
            schema = {"components": described["components"], **content["schema"]}
            jsonschema_rs.validate(schema, content["example"])
            tried += 1
    assert tried >= 12


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/v1/tasks/runs", "post", "202 401 403 413 422 429"),
        ("/v1/tasks/runs/{run_id}", "get", "200 401 404"),
        ("/v1beta/tasks/runs/{run_id}/result", "get", "200 401 404 408"),
        ("/v1/tasks/groups/{taskgroup_id}/runs", "get", "200 401 404 422"),
        ("/v1/responses", "post", "200 400 401 403 408 413 429"),
    ],
)
def test_every_answer_is_described(described, path, method, statuses):
    assert " ".join(described["paths"][path][method]["responses"]) == statuses


def test_streams_are_described_by_their_events(described):
    answer = described["paths"]["/v1/tasks/runs/{run_id}/events"]["get"]["responses"]["200"]
    assert list(answer["content"]) == ["text/event-stream"]
    assert len(answer["content"]["text/event-stream"]["schema"]["anyOf"]) == 4


def test_it_names_the_address_under_which_it_was_asked_for(visitor, settings, described):
    assert described["servers"] == [{"url": "http://testserver"}]
    settings.PUBLIC_URL = "https://groundwork.example"
    told = visitor.get("/api/openapi.json").json()["servers"]
    assert told == [{"url": "https://groundwork.example"}]


def test_what_is_described_is_what_is_checked(described):
    schemas = described["components"]["schemas"]
    mode = schemas["SearchRequest"]["properties"]["mode"]["anyOf"][0]
    assert tuple(mode["enum"]) == MODES
    assert schemas["AdvancedSearchSettings"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("path", "parse"),
    [
        ("/v1beta/tasks/suggest", parse_suggest),
        ("/v1beta/tasks/suggest-processor", parse_suggest_processor),
    ],
)
def test_the_examples_are_accepted(described, path, parse):
    assert parse(described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"])


def test_a_type_that_json_does_not_have_is_refused():
    with pytest.raises(TypeError, match="no JSON schema"):
        schema_of(bytes)


def test_two_types_of_one_name_are_refused():
    twins = [TypedDict("Twin", {"one": str}), TypedDict("Twin", {"two": str})]
    with pytest.raises(TypeError, match="Twin"):
        components(twins)


def test_the_page_tells_of_every_operation_and_type(visitor, described):
    page = visitor.get("/api/docs").content.decode()
    for operation in OPERATIONS:
        assert operation.told.summary.replace("'", "&#x27;") in page
        assert f"<code>{operation.path}</code>" in page
    for name in described["components"]["schemas"]:
        assert f'id="type-{name}"' in page


def test_every_link_inside_the_page_leads_somewhere(visitor):
    page = visitor.get("/api/docs").content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_the_examples_on_the_page_name_this_address_and_no_secret(visitor, token):
    page = visitor.get("/api/docs").content.decode()
    assert "curl http://testserver/v1/tasks/runs/$RUN_ID/result" in page
    assert page.count("$PARALLEL_API_KEY") == len({operation.told for operation in OPERATIONS})
    assert token.prefix not in page


def test_the_page_tells_the_limits_that_hold_here(visitor, settings):
    settings.API_RATE_LIMITS = {"search": 77}
    page = visitor.get("/api/docs").content.decode()
    assert page.count("77 times a minute (the limit “search”)") == 2
    assert page.count("times a minute") == 2


def test_the_page_tells_how_long_a_list_and_each_entry_may_be(visitor):
    page = visitor.get("/api/docs").content.decode()
    assert "1 to 5 entries" in page
    assert "each at most 200 characters" in page


@pytest.mark.parametrize("path", ["/api/docs", "/api/openapi.json"])
def test_the_description_is_only_read(visitor, path):
    assert visitor.post(path).status_code == 405
