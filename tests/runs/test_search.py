import unicodedata

import pytest

from runs.models import Run
from runs.search import MOST_WORDS, words_in
from runs.words import MOST_CHARACTERS, words_of
from tests.runs.making import completed, json_output


def found(words):
    return set(Run.objects.all().mentioning(words))


def test_all_the_words_must_be_there_in_any_order(start):
    both = start("The capital of France")
    start("The capital of Japan")
    assert found("France capital") == {both}
    assert found("France Japan") == set()


def test_the_last_word_may_be_unfinished_and_no_other(start):
    run = start("Burkina Faso")
    assert found("burkina fa") == {run}
    assert found("burk faso") == set()


def test_input_metadata_and_output_are_searched(start):
    run = completed(
        start({"country": "Kenya"}, metadata={"team": "atlas"}), json_output({"capital": {"name": "Nairobi"}})
    )
    assert found("kenya") == found("atlas") == found("nairobi") == {run}


def test_a_name_of_a_field_is_not_a_word_of_the_run(start):
    completed(start({"country": "Kenya"}))
    assert found("country") == set()


@pytest.mark.parametrize(
    "words", ["cote divoire", "CÔTE", "côte", unicodedata.normalize("NFD", "côte d'ivoire")]
)
def test_case_and_accents_make_no_difference(start, words):
    run = start("Côte dIvoire, Côte d'Ivoire")
    assert found(words) == {run}


def test_what_was_typed_in_pieces_finds_what_was_stored_whole(start):
    run = start(unicodedata.normalize("NFD", "São Tomé"))
    assert found("são tomé") == found(unicodedata.normalize("NFD", "São Tomé")) == {run}


SIGNS = [
    'france"', '"france', "france'", "france*", "-france", "france)", "(france", "france AND", "^france",
    "france; DROP TABLE runs_run", "{france}", "france\\", "france%", "france :*",
]  # fmt: skip


@pytest.mark.parametrize("words", SIGNS)
def test_signs_and_operators_have_no_meaning(start, words):
    run = start("France AND the DROP TABLE runs_run")
    assert found(words) == {run}


@pytest.mark.parametrize(
    "words", ["OR france", "japan OR france", "NEAR(france japan)", "text:france", "NOT japan"]
)
def test_operators_are_words_like_others(start, words):
    start("France")
    assert found(words) == set()


@pytest.mark.parametrize("words", ["", "   ", "🌍", "!!!", '""', "*", "\u202e", "\u200b"])
def test_a_search_without_a_word_finds_nothing(start, words):
    start("France 🌍 !!!")
    assert found(words) == set()


@pytest.mark.parametrize(
    "words", ["_", "___", "france ___", "²", "ß", "ﷺ", "a\u0301", "x" * 500, "\ud7ff", "१२३"]
)
def test_no_text_breaks_the_search(start, words):
    start("France")
    assert isinstance(found(words), set)


@pytest.mark.parametrize(
    ("text", "words"),
    [("عاصمة فرنسا", "فرنسا"), ("בירת צרפת", "צרפת"), ("法国的首都", "法国"), ("Столица", "стол")],
)
def test_every_script_is_searched(start, text, words):
    run = start(text)
    assert found(words) == {run}


def test_words_stuck_to_an_emoji_are_found(start):
    run = start("Paris🌍France")
    assert found("france") == found("paris 🌍") == {run}


def test_a_search_of_very_many_words_is_cut():
    assert len(words_in("word " * 1000)) == MOST_WORDS


def test_what_is_no_longer_the_answer_is_no_longer_found(start):
    run = start("The country")
    run.text.text = "Something else"
    run.text.save()
    assert found("country") == set()
    assert found("something") == {run}


def test_a_run_that_is_deleted_is_no_longer_found(start):
    start("France").delete()
    assert found("france") == set()


def test_the_words_of_a_run_are_capped_and_depth_costs_nothing():
    deep = "core"
    for _ in range(5000):
        deep = [{"in": deep}]
    assert words_of(deep) == "core"
    assert len(words_of(["word"] * MOST_CHARACTERS)) == MOST_CHARACTERS


def test_only_texts_and_numbers_are_words():
    assert words_of({"a": "x", "b": [1, 2.5, None, True, ""]}) == "x\n1\n2.5\n"
