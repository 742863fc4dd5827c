import pytest

from engine.readers.base import Line, Reading, Refusal
from engine.readers.dates import PartialDate, dates_in, read_date, read_year, render


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("24 October 1945", PartialDate(1945, 10, 24)),
        ("October 24, 1945", PartialDate(1945, 10, 24)),
        ("1945-10-24", PartialDate(1945, 10, 24)),
        ("24/10/1945", PartialDate(1945, 10, 24)),
        ("9/24/2023", PartialDate(2023, 9, 24)),
        ("Oct 1945", PartialDate(1945, 10)),
        ("Sept. 1945", PartialDate(1945, 9)),
        ("1945", PartialDate(1945)),
        ("1st of May 2004", PartialDate(2004, 5, 1)),
        ("10 August 843", PartialDate(843, 8, 10)),
    ],
)
def test_it_reads_the_ways_to_write_a_date(text: str, date: PartialDate) -> None:
    assert [span.date for span in dates_in(f"since {text}, they say")] == [date]


def test_a_date_whose_day_and_month_are_unclear_gives_only_its_year() -> None:
    assert [span.date for span in dates_in("on 5/6/2010")] == [PartialDate(2010)]


@pytest.mark.parametrize(
    "text", ["about 12 people", "1945 employees", "1945%", "1,945", "3-1945-7", "31/31/2000", "0/5/2000"]
)
def test_a_number_is_no_date(text: str) -> None:
    assert dates_in(text) == []


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ("MM-YYYY", "10-1945"),
        ("YYYY-MM-DD", "1945-10-05"),
        ("D Month YYYY", "5 October 1945"),
        ("Mon YYYY", "Oct 1945"),
        ("mm/yyyy", "10/1945"),
        ("YYYY", "1945"),
    ],
)
def test_it_writes_a_date_by_its_template(template: str, written: str) -> None:
    assert render(PartialDate(1945, 10, 5), template) == written


def test_a_month_that_is_not_stated_is_not_made_up() -> None:
    refusal = read_date(Line("1902"), "MM-YYYY")
    assert isinstance(refusal, Refusal)
    assert "without the month" in refusal.reason


def test_several_dates_make_the_first_inexact() -> None:
    reading = read_date(Line("5 July 1962; revised 1 May 1996"), "YYYY")
    assert isinstance(reading, Reading)
    assert (reading.value, reading.exact) == ("1962", False)


def test_no_date_is_said_so() -> None:
    assert isinstance(read_date(Line("none (territory of Norway since 1920)"), "YYYY"), Refusal)


def test_a_year_can_be_a_number() -> None:
    reading = read_year(Line("24 October 1945"))
    assert isinstance(reading, Reading)
    assert reading.value == 1945


@pytest.mark.parametrize(
    ("text", "day"),
    [("Constitution Day, 17 May (1814)", "17 May"), ("National Day on May 17", "May 17"), ("1814", "1814")],
)
def test_a_day_of_every_year_is_a_date_where_any_will_do(text: str, day: str) -> None:
    reading = read_date(Line(text), "any")
    assert isinstance(reading, Reading)
    assert reading.value == day == text[reading.start : reading.end]
