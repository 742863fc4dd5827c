"""What sort of answer a question wants."""

import pytest

from engine.asking import suits, wanted_by


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How many ports does it have?", "number"),
        ("What percentage of the ships is old?", "number"),
        ("When was the harbour built?", "date"),
        ("In what year did the fire break out?", "date"),
        ("Who built the bridge?", "person"),
        ("Where is the lighthouse?", "place"),
        ("In which city is the office?", "place"),
        ("Why did the bridge fall?", "account"),
        ("How does the lock work?", "account"),
        ("What is a lock?", "thing"),
        ("", "thing"),
    ],
)
def test_the_first_words_tell_what_is_wanted(question: str, wanted: str) -> None:
    assert wanted_by(question) == wanted


@pytest.mark.parametrize(
    ("wanted", "text", "holds"),
    [
        ("number", "about twenty ships", True),
        ("number", "many ships", False),
        ("date", "on a Tuesday in March", True),
        ("date", "long ago", False),
        ("person", "Ada Lovelace", True),
        ("person", "a carpenter", False),
        ("thing", "a carpenter", True),
    ],
)
def test_a_text_is_of_the_sort_or_is_not(wanted: str, text: str, holds: bool) -> None:
    assert suits(wanted, text) is holds
