"""The tasks that everybody tries first, over the starter library's own pages."""

from collections.abc import Callable
from functools import cache

import pytest

from engine.document import Document
from engine.output import Output
from engine.starter.load import starter_documents
from tests.engine.conftest import add

Ask = Callable[..., Output]
TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
DATE = "The official founding date of the company in the format MM-YYYY"
SIZES = "1-10 11-50 51-200 201-500 501-1000 1001-5000 5001-10000 10001+"
COMPANY = {
    "founding_date": TEXT | {"description": DATE},
    "employee_count": {"type": "string", "enum": [f"{size} employees" for size in SIZES.split()]},
    "funding_sources": TEXT
    | {
        "description": "A detailed description, containing 1-4 sentences, of the funding sources, "
        "including their estimated value."
    },
}
COUNTRY = {
    "gdp": TEXT | {"description": "GDP in USD for the year, formatted like '$3.1 trillion (2023)'."},
    "top_exports": LIST | {"description": "Top 3 exported goods/services by value."},
    "top_imports": LIST | {"description": "Top 3 imported goods/services by value."},
}


@cache
def starter_page(title: str) -> Document:
    return next(document for document in starter_documents() if document.title == title)


@pytest.fixture
def starter(library: None) -> None:
    add([starter_page(title) for title in ("United Nations", "Italy", "Switzerland")], name="Starter")


@pytest.mark.usefixtures("starter")
class TestQuickstart:
    def test_a_plain_question_is_answered_in_text(self, ask: Ask) -> None:
        output = ask("United Nations", task_spec={"output_schema": DATE}, processor="base")
        assert output.content == "10-1945"
        assert output.basis[0].citations[0].excerpts

    @pytest.mark.parametrize(
        "about", ["United Nations", {"company_name": "United Nations", "company_website": "www.un.org"}]
    )
    def test_a_company_schema_is_filled(self, ask: Ask, about: str | dict) -> None:
        output = ask(about, COMPANY)
        assert output.content["founding_date"] == "10-1945"
        assert output.content["employee_count"] == "10001+ employees"
        quotes = [excerpt.text for excerpt in output.basis[2].citations[0].excerpts]
        assert output.content["funding_sources"] == " ".join(quotes)
        assert 1 <= len(quotes) <= 4
        assert all(entry.found for entry in output.basis)

    def test_a_country_schema_is_filled_for_the_year(self, ask: Ask) -> None:
        content = ask({"country": "Italy", "year": 2023}, COUNTRY).content
        assert content["gdp"].startswith("$")
        assert content["gdp"].endswith("(2023)")
        assert (len(content["top_exports"]), len(content["top_imports"])) == (3, 3)

    def test_official_languages_are_those_that_the_page_calls_so(self, ask: Ask) -> None:
        content = ask("Switzerland", {"official_languages": LIST, "languages": LIST}).content
        assert content["official_languages"] == ["German", "French", "Italian", "Romansh"]
        assert "English" in content["languages"]
