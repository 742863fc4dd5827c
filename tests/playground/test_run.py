import re

import pytest

from playground.drafts import draft_of
from runs.models import Run
from tests.conftest import signed_in
from tests.playground.filling import HTMX, RUN, errors_in, filled, schema

COMPANY = schema("company_name", website={"type": "string"})


def test_what_the_form_says_is_run(client, member):
    answer = client.post(RUN, filled())
    run = Run.objects.get()
    assert answer.url == run.get_absolute_url()
    assert (run.input, run.processor, run.made_by) == ("France", "lite", member)
    assert run.task_spec == {"output_schema": {"type": "json", "json_schema": schema("capital")}}


def test_htmx_gets_the_panel_of_the_new_run(client):
    answer = client.post(RUN, filled(), headers=HTMX)
    assert answer.status_code == 200
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#run-panel", "outerHTML")
    assert 'id="run-panel"' in answer.text
    assert Run.objects.get().get_absolute_url() in answer.text


def test_a_double_click_makes_one_run(client):
    first, second = (client.post(RUN, filled(request_key="abc")) for _ in range(2))
    assert first.url == second.url
    assert Run.objects.count() == 1


def test_the_next_run_of_the_same_page_gets_a_key_of_its_own(client):
    (key,) = re.findall(r'id="request-key"[^>]* value="(\w{32})"', client.get("/playground/").text)
    answer = client.post(RUN, filled(request_key=key), headers=HTMX)
    (fresh,) = re.findall(r'id="request-key"[^>]* value="(\w{32})" hx-swap-oob="true"', answer.text)
    assert fresh != key


def test_the_same_key_in_another_workspace_is_another_run(client, outside):
    for browser in (client, outside):
        browser.post(RUN, filled(request_key="abc"))
    assert Run.objects.values("workspace").distinct().count() == 2


@pytest.mark.parametrize(
    ("changes", "spec"),
    [
        (
            {"output_kind": "text", "output_text": " The capital "},
            {"type": "text", "description": "The capital"},
        ),
        ({"output_kind": "text", "output_text": "  "}, {"type": "text"}),
        ({"output_kind": "auto"}, {"type": "auto"}),
    ],
)
def test_an_answer_can_be_asked_for_in_text_or_without_a_schema(client, changes, spec):
    client.post(RUN, filled(output_schema="not even JSON", **changes))
    assert Run.objects.get().task_spec == {"output_schema": spec}


def test_an_input_can_be_filled_in_by_a_schema(client):
    form = filled(input_kind="form", input_schema=COMPANY)
    client.post(RUN, form | {"input:/company_name": "United Nations", "input:/website": "www.un.org"})
    run = Run.objects.get()
    assert run.input == {"company_name": "United Nations", "website": "www.un.org"}
    assert run.task_spec["input_schema"] == {"type": "json", "json_schema": COMPANY}
    assert run.warnings == []


def test_an_input_that_does_not_fit_is_run_with_a_warning(client):
    form = filled(input_kind="form", input_schema=COMPANY)
    answer = client.post(RUN, form | {"input:/website": "www.un.org"}, follow=True)
    run = Run.objects.get()
    assert [warning["type"] for warning in run.warnings] == ["input_validation_warning"]
    assert "company_name" in answer.text
    assert "which the input schema requires" in answer.text


def test_a_run_that_is_stopped_beside_the_form_leads_nowhere(client, start):
    run = start()
    stop = f"{run.get_absolute_url()}cancel/"
    for page, answer in (("/playground/?run=x", 204), (run.get_absolute_url(), 200)):
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
        assert client.post(stop, headers=headers).status_code == answer
    run.refresh_from_db()
    assert run.status == "cancelled"


def test_policy_and_metadata_are_sent_along(client):
    policy = {"include_domains": "un.org, .gov  docs.python.org/3", "after_date": "2026-01-31"}
    client.post(RUN, filled(**policy, metadata_key=["row", "", "team"], metadata_value=["17", "", "a b"]))
    run = Run.objects.get()
    domains = ["un.org", ".gov", "docs.python.org/3"]
    assert run.source_policy == {"include_domains": domains, "after_date": "2026-01-31"}
    assert run.metadata == {"row": "17", "team": "a b"}


def test_what_was_left_empty_is_not_sent(client):
    client.post(RUN, filled(include_domains=" ", metadata_key="", metadata_value=""))
    run = Run.objects.get()
    assert (run.source_policy, run.metadata, run.options) == (None, None, {})


def test_the_form_is_there_again_after_the_run(client, member):
    client.post(RUN, filled(input_text="Kenya"))
    assert draft_of(member)["input_text"] == ["Kenya"]
    assert ">Kenya</textarea>" in client.get("/playground/").text


def test_a_run_named_in_the_address_is_shown_beside_the_form(client, start):
    run = start("Shown beside")
    html = client.get("/playground/", {"run": run.run_id}).text
    assert f'data-live="run:{run.run_id}"' in html
    assert "Shown beside" in html


@pytest.mark.parametrize("name", ["", "trun_", "trun_" + "0" * 32, "x", "<script>", "\x00"])
def test_a_template_that_is_none_shows_the_plain_form(client, name):
    answer = client.get("/playground/", {"template": name})
    assert answer.status_code == 200
    assert "The answer appears here" in answer.text


@pytest.mark.parametrize("name", ["x", "trun_", "trun_" + "0" * 32, "<script>", "\x00"])
@pytest.mark.parametrize("parameter", ["run", "from"])
def test_a_run_that_is_not_there_is_not_found(client, parameter, name):
    assert client.get("/playground/", {parameter: name}).status_code == 404


def test_another_workspaces_run_is_neither_shown_nor_copied(outside, start):
    run = start("Atlantis")
    for parameter in ("run", "from"):
        assert "Atlantis" not in outside.get("/playground/", {parameter: run.run_id}).text


def test_two_members_have_drafts_of_their_own(client, owner):
    client.post(RUN, filled(input_text="Atlantis"))
    assert "Atlantis" not in signed_in(owner).get("/playground/").text


def test_an_error_box_that_is_shown_names_nothing_before_anybody_has_asked(client):
    assert errors_in(client.get("/playground/")) == []
