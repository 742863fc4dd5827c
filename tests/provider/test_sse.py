"""The rules of the HTML standard for event streams, however the bytes are cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.sse import BOM, Parser, ServerEvent, TooLong
from tests.provider.damage import STEADY


def parsed(*chunks: bytes, **options) -> list[ServerEvent]:
    parser = Parser(**options)
    return [event for chunk in chunks for event in parser.feed(chunk)]


def data_of(*chunks: bytes) -> list[bytes]:
    return [event.data for event in parsed(*chunks)]


def test_an_event_ends_with_a_blank_line():
    assert parsed(b"event: add\ndata: 73857293\nid: 7\n\n") == [ServerEvent(b"73857293", "add", "7")]


def test_an_event_without_a_name_is_a_message():
    assert parsed(b"data: x\n\n") == [ServerEvent(b"x", "message", "")]


def test_data_lines_are_joined_by_newlines():
    assert data_of(b"data: YHOO\ndata: +2\ndata: 10\n\n") == [b"YHOO\n+2\n10"]


def test_the_standards_own_examples_are_read_as_it_says():
    """Two comments and four events, the second resetting the id."""
    stream = b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"
    assert parsed(stream) == [
        ServerEvent(b"first event", "message", "1"),
        ServerEvent(b"second event", "message", ""),
        ServerEvent(b" third event", "message", ""),
    ]
    assert data_of(b"data\n\ndata\ndata\n\ndata:") == [b"", b"\n"]
    assert data_of(b"data:test\n\ndata: test\n\n") == [b"test", b"test"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_line_ends_with_any_of_the_three(end):
    assert data_of(end.join((b"data: a", b"data: b", b"", b"data: c", b"", b""))) == [b"a\nb", b"c"]


def test_kinds_of_line_ends_may_be_mixed():
    assert data_of(b"data: a\rdata: b\r\n\ndata: c\n\r") == [b"a\nb", b"c"]


def test_a_line_end_that_is_cut_in_two_is_one():
    assert data_of(b"data: a\r", b"\n", b"data: b\r", b"\n\r", b"\n") == [b"a\nb"]


def test_the_second_of_two_newlines_is_a_blank_line_wherever_it_is_cut():
    """CR at the end of a chunk, then LF alone, then LF: the last is a line of its own."""
    assert data_of(b"data: a\r", b"\n", b"\n") == [b"a"]


def test_a_chunk_of_nothing_changes_nothing():
    assert data_of(b"data: a\r", b"", b"\n", b"", b"\r", b"\n") == [b"a"]


def test_a_byte_order_mark_is_left_out_at_the_beginning_alone():
    assert data_of(BOM + b"data: a\n\n" + BOM + b"data: b\n\n") == [b"a"]


def test_a_byte_order_mark_may_be_cut():
    assert data_of(BOM[:1], BOM[1:2], BOM[2:] + b"data: a\n\n") == [b"a"]


def test_comments_and_fields_that_are_not_known_are_passed_over():
    assert data_of(b": ping\n\n", b":\ndata: a\nfoo: bar\nfoo\n: x\n\n") == [b"a"]


def test_a_blank_line_without_data_is_no_event():
    assert parsed(b"event: x\n\ndata: a\n\n") == [ServerEvent(b"a", "message", "")]


def test_names_of_fields_are_whole_and_in_lower_case():
    assert data_of(b"Data: a\n data: b\ndata : c\n\n") == []


def test_one_space_behind_the_colon_is_no_part_of_the_value():
    assert data_of(b"data:  a \n\n") == [b" a "]


def test_an_id_holds_until_another_is_named():
    events = parsed(b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n")
    assert [event.last_event_id for event in events] == ["1", "1", ""]


def test_an_id_with_a_nul_is_no_id():
    events = parsed(b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n")
    assert [event.last_event_id for event in events] == ["1", "1"]


def test_a_stream_goes_on_from_an_id():
    assert parsed(b"data: a\n\n", last_event_id="7")[0].last_event_id == "7"


def test_an_id_counts_once_its_block_is_whole():
    parser = Parser()
    assert list(parser.feed(b"id: 1\ndata: a\n\nid: 2\ndata: b\n")) != []
    assert parser.last_event_id == "1"


def test_a_time_to_wait_is_digits_alone():
    parser = Parser()
    list(parser.feed(b"retry: 3000\nretry: 5s\nretry: -1\nretry:\nretry: 1.5\n"))
    assert parser.retry == 3000


def test_a_time_to_wait_of_any_length_breaks_nothing():
    assert data_of(b"retry: " + b"9" * 5000 + b"\ndata: a\n\n") == [b"a"]


def test_what_is_not_finished_is_never_told():
    assert data_of(b"data: a\n\ndata: b\n") == [b"a"]
    assert data_of(b"data: a\n\ndata: b") == [b"a"]


def test_bytes_that_are_no_text_break_nothing():
    assert parsed(b"event: \xff\nid: \xff\ndata: \xff\n\n") == [ServerEvent(b"\xff", "\ufffd", "\ufffd")]


# Too long


def test_a_line_without_an_end_is_not_listened_to_for_ever():
    with pytest.raises(TooLong):
        parsed(*[b"data: " + b"x" * 50] * 3, longest=100)


def test_a_block_of_many_short_lines_is_not_listened_to_for_ever():
    with pytest.raises(TooLong):
        parsed(*[b"data: x\n" * 50] * 10, longest=200)


def test_a_line_that_comes_whole_is_too_long_as_well():
    with pytest.raises(TooLong):
        parsed(b"data: " + b"x" * 500 + b"\n\n", longest=100)


def test_many_events_are_not_one_long_one():
    assert len(parsed(*[b"data: x\n\n" * 50] * 50, longest=200)) == 2500


def test_pings_do_not_add_up():
    assert parsed(*[b": ping\n\n"] * 100, b"data: a\n\n", longest=50) == [ServerEvent(b"a", "message", "")]


# However it is cut

LINES = st.sampled_from(
    [b"data: a", b"data", b"data:b", b"event: e", b"id: 1", b"id", b"id: \0", b": c", b"retry: 1", b"", b"x"]
)
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
STREAMS = st.lists(st.tuples(LINES, ENDS), max_size=25).map(
    lambda lines: b"".join(line + end for line, end in lines)
)


def cut(stream: bytes, places: set[int]) -> list[bytes]:
    edges = [0, *sorted(place for place in places if place < len(stream)), len(stream)]
    return [stream[edge:next_edge] for edge, next_edge in itertools.pairwise(edges)]


@STEADY
@given(STREAMS, st.sets(st.integers(0, 200)), st.booleans())
def test_a_stream_means_the_same_wherever_it_is_cut(stream, places, has_mark):
    whole = (BOM if has_mark else b"") + stream
    assert parsed(*cut(whole, places)) == parsed(whole)


@STEADY
@given(STREAMS)
def test_a_stream_means_the_same_byte_by_byte(stream):
    assert parsed(*(stream[place : place + 1] for place in range(len(stream)))) == parsed(stream)


@STEADY
@given(STREAMS)
def test_it_means_what_the_standard_says(stream):
    """Told again in the simplest way: the whole text, split into lines, then into blocks."""
    assert [(event.event, event.data, event.last_event_id) for event in parsed(stream)] == simply(stream)


def simply(stream: bytes) -> list[tuple[str, bytes, str]]:
    lines = stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[:-1]
    told, data, name, last_id = [], b"", "", ""
    for line in lines:
        field, _, value = line.partition(b":")
        value = value[1:] if value[:1] == b" " else value
        if not line:
            if data:
                told.append((name or "message", data[:-1], last_id))
            data, name = b"", ""
        elif field == b"data":
            data += value + b"\n"
        elif field == b"event":
            name = value.decode()
        elif field == b"id" and b"\0" not in value:
            last_id = value.decode()
    return told


@STEADY
@given(st.binary(max_size=200), st.sets(st.integers(0, 200)))
def test_bytes_of_any_kind_mean_the_same_wherever_they_are_cut(stream, places):
    assert parsed(*cut(stream, places)) == parsed(stream)
