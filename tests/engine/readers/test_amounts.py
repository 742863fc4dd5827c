from decimal import Decimal

import pytest

from engine.form import Form
from engine.readers.amounts import amounts_in, read_like, read_number
from engine.readers.base import Line, Reading, Refusal


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("about 37,000", 37_000, ""),
        ("$3.162 trillion (2024 est.)", 3_162_000_000_000, "USD"),
        ("US$ 67.6 billion", 67_600_000_000, "USD"),
        ("-$30.334 billion", -30_334_000_000, "USD"),
        ("643,801 sq km", 643_801, "km2"),
        ("12.3% of GDP", Decimal("12.3"), "percent"),
        ("$25B", 25_000_000_000, "USD"),
        ("€4.5m", 4_500_000, "EUR"),
    ],
)
def test_it_reads_a_figure_with_scale_and_unit(text: str, value: Decimal, unit: str) -> None:
    found = amounts_in(text)
    assert [(amount.value, amount.unit) for amount in found] == [(value, unit)]


def test_years_in_brackets_and_dates_are_no_amounts() -> None:
    assert amounts_in("on 24 October 1945 (2023)") == []


def test_a_whole_number_stays_whole() -> None:
    reading = read_number(Line("68,512,806 (2025 est.)"), Form(), whole=True)
    assert isinstance(reading, Reading)
    assert (reading.value, type(reading.value), reading.exact) == (68_512_806, int, True)


def test_a_fraction_is_no_whole_number() -> None:
    assert isinstance(read_number(Line("42.7 years"), Form(), whole=True), Refusal)


def test_the_requested_scale_is_kept() -> None:
    reading = read_number(Line("$3.162 trillion"), Form(scale="billion"), whole=False)
    assert isinstance(reading, Reading)
    assert reading.value == 3162


def test_a_figure_in_another_unit_is_refused() -> None:
    refusal = read_number(Line("643,801 sq km"), Form(unit="mi2"), whole=False)
    assert isinstance(refusal, Refusal)
    assert "mi2" in refusal.reason


def test_of_two_units_the_requested_one_is_taken() -> None:
    reading = read_number(Line("643,801 sq km (248,573 sq mi)"), Form(unit="mi2"), whole=False)
    assert isinstance(reading, Reading)
    assert reading.value == 248_573


@pytest.mark.parametrize(
    ("example", "text", "year", "written"),
    [
        ("$3.1 trillion (2023)", "$3.689 trillion (2023 est.)", 2023, "$3.689 trillion (2023)"),
        ("$3.1 trillion (2023)", "$845.2 billion", None, "$845.2 billion"),
        ("$3.1T", "$3.689 trillion (2023 est.)", 2023, "$3.689T"),
        ("$1,000,000", "$2.5 million", None, "$2,500,000"),
        ("$3.1 trillion", "$25,400,000", None, "$25.4 million"),
    ],
)
def test_an_amount_is_written_like_the_example(
    example: str, text: str, year: int | None, written: str
) -> None:
    reading = read_like(Line(text, (), year), Form(example=example))
    assert isinstance(reading, Reading)
    assert reading.value == written


def test_an_amount_without_the_examples_currency_is_refused() -> None:
    assert isinstance(read_like(Line("2.1% of GDP"), Form(example="$3.1 trillion")), Refusal)
