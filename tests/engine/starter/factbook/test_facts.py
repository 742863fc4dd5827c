import pytest

from engine.starter.factbook.facts import currency, facts, label, short_form, stated_names


@pytest.mark.parametrize(
    ("category", "field", "expected"),
    [
        ("Population", "total", "Population"),
        ("Exports", "Exports 2023", "Exports"),
        ("Land use", "forest", "Land use - forest"),
        ("Land use", "agricultural land: arable land", "Land use - arable land"),
        ("Executive branch", "chief of state", "Chief of state"),
        ("Exchange rates", "Exchange rates 2024", "Exchange rates"),
    ],
)
def test_a_label_names_its_category_once(category: str, field: str, expected: str) -> None:
    assert label(category, field) == expected


def test_yearly_figures_come_newest_first() -> None:
    entry = {"Exports 2022": {"text": "$1 (2022 est.)"}, "Exports 2023": {"text": "$2 (2023 est.)"}}
    assert list(facts("Exports", entry)) == [("Exports", "$2 (2023 est.)"), ("Exports", "$1 (2022 est.)")]


def test_a_list_carries_its_elements() -> None:
    entry = {"text": "coal, iron ore"}
    assert list(facts("Natural resources", entry)) == [
        ("Natural resources", "coal, iron ore", ["coal", "iron ore"])
    ]


def test_prose_is_left_out() -> None:
    assert list(facts("Background", {"text": "A kingdom since 1350."})) == []
    assert list(facts("Flag", {"meaning": {"text": "blue stands for the sea"}})) == []


def test_a_long_sentence_is_left_out_of_most_categories_and_kept_in_a_few() -> None:
    sentence = "the climate of the islands is mild, " * 5
    assert list(facts("Climate", {"text": sentence})) == []
    assert [fact[0] for fact in facts("Independence", {"text": sentence})] == ["Independence"]


def test_a_text_beyond_all_measure_is_left_out_everywhere() -> None:
    assert list(facts("Independence", {"text": "declared again " * 60})) == []


def test_a_note_is_a_fact_of_its_own() -> None:
    entry = {"total": {"text": "643,801 sq km<br><strong>note:</strong> includes Corsica"}}
    assert list(facts("Area", entry)) == [("Area", "643,801 sq km"), ("Area note", "includes Corsica")]


def test_a_region_stands_in_the_label_but_the_mainland_does_not() -> None:
    text = "<strong>metropolitan France:</strong> mild<br><strong>Mayotte:</strong> tropical"
    assert list(facts("Climate", {"text": text})) == [("Climate", "mild"), ("Climate (Mayotte)", "tropical")]


def test_a_city_stands_before_its_figure_and_in_small_letters() -> None:
    text = "11.2 million PARIS (capital), 3.1 million PORT-AU-PRINCE, 952,000 Nice (2023)"
    ((_, value, _),) = facts("Major urban areas - population", {"text": text})
    assert value == "Paris (capital) 11.2 million, Port-au-Prince 3.1 million, Nice 952,000 (2023)"


def test_the_currency_is_named_without_its_rate() -> None:
    entry = {"Currency": {"text": "euros (EUR) per US dollar -"}}
    assert list(facts("Exchange rates", entry)) == [("Currency", "euros (EUR)")]


def test_a_sentence_can_say_which_currency_is_used() -> None:
    assert list(currency({"text": "the US dollar is used"})) == [("Currency", "US dollars (USD)")]


def test_the_stated_names_are_free_of_notes() -> None:
    entry = {
        "conventional long form": {"text": "Kingdom of Norway"},
        "conventional short form": {"text": "Norway; note: in use"},
        "etymology": {"text": "the way north"},
    }
    assert stated_names(entry) == ["Kingdom of Norway", "Norway"]


def test_the_long_form_stands_in_for_a_missing_short_form() -> None:
    assert short_form({"conventional long form": {"text": "Isle of <em>Man</em>"}}) == "Isle of Man"
