"""Places in a schema as JavaScript counts them."""

import json

import pytest

from playground.lint_wire import problems_json, utf16_offsets
from provider.lint import lint


def as_utf16(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_an_astral_sign_counts_twice():
    offset = utf16_offsets("a🇫é")
    assert [offset(at) for at in range(4)] == [0, 1, 3, 4]


def test_a_place_behind_the_text_is_its_end():
    assert utf16_offsets("é")(99) == 1


@pytest.mark.parametrize("before", ["", "é", "日本", "🇫🇷👩‍👩‍👧"])
def test_a_problem_is_marked_at_its_words_whatever_stands_before(before):
    text = f'{{"description": "{before}", "type": "objekt"}}'
    problems = problems_json(text, lint(text))
    (unknown,) = [problem for problem in problems if problem["rule"] == "type-unknown"]
    assert as_utf16(text, unknown["from"], unknown["to"]) == '"objekt"'


@pytest.mark.parametrize("before", ["", "🇫🇷"])
def test_a_fix_applied_where_it_says_mends_the_text(before):
    text = f'{{"description": "{before}", "type": "object",}}'
    (problem,) = [problem for problem in problems_json(text, lint(text)) if problem["rule"] == "comma"]
    (change,) = problem["fix"]["changes"]
    units = text.encode("utf-16-le")
    mended = units[: 2 * change["from"]] + change["insert"].encode("utf-16-le") + units[2 * change["to"] :]
    assert json.loads(mended.decode("utf-16-le"))["type"] == "object"


def test_what_is_said_can_be_sent():
    text = '{"a": 1, "a": 2, '
    for problem in problems_json(text, lint(text)):
        assert set(problem) == {"rule", "severity", "message", "from", "to", "line", "column", "path", "fix"}
        assert json.loads(json.dumps(problem)) == problem
