"""LangChain's integration, which keeps to older clients: its chat model and its tools."""

from typing import Any

import httpx
import pytest

from tests.clients.conftest import CHAT_PER_MINUTE, Runs, new_token

MODELS = ("speed", "lite")


@pytest.fixture(scope="module")
def chat(told_by: Runs) -> dict[str, Any]:
    return told_by("langchain", "langchain_chat.py")


@pytest.fixture(scope="module")
def tasks(told_by: Runs) -> dict[str, Any]:
    return told_by("langchain", "langchain_tasks.py")


@pytest.mark.parametrize("model", MODELS)
def test_the_chat_model_answers(chat, model):
    for answer in (chat[model]["answer"], chat[model]["async"]["answer"], *chat[model]["batch"]):
        assert "Nairobi" in answer["content"]
        assert answer["metadata"]["finish_reason"] == "stop"
        assert isinstance(answer["metadata"]["created"], int)


@pytest.mark.parametrize("model", MODELS)
def test_the_chat_model_streams(chat, model):
    for stream in (chat[model]["stream"], chat[model]["async"]["stream"]):
        assert "".join(stream["pieces"]) == stream["whole"]["content"]
        assert "Nairobi" in stream["whole"]["content"]
        assert stream["whole"]["metadata"]["finish_reason"] == "stop"


@pytest.mark.parametrize("model", MODELS)
def test_a_prompt_template_leads_into_the_chat_model(chat, model):
    assert "Tokyo" in chat[model]["chained"]["content"]


@pytest.mark.parametrize("model", MODELS)
def test_system_messages_in_a_row_are_one(chat, model):
    assert "Lima" in chat[model]["merged"]["content"]


@pytest.mark.parametrize("model", MODELS)
def test_the_chat_model_knows_what_was_said_before(chat, model):
    assert "Paris" in chat[model]["history"]["content"]


@pytest.mark.parametrize("model", MODELS)
def test_no_tokens_are_counted(chat, model):
    assert chat[model]["answer"]["usage"] is None
    assert chat[model]["stream"]["whole"]["usage"] is None


def test_parameters_that_mean_nothing_here_are_ignored(chat):
    assert "Nairobi" in chat["ignored"]["content"]


def test_a_researched_answer_brings_its_basis(chat):
    for answer in (chat["lite"]["answer"], chat["lite"]["stream"]["whole"]):
        assert answer["metadata"]["basis"][0]["citations"]
        assert answer["metadata"]["interaction_id"].count("trun_") == 1


def test_structured_output_is_a_pydantic_model(chat):
    assert chat["structured"]["capital"] == "Nairobi"
    assert "Uganda" in chat["structured"]["border_countries"]


def test_a_wrong_key_is_told_as_such(chat):
    assert chat["refused"]["class"] == "ValueError"
    assert "Authentication failed" in chat["refused"]["text"]


def test_a_rate_limit_is_waited_for_and_told_as_such(told_by, installation, api):
    token = new_token(installation, "Hasty")
    use_up(api, token)
    told = told_by("langchain", "langchain_rate_limit.py", GROUNDWORK_TOKEN=token)
    assert told["refused"]["class"] == "ValueError"
    assert "Rate limit exceeded" in told["refused"]["text"]
    assert len(told["waits"]) == 2
    assert all(1 <= wait <= 60 for wait in told["waits"])


def use_up(api: httpx.Client, token: str) -> None:
    """Ask until it is too much for a minute."""
    asked = {"model": "speed", "messages": [{"role": "user", "content": "The capital of Kenya?"}]}
    for _ in range(2 * CHAT_PER_MINUTE):
        answer = api.post("/chat/completions", json=asked, headers={"x-api-key": token})
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) >= 1
            return
    pytest.fail("So many requests should have been too many.")


def test_the_task_tool_answers_and_is_gone_on_from(tasks):
    assert tasks["asked"]["output"]["content"] == "Nairobi"
    assert tasks["asked"]["run"]["metadata"] == {"row": "3"}
    assert tasks["follow_up"]["output"]["content"].startswith("55,")


def test_langchain_finds_the_citations_of_every_field(tasks):
    assert list(tasks["basis"]["citations_by_field"]) == ["output"]
    fields = [entry["field"] for entry in tasks["typed"]["output"]["basis"]]
    assert list(tasks["typed_basis"]["citations_by_field"]) == fields


@pytest.mark.parametrize(("form", "capital"), [("typed", "Nairobi"), ("by_spec", "Tokyo")])
def test_the_task_tool_takes_schemas(tasks, form, capital):
    assert tasks[form]["output"]["content"]["capital"] == capital


def test_deep_research_answers_by_a_schema_of_its_own_or_as_a_report(tasks):
    assert tasks["research"]["output"]["type"] == "json"
    assert tasks["research"]["output"]["output_schema"]
    assert tasks["report"]["output"]["type"] == "text"


def test_groups_and_enrichments_keep_the_order_of_what_was_asked(tasks):
    assert [result["output"]["content"] for result in tasks["group"]] == ["Lima", "Santiago"]
    capitals = [result["output"]["content"]["capital"] for result in tasks["enriched"]]
    assert capitals == ["Madrid", "Rome"]


def test_the_search_and_extract_tools_read_the_library(tasks):
    assert any("Nairobi" in excerpt for excerpt in tasks["search"]["results"][0]["excerpts"])
    assert "Nairobi" in tasks["extract"][0]["content"]
    assert "Nairobi" in tasks["documents"][0]["text"]


def test_a_wrong_key_is_told_by_the_tool(tasks):
    assert "401" in tasks["refused"]["text"]
