import pytest

from web.text import duration_text, in_pieces, pretty_json, read_json


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (0.0844, "84 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (2.4, "2.4 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min"),
        (65, "1 min 5 s"),
        (119.6, "2 min"),
        (3599.6, "1 h"),
        (7800, "2 h 10 min"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds, words):
    assert duration_text(seconds) == words


def test_json_is_shown_with_its_letters_and_in_its_order():
    assert pretty_json({"b": "Île", "a": "日本"}) == '{\n  "b": "Île",\n  "a": "日本"\n}'


@pytest.mark.parametrize("text", ['{"a": [1, 2.5, null, "é"]}', '{"a": [1, 2.5, null, "é"]}'.encode()])
def test_json_is_read_from_text_and_from_bytes(text):
    assert read_json(text) == {"a": [1, 2.5, None, "é"]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1,\n "b"}', "at line 2, column 5"),
        ("", "at line 1, column 1"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[-Infinity]", "-Infinity is not a JSON number"),
        ("[" * 200_000, "nested too deeply"),
        (b'"\xff"', "not UTF-8"),
        ("9" * 5_000, "5,000 digits"),
    ],
)
def test_what_is_no_json_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_json(text)


@pytest.mark.parametrize(
    "text", ["", " ", "one", " a\n\nb  c d e f g ", "- x\n- y\n", "日本の首都は東京です"]
)
def test_pieces_lose_nothing(text):
    assert "".join(in_pieces(text)) == text


def test_a_piece_has_a_few_words():
    assert list(in_pieces("one two three four five", 2)) == ["one two ", "three four ", "five"]
