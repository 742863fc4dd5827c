import pytest

from engine.words import fold, label_stems, split_identifier, stems, words


@pytest.mark.parametrize("name", ["founding_date", "foundingDate", "FoundingDate", "founding date"])
def test_an_identifier_is_split_at_its_joints(name: str) -> None:
    assert words(split_identifier(name)) == ["founding", "date"]


def test_accents_and_case_do_not_matter() -> None:
    assert fold("Côte d’IVOIRE") == fold("cote d’ivoire")


def test_abbreviations_with_dots_are_one_word() -> None:
    assert words("the U.N. of D.C.") == ["the", "un", "of", "dc"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("exports", "exported"), ("cities", "city"), ("employees", "employee"), ("size", "sizes")],
)
def test_endings_do_not_matter(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize("word", ["gas", "is", "status", "bus", "access", "crisis"])
def test_short_and_latin_endings_stay(word: str) -> None:
    assert stems(word) in ((word,), ())


def test_stop_words_are_left_out_but_for_those_that_turn_a_label() -> None:
    assert stems("imports from the moon") == ("import", "moon")
    assert label_stems("imports from the moon") == {"import", "from", "moon"}


def test_a_very_long_text_is_cut() -> None:
    assert len(words("word " * 100_000)) == 400
