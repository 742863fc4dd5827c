"""Values and quotes out of sentences."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import add, page

Ask = Callable[..., Output]
NULLABLE = {"type": ["string", "null"]}
GUILD = [
    "The Lantern Guild keeps the lights of twelve harbours.",
    "The Lantern Guild was established on 3 May 1911 in Varna.",
    "It employs about 640 people.",
    "In 1950 the guild had 20 ships and 31 boats.",
]


@pytest.fixture
def guild(library: None) -> None:
    add([page("Lantern Guild", {"": [" ".join(GUILD)]}, kind="organisation")], name="Guild")


@pytest.mark.usefixtures("guild")
class TestAPageOfProse:
    def test_a_date_is_read_beside_the_words_that_ask_for_it(self, ask: Ask) -> None:
        output = ask(
            "Lantern Guild", {"founding_date": {"type": "string", "description": "in the format MM-YYYY"}}
        )
        entry = output.basis[0]
        assert output.content == {"founding_date": "05-1911"}
        assert entry.confidence == "medium"
        assert [excerpt.text for excerpt in entry.citations[0].excerpts] == [GUILD[1]]

    def test_a_number_is_read_where_it_is_the_only_one(self, ask: Ask) -> None:
        assert ask("Lantern Guild", {"employees": {"type": "integer"}}).content == {"employees": 640}

    def test_of_several_numbers_none_is_taken(self, ask: Ask) -> None:
        assert ask("Lantern Guild", {"ships": {"type": ["integer", "null"]}}).content == {"ships": None}

    def test_a_short_text_is_not_made_of_a_sentence(self, ask: Ask) -> None:
        assert ask("Lantern Guild", {"mayor": NULLABLE, "lights": NULLABLE}).content == {
            "mayor": None,
            "lights": None,
        }

    def test_a_summary_quotes_the_opening(self, ask: Ask) -> None:
        field = {"type": "string", "description": "A one sentence summary"}
        assert ask("Lantern Guild", {"summary": field}).content == {"summary": GUILD[0]}


def test_a_word_for_a_summary_in_a_sentence_makes_it_none(ask: Ask) -> None:
    lines = ["The Lamp Club mends lamps.", "A more complete overview and description follows."]
    add([page("Lamp Club", {"": lines}, kind="organisation")], name="Club")
    field = {"type": "string", "description": "One sentence"}
    assert ask("Lamp Club", {"overview": field}).content == {"overview": lines[0]}


FUNDING = {
    "type": "string",
    "description": "A description of 1-4 sentences of the funding sources, with their estimated value",
}


def test_a_description_is_made_of_quoted_sentences(ask: Ask) -> None:
    output = ask("Harbour Union", {"funding_sources": FUNDING})
    entry = output.basis[0]
    quotes = [excerpt.text for citation in entry.citations for excerpt in citation.excerpts]
    assert output.content["funding_sources"] == " ".join(quotes)
    assert quotes[1] == "Member ports pay assessed contributions of $3.6 billion a year."


def test_a_description_of_something_else_stays_blank(ask: Ask) -> None:
    output = ask(
        "Harbour Union", {"training": {"type": "string", "description": "Describe how it trains its pilots"}}
    )
    assert output.content == {"training": "Not found"}
    assert output.warnings[0].message.startswith("No evidence was found for the field “training”")


def test_another_page_that_mentions_the_subject_is_searched(ask: Ask) -> None:
    news = "The Beacon Society was established in March 1987 by five captains."
    add([page("Harbour news", {"": [news]}, kind="page", path="https://news.example/1")], name="News")
    output = ask("Beacon Society", {"founded": {"type": "string", "description": "YYYY"}})
    assert output.content == {"founded": "1987"}
    assert (output.basis[0].confidence, output.basis[0].citations[0].url) == ("low", "https://news.example/1")


def test_a_page_that_does_not_mention_the_subject_says_nothing_about_it(ask: Ask) -> None:
    add([page("Harbour news", {"": ["The Society was established in 1987."]}, kind="page")], name="News")
    assert ask("Beacon Society", {"founded": NULLABLE}).content == {"founded": None}
