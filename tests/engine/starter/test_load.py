from collections.abc import Iterator

import pytest

from engine.document import Block, Document
from engine.starter import load
from engine.starter.load import starter_documents

PAGES = list(starter_documents())


def each_block() -> Iterator[tuple[str, Block]]:
    for page in PAGES:
        for block in page.blocks:
            yield page.path, block


def document(path: str, *aliases: str) -> Document:
    return Document(path=path, title=path, kind="organisation", blocks=(), source="", aliases=aliases)


def arrange(monkeypatch: pytest.MonkeyPatch, *pages: Document) -> None:
    monkeypatch.setattr(load, "countries", lambda: iter(pages))
    for name in ("organisations", "packages", "topics"):
        monkeypatch.setattr(load, name, lambda: iter(()))


def test_every_page_has_its_own_address_in_the_library() -> None:
    paths = [page.path for page in PAGES]
    assert len(paths) == len(set(paths))
    assert all(path.startswith("/library/") and path.endswith("/") for path in paths)


def test_the_order_never_changes() -> None:
    assert [page.path for page in starter_documents()] == [page.path for page in PAGES]


def test_every_text_but_code_is_one_clean_line() -> None:
    for path, block in each_block():
        if block.kind != "code":
            assert block.text == " ".join(block.text.split()), (path, block.text)
        assert block.text, path


def test_a_facts_text_is_its_label_and_its_value() -> None:
    for path, block in each_block():
        if block.kind == "fact":
            assert ":" not in block.label, (path, block.label)
            assert block.text.startswith(f"{block.label}: "), (path, block.text)
            assert len(block.text) > len(block.label) + 2, (path, block.text)


def test_elements_are_slices_of_their_facts_text_in_order() -> None:
    for path, block in each_block():
        at = len(block.label) + 2
        for element in block.values:
            at = block.text.find(element, at) + len(element)
            assert element, (path, block.label)
            assert at >= len(element), (path, block.label, element)


def test_every_page_says_where_its_facts_come_from() -> None:
    assert all(page.source and page.title and page.blocks for page in PAGES)


def test_the_second_page_at_an_address_gets_its_kind_as_a_suffix(monkeypatch: pytest.MonkeyPatch) -> None:
    arrange(monkeypatch, document("/library/jordan/"), document("/library/jordan/"))
    assert [page.path for page in starter_documents()] == [
        "/library/jordan/",
        "/library/jordan-organisation/",
    ]


def test_a_third_page_at_an_address_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    arrange(monkeypatch, *[document("/library/jordan/")] * 3)
    with pytest.raises(ValueError, match="jordan-organisation"):
        list(starter_documents())


def test_an_alias_stays_on_the_first_page_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    arrange(monkeypatch, document("/library/a/", "ICC"), document("/library/b/", "icc", "B"))
    assert [page.aliases for page in starter_documents()] == [("ICC",), ("B",)]
