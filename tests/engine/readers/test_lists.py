from engine.readers.base import Line, Reading, Refusal
from engine.readers.lists import read_list
from engine.readers.texts import read_text


def elements(line: Line, top: int | None = None) -> list[str]:
    reading = read_list(line, read_text, top=top, names=True)
    assert isinstance(reading, Reading)
    assert [line.text[part.start : part.end] for part in reading.parts] == reading.value
    return reading.value


def test_the_elements_that_the_page_marks_are_taken() -> None:
    line = Line("Alpha, Beta and sons; Gamma", ("Alpha, Beta and sons", "Gamma"))
    assert elements(line) == ["Alpha, Beta and sons", "Gamma"]


def test_commas_separate_where_nothing_is_marked() -> None:
    assert elements(Line("cars, toys (small, red) under 1,000 grams, and garments (2023)")) == [
        "cars",
        "toys (small, red) under 1,000 grams",
        "garments",
    ]


def test_semicolons_win_over_commas() -> None:
    assert elements(Line("Paris, France; Rome, Italy")) == ["Paris, France", "Rome, Italy"]


def test_shares_and_remarks_are_left_off_names() -> None:
    assert elements(Line("Germany 11%, French (official) 100%, Spain 646 km")) == [
        "Germany",
        "French",
        "Spain",
    ]
    assert elements(Line("11.208 million Paris (capital), 1.761 million Lyon")) == ["Paris", "Lyon"]


def test_the_rest_is_no_element() -> None:
    assert elements(Line("Catholic 47%, other 1%, none 33%")) == ["Catholic"]


def test_it_stops_at_the_top() -> None:
    assert elements(Line("a, b, c, d"), top=3) == ["a", "b", "c"]


def test_a_line_without_words_is_no_list() -> None:
    assert isinstance(read_list(Line("-"), read_text, top=None, names=True), Refusal)


def test_a_number_of_things_is_no_list_of_them() -> None:
    counted = read_list(Line("24 member states"), read_text, top=None, names=True)
    assert isinstance(counted, Refusal)
