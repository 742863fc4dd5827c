import pytest

from api.openai_errors import openai_error, openai_invalid
from provider.types import Invalid, Problem


def test_it_names_the_first_place_and_says_everything():
    refused = Invalid([Problem(("messages", 0, "content"), "Give text."), Problem(("stream",), "Set it.")])
    assert openai_invalid(refused) == {
        "error": {
            "message": "Give text. Set it.",
            "type": "invalid_request_error",
            "param": "messages[0].content",
            "code": None,
        }
    }


def test_a_body_that_is_none_has_no_parameter():
    assert openai_invalid(Invalid([Problem((), "Send JSON.")]))["error"]["param"] is None


def test_an_unknown_model_has_a_code_of_its_own():
    refused = Invalid([Problem(("model",), "There is no such model.", 404)])
    assert openai_invalid(refused)["error"]["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (403, "permission_error"),
        (429, "rate_limit_error"),
        (500, "server_error"),
    ],
)
def test_the_type_follows_the_status(status, kind):
    assert openai_error(status, "No.")["error"]["type"] == kind
