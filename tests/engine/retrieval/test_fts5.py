from engine.retrieval.fts5 import match_query
from engine.retrieval.query import Bounds, Query, query_of


def test_a_query_is_made_of_quoted_words() -> None:
    query = query_of(["near", "or", "capital", "near"], ["france"])
    assert match_query(query) == '"france" AND ("near" OR "capital")'


def test_words_that_must_stand_need_no_others() -> None:
    assert match_query(query_of([], ["bay", "of", "biscay"])) == '"bay" AND "biscay"'


def test_a_phrase_is_one_string() -> None:
    assert match_query(Query(phrase=("bay", "of", "biscay"))) == '"bay of biscay"'


def test_bounds_only_ever_narrow() -> None:
    assert Bounds(("a",)).among([3, 1]).among([1, 2]) == Bounds(("a",), (1,))
