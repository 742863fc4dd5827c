"""A streamed answer: its marks are numbers of sources that are there, and whatever ends it is told."""

from dataclasses import replace

import pytest
from asgiref.sync import async_to_sync

from engine.chat import Message, prepare
from engine.llm import chat as streaming
from engine.llm.chat import answer_stream
from engine.llm.marks import Marks
from engine.output import Output
from tests.engine.conftest import SCOPE
from tests.llm.modes import STREAM_FAILURES, babbles, refuses_formats
from tests.llm.server import good, in_turn, streams

QUESTION = "How much cargo does the Port of Aldwick handle?"


@pytest.fixture
def say(port):
    """All that is told to the reader, and the output at the end."""

    def say(llm, question=QUESTION, *before) -> tuple[str, Output]:
        messages = [Message("user", text) for text in (*before, question)]
        prepared = prepare(messages=messages, scopes=[SCOPE])

        async def listen() -> list[str | Output]:
            return [piece async for piece in answer_stream(llm, prepared)]

        *words, output = async_to_sync(listen)()
        assert isinstance(output, Output)
        assert output.content == "".join(words)
        return output.content, output

    return say


def test_the_sources_are_the_pages_that_are_named_in_that_order(endpoint, say):
    given = prepare(messages=[Message("user", QUESTION)], scopes=[SCOPE]).given
    one, other = given[0], next(each for each in given if each.page.id != given[0].page.id)
    llm, _ = endpoint(
        streams(f"It handles a lot [{other.number}]. ", f"So [{one.number}, {other.number}] [99].")
    )
    text, output = say(llm)
    assert text == "It handles a lot [1]. So [2][1]."
    (entry,) = output.basis
    assert (entry.found, entry.confidence) == (True, "medium")
    assert [citation.url for citation in entry.citations] == [other.page.url, one.page.url]
    for citation, given in zip(entry.citations, (other, one), strict=True):
        (excerpt,) = citation.excerpts
        assert excerpt.text == given.page.text[excerpt.start : excerpt.end]
        assert given.start <= excerpt.start < excerpt.end <= given.end


@pytest.mark.parametrize("name", STREAM_FAILURES)
def test_a_stream_that_fails_is_told_with_what_there_is(name, endpoint, say, monkeypatch):
    mode, said = STREAM_FAILURES[name]
    if name in ("silent", "drips"):
        monkeypatch.setattr(streaming, "SPEED", replace(streaming.SPEED, seconds=0.3))
    llm, _ = endpoint(mode)
    text, output = say(llm)
    assert said in text
    assert said in output.warnings[-1].message
    begun = text.startswith("Half of")
    assert ("Ask again for the rest." if begun else "This is what was found without it.") in text
    assert begun or "12.5 million" in text
    assert "sk-secret" not in str(output)


def test_an_answer_that_names_no_page_shows_none(endpoint, say):
    llm, _ = endpoint(streams("I think so [9] [0]."))
    text, output = say(llm)
    assert text == "I think so."
    assert (output.basis[0].found, output.basis[0].citations) == (False, ())


def test_an_endless_answer_is_ended(endpoint, say, monkeypatch):
    monkeypatch.setattr(streaming, "LONGEST_ANSWER", 20)
    llm, server = endpoint(babbles)
    assert "is too long" in say(llm)[0]
    assert server.left.wait(5)


def test_a_form_that_is_refused_is_left_out(endpoint, say):
    llm, server = endpoint(refuses_formats("temperature", "max_tokens"))
    assert "[1]" in say(llm)[0]
    assert [("temperature" in body, "max_tokens" in body) for body in server.asked] == [
        (True, True),
        (False, True),
        (False, False),
    ]


def test_nobody_is_asked_where_nothing_was_found(endpoint, say):
    llm, server = endpoint(good)
    assert "Nothing in the indexed sources" in say(llm, "Zzyzx?")[0]
    assert not server.asked


def test_a_moment_of_too_much_is_waited_for(endpoint, say):
    busy = lambda handler, body: handler.reply({}, 429, retry_after="0")  # noqa: E731
    llm, server = endpoint(in_turn(busy, streams("It does [1].")))
    assert say(llm)[0] == "It does [1]."
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["a [1]", "[2] b"], "a [1][2] b"),
        (["a[", "1", "]", "."], "a[1]."),
        (["a 【1】."], "a [1]."),
        (["a [1; 9]"], "a [1]"),
        (["a [9], b"], "a, b"),
        (["a [", "x] b"], "a [x] b"),
        (["list [1"], "list"),
        (["a [12345] b"], "a [12345] b"),
    ],
)
def test_marks_are_checked_however_they_are_cut(pieces, shown, port):
    found = prepare(messages=[Message("user", QUESTION)], scopes=[SCOPE]).given
    known = {1: found[0], 2: next(one for one in found if one.page.id != found[0].page.id)}
    marks = Marks(known.get)
    assert "".join([marks.feed(piece) for piece in pieces] + [marks.rest()]) == shown
    assert marks.text == shown
