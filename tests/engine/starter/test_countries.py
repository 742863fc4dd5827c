from collections.abc import Iterator

import pytest

from engine.document import Document
from engine.starter.countries import countries

EXPECTED = {"Capital", "Area", "Population", "Currency", "Languages", "Government type", "Independence"}
PAGES = {page.path: page for page in countries()}


def values(name: str, label: str) -> list[str]:
    page = PAGES[f"/library/{name}/"]
    return [block.text.removeprefix(f"{label}: ") for block in page.blocks if block.label == label]


def elements(name: str, label: str) -> tuple[str, ...]:
    return next(block.values for block in PAGES[f"/library/{name}/"].blocks if block.label == label)


def test_it_has_a_page_for_each_entry_of_the_factbook() -> None:
    assert len(PAGES) == 260


def test_a_value_is_free_of_notes() -> None:
    assert values("france", "Capital") == ["Paris"]
    assert values("france", "Area note")[0].startswith("the first numbers include the overseas regions")


def test_a_dated_figure_is_one_fact_a_year_newest_first() -> None:
    assert values("france", "Exports") == [
        "$1.071 trillion (2024 est.)",
        "$1.05 trillion (2023 est.)",
        "$1.021 trillion (2022 est.)",
    ]


def test_a_category_is_the_label_of_its_total() -> None:
    assert values("france", "Population") == ["68,512,806 (2025 est.)"]


def test_the_date_of_a_list_is_not_an_element() -> None:
    assert elements("france", "Imports - commodities")[-1] == "garments"


def test_neighbours_and_cities_are_names_and_their_figures_follow() -> None:
    assert elements("andorra", "Border countries") == ("France", "Spain")
    assert elements("australia", "Major urban areas - population")[:2] == ("Melbourne", "Sydney")


def test_a_comma_in_brackets_does_not_cut_an_element() -> None:
    assert "Mirandese" in elements("portugal", "Languages")
    assert not any(")" in name for name in elements("portugal", "Languages"))


def test_a_share_stays_with_its_religion() -> None:
    assert elements("india", "Religions")[0] == "Hindu 79.8%"


def test_metropolitan_france_speaks_for_france() -> None:
    assert values("france", "Location")[0].startswith("Western Europe")
    assert values("france", "Location (Mayotte)")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("france", "France is a country in Western Europe."),
        ("bermuda", "Bermuda is a territory in North America."),
        ("united-states", "The United States is a country in North America."),
        ("taiwan", "Taiwan lies in Eastern Asia."),
        ("arctic-ocean", "The Arctic Ocean is an ocean."),
    ],
)
def test_a_page_opens_with_what_the_place_is(name: str, sentence: str) -> None:
    assert PAGES[f"/library/{name}/"].blocks[0].text.startswith(sentence)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("UK", "united-kingdom"),
        ("USA", "united-states"),
        ("Ivory Coast", "cote-divoire"),
        ("Ceylon", "sri-lanka"),
    ],
)
def test_other_names_lead_to_the_page(alias: str, name: str) -> None:
    assert alias in PAGES[f"/library/{name}/"].aliases


def test_an_alias_means_one_country_alone() -> None:
    named = [alias.casefold() for page in PAGES.values() for alias in (page.title, *page.aliases)]
    assert len(named) == len(set(named))


def test_every_country_with_people_has_the_facts_that_everybody_asks_for() -> None:
    for page in sovereign():
        missing = EXPECTED - {block.label for block in page.blocks}
        assert not missing, (page.title, missing)


def sovereign() -> Iterator[Document]:
    for page in PAGES.values():
        if " is a country in " in page.blocks[0].text:
            yield page


def test_a_page_says_where_and_when_its_facts_come_from() -> None:
    france = PAGES["/library/france/"]
    assert france.source_url == "https://www.cia.gov/the-world-factbook/countries/france/"
    assert france.as_of is not None
    assert f"{france.as_of:%B %Y}" in france.source
