"""Facts of several pages and years."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import FRANCE, add, page

Ask = Callable[..., Output]
TEXT = {"type": "string"}


def another_france(**facts: str) -> None:
    lines = [(label.replace("_", " "), value) for label, value in facts.items()]
    add([page("France", {"Facts": lines}, path="https://other.example/france")], name="Other")


def test_a_fact_is_cited_with_its_whole_line(ask: Ask) -> None:
    entry = ask("France", {"capital": TEXT}).basis[0]
    assert (entry.field, entry.confidence, entry.found) == ("capital", "high", True)
    assert entry.reasoning == "The page France states “Capital: Paris” under Government."
    citation = entry.citations[0]
    assert (citation.url, citation.title, citation.excerpts[0].text) == (
        "/library/france/",
        "France",
        "Capital: Paris",
    )


def test_a_long_line_is_cited_by_the_part_that_was_read(ask: Ask) -> None:
    another_france(Motto="Liberty. " * 100, Anthem="La Marseillaise, " * 60)
    excerpts = [
        excerpt for entry in ask("France", {"anthem": TEXT}).basis for excerpt in entry.citations[0].excerpts
    ]
    assert all(0 < len(excerpt.text) < 1_020 for excerpt in excerpts)


def test_pages_that_agree_are_all_cited(ask: Ask) -> None:
    another_france(Capital="Paris")
    entry = ask("France", {"capital": TEXT}).basis[0]
    assert [citation.url for citation in entry.citations] == [
        "/library/france/",
        "https://other.example/france",
    ]
    assert "say" in entry.reasoning


def test_pages_that_differ_lower_the_confidence_and_are_both_named(ask: Ask) -> None:
    another_france(Capital="Lyon")
    entry = ask("France", {"capital": TEXT}).basis[0]
    assert entry.confidence == "medium"
    assert "“Capital: Paris”" in entry.reasoning
    assert "“Lyon”" in entry.reasoning


def chad_of(host: str, path: str = "/") -> None:
    url = f"https://{host}{path}"
    add([page("Chad", {"": [("Median age - male", "17 years")]}, path=url)], name=url)


def test_agreement_across_hosts_makes_a_close_label_surer(ask: Ask) -> None:
    chad_of("one.example")
    assert ask("Chad", {"median_age": TEXT}).basis[0].confidence == "medium"
    chad_of("two.example")
    assert ask("Chad", {"median_age": TEXT}).basis[0].confidence == "high"


def test_two_pages_of_one_host_are_one_voice(ask: Ask) -> None:
    chad_of("one.example")
    chad_of("one.example", "/again")
    entry = ask("Chad", {"median_age": TEXT}).basis[0]
    assert entry.confidence == "medium"
    assert len(entry.citations) == 2


def test_a_label_that_several_parts_have_each_is_left_open(ask: Ask) -> None:
    parts = [("Coal - imports", "2 tons"), ("Electricity - imports", "7 kWh")]
    add([page("Mali", {"Energy": parts})])
    output = ask("Mali", {"imports": {"type": ["number", "null"]}, "coal_imports": {"type": "number"}})
    assert output.content == {"imports": None, "coal_imports": 2}
    assert "Coal - imports, Electricity - imports" in output.basis[0].reasoning


def test_a_total_below_its_heading_answers_for_the_heading(ask: Ask) -> None:
    add([page("Mali", {"Area": [("total", "1,240,192 sq km"), ("water", "20,002 sq km")]})])
    output = ask("Mali", {"area": {"type": "integer"}, "area_total": {"type": "integer"}})
    assert output.content == {"area": 1_240_192, "area_total": 1_240_192}


def test_a_word_of_the_subjects_name_may_be_what_is_asked(ask: Ask) -> None:
    add([page("Isle of Man", {"Population": [("total", "92,666"), ("male", "46,543")]})])
    assert ask("Isle of Man", {"population_male": {"type": "integer"}}).content == {"population_male": 46_543}


def test_a_part_of_the_whole_does_not_answer_for_the_whole(ask: Ask) -> None:
    add(
        [page("Mali", {"Society": [("Drinking water source - improved: urban", "urban: 99% of population")]})]
    )
    field = {"drinking_water_source_improved_total": {"type": ["number", "null"]}}
    assert ask("Mali", field).content == {"drinking_water_source_improved_total": None}


def test_the_newest_value_is_taken(ask: Ask) -> None:
    assert ask("France", {"real_gdp": TEXT}).content["real_gdp"] == "$3.732 trillion (2024 est.)"


@pytest.mark.parametrize(
    ("about", "name", "value"),
    [
        ({"country": "France", "year": 2023}, "real_gdp", "$3.689 trillion (2023 est.)"),
        ("France", "real_gdp_2023", "$3.689 trillion (2023 est.)"),
        ("France", "real_gdp_2019", None),
        ({"country": "France", "year": 2019}, "population", None),
        ("France", "capital_2019", None),
    ],
)
def test_a_value_of_another_year_is_no_answer(ask: Ask, about: object, name: str, value: str | None) -> None:
    assert ask(about, {name: {"type": ["string", "null"]}}).content[name] == value


def test_the_years_that_the_page_has_are_named(ask: Ask) -> None:
    entry = ask({"country": "France", "year": 2019}, {"population": TEXT}).basis[0]
    assert "is of 2025, not of 2019" in entry.reasoning


def test_an_undated_value_answers_for_the_inputs_year_with_a_remark(ask: Ask) -> None:
    entry = ask({"country": "France", "year": 2019}, {"capital": TEXT}).basis[0]
    assert (entry.found, entry.confidence) == (True, "medium")
    assert "names no year" in entry.reasoning


def test_a_value_in_another_unit_is_no_answer(ask: Ask) -> None:
    output = ask("France", {"area_sq_mi": {"type": ["number", "null"]}})
    assert output.content == {"area_sq_mi": None}
    assert "not a number in mi2" in output.basis[0].reasoning


def test_something_close_is_said_with_less_confidence(ask: Ask) -> None:
    entry = ask({"country": "France", "year": 2023}, {"gdp": TEXT}).basis[0]
    assert entry.confidence == "medium"
    assert "Real GDP (purchasing power parity)" in entry.reasoning


def test_long_lines_stay_verbatim(ask: Ask) -> None:
    commodities = ", ".join(f"good number {at}" for at in range(60))
    add([page("Mali", FRANCE | {"Economy": [("Exports - commodities", commodities)]})])
    output = ask("Mali", {"top_exports": {"type": "array", "items": TEXT}})
    assert len(output.content["top_exports"]) == 60
    assert output.basis[5].citations[0].excerpts[0].text == "good number 4"


COUNTED = page(
    "Borduria",
    {
        "Facts": [
            ("Airports", "1,218 (2025)"),
            ("Land use - forest", "32.7% (2023 est.)"),
            ("Exports", "$5 billion"),
            ("Languages", "Bordurian, Old Bordurian", ("Bordurian", "Old Bordurian")),
            ("Ports - key ports", "Ahlen, Bort, Szohod", ("Ahlen", "Bort", "Szohod")),
            ("Currency", "bordu (BDU)"),
        ]
    },
)


@pytest.mark.parametrize(
    ("name", "value", "confidence"),
    [
        ("airports", "1,218 (2025)", "high"),
        ("largest_airport", None, "low"),
        ("forest_cover", "32.7% (2023 est.)", "high"),
        ("forest_area_km2", None, "low"),
        ("exports_percent", None, "low"),
        ("official_language", "Bordurian, Old Bordurian", "medium"),
        ("main_port", "Ahlen", "medium"),
        ("currency", "bordu", "high"),
        ("currency_code", "BDU", "high"),
    ],
)
def test_a_value_of_another_kind_is_no_sure_answer(
    ask: Ask, name: str, value: str | None, confidence: str
) -> None:
    add([COUNTED], name="Counted")
    output = ask("Borduria", {name: {"type": ["string", "null"]}})
    assert (output.content[name], output.basis[0].confidence) == (value, confidence)
