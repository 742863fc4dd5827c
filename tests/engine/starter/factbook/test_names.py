from engine.starter.factbook.names import address, other_names, slug, title, without_ambiguous


def test_the_title_is_the_short_form_unless_the_factbook_inverts_it() -> None:
    assert title("fr", "France") == "France"
    assert title("cg", "DRC") == "Democratic Republic of the Congo"


def test_a_slug_has_letters_digits_and_hyphens() -> None:
    assert slug("Côte d'Ivoire") == "cote-divoire"
    assert slug("Saint Helena, Ascension, and Tristan da Cunha") == (
        "saint-helena-ascension-and-tristan-da-cunha"
    )


def test_oceans_and_countries_have_different_addresses() -> None:
    assert address("xo", "Indian Ocean").endswith("/oceans/indian-ocean/")
    assert address("ks", "South Korea").endswith("/countries/korea-south/")


def test_slashes_and_commas_separate_names_and_brackets_hold_remarks() -> None:
    assert other_names("cd", "Chad", ["Republic of Chad", "Tchad/Tshad", "Chad (the)"]) == [
        "Republic of Chad",
        "Tchad",
        "Tshad",
    ]


def test_a_remark_in_place_of_a_name_is_none() -> None:
    assert other_names("fr", "France", ["none", "NA", "there is no such form"]) == []


def test_known_abbreviations_are_aliases() -> None:
    assert {"UK", "U.K.", "Britain"} <= set(other_names("uk", "United Kingdom", []))


def test_an_alias_of_two_entries_is_kept_by_neither() -> None:
    names = {"aa": ["Netherlands Antilles", "Aruba Island"], "uc": ["netherlands antilles"]}
    assert without_ambiguous(names, set()) == {"aa": ["Aruba Island"], "uc": []}


def test_another_entrys_title_is_no_alias() -> None:
    assert without_ambiguous({"aa": ["France"]}, {"FRANCE"}) == {"aa": []}


def test_a_tabled_alias_stays_even_when_it_is_short() -> None:
    assert without_ambiguous({"uk": ["UK", "GB"]}, set()) == {"uk": ["UK"]}
