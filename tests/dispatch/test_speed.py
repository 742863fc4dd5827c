import pytest

from dispatch.speed import answer_at_once
from provider.types_chat import parse_chat_request

FACT = {
    "type": "object",
    "properties": {"capital": {"type": "string"}},
    "required": ["capital"],
    "additionalProperties": False,
}


@pytest.fixture
def ask(workspace, small_library):
    def ask(question, **more):
        body = {"model": "speed", "messages": [{"role": "user", "content": question}], **more}
        return answer_at_once(workspace=workspace, request=parse_chat_request(body))

    return ask


def test_a_question_is_answered_with_its_citation(ask):
    answered = ask("What is the capital of France?")
    assert (answered.type, answered.content) == ("text", "Paris")
    assert answered.basis[0].citations[0].url == "/library/france/"


def test_an_answer_can_be_json(ask):
    named = {"name": "fact", "schema": FACT}
    answered = ask("France", response_format={"type": "json_schema", "json_schema": named})
    assert answered.content == {"capital": "Paris"}
    assert ask("Capital of France?", response_format={"type": "json_object"}).content == {"answer": "Paris"}


def test_it_goes_on_from_an_earlier_run(ask, start):
    earlier = start("France")
    assert ask("What is its capital?", previous_interaction_id=earlier.run_id).content == "Paris"


def test_it_knows_nothing_of_another_workspaces_run(ask, start, outsider):
    earlier = start("France", workspace=outsider.workspace)
    answered = ask("What is its capital?", previous_interaction_id=earlier.run_id)
    assert "Paris" not in answered.content
