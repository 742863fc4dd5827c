"""JSON output by an explicit schema."""

from collections.abc import Callable

from engine.output import Output

RANGES = ["1-10 employees", "51-200 employees", "10001+ employees"]
Ask = Callable[..., Output]
Answer = Callable[..., object]


def test_it_reads_a_label(answer: Answer) -> None:
    assert answer("France", "capital", {"type": "string"}) == "Paris"


def test_it_keeps_the_requested_date_format(answer: Answer) -> None:
    field = {"type": "string", "description": "The founding date of the company in the format MM-YYYY"}
    assert answer("Harbour Union", "founding_date", field) == "10-1945"


def test_it_chooses_the_range_that_holds_the_number(answer: Answer) -> None:
    assert answer("Harbour Union", "employee_count", {"type": "string", "enum": RANGES}) == "10001+ employees"


def test_it_formats_money_like_the_example(answer: Answer) -> None:
    field = {"type": "string", "description": "GDP in USD, formatted like '$3.1 trillion (2023)'."}
    assert answer({"country": "France", "year": 2023}, "gdp", field) == "$3.689 trillion (2023)"


def test_a_list_stops_at_the_number_asked_for(answer: Answer) -> None:
    field = {"type": "array", "items": {"type": "string"}, "description": "Top 2 exported goods"}
    assert answer("France", "top_exports", field) == ["aircraft", "cars"]


def test_each_element_of_a_list_has_its_basis(ask: Ask) -> None:
    output = ask("France", {"borders": {"type": "array", "items": {"type": "string"}}})
    assert [entry.field for entry in output.basis] == ["borders", "borders.0", "borders.1", "borders.2"]
    assert all(entry.citations for entry in output.basis)
