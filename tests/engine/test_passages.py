from engine.document import Block, Document
from engine.passages import LONGEST, slices
from tests.engine.conftest import page


def texts(document: Document) -> list[str]:
    return [document.text[cut.start : cut.end] for cut in slices(document)]


def document(*blocks: Block) -> Document:
    return Document(path="/a/", title="A", kind="page", blocks=blocks, source="The test")


def test_blocks_under_one_heading_stay_together() -> None:
    made = page("A", {"One": [("a", "1"), ("b", "2")], "Two": ["Short."]})
    assert texts(made) == ["a: 1\nb: 2", "Short."]
    assert [cut.heading for cut in slices(made)] == ["One", "Two"]


def test_headings_nest() -> None:
    blocks = [Block("heading", "One", level=2), Block("heading", "Deep", level=3), Block("paragraph", "x")]
    blocks += [Block("heading", "Two", level=2), Block("paragraph", "y")]
    assert [cut.heading for cut in slices(document(*blocks))] == ["One > Deep", "Two"]


def test_a_long_paragraph_stands_alone() -> None:
    long = "Word " * 70
    assert texts(document(Block("paragraph", long), Block("paragraph", long))) == [long, long]


def test_a_very_long_block_is_cut_at_a_sentence() -> None:
    block = "A sentence of some length. " * 300
    cut = texts(document(Block("paragraph", block.strip())))
    assert all(len(text) <= LONGEST for text in cut)
    assert all(text.endswith("length.") for text in cut)
    assert " ".join(cut) == block.strip()


def test_a_word_without_end_is_cut_all_the_same() -> None:
    assert "".join(texts(document(Block("code", "x" * 10_000)))) == "x" * 10_000


def test_lists_of_sources_are_left_out() -> None:
    assert texts(page("A", {"Facts": [("a", "1")], "Sources": ["A book of 1945."]})) == ["a: 1"]
