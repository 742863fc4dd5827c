import pytest

from engine.starter.factbook.lists import elements, split


def test_it_cuts_outside_brackets_alone() -> None:
    assert list(split("Tamil (official, 5%), Hindi [a, b], Urdu", ",")) == [
        "Tamil (official, 5%)",
        "Hindi [a, b]",
        "Urdu",
    ]


def test_a_comma_inside_a_number_does_not_cut() -> None:
    assert list(split("1,500 ships, 20 ferries", ",")) == ["1,500 ships", "20 ferries"]


def test_a_closing_bracket_too_many_does_not_hide_what_follows() -> None:
    assert list(split("a), b, c", ",")) == ["a)", "b", "c"]


def test_the_last_and_is_no_part_of_an_element() -> None:
    assert elements("Industries", "steel, ships, and cars.") == ["steel", "ships", "cars"]


def test_a_fact_that_is_no_list_has_no_elements() -> None:
    assert elements("Capital", "Washington, D.C.") == []


def test_none_is_no_element() -> None:
    assert elements("Natural resources", "none; the island has no soil") == []


def test_a_share_is_part_of_a_religion() -> None:
    assert elements("Religions", "Catholic 47%, none 33% (2021 est.)") == ["Catholic 47%", "none 33%"]


@pytest.mark.parametrize(
    ("label", "value", "names"),
    [
        ("Languages", "Dari (official) 78%, Pashto 50%, other 2% (2020 est.)", ["Dari", "Pashto"]),
        ("Exports - partners", "Germany 15%, USA less than 9% (2023)", ["Germany", "USA"]),
        ("Border countries", "Belgium 556 km; Spain 646 km", ["Belgium", "Spain"]),
        ("Languages", "Thai 90%; others include Malay, Khmer", ["Thai", "Malay", "Khmer"]),
        ("Languages", "Shona 80%, other 4% (includes Venda, Xhosa)", ["Shona"]),
        ("Languages (Guam)", "Chamorro 22%, English 44%", ["Chamorro", "English"]),
        ("Major rivers (by length in km)", "Rhine - 1,233 km; Loire - 1,012 km", ["Rhine", "Loire"]),
        (
            "Major urban areas - population",
            "Paris (capital) 11.2 million, Lyon 1.7 million",
            ["Paris", "Lyon"],
        ),
    ],
)
def test_the_figure_is_no_part_of_a_name(label: str, value: str, names: list[str]) -> None:
    assert elements(label, value) == names


def test_a_hazard_may_hold_commas() -> None:
    assert elements("Natural hazards", "flooding, mud slides; drought") == ["flooding, mud slides", "drought"]


@pytest.mark.parametrize("mark", [";", ":"])
def test_divisions_follow_their_count(mark: str) -> None:
    assert elements("Administrative divisions", f"2 provinces (singular - one; two){mark} East, West") == [
        "East",
        "West",
    ]


def test_the_star_of_a_footnote_is_no_part_of_a_division() -> None:
    assert elements("Administrative divisions", "1 state and 1 district*; East, West*") == ["East", "West"]


def test_a_clause_about_the_list_is_no_element() -> None:
    remark = "English, the most important language for national, political and commercial communication, "
    value = f"Hindi 43.6%, Bengali 8%; {remark}has the status of a second official language"
    assert elements("Languages", value) == ["Hindi", "Bengali"]


def test_a_list_that_opens_as_a_sentence_has_no_elements() -> None:
    assert elements("Ethnic groups", "current, reliable data are not available; Pashtun, Tajik") == []


def test_each_element_stands_in_the_value() -> None:
    value = "oil; gas, tin [and zinc], <1% gold (2019)"
    assert all(element in value for element in elements("Natural resources", value))
