import re

import pytest

from playground.drafts import MOST_CHARACTERS, draft_of
from playground.models import Draft
from runs.models import Run
from tests.playground.filling import HTMX, RUN, filled, schema

DRAFT = "/playground/draft/"


def test_a_draft_is_there_after_a_reload(client):
    given = {"input_kind": "form", "input_schema": schema("name"), "input:/name": "Kept", "processor": "core"}
    assert client.post(DRAFT, filled(**given)).json() == {"version": 1}
    html = client.get("/playground/").text
    assert 'value="Kept"' in html
    assert '<option value="core" selected' in html


def test_a_draft_may_be_as_broken_as_it_is(client):
    client.post(DRAFT, filled(output_schema='{"type": "obj', after_date="soon", processor="quantum"))
    answer = client.get("/playground/")
    assert answer.status_code == 200
    assert "{&quot;type&quot;: &quot;obj" in answer.text
    assert not Run.objects.exists()


BROKEN = [
    '{"properties": {"a": {"type": {}}}}',
    '{"properties": {"a": {"type": [["x"]]}}}',
    '{"properties": []}',
    "[]",
    "null",
    '{"properties": {"a": 1}}',
    '{"properties": {"a": {"enum": [{}], "type": []}}}',
    '{"required": 7}',
    "[" * 9_999,
    '{"properties": {"a": {"properties": 1, "description": {}}}, "required": {"a": 1}}',
    "9" * 5_000,
]


@pytest.mark.parametrize("text", BROKEN)
def test_no_input_schema_can_make_the_playground_fail(client, text):
    client.post(DRAFT, filled(input_kind="form", input_schema=text))
    assert client.get("/playground/").status_code == 200
    assert client.post("/playground/input-form/", {"input_schema": text}).status_code == 200
    assert client.post("/playground/run/", filled(input_kind="form", input_schema=text)).status_code in (
        302,
        422,
    )


@pytest.mark.parametrize(
    "form", [{}, {"processor": ["a", "b"]}, {"other": "x"}, {"metadata_key": ["a"]}, {"input_text": "\x00"}]
)
def test_whatever_is_sent_can_be_kept_and_shown(client, form):
    assert client.post(DRAFT, form).status_code == 200
    assert client.get("/playground/").status_code == 200


def test_several_metadata_rows_are_kept_in_order(client):
    client.post(DRAFT, filled(metadata_key=["b", "a"], metadata_value=["1", "2"]))
    html = client.get("/playground/").text
    assert html.index('value="b"') < html.index('value="a"')


def test_a_draft_too_large_is_refused_and_the_former_one_stays(client, member):
    client.post(DRAFT, filled(input_text="small"))
    answer = client.post(DRAFT, filled(input_text="x" * (MOST_CHARACTERS + 1)))
    assert answer.status_code == 413
    assert draft_of(member)["input_text"] == ["small"]


def test_what_belongs_to_one_page_view_is_not_kept(client, member):
    client.post(DRAFT, filled(request_key="abc", csrfmiddlewaretoken="secret", draft_version="0"))
    assert not {"request_key", "csrfmiddlewaretoken", "draft_version"} & set(draft_of(member))


def test_there_is_one_draft_a_member(client):
    for text in ("one", "two"):
        client.post(DRAFT, filled(input_text=text))
    assert [draft.form["input_text"] for draft in Draft.objects.all()] == [["two"]]


def version_in(html):
    return re.search(r'name="draft_version"[^>]* value="([^"]*)"', html)[1]


def test_each_change_is_a_version_and_the_page_knows_its_own(client):
    assert version_in(client.get("/playground/").text) == "0"
    for version in (1, 2):
        form = filled(input_text=f"change {version}", draft_version=version - 1)
        assert client.post(DRAFT, form).json() == {"version": version}
    assert version_in(client.get("/playground/").text) == "2"


def test_a_draft_that_began_from_an_older_one_is_refused(client, member):
    client.post(DRAFT, filled(input_text="first"))
    client.post(DRAFT, filled(input_text="of one tab", draft_version=1))
    answer = client.post(DRAFT, filled(input_text="of another tab", draft_version=1))
    assert (answer.status_code, answer.json()) == (409, {"version": 2})
    assert draft_of(member)["input_text"] == ["of one tab"]


def test_the_same_draft_from_an_older_page_is_no_change(client):
    for version in (0, 0, 7):
        assert client.post(DRAFT, filled(draft_version=version)).json() == {"version": 1}


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 30])
def test_a_page_that_names_no_version_replaces_the_draft(client, version):
    client.post(DRAFT, filled(input_text="first"))
    answer = client.post(DRAFT, filled(input_text="second", draft_version=version))
    assert (answer.status_code, answer.json()) == (200, {"version": 2})


def test_a_run_keeps_its_form_as_the_draft_and_tells_the_page_its_version(client):
    answer = client.post(RUN, filled(draft_version=0), headers=HTMX)
    assert version_in(answer.text) == "1"


def test_a_run_from_a_page_that_another_has_overtaken_leaves_the_draft_alone(client, member):
    client.post(DRAFT, filled(input_text="first"))
    client.post(DRAFT, filled(input_text="of another tab", draft_version=1))
    answer = client.post(RUN, filled(input_text="of this tab", draft_version=1), headers=HTMX)
    assert version_in(answer.text) == "1"
    assert draft_of(member)["input_text"] == ["of another tab"]
    assert Run.objects.get().input == "of this tab"
