import pytest

from provider.types import Invalid
from provider.types_chat import parse_chat_request
from provider.types_conversation import Conversation, Message, conversation_in

USER = {"role": "user", "content": "What is the capital of France?"}
FACT = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


def body(**changes):
    return {"model": "lite", "messages": [USER], **changes}


def refusal(**changes):
    with pytest.raises(Invalid) as caught:
        parse_chat_request(body(**changes))
    return caught.value


def schema_format(schema, **more):
    return {"type": "json_schema", "json_schema": {"name": "fact", "schema": schema, **more}}


def test_it_reads_a_question():
    request = parse_chat_request(body())
    assert (request.model, request.stream, request.answering.format) == ("lite", False, "text")
    assert request.messages == (Message("user", "What is the capital of France?"),)


def test_what_openai_has_beyond_it_is_ignored_also_when_null():
    ignored = {"max_tokens": None, "stop": None, "temperature": 0.3, "tools": [{}], "n": 4, "user": "u"}
    nulls = {"stream": None, "response_format": None, "previous_interaction_id": None}
    assert parse_chat_request(body(**ignored, **nulls)) == parse_chat_request(body())


def test_text_in_parts_is_joined():
    parts = [{"type": "text", "text": "Capital"}, {"type": "text", "text": "of France?"}]
    request = parse_chat_request(body(messages=[{"role": "user", "content": parts}]))
    assert request.messages[0].content == "Capital\nof France?"


def test_a_message_may_have_a_name_and_an_assistant_no_content():
    messages = [USER | {"name": "ada"}, {"role": "assistant", "content": None, "tool_calls": []}, USER]
    assert len(parse_chat_request(body(messages=messages)).messages) == 3


def test_a_developers_message_is_the_systems():
    messages = [{"role": "developer", "content": "Be brief."}, USER]
    assert parse_chat_request(body(messages=messages)).messages[0].role == "system"


@pytest.mark.parametrize("model", ["gpt-5", "pro", "Lite", ""])
def test_an_unknown_model_is_not_found(model):
    refused = refusal(model=model)
    assert refused.status == 404
    assert "speed, lite, base, core" in str(refused)


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": None},
        {"model": 3},
        {"messages": None},
        {"messages": []},
        {"messages": "hello"},
        {"messages": ["hello"]},
        {"messages": [{"role": "assistant", "content": "Hello."}]},
        {"messages": [{"role": "tool", "content": "4"}, USER]},
        {"messages": [{"role": ["user"], "content": "4"}]},
        {"messages": [{"role": "user", "content": None}]},
        {"messages": [{"role": "user", "content": "  "}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
        {"messages": [{"role": "user", "content": "half \ud800"}]},
        {"stream": "yes"},
        {"response_format": "json"},
        {"response_format": {"type": "xml"}},
        {"response_format": {"type": "json_schema"}},
        {"response_format": {"type": "json_schema", "json_schema": {"schema": FACT}}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "fact"}}},
        {"previous_interaction_id": 7},
    ],
)
def test_it_refuses_with_a_sentence(wrong):
    refused = refusal(**wrong)
    assert refused.status == 422
    assert str(refused).endswith((".", "…}."))


@pytest.mark.parametrize("sent", [None, [], "hello", 7])
def test_it_refuses_what_is_no_object(sent):
    with pytest.raises(Invalid, match="JSON object"):
        parse_chat_request(sent)


def test_a_schema_is_held_to_the_rules_of_an_output_schema_and_named_by_its_place():
    refused = refusal(response_format=schema_format({"type": "array"}))
    assert refused.problems[0].loc[:3] == ("response_format", "json_schema", "schema")


def test_a_conversation_may_be_as_long_as_a_task():
    refused = refusal(messages=[USER | {"content": "x" * 25_001}])
    assert "25,000" in str(refused)
    assert "oldest" in str(refused)


def test_a_question_alone_is_the_tasks_input():
    task = parse_chat_request(body()).as_task()
    assert (task.input, task.processor) == ("What is the capital of France?", "lite")
    assert task.task_spec == {"output_schema": {"type": "text"}}


def test_a_schema_is_the_tasks_schema():
    request = parse_chat_request(body(response_format=schema_format(FACT, strict=True)))
    assert request.as_task().task_spec == {"output_schema": {"type": "json", "json_schema": FACT}}


def test_any_json_is_an_automatic_schema():
    request = parse_chat_request(body(response_format={"type": "json_object"}))
    assert request.as_task().task_spec == {"output_schema": {"type": "auto"}}


def test_a_conversation_is_carried_as_the_tasks_input_and_found_in_it_again():
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "I like France."},
        {"role": "assistant", "content": "Noted."},
        {"role": "user", "content": "What is its capital?"},
        {"role": "assistant", "content": "It is"},
    ]
    before = (Message("user", "I like France."), Message("assistant", "Noted."))
    task = parse_chat_request(body(messages=messages, previous_interaction_id="trun_1")).as_task()
    assert list(task.input) == ["question", "instructions", "conversation"]
    assert conversation_in(task.input) == Conversation("What is its capital?", "Be brief.", before)
    assert task.previous_interaction_id == "trun_1"


@pytest.mark.parametrize(
    "other",
    [
        "What is its capital?",
        {"question": "What is its capital?"},
        {"question": "Its capital?", "country": "France"},
        {"question": 3, "instructions": "Be brief."},
        {"question": "Its capital?", "conversation": "We spoke of France."},
        {"question": "Its capital?", "conversation": [{"role": "king", "content": "France"}]},
        {"instructions": "Be brief.", "conversation": []},
    ],
)
def test_any_other_input_is_no_conversation(other):
    assert conversation_in(other) is None
