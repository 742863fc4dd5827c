import pytest

from engine.document import Block
from engine.starter.markup.markdown import blocks, inline


def shape(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(text)]


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("a **strong** and *soft* word", "a strong and soft word"),
        ("_Or with npm. **Warning**: old_", "Or with npm. Warning: old"),
        ("see [the docs](https://example.org/a_(b))", "see the docs"),
        ("[`Client`](https://example.org) sends", "Client sends"),
        ("[![Build](https://ci/badge.svg)](https://ci) ready", " ready"),
        ("<b>HTTPX</b> &amp; friends<br>again", "HTTPX & friends again"),
        ("`a_b*c` stays, snake_case_name too", "a_b*c stays, snake_case_name too"),
        (r"2 \* 3", "2 * 3"),
        ("<https://example.org>", "https://example.org"),
    ],
)
def test_markup_goes_and_words_stay(marked: str, words: str) -> None:
    assert inline(marked) == words


def test_a_paragraph_is_one_line() -> None:
    assert shape("one\ntwo  three\n\nfour") == [("paragraph", "one two three"), ("paragraph", "four")]


def test_headings_of_both_kinds_have_levels() -> None:
    found = list(blocks("Title\n=====\n\n### Deep ###\n\ntext"))
    assert found[:2] == [Block("heading", "Title", level=2), Block("heading", "Deep", level=3)]


def test_code_keeps_its_lines_and_loses_its_fence() -> None:
    assert shape("```python\nif a:\n    b\n```\nafter") == [("code", "if a:\n    b"), ("paragraph", "after")]


def test_an_item_takes_its_continuation_lines() -> None:
    assert shape("- one\n  more\n* two\n1. three") == [
        ("item", "one more"),
        ("item", "two"),
        ("item", "three"),
    ]


def test_badges_comments_and_rules_leave_nothing() -> None:
    assert shape("<!-- hidden -->\n[![a](b)](c)\n\n---\n[ref]: https://example.org\n") == []


def test_a_table_loses_its_rule_and_stays_together() -> None:
    assert shape("| a | `b` |\n|---|---|\n| 1 | 2 |") == [("code", "| a | b |\n| 1 | 2 |")]


def test_a_quotation_is_a_paragraph() -> None:
    assert shape("> said\n> twice") == [("paragraph", "said twice")]


def test_an_unclosed_fence_ends_with_the_text() -> None:
    assert shape("```\nrest") == [("code", "rest")]
