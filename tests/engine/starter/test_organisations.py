import json

import pytest

from engine.document import Document
from engine.starter.companies import ORDINARY_WORDS, companies
from engine.starter.organisations import TABLE, bodies, organisations

ROWS = json.loads(TABLE.read_text(encoding="utf-8"))
PAGES = {page.path: page for page in organisations()}


def values(page: Document, label: str) -> list[str]:
    return [block.text.removeprefix(f"{label}: ") for block in page.blocks if block.label == label]


def entries(row: dict) -> list[list]:
    return [*row["about"], *row["facts"], *row["funding"]]


def test_every_entry_of_the_table_names_a_source_that_the_table_knows() -> None:
    for row in ROWS["organisations"]:
        for entry in entries(row):
            cited = entry[1 if len(entry) == 2 else 2].split()
            assert cited, (row["name"], entry)
            assert set(cited) <= ROWS["sources"].keys(), (row["name"], entry)


def test_every_source_is_cited_and_has_an_address() -> None:
    cited = {
        key for row in ROWS["organisations"] for entry in entries(row) for key in " ".join(entry[1:3]).split()
    }
    for key, source in ROWS["sources"].items():
        assert key in cited
        assert source["url"].startswith("http")


def test_a_page_closes_with_its_sources() -> None:
    for page in bodies():
        last_heading = [block for block in page.blocks if block.kind == "heading"][-1]
        assert last_heading.text == "Sources"
        assert page.blocks[-1].kind == "item"


def test_a_source_lists_the_facts_that_rest_on_it() -> None:
    items = [block.text for block in PAGES["/library/united-nations/"].blocks if block.kind == "item"]
    state = next(text for text in items if "history.state.gov" in text)
    assert state.endswith("(text, Founded)")


def test_a_page_with_many_sources_names_two_and_counts_the_rest() -> None:
    assert PAGES["/library/united-nations/"].source.endswith("more, listed on the page")


def test_there_are_more_than_a_hundred_international_bodies() -> None:
    assert len(list(bodies())) > 100


def test_the_united_nations_page_tells_when_where_and_from_whose_money() -> None:
    page = PAGES["/library/united-nations/"]
    assert values(page, "Founded") == ["24 October 1945"]
    assert values(page, "Headquarters") == ["New York, United States"]
    assert any(block.kind == "paragraph" and "US$ 67.6 billion" in block.text for block in page.blocks)


def test_two_classes_of_shares_are_one_company() -> None:
    alphabet = [page for page in companies() if "Alphabet" in page.title]
    assert [page.title for page in alphabet] == ["Alphabet Inc."]
    assert {"GOOG", "GOOGL", "Alphabet"} <= set(alphabet[0].aliases)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("eli-lilly", "Eli Lilly"),
        ("hershey-company", "Hershey Company"),
        ("fox-corporation", "Fox Corporation"),
    ],
)
def test_a_name_is_put_back_in_its_natural_order(path: str, title: str) -> None:
    assert PAGES[f"/library/{path}/"].title == title


def test_a_company_page_has_its_seat_and_its_founding_year() -> None:
    page = PAGES["/library/3m/"]
    assert values(page, "Headquarters") == ["Saint Paul, Minnesota"]
    assert values(page, "Founded") == ["1902"]


def test_a_ticker_symbol_that_is_a_word_is_no_alias() -> None:
    aliases = {alias for page in companies() for alias in page.aliases}
    assert "MSFT" in aliases
    assert not any(ORDINARY_WORDS.fullmatch(alias) for alias in aliases)
