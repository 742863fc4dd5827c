import pytest

from engine.document import Block
from engine.starter.markup.rst import blocks, inline


def shape(text: str, *, rendered: bool = False) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(text, rendered=rendered)]


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("a **strong** and *soft* word", "a strong and soft word"),
        ("``a_b`` and :class:`~app.Task`", "a_b and app.Task"),
        ("see `the docs <https://example.org>`_", "see the docs"),
        ("see Celery_ and `another page`_", "see Celery and another page"),
        ("|badge| done [1]_", " done"),
        ("snake_case and *args", "snake_case and *args"),
    ],
)
def test_markup_goes_and_words_stay(marked: str, words: str) -> None:
    assert inline(marked) == words


def test_levels_follow_the_order_in_which_the_styles_appear() -> None:
    found = list(blocks("====\nTop\n====\n\nPart\n----\n\nLess\n~~~~\n\nNext\n----\n"))
    assert [(block.text, block.level) for block in found] == [
        ("Top", 2),
        ("Part", 2),
        ("Less", 3),
        ("Next", 2),
    ]


def test_two_colons_announce_code() -> None:
    assert shape("Run this::\n\n    $ go\n      on\n\nDone.") == [
        ("paragraph", "Run this:"),
        ("code", "$ go\n  on"),
        ("paragraph", "Done."),
    ]


def test_a_code_directive_loses_its_options() -> None:
    assert shape(".. code-block:: python\n   :linenos:\n\n   x = 1\n") == [("code", "x = 1")]


def test_images_targets_and_comments_leave_nothing() -> None:
    assert shape(".. image:: a.png\n   :alt: badge\n\n.. _Celery: https://example.org\n.. a comment\n") == []


def test_a_note_is_a_paragraph() -> None:
    assert shape(".. note::\n   Mind the ``gap``.\n") == [("paragraph", "Mind the gap.")]


def test_a_field_is_a_fact() -> None:
    assert list(blocks(":Web: https://example.org")) == [
        Block("fact", "Web: https://example.org", label="Web"),
    ]


def test_an_item_takes_its_continuation_lines() -> None:
    assert shape("* one\n  more\n\n- two") == [("item", "one more"), ("item", "two")]


def test_a_table_stays_together() -> None:
    table = "+---+---+\n| a | b |\n+---+---+"
    assert shape(f"{table}\n\nafter") == [("code", table), ("paragraph", "after")]


def test_in_rendered_text_what_is_indented_is_code_unless_it_reads_as_a_sentence() -> None:
    text = (
        'Calls\n*****\n\nThe rule:\n\n   call ::= primary "("\n\nstr.upper()\n\n   Return a copy of *it*.\n'
    )
    assert shape(text, rendered=True) == [
        ("heading", "Calls"),
        ("paragraph", "The rule:"),
        ("code", 'call ::= primary "("'),
        ("paragraph", "str.upper()"),
        ("paragraph", "Return a copy of it."),
    ]


def test_in_rendered_text_stars_within_quotes_are_code() -> None:
    assert shape('use "*" and "**" *here*', rendered=True) == [("paragraph", 'use "*" and "**" here')]
