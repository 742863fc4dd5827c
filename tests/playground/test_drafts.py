import re
from types import SimpleNamespace

import pytest
from django.utils import timezone

from playground import drafts
from playground.drafts import MOST_CHARACTERS, draft_of
from playground.models import Draft
from runs.models import Run
from tests.playground.filling import HTMX, RUN, filled, schema

DRAFT = "/playground/draft/"


def test_a_draft_is_there_after_a_reload(client):
    given = {"input_kind": "form", "input_schema": schema("name"), "input:/name": "Kept", "processor": "core"}
    assert client.post(DRAFT, filled(**given)).status_code == 200
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
    client.post(
        DRAFT, filled(request_key="abc", csrfmiddlewaretoken="secret", draft_version="0", draft_known="none")
    )
    assert not {"request_key", "csrfmiddlewaretoken", "draft_version", "draft_known"} & set(draft_of(member))


def test_there_is_one_draft_a_member(client):
    for text in ("one", "two"):
        client.post(DRAFT, filled(input_text=text))
    assert [draft.form["input_text"] for draft in Draft.objects.all()] == [["two"]]


FIRST, SECOND, THIRD, OTHER = (letter * 32 for letter in "abcd")


def known_in(html):
    return re.search(r'name="draft_known"[^>]* value="([^"]*)"', html)[1]


def kept(client, text, version, *known):
    form = filled(input_text=text, draft_version=version, draft_known=" ".join(known))
    return client.post(DRAFT, form)


def test_a_page_names_each_change_and_the_next_page_knows_the_last(client):
    assert known_in(client.get("/playground/").text) == "none"
    assert kept(client, "first", FIRST, "none").json() == {"version": FIRST}
    assert kept(client, "second", SECOND, FIRST).json() == {"version": SECOND}
    assert known_in(client.get("/playground/").text) == SECOND


def test_a_draft_that_began_from_an_older_one_is_refused(client, member):
    kept(client, "first", FIRST, "none")
    kept(client, "of one tab", SECOND, FIRST)
    answer = kept(client, "of another tab", OTHER, FIRST)
    assert (answer.status_code, answer.json()) == (409, {"version": SECOND})
    assert draft_of(member)["input_text"] == ["of one tab"]


def test_a_page_drawn_before_there_was_a_draft_does_not_replace_the_one_of_another(client, member):
    kept(client, "of one tab", FIRST, "none")
    assert kept(client, "of another tab", OTHER, "none").status_code == 409
    assert draft_of(member)["input_text"] == ["of one tab"]


def test_a_page_goes_on_from_its_own_change_though_it_heard_no_answer(client, member):
    kept(client, "first", FIRST, "none")
    kept(client, "answer never heard", SECOND, FIRST)
    assert kept(client, "third", THIRD, FIRST, SECOND).json() == {"version": THIRD}
    assert draft_of(member)["input_text"] == ["third"]


def test_a_change_that_arrives_after_a_later_one_of_the_same_page_is_refused(client, member):
    kept(client, "first", FIRST, "none")
    kept(client, "third", THIRD, FIRST, SECOND)
    assert kept(client, "second", SECOND, FIRST).status_code == 409
    assert draft_of(member)["input_text"] == ["third"]


def test_the_same_draft_from_an_older_page_is_no_change(client):
    for version, known in ((FIRST, "none"), (SECOND, "none"), (THIRD, OTHER)):
        assert kept(client, "same", version, known).json() == {"version": FIRST}


def test_a_draft_that_another_page_changes_this_very_moment_is_looked_at_again(client, member, monkeypatch):
    kept(client, "first", FIRST, "none")
    changes = iter([{"version": OTHER, "form": {"input_text": ["of another tab"]}}])

    def now():  # the draft has been read and is about to be written
        for change in changes:
            Draft.objects.update(**change)
        return timezone.now()

    monkeypatch.setattr(drafts, "timezone", SimpleNamespace(now=now))
    assert kept(client, "of this tab", SECOND, FIRST).status_code == 409
    assert draft_of(member)["input_text"] == ["of another tab"]


def test_a_page_that_knows_no_version_replaces_the_draft(client):
    kept(client, "first", FIRST)
    assert kept(client, "second", SECOND).json() == {"version": SECOND}


@pytest.mark.parametrize("version", ["", "x", "-1", "²" * 32, "9" * 33, "A" * 32])
def test_a_version_that_is_no_such_name_is_replaced_by_one(client, version):
    named = kept(client, "first", version).json()["version"]
    assert re.fullmatch("[0-9a-f]{32}", named)
    assert known_in(client.get("/playground/").text) == named


def test_a_run_keeps_its_form_as_the_draft_in_the_version_that_the_page_named(client):
    client.post(RUN, filled(draft_version=FIRST, draft_known="none"), headers=HTMX)
    assert known_in(client.get("/playground/").text) == FIRST


def test_a_run_from_a_page_that_another_has_overtaken_leaves_the_draft_alone(client, member):
    kept(client, "first", FIRST, "none")
    kept(client, "of another tab", OTHER, FIRST)
    client.post(RUN, filled(input_text="of this tab", draft_version=SECOND, draft_known=FIRST), headers=HTMX)
    assert draft_of(member)["input_text"] == ["of another tab"]
    assert Run.objects.get().input == "of this tab"
