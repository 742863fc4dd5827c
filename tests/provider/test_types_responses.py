import pytest

from provider.types import Invalid
from provider.types_responses import parse_responses_request

FACT = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
EARLIER = "resp_" + "0f" * 16


def body(**changes):
    return {"model": "parallel", "input": "What is the capital of France?", **changes}


def refusal(**changes):
    with pytest.raises(Invalid) as caught:
        parse_responses_request(body(**changes))
    return caught.value


def test_a_text_is_a_message_from_the_user():
    task = parse_responses_request(body()).as_task()
    assert (task.input, task.processor) == ("What is the capital of France?", "base")
    assert task.task_spec == {"output_schema": {"type": "text"}}


def test_the_model_is_known_in_any_case():
    assert parse_responses_request(body(model="Parallel"))


@pytest.mark.parametrize(("effort", "processor"), [("low", "lite"), (None, "base"), ("high", "pro")])
def test_an_effort_is_a_processor(effort, processor):
    assert parse_responses_request(body(reasoning={"effort": effort})).as_task().processor == processor


def test_messages_may_be_text_or_parts():
    asked = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Capital of Peru?"}]},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Lima", "annotations": []}]},
        {"role": "user", "content": "And its population?"},
    ]
    task = parse_responses_request(body(input=asked, instructions="Be brief.")).as_task()
    assert task.input["question"] == "And its population?"
    assert task.input["instructions"] == "Be brief."
    assert [one["content"] for one in task.input["conversation"]] == ["Capital of Peru?", "Lima"]


def test_a_follow_up_names_the_earlier_run():
    task = parse_responses_request(body(previous_response_id=EARLIER)).as_task()
    assert task.previous_interaction_id == "trun_" + "0f" * 16


def test_a_schema_is_the_tasks_schema_and_any_json_is_text():
    named = {"type": "json_schema", "name": "fact", "schema": FACT}
    assert parse_responses_request(body(text={"format": named})).answering.json_schema == FACT
    assert parse_responses_request(body(text={"format": {"type": "json_object"}})).answering.format == "text"


def test_metadata_goes_with_the_run():
    assert parse_responses_request(body(metadata={"k": "v"})).as_task().metadata == {"k": "v"}


def test_metadata_that_no_task_may_carry_stays_with_the_response():
    request = parse_responses_request(body(metadata={"k" * 17: "long", "k": "v"}))
    assert request.as_task().metadata == {"k": "v"}
    assert request.metadata == {"k" * 17: "long", "k": "v"}
    assert parse_responses_request(body(metadata={"k" * 17: "long"})).as_task().metadata is None


def test_input_and_schema_together_are_no_longer_than_a_task_may_be():
    described = {"type": "object", "properties": {"a": {"type": "string", "description": "d" * 9_000}}}
    named = {"format": {"type": "json_schema", "name": "fact", "schema": described}}
    parse_responses_request(body(input="x" * 19_000))
    with pytest.raises(Invalid) as refused:
        parse_responses_request(body(input="x" * 19_000, text=named))
    assert refused.value.status == 400
    assert "with the task spec it may have" in str(refused.value)


def test_what_openai_has_beyond_it_is_ignored_also_when_null():
    ignored = {"tools": [{}], "temperature": 1, "store": False, "include": ["x"], "background": False}
    nulls = {"text": None, "reasoning": None, "metadata": None, "instructions": None, "stream": None}
    assert parse_responses_request(body(**ignored, **nulls)) == parse_responses_request(body())


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "gpt-5"},
        {"model": None},
        {"input": ""},
        {"input": None},
        {"input": []},
        {"input": 7},
        {"input": [{"role": "assistant", "content": "Hello."}]},
        {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
        {"input": [{"type": "function_call_output", "output": "4"}]},
        {"input": "x" * 20_001},
        {"input": "x" * 15_000, "instructions": "x" * 5_001},
        {"instructions": 7},
        {"background": True},
        {"stream": "yes"},
        {"reasoning": "low"},
        {"reasoning": {"effort": "extreme"}},
        {"reasoning": {"effort": ["low"]}},
        {"text": "json"},
        {"text": {"format": {"type": "xml"}}},
        {"text": {"format": {"type": "json_schema", "name": "fact"}}},
        {"text": {"format": {"type": "json_schema", "name": "fact", "schema": {"type": "array"}}}},
        {"metadata": ["k"]},
        {"metadata": {"k": 1}},
        {"metadata": {"k" * 65: "v"}},
        {"metadata": {"k": "v" * 513}},
        {"metadata": {str(number): "v" for number in range(17)}},
        {"metadata": {"k": "\x00"}},
        {"previous_response_id": "resp_1"},
        {"previous_response_id": 1},
    ],
)
def test_it_refuses_with_a_sentence(wrong):
    refused = refusal(**wrong)
    assert refused.status == 400
    assert str(refused).endswith((".", "…}."))


def test_it_refuses_what_is_no_object():
    with pytest.raises(Invalid, match="JSON object"):
        parse_responses_request([])
