"""Reads stay inside the scopes and the source policy."""

import pytest

from engine.library import Library
from engine.policy import SourcePolicy, read_policy
from engine.research import research
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")


def test_one_scope_cannot_read_anothers_pages() -> None:
    add(
        [
            page(
                "Atlantis", {"": ["Its treasure lies in Atlantis bay."], "Facts": [("Capital", "Poseidonis")]}
            )
        ],
        scope="other",
    )
    mine, theirs = Library([SCOPE], SourcePolicy()), Library([SCOPE, "other"], SourcePolicy())
    assert (mine.search(["treasure"], limit=9), mine.named(["atlantis"])) == ([], [])
    assert theirs.search(["treasure"], limit=9)
    assert theirs.named(["atlantis"])


@pytest.mark.parametrize("spec", [None, {"output_schema": {"type": "auto"}}])
def test_a_run_says_nothing_of_another_scopes_page(spec: dict | None) -> None:
    add(
        [page("Atlantis", {"": ["Atlantis hides a treasure."], "Facts": [("Capital", "Poseidonis")]})],
        scope="other",
    )
    output = research(
        input="What is the capital of Atlantis?", task_spec=spec, processor="ultra8x", scopes=[SCOPE]
    )
    assert "Poseidonis" not in repr(output)
    assert not any(entry.citations for entry in output.basis)


def test_no_scope_reads_nothing() -> None:
    assert Library([], SourcePolicy()).search(["france"], limit=9) == []


def test_the_policy_holds_for_search_and_names() -> None:
    library = Library([SCOPE], read_policy({"exclude_domains": ["127.0.0.1/library/france"]}))
    assert library.named(["france"]) == []
    assert {hit.path for hit in library.search(["country", "organisation"], limit=9)} == {
        "/library/harbour-union/"
    }


def test_a_search_can_demand_words() -> None:
    library = Library([SCOPE], SourcePolicy())
    assert library.search(["country"], limit=9, must=["seaports"]) == []
    assert library.search(["organisation"], limit=9, must=["seaports"])


@pytest.mark.parametrize("words", [[], ["the", "of"]])
def test_a_search_for_nothing_finds_nothing(words: list[str]) -> None:
    assert Library([SCOPE], SourcePolicy()).search(words, limit=9) == []


def test_what_is_found_and_what_is_read_are_counted_apart() -> None:
    library = Library([SCOPE], SourcePolicy())
    hits = library.search(["country", "organisation"], limit=9)
    library.open(hits[0])
    assert len(library.considered) == 2
    assert len(library.read) == 1
