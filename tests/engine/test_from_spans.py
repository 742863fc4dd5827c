"""Text fields that no label answers, read out of prose by the reader level."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import add, page

SITE = "https://harbour-works.example"
PROSE = [
    "Harbour Works was started by an engineer who sold a patent on folding cranes to pay for the first dock.",
    "Its current chief executive is Jonas Lind. The company launched the ferry Nordlys in 1957.",
]
NULLABLE = {"type": ["string", "null"]}


@pytest.fixture
def works(library: None) -> None:
    add([page("Harbour Works", {"": PROSE}, kind="page", path=f"{SITE}/")])


def test_a_field_whose_words_stand_in_a_sentence_gets_the_name_beside_them(
    works: None, ask: Callable[..., Output]
) -> None:
    output = ask("Harbour Works", {"chief_executive": NULLABLE})
    assert output.content == {"chief_executive": "Jonas Lind"}
    (entry,) = output.basis
    (citation,) = entry.citations
    assert [excerpt.text for excerpt in citation.excerpts] == ["Its current chief executive is Jonas Lind."]
    assert entry.confidence in ("low", "medium")


@pytest.mark.parametrize("field", ["chief_engineer", "annual_report", "trading_name", "port_of_registry"])
def test_what_no_sentence_names_stays_empty(works: None, ask: Callable[..., Output], field: str) -> None:
    assert ask("Harbour Works", {field: NULLABLE}).content == {field: None}


def test_another_subject_gets_no_value_from_the_page(works: None, ask: Callable[..., Output]) -> None:
    assert ask("Harbour Union", {"chief_executive": NULLABLE}).content == {"chief_executive": None}


@pytest.mark.parametrize(
    ("field", "kind", "value"), [("length", "string", "142 m"), ("year", "integer", 1957)]
)
def test_a_row_of_a_table_answers_for_what_it_is_called_by(
    library: None, ask: Callable[..., Output], field: str, kind: str, value: object
) -> None:
    facts = [("Nordlys - Year", "1957"), ("Nordlys - Length", "142 m"), ("Fjordheim - Length", "96 m")]
    add([page("Fleet", {"Ships": facts}, kind="page", path=f"{SITE}/fleet")])
    fields = {"length": {"type": "string"}, "year": {"type": "integer"}, "crew": NULLABLE}
    assert ask("Nordlys", fields).content == {"length": "142 m", "year": 1957, "crew": None}
