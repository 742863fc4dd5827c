"""What a page states under labels outside of lists and tables."""

import pytest

from engine.document import Block, Document
from engine.index import index_documents
from engine.labelled import is_prose, lines_in
from engine.models import Page
from engine.reading import ReadPage
from engine.research import research


def stated(*blocks: Block) -> dict[str, str]:
    """The facts of a page made of these blocks, by label; the first of each label."""
    return {fact.label: fact.value for fact in reversed(read(*blocks).facts)}


def read(*blocks: Block) -> ReadPage:
    document = Document("/page/", "Page", "page", blocks, "The test")
    rows = [[block.kind, block.text, block.level, block.label, list(block.values)] for block in blocks]
    page = Page(path="/page/", title="Page", kind="page", text=document.text, blocks=rows, aliases=[])
    reading = ReadPage.__new__(ReadPage)
    reading.__dict__ |= {"id": 1, "text": page.text, "_document": document}
    return reading


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        ("Capital: Paris", "Capital", "Paris"),
        ("Debt - external: $3.6 billion (2023)", "Debt - external", "$3.6 billion (2023)"),
        ("improved: urban: 96.1%", "improved: urban", "96.1%"),
    ],
)
def test_a_line_with_a_colon_is_a_label_and_its_value(line: str, label: str, value: str) -> None:
    assert stated(Block("paragraph", line))[label] == value


@pytest.mark.parametrize(
    "line",
    ["http://example.org/a", "At 10:30 it began", "He left. Then he said: no", "The minister said: no"],
)
def test_a_colon_inside_a_sentence_makes_no_label(line: str) -> None:
    assert not list(lines_in((Block("paragraph", line), 0, "")))


def test_what_a_heading_stands_over_is_its_value() -> None:
    page = read(
        Block("heading", "Elevation", level=2),
        Block("heading", "highest point", level=3),
        Block("paragraph", "Mount Tahat 2,908 m"),
    )
    fact = page.facts[0]
    assert (fact.label, fact.heading, fact.value) == ("highest point", "Elevation", "Mount Tahat 2,908 m")
    assert page.text[fact.value_start : fact.end] == fact.value


def test_items_below_a_heading_are_the_elements_of_its_value() -> None:
    page = read(Block("heading", "Ports", level=2), Block("item", "Oran"), Block("item", "Skikda"))
    assert page.facts[0].elements == ("Oran", "Skikda")


def test_a_heading_over_labelled_lines_is_no_label_itself() -> None:
    facts = stated(Block("heading", "Capital", level=2), Block("paragraph", "name: Bern\nzone: UTC+1"))
    assert facts == {"name": "Bern", "zone": "UTC+1"}


def test_labelled_lines_are_no_sentences() -> None:
    page = read(Block("paragraph", "Capital: Bern"), Block("paragraph", "Bern lies on the Aare."))
    assert [sentence.text for sentence in page.sentences] == ["Bern lies on the Aare."]


def test_a_paragraph_below_a_heading_is_prose() -> None:
    assert is_prose("Bern lies on the Aare. It is old.")
    assert not is_prose("Bern")
    assert not is_prose("St. Gallen")


def test_a_number_is_not_read_out_of_prose_below_a_heading(db: None) -> None:
    blocks = (
        Block("heading", "Visitors", level=2),
        Block("paragraph", "In 1990 the tower was closed. It opened again with 12 guides."),
    )
    document = Document("https://a.example/tower", "Grey Tower", "page", blocks, "The test")
    index_documents([document], scope="towers", source_name="Towers", kind="test")
    schema = {"type": "object", "properties": {"visitors": {"type": ["integer", "null"]}}}
    output = research(
        input="Grey Tower",
        task_spec={"output_schema": {"json_schema": schema}},
        processor="base",
        scopes=["towers"],
    )
    assert output.content == {"visitors": None}
