import pytest

from runs.marking import pieces


def marked(text, value):
    return [piece for piece, is_value in pieces(text, value) if is_value]


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("Its capital is Paris, on the Seine.", "Paris", ["Paris"]),
        ("PARIS is the capital; Parisians live in Paris.", "Paris", ["PARIS", "Paris"]),
        ("Area: 569,140 sq km of land", 569140, ["569,140"]),
        ("It was founded in 1969 by 12 people.", 12, ["12"]),
        ("A share of 3.5 % of all", 3.5, ["3.5"]),
        ("land: 569,140; water: 11,227", {"land": 569140, "water": 11227}, ["569,140", "11,227"]),
        ("They grow wine and\n  wheat there.", ["wine", "wheat"], ["wine", "wheat"]),
        ("New York City is in New York.", ["New York", "New York City"], ["New York City", "New York"]),
        ("The sum (a+b)* is meant.", "(a+b)*", ["(a+b)*"]),
        ("It is open.", True, []),
        ("Nothing of it is here.", "Paris", []),
        ("Nothing of it is here.", None, []),
        ("Nothing of it is here.", "", []),
    ],
)
def test_the_words_of_a_value_are_found_as_the_page_writes_them(text, value, words):
    assert marked(text, value) == words
    assert "".join(piece for piece, _ in pieces(text, value)) == text


def test_an_excerpt_that_is_hardly_more_than_the_value_is_left_plain():
    assert pieces("It lies on the Seine.", "It lies on the Seine") == [("It lies on the Seine.", False)]


def test_what_would_take_long_to_compare_is_left_plain():
    alike = ["prefix " * 30 + str(number) for number in range(50)]
    assert not marked("prefix " * 200, alike)
    assert not marked("Paris " * 5_000, "Paris")


def test_long_lists_and_long_texts_are_bounded():
    assert not marked("x " * 500, "x " * 400)
    assert len(marked(" ".join(map(str, range(200))), [str(number) for number in range(200)])) == 50
