import pytest

from engine.readers.base import Line, Reading, Refusal
from engine.readers.texts import LONGEST, read_text, read_url


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Paris", "Paris"),
        ("Suva (on Viti Levu)", "Suva"),
        ("La Paz (seat of government); Sucre (capital)", "La Paz (seat of government); Sucre (capital)"),
        ("68,512,806 (2025 est.)", "68,512,806 (2025 est.)"),
        ("Bern; note - it is called the federal city", "Bern"),
        ("  noteworthy things ", "noteworthy things"),
    ],
)
def test_notes_and_remarks_are_left_off(line: str, value: str) -> None:
    reading = read_text(Line(line))
    assert isinstance(reading, Reading)
    assert reading.value == value == line[reading.start : reading.end]


def test_a_long_value_ends_with_a_whole_part() -> None:
    reading = read_text(Line("; ".join(["a part of twenty char"] * 200)))
    assert isinstance(reading, Reading)
    assert len(reading.value) <= LONGEST
    assert reading.value.endswith("char")


@pytest.mark.parametrize("line", ["", " ", "()", "—"])
def test_a_line_without_words_is_refused(line: str) -> None:
    assert isinstance(read_text(Line(line)), Refusal)


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("https://www.un.org/", "https://www.un.org/"),
        ("write to info@un.org; see https://un.org/en.", "https://un.org/en"),
        ("at www.un.org, they say", "www.un.org"),
    ],
)
def test_a_web_address_is_found(line: str, url: str) -> None:
    reading = read_url(Line(line))
    assert isinstance(reading, Reading)
    assert reading.value == url


def test_a_mail_address_is_no_web_address() -> None:
    assert isinstance(read_url(Line("first.last@un.org")), Refusal)
