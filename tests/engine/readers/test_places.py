"""The city, state or country of a place."""

import pytest

from engine.readers.base import Line, Reading
from engine.readers.places import read_place


@pytest.mark.parametrize(
    ("place", "city", "state", "country"),
    [
        ("Saint Paul, Minnesota, United States", "Saint Paul", "Minnesota", "United States"),
        ("Saint Paul, Minnesota", "Saint Paul", "Minnesota", None),
        ("Geneva, Switzerland", "Geneva", None, "Switzerland"),
        ("Washington, D.C., United States", "Washington, D.C.", None, "United States"),
        ("Atlanta, Georgia", "Atlanta", "Georgia", None),
        ("Lindow, Mere", "Lindow", None, None),
        ("Nairobi", "Nairobi", None, None),
        ("Singapore", "Singapore", None, "Singapore"),
        ("Germany", None, None, "Germany"),
    ],
)
def test_a_place_tells_its_parts_as_far_as_they_are_known(
    place: str, city: str | None, state: str | None, country: str | None
) -> None:
    for part, value in (("city", city), ("state", state), ("country", country)):
        reading = read_place(Line(place), part)
        assert (reading.value if isinstance(reading, Reading) else None) == value


def test_the_part_is_cited_where_it_stands() -> None:
    place = "New York, New York, United States"
    reading = read_place(Line(place), "state")
    assert isinstance(reading, Reading)
    assert (reading.start, place[reading.start : reading.end]) == (10, "New York")
