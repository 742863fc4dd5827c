import orjson
import pytest

from api.responses_wire import (
    Head,
    answer_events,
    completed,
    failed,
    frame,
    in_progress,
    lines_said,
    opening_events,
    spanned,
)
from provider.types_responses import parse_responses_request

REQUEST = parse_responses_request(
    {"model": "parallel", "input": "Capital of France?", "instructions": "Be brief.", "metadata": {"k": "v"}}
)
HEAD = Head("resp_9c", 1_795_170_000, REQUEST)


def basis(field="output", *citations):
    cited = citations or (("https://a.example", "Capital: Paris"),)
    return {
        "field": field,
        "citations": [{"url": url, "title": "France", "excerpts": [text]} for url, text in cited],
    }


def annotations(whole):
    return whole["output"][0]["content"][0]["annotations"]


def test_a_completed_response_holds_the_text_with_its_citations():
    whole = completed(HEAD, "Paris", [basis()])
    assert (whole["object"], whole["status"], whole["model"]) == ("response", "completed", "parallel")
    assert whole["output"][0]["content"][0]["text"] == "Paris"
    assert annotations(whole) == [
        {
            "type": "url_citation",
            "url": "https://a.example",
            "title": "France",
            "start_index": 0,
            "end_index": 5,
        }
    ]


def test_it_echoes_the_request_and_shows_defaults_for_what_it_ignores():
    whole = in_progress(HEAD)
    assert (whole["instructions"], whole["metadata"]) == ("Be brief.", {"k": "v"})
    assert (whole["temperature"], whole["tools"], whole["tool_choice"]) == (None, [], "auto")
    assert whole["reasoning"] is whole["text"] is whole["usage"] is None


def test_usage_is_estimated_and_adds_up():
    usage = completed(HEAD, "Paris", [])["usage"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (7, 2, 9)


def test_the_spans_of_a_structured_answer_are_those_of_its_values():
    content = {"capital": "Paris", "languages": ["French"], "é": 1}
    text, spans = spanned(content)
    assert orjson.loads(text) == content
    assert {name: text[start:end] for name, (start, end) in spans.items()} == {
        "capital": '"Paris"',
        "languages": '["French"]',
        "é": "1",
    }


def test_a_list_and_its_elements_cite_a_page_once():
    cited = ("https://a.example", "French")
    whole = completed(
        HEAD, {"languages": ["French"]}, [basis("languages", cited), basis("languages.0", cited)]
    )
    assert len(annotations(whole)) == 1


@pytest.mark.parametrize(
    ("text", "excerpts", "marked"),
    [
        ("Paris", ["Capital: Paris"], ["Paris"]),
        ("Capital: Paris\nArea: 643,801 sq km", ["Area: 643,801 sq km"], ["Area: 643,801 sq km"]),
        ("Capital: Paris\nArea: 9\nMayor: x", ["It is Paris", "Area: 9"], ["Capital: Paris", "Area: 9"]),
        ("Capital: Paris\nArea: 9", ["643,801 sq km"], ["Capital: Paris\nArea: 9"]),
        ("First.\n  It is big. \n", ["It is big."], ["It is big."]),
        ("Paris", [], ["Paris"]),
        ("Paris", [""], ["Paris"]),
        ("", ["Paris"], [""]),
    ],
)
def test_a_citation_marks_the_lines_that_it_carries(text, excerpts, marked):
    assert [text[start:end] for start, end in lines_said(text, excerpts)] == marked


def test_the_events_come_in_their_order():
    whole = completed(HEAD, "Paris is the capital of France.", [basis()])
    events = [*opening_events(HEAD), *answer_events(HEAD, whole)]
    assert [event["type"].removeprefix("response.") for event in events] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.annotation.added",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    told = [event["delta"] for event in events if event["type"] == "response.output_text.delta"]
    assert "".join(told) == "Paris is the capital of France."
    assert events[-1]["response"] == whole


def test_a_failure_is_the_last_event():
    whole = failed(HEAD, "The engine failed.")
    assert list(answer_events(HEAD, whole)) == [{"type": "response.failed", "response": whole}]
    assert whole["error"] == {"code": "server_error", "message": "The engine failed."}


def test_a_frame_names_its_event_and_its_place():
    name, data, *rest = frame({"type": "response.completed"}, 7).decode().split("\n")
    assert (name, rest) == ("event: response.completed", ["", ""])
    assert orjson.loads(data.removeprefix("data: "))["sequence_number"] == 7
