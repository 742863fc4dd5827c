import pytest

from engine.document import Block, Document
from home.marking import marked_blocks, parse_mark

BLOCKS = (
    Block("heading", "Économie 🇫🇷", level=2),
    Block("paragraph", "France exports aircraft."),
    Block("fact", "Capital: Paris", label="Capital"),
    Block("fact", "Area: 643,801 sq km", label="Area"),
    Block("item", "aircraft"),
    Block("item", "cars"),
    Block("paragraph", ""),
    Block("code", "print(1)\nprint(2)"),
)
PAGE = Document(path="/library/x/", title="X", kind="topic", source="The test", blocks=BLOCKS)


def pieces(start: int, end: int) -> list:
    return [piece for group in marked_blocks(PAGE, start, end) for piece in group.blocks]


def marks(start: int, end: int) -> list[str]:
    return [piece.marked for piece in pieces(start, end) if piece.marked]


def slice_of(words: str) -> tuple[int, int]:
    start = PAGE.text.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    "words", ["aircraft.", "France", "F", "Paris", "Capital: Paris", "🇫🇷", "print(1)\nprint(2)"]
)
def test_exactly_the_slice_is_marked(words):
    assert marks(*slice_of(words)) == [words]


def test_a_slice_across_blocks_is_marked_in_each():
    assert marks(*slice_of("aircraft.\nCapital: Paris\nArea")) == ["aircraft.", "Capital: Paris", "Area"]


def test_the_page_opens_at_the_first_of_them():
    opened = [piece.is_first for piece in pieces(*slice_of("Paris\nArea: 643"))]
    assert opened.count(True) == 1
    assert opened.index(True) == 2


def test_the_whole_page_can_be_marked():
    assert "\n".join(marks(0, len(PAGE.text))) == PAGE.text.replace("\n\n", "\n")


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (5, 5), (9, 3), (10_000, 10_001), (len(PAGE.text), len(PAGE.text) + 5)]
)
def test_a_slice_that_is_not_on_the_page_marks_nothing(start, end):
    assert marks(start, end) == []


def test_a_slice_that_ends_behind_the_page_is_marked_as_far_as_it_goes():
    start, _ = slice_of("print(2)")
    assert marks(start, 10**9) == ["print(2)"]


def test_the_line_break_between_two_blocks_is_no_mark():
    _, end = slice_of("France exports aircraft.")
    assert marks(end, end + 1) == []


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), slice_of("Paris\nArea: 643"), (0, len(PAGE.text)), (3, 10**9)]
)
def test_no_letter_is_lost_whatever_is_marked(start, end):
    shown = [piece.label + piece.rest + piece.marked + piece.after for piece in pieces(start, end)]
    assert shown == [block.text for block in BLOCKS]


def test_facts_and_items_that_follow_each_other_are_one_group():
    assert [(group.kind, len(group.blocks)) for group in marked_blocks(PAGE, 0, 0)] == [
        ("heading", 1), ("paragraph", 1), ("facts", 2), ("list", 2), ("paragraph", 1), ("code", 1),
    ]  # fmt: skip


def test_a_fact_has_its_label_apart_unless_the_mark_begins_in_it():
    plain, marked = pieces(*slice_of("ital: Paris"))[2], pieces(*slice_of("Paris"))[2]
    assert (plain.label, plain.rest, plain.marked) == ("", "Cap", "ital: Paris")
    assert (marked.label, marked.rest, marked.marked) == ("Capital:", " ", "Paris")


@pytest.mark.parametrize(("text", "mark"), [("12-34", (12, 34)), ("0-1", (0, 1)), ("007-08", (7, 8))])
def test_a_mark_is_two_numbers(text, mark):
    assert parse_mark(text) == mark


@pytest.mark.parametrize(
    "text", ["", "-", "1", "1-", "-1", "a-b", "1-2-3", "1.5-2", "²-3", "9" * 40 + "-1", "1–2", "1-\n2"]
)
def test_anything_else_marks_nothing(text):
    assert parse_mark(text) == (0, 0)
