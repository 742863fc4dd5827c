import pytest

from engine.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_sentences_end_at_stops() -> None:
    assert sentences(" One is here. Two follows! Is three? ") == ["One is here.", "Two follows!", "Is three?"]


@pytest.mark.parametrize(
    "text",
    [
        "It cost 3.5 million in the U.S. Senate.",
        "Mr. Smith met Dr. Jones at No. 10.",
        "See e.g. Paris, approx. 2 km away.",
        "J. R. R. Tolkien wrote it.",
    ],
)
def test_a_stop_after_an_abbreviation_ends_nothing(text: str) -> None:
    assert sentences(text) == [text]


def test_quotation_marks_belong_to_their_sentence() -> None:
    assert sentences("“It ends.” Then “it begins.”") == ["“It ends.”", "Then “it begins.”"]


def test_empty_text_has_none() -> None:
    assert sentences("  ") == []
