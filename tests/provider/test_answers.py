"""What a provider answers, and what is made of it when it is not what its API says."""

import contextlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.answers import (
    Progress,
    RunEvent,
    StatusEvent,
    TaskRun,
    error_sentence,
    load,
    read_counts,
    read_group_event,
    read_id,
    read_output,
    read_run,
    read_run_event,
)
from provider.errors import Unreadable
from tests.provider.damage import STEADY

RUN = {
    "run_id": "trun_1",
    "interaction_id": "inter_1",
    "status": "completed",
    "is_active": False,
    "processor": "lite",
    "metadata": {"row": 7},
    "warnings": [{"type": "warning", "message": "Slow.", "detail": None}],
    "error": None,
    "taskgroup_id": None,
    "created_at": "2026-11-28T01:00:00Z",
    "modified_at": "2026-11-28T01:00:01Z",
    "region": "north-1",
}
CITATION = {"url": "https://example.org/a", "title": "A", "excerpts": ["one", "two"]}
BASIS = {"field": "capital", "reasoning": "So.", "confidence": "high", "citations": [CITATION]}
OUTPUT = {"type": "json", "content": {"capital": "Paris"}, "basis": [BASIS], "output_schema": None}
STATUS = {"num_task_runs": 3, "task_run_status_counts": {"completed": 2, "running": 1}, "is_active": True}
HOSTILE = [None, True, 0, -1, 1.5, "", "x", "x" * 101, [], [1], {}, {"a": 1}, [[]], [{}], {"a": []}]


# Runs


def test_a_run_is_read_by_its_documented_fields_and_kept_whole():
    run = read_run(RUN)
    assert (run.run_id, run.interaction_id, run.status, run.is_over) == (
        "trun_1",
        "inter_1",
        "completed",
        True,
    )
    assert (run.metadata, run.error, run.warnings) == ({"row": 7}, "", RUN["warnings"])
    assert run.raw["region"] == "north-1"


@pytest.mark.parametrize(
    ("status", "is_over"),
    [
        ("queued", False),
        ("running", False),
        ("action_required", False),
        ("cancelling", False),
        ("completed", True),
        ("failed", True),
        ("cancelled", True),
    ],
)
def test_a_run_is_over_when_its_status_is_one_of_three(status, is_over):
    assert read_run(RUN | {"status": status}).is_over is is_over


def test_an_older_api_names_no_interaction():
    for other in (None, "", 7, "x" * 101, [], {}):
        assert read_run(RUN | {"interaction_id": other}).interaction_id == "trun_1"


def test_a_failed_run_says_why():
    assert read_run(RUN | {"error": {"message": "No."}}).error == "No."
    for other in (None, "No.", [], {}, {"message": None}, {"message": ""}):
        assert read_run(RUN | {"error": other}).error == ""


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_no_run_is_unreadable(value):
    with pytest.raises(Unreadable):
        read_run(value)


@pytest.mark.parametrize("value", [None, True, 0, "", "x" * 101, [], ["trun_1"], {}])
def test_a_run_without_a_name_is_unreadable(value):
    with pytest.raises(Unreadable):
        read_run(RUN | {"run_id": value})
    with pytest.raises(Unreadable):
        read_id(value, "run")


@pytest.mark.parametrize("value", [None, True, 0, "", "done", "COMPLETED"])
def test_a_status_that_is_not_known_is_unreadable(value):
    with pytest.raises(Unreadable):
        read_run(RUN | {"status": value})


@pytest.mark.parametrize("value", [[], ["completed"], {}])
def test_a_status_of_a_hostile_type_is_unreadable(value):
    with pytest.raises(Unreadable):
        read_run(RUN | {"status": value})


@pytest.mark.parametrize("value", HOSTILE)
def test_the_other_fields_of_a_run_may_be_anything(value):
    odd = {name: value for name in RUN if name not in ("run_id", "status")}
    run = read_run(RUN | odd)
    assert isinstance(run.metadata, dict)
    assert isinstance(run.error, str)
    assert all(isinstance(warning, dict) for warning in run.warnings)


# Outputs


def test_an_output_is_read_with_its_evidence():
    output = read_output(OUTPUT)
    assert (output.type, output.content, output.output_schema, output.more) == (
        "json",
        {"capital": "Paris"},
        None,
        {},
    )
    (entry,) = output.basis
    assert (entry.field, entry.reasoning, entry.confidence, entry.found) == ("capital", "So.", "high", True)
    (citation,) = entry.citations
    assert (citation.url, citation.title) == ("https://example.org/a", "A")
    assert [excerpt.text for excerpt in citation.excerpts] == ["one", "two"]


def test_a_text_is_its_content():
    assert read_output({"type": "text", "content": "Paris."}).content == "Paris."


def test_a_schema_that_the_provider_made_is_kept():
    assert read_output(OUTPUT | {"output_schema": {"type": "object"}}).output_schema == {"type": "object"}
    assert read_output(OUTPUT | {"output_schema": "auto"}).output_schema is None


def test_fields_that_nobody_here_knows_are_kept_beside():
    more = {"mcp_tool_calls": [1], "beta_fields": {"a": 1}, "empty": None}
    assert read_output(OUTPUT | more).more == {"mcp_tool_calls": [1], "beta_fields": {"a": 1}}


def test_json_that_comes_as_text_is_read():
    output = read_output(OUTPUT | {"content": '{"b": 1, "a": [null]}'})
    assert list(output.content.items()) == [("b", 1), ("a", [None])]


@pytest.mark.parametrize("content", ["", "no", "{", "{'a': 1}", "NaN"])
def test_json_that_comes_as_text_and_is_none_is_unreadable(content):
    with pytest.raises(Unreadable):
        read_output(OUTPUT | {"content": content})


def test_json_that_comes_as_the_text_null_is_no_content():
    with pytest.raises(Unreadable):
        read_output(OUTPUT | {"content": "null"})


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_no_output_is_unreadable(value):
    with pytest.raises(Unreadable):
        read_output(value)


@pytest.mark.parametrize("kind", [None, "", "xml", "JSON", 7, [], ["json"], {}])
def test_a_kind_of_output_that_is_not_known_is_unreadable(kind):
    with pytest.raises(Unreadable):
        read_output(OUTPUT | {"type": kind})


@pytest.mark.parametrize(
    ("kind", "content"), [("text", {}), ("text", None), ("text", 7), ("json", None), ("json", 7)]
)
def test_a_content_that_does_not_fit_its_kind_is_unreadable(kind, content):
    with pytest.raises(Unreadable):
        read_output(OUTPUT | {"type": kind, "content": content})


@pytest.mark.parametrize("basis", [None, "", 7, {}, [], [None, 7, "x", []]])
def test_evidence_that_is_none_is_left_out(basis):
    assert read_output(OUTPUT | {"basis": basis}).basis == ()


@pytest.mark.parametrize("confidence", [None, "", "none", "HIGH", 7, True])
def test_a_confidence_that_is_not_known_is_none(confidence):
    assert read_output(OUTPUT | {"basis": [BASIS | {"confidence": confidence}]}).basis[0].confidence == ""


@pytest.mark.parametrize("confidence", [[], ["high"], {"high": 1}])
def test_a_confidence_of_a_hostile_type_is_none(confidence):
    assert read_output(OUTPUT | {"basis": [BASIS | {"confidence": confidence}]}).basis[0].confidence == ""


@pytest.mark.parametrize("confidence", ["high", "medium", "low"])
def test_a_confidence_that_is_known_is_kept(confidence):
    entry = read_output(OUTPUT | {"basis": [BASIS | {"confidence": confidence}]}).basis[0]
    assert entry.confidence == confidence


@pytest.mark.parametrize("value", HOSTILE)
def test_the_fields_of_evidence_may_be_anything(value):
    entry = dict.fromkeys(BASIS, value) | {"confidence": ""}
    cited = BASIS | {"citations": [dict.fromkeys(CITATION, value), value]}
    for read in read_output(OUTPUT | {"basis": [entry, cited]}).basis:
        assert (type(read.field), type(read.reasoning)) == (str, str)
        assert all(type(citation.title) is str for citation in read.citations)


@pytest.mark.parametrize(
    "url", ["/library/france/", "//evil.example", "javascript:alert(1)", "", "data:x", " https://x"]
)
def test_an_address_that_is_none_of_the_web_leads_nowhere(url):
    cited = BASIS | {"citations": [CITATION | {"url": url}]}
    assert read_output(OUTPUT | {"basis": [cited]}).basis[0].citations[0].url == f"invalid:{url}"


def test_an_address_of_the_web_is_kept():
    for url in ("https://example.org/a?b#c", "http://example.org"):
        cited = BASIS | {"citations": [CITATION | {"url": url}]}
        assert read_output(OUTPUT | {"basis": [cited]}).basis[0].citations[0].url == url


# Groups and events


def test_a_group_says_how_many_are_over():
    status = read_counts(STATUS | {"task_run_status_counts": {"completed": 2, "failed": 1, "queued": 4}})
    assert (status.size, status.over) == (3, 3)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_group_that_does_not_say_how_many_is_unreadable(value):
    with pytest.raises(Unreadable):
        read_counts(value)
    if not isinstance(value, dict):
        with pytest.raises(Unreadable):
            read_counts(STATUS | {"task_run_status_counts": value})
    if not isinstance(value, int):
        with pytest.raises(Unreadable):
            read_counts(STATUS | {"num_task_runs": value})


def test_counts_that_are_none_are_left_out():
    counts = {"completed": 2, "failed": "3", "queued": None}
    assert read_counts(STATUS | {"task_run_status_counts": counts}).counts == {"completed": 2}


def test_events_of_a_group_are_read_by_their_kind():
    event = read_group_event({"type": "task_run.state", "event_id": "7", "run": RUN, "output": OUTPUT})
    assert isinstance(event, RunEvent)
    assert (event.event_id, event.run.run_id, event.output.content) == ("7", "trun_1", {"capital": "Paris"})
    event = read_group_event({"type": "task_group_status", "event_id": "8", "status": STATUS})
    assert isinstance(event, StatusEvent)
    assert (event.event_id, event.counts) == ("8", {"completed": 2, "running": 1})
    assert read_group_event({"type": "something.new", "event_id": "9"}) is None


def test_an_event_without_an_id_has_none():
    for event_id in (None, 7, [], {}):
        event = {"type": "task_run.state", "event_id": event_id, "run": RUN}
        assert read_group_event(event).event_id == ""


def test_an_error_on_the_stream_is_told_in_its_own_words():
    with pytest.raises(Unreadable, match=r"^Gone\.$"):
        read_group_event({"type": "error", "error": {"message": "Gone."}})
    with pytest.raises(Unreadable, match="ended the stream"):
        read_group_event({"type": "error"})


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_no_event_is_unreadable_or_of_no_kind(value):
    with contextlib.suppress(Unreadable):
        assert read_group_event(value) is None
    with contextlib.suppress(Unreadable):
        assert read_run_event(value) is None
    with pytest.raises(Unreadable):
        read_group_event({"type": "task_run.state", "run": value})
    with pytest.raises(Unreadable):
        read_group_event({"type": "task_group_status", "status": value})


def test_an_output_on_the_stream_that_can_not_be_read_is_found_out_when_it_is_asked_for():
    event = read_group_event({"type": "task_run.state", "run": RUN, "output": {"type": "xml"}})
    with pytest.raises(Unreadable):
        _ = event.output


def test_steps_of_a_run_are_read_by_their_kind():
    step = read_run_event({"type": "task_run.progress_msg.search", "message": "x", "timestamp": "t"})
    assert (step.kind, step.message, step.timestamp) == ("search", "x", "t")
    stats = read_run_event(
        {
            "type": "task_run.progress_stats",
            "source_stats": {
                "num_sources_considered": 9,
                "num_sources_read": 4,
                "sources_read_sample": ["a"],
            },
            "progress_meter": 40,
        }
    )
    assert (stats.kind, stats.considered, stats.read, stats.meter, stats.sample) == (
        "stats",
        9,
        4,
        40.0,
        ("a",),
    )
    assert isinstance(read_run_event({"type": "task_run.state", "run": RUN}), TaskRun)


@pytest.mark.parametrize("value", [*HOSTILE, 2**31, 1e308, -1e308])
def test_steps_may_hold_anything(value):
    counts = {"num_sources_considered": value, "num_sources_read": value, "sources_read_sample": value}
    for stats in (value, counts):
        event = {"type": "task_run.progress_stats", "source_stats": stats, "progress_meter": value}
        read = read_run_event(event)
        assert isinstance(read, Progress)
        assert 0 <= read.read < 2**31
        assert 0 <= read.meter <= 100
    event = {"type": "task_run.progress_msg.plan", "message": value, "timestamp": value}
    assert type(read_run_event(event).message) is str


# JSON


def test_nul_characters_are_taken_out_wherever_they_are():
    body = orjson.dumps({"a\0b": ["c\0", {"d": "\0"}], "e": 1})
    assert load(body) == {"ab": ["c", {"d": ""}], "e": 1}


def test_words_that_only_look_like_nul_characters_stay():
    assert load(rb'{"a": "\\u0000"}') == {"a": r"\u0000"}


def test_nul_characters_in_json_that_comes_as_text_are_taken_out():
    content = orjson.dumps({"a": "b\0"}).decode()
    read = load(orjson.dumps(OUTPUT | {"content": content}))
    assert read_output(read).content == {"a": "b"}


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"{", b"\xff", b"NaN", b"[" * 5000, rb'"\ud800"', b'"\x00"', b"{}{}", b"\xef\xbb\xbf{}"],
)
def test_what_is_no_json_is_unreadable(body):
    with pytest.raises(Unreadable):
        load(body)


def test_an_error_says_its_message_at_a_bearable_length():
    assert error_sentence({"error": {"message": "No."}}) == "No."
    assert len(error_sentence({"error": {"message": "x" * 9999}})) == 500
    for value in (*HOSTILE, {"error": None}, {"error": "No."}, {"error": {"message": 7}}):
        assert error_sentence(value) == ""


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*RUN, *OUTPUT, *BASIS, *CITATION, *STATUS, "type", "run", "event_id", "source_stats"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
KINDS = ["task_run.state", "task_group_status", "error", "task_run.progress_stats", "task_run.progress_msg.x"]


@STEADY
@given(JSON, st.sampled_from(KINDS))
def test_any_json_is_read_or_unreadable_and_nothing_else(value, kind):
    event = {
        "type": kind,
        "run": value,
        "status": value,
        "output": value,
        "source_stats": value,
        "error": value,
    }
    for read in (
        lambda: read_run(value),
        lambda: read_output(value),
        lambda: read_output(OUTPUT | {"basis": value}),
        lambda: read_output(OUTPUT | {"basis": [value]}),
        lambda: read_output(OUTPUT | {"basis": [BASIS | {"citations": value}]}),
        lambda: read_counts(value),
        lambda: read_group_event(value),
        lambda: read_group_event(event),
        lambda: read_run_event(event),
    ):
        with contextlib.suppress(Unreadable):
            read()
