import pytest
from django.test import Client

from tests.api.conftest import RUNS
from tests.api.envelope import message_of
from tests.calls import ApiClient

BODY = {"input": "France", "processor": "lite"}


def ask(**headers: str):
    return Client(headers=headers).post(RUNS, BODY, content_type="application/json")


@pytest.mark.parametrize("header", ["x-api-key", "X-API-Key"])
def test_a_token_is_taken_as_x_api_key(token, header):
    assert ask(**{header: token.text}).status_code == 202


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_is_taken_as_a_bearer(token, scheme):
    assert ask(authorization=f"{scheme} {token.text}").status_code == 202


@pytest.mark.parametrize("sent", ["", "gw_", "x" * 5_000, "é", "gw_" + "0" * 60])
def test_any_other_text_is_no_token(token, nothing_stored, sent):
    answer = ask(**{"x-api-key": sent})
    assert answer.status_code == 401
    assert "createtoken" in message_of(answer)
    assert nothing_stored()


def test_a_token_with_one_other_letter_is_no_token(token):
    other = "0" if token.text[-1] != "0" else "1"
    assert ask(**{"x-api-key": token.text[:-1] + other}).status_code == 401


def test_a_token_in_another_scheme_is_no_token(token):
    assert ask(authorization=f"Basic {token.text}").status_code == 401


def test_no_browser_session_opens_the_api(client):
    assert client.post(RUNS, BODY, content_type="application/json").status_code == 401


def test_a_script_needs_no_csrf_token(token):
    script = Client(enforce_csrf_checks=True, headers={"x-api-key": token.text})
    assert script.post(RUNS, BODY, content_type="application/json").status_code == 202


@pytest.mark.parametrize("path", [RUNS, f"{RUNS}/trun_{'0' * 32}", f"{RUNS}/x/input", f"{RUNS}/x/result"])
def test_nothing_is_said_without_a_token(db, path):
    assert ApiClient().get(path).status_code == 401


def test_a_viewers_token_may_read(viewers_api, start):
    assert viewers_api.get(f"{RUNS}/{start().run_id}").status_code == 200


def test_a_viewers_token_may_not_start_a_run(viewers_api, nothing_stored):
    answer = viewers_api.post(RUNS, BODY, content_type="application/json")
    assert answer.status_code == 403
    assert "may only read" in message_of(answer)
    assert nothing_stored()


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing", "/v1/tasks/runs/", "/v1/tasks/groups/none"])
def test_an_address_that_is_not_there_says_so_in_the_envelope(api, path):
    answer = api.get(path)
    assert answer.status_code == 404
    assert message_of(answer)
