from engine.form import Form
from engine.readers import Line, Reading, Refusal, read_value
from engine.schema import Field

CITY = Field("", "object", fields=(Field("name", "string"), Field("population", "integer")))
CITIES = Field("cities", "array", item=CITY)


def read(field: Field, line: Line) -> list[dict]:
    reading = read_value(field, line, Form())
    assert isinstance(reading, Reading)
    return reading.value


def test_a_name_and_the_figure_beside_it_make_a_record() -> None:
    line = Line("Paris (capital) 11.208 million, Lyon 1.761 million (2023)", ("Paris", "Lyon"), 2023)
    assert read(CITIES, line) == [
        {"name": "Paris", "population": 11_208_000},
        {"name": "Lyon", "population": 1_761_000},
    ]


def test_a_member_that_is_not_stated_stays_blank() -> None:
    assert read(CITIES, Line("Paris, Lyon")) == [
        {"name": "Paris", "population": 0},
        {"name": "Lyon", "population": 0},
    ]


def test_a_share_is_a_percentage() -> None:
    partner = Field("", "object", fields=(Field("share_percent", "number"), Field("country", "string")))
    line = Line("Germany 11.5%, Italy 9%", ("Germany", "Italy"))
    assert read(Field("partners", "array", item=partner), line) == [
        {"share_percent": 11.5, "country": "Germany"},
        {"share_percent": 9, "country": "Italy"},
    ]


def test_records_without_a_name_are_no_records() -> None:
    nameless = Field("", "object", fields=(Field("population", "integer"),))
    assert isinstance(read_value(Field("x", "array", item=nameless), Line("Paris 11"), Form()), Refusal)
