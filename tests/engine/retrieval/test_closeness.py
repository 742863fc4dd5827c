from engine.retrieval.closeness import UNASKED, Asked, Signs, told
from engine.words import words

PARIS = told("France", "Cities", "Paris is the capital. It was founded in 250 BC.")
ROME = told("Italy", "Cities", "Rome was once founded. Its capital letters are famous.")


def signs(query: str, passage: object = PARIS) -> Signs:
    asked = Asked(words(query))
    return asked.signs(passage, asked.weights([PARIS, ROME]))


def test_words_count_most_within_one_sentence() -> None:
    assert signs("the capital Paris").sentence == 1
    assert 0 < signs("Paris founded").sentence < 1


def test_the_title_and_the_headings_count_as_said_in_every_sentence() -> None:
    assert signs("When was France founded?").titled == 1
    assert signs("When was France founded?").sentence < 1
    assert signs("cities founded").titled == 1


def test_neighbours_are_told_by_their_stems_with_stop_words_among_them() -> None:
    assert signs("is the capitals").pairs == 1
    assert signs("capital the is").pairs == 0
    assert signs("capital").pairs == 0


def test_a_number_counts_only_where_one_is_asked_for() -> None:
    assert signs("Paris founded").number == UNASKED
    assert signs("When was it founded?").number == 1
    assert signs("When was it founded?", ROME).number == 0
    assert signs("When was it founded, 250 or later?").number == 0


def test_a_word_in_another_form_is_told_from_the_word_itself() -> None:
    assert signs("capital").forms == 1
    assert signs("capitals").forms == 0
    assert signs("capitals").sentence == 1


def test_a_word_that_fewer_candidates_hold_weighs_more_and_all_weigh_one() -> None:
    weights = Asked(words("the capital of Paris and Atlantis")).weights([PARIS, ROME])
    assert weights["capital"] < weights["paris"] < weights["atlantis"]
    assert round(sum(weights.values()), 9) == 1


def test_every_sign_is_a_share() -> None:
    for query in ("", "the of", "Paris Paris", "When? " * 500, "x" * 9_000):
        assert all(0 <= sign <= 1.000001 for sign in signs(query))
