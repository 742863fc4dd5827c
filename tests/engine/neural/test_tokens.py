from engine.neural.tokens import CLS, QUESTION, SEP, tokens, windows


def test_each_token_knows_where_it_stands() -> None:
    text = "Zürich's 402,762  people"
    cut = tokens(text)
    assert [text[start:end] for start, end in cut.offsets] == [
        "Zürich", "'", "s", "402", ",", "76", "2", "people",
    ]  # fmt: skip
    assert len(cut.ids) == len(cut.offsets)


def test_half_characters_are_taken() -> None:
    assert tokens("a \ud83d b").ids == tokens("a ? b").ids


def test_no_token_of_a_long_passage_is_left_out() -> None:
    question, passage = tokens("Who went where?"), tokens("word " * 250)
    parts = list(windows(question, passage, 100, 30))
    assert [part.first for part in parts] == [0, 70, 140, 210]
    assert [len(part.ids) - part.before - 1 for part in parts] == [100, 100, 100, 40]
    assert parts[0].ids[: parts[0].before] == [CLS, *question.ids, SEP]
    assert parts[0].ids[-1] == SEP
    assert parts[0].types == [0] * parts[0].before + [1] * 101


def test_an_empty_passage_is_one_window() -> None:
    (part,) = windows(tokens("Who?"), tokens(""), 100, 30)
    assert len(part.ids) == part.before + 1


def test_of_an_endless_question_the_beginning_is_read() -> None:
    (part,) = windows(tokens("why " * 1000), tokens("because"), 100, 30)
    assert part.before == QUESTION + 2


def test_a_page_can_end_no_passage() -> None:
    assert not {CLS, SEP} & set(tokens("[SEP] who [CLS] and [MASK]").ids)
