"""Names that may mean another page as well."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import add, page
from tests.engine.test_quickstart import starter_page

Ask = Callable[..., Output]
TITLES = (
    *("South Korea", "North Korea", "Republic of the Congo", "Democratic Republic of the Congo"),
    *("U.S. Virgin Islands", "British Virgin Islands", "Guinea", "Equatorial Guinea", "Sudan"),
    *("South Sudan", "HP Inc.", "Hewlett Packard Enterprise", "Netherlands"),
)
POPULATION = {"population": {"type": "integer"}}
ADDRESS = {"headquarters": {"type": "string"}}


@pytest.fixture
def starter(library: None) -> None:
    add([starter_page(title) for title in TITLES], name="Starter")


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(
    ("about", "fields", "other"),
    [
        ("Korea", POPULATION, "North Korea"),
        ({"country": "Korea"}, POPULATION, "North Korea"),
        ("the Congo", POPULATION, "Democratic Republic of the Congo"),
        ("Virgin Islands", POPULATION, "British Virgin Islands"),
        ("Hewlett-Packard", ADDRESS, "Hewlett Packard Enterprise"),
    ],
)
def test_a_name_that_is_short_for_two_is_never_sure(
    ask: Ask, about: object, fields: dict, other: str
) -> None:
    output = ask(about, fields)
    assert output.basis[0].confidence == "medium"
    assert f"it may also mean {other}." in output.warnings[0].message
    assert other in output.basis[0].reasoning


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("about", ["Guinea", "Sudan", "Republic of Korea", "North Korea", "DRC", "Holland"])
def test_a_name_of_its_own_is_sure(ask: Ask, about: str) -> None:
    output = ask(about, POPULATION)
    assert (output.basis[0].confidence, output.warnings) == ("high", ())


def test_a_longer_name_of_another_kind_is_no_namesake(ask: Ask) -> None:
    add([page("Air Harbour Organisation", {"Facts": [("Area", "3 sq km")]})], name="More")
    assert ask("Harbour Organisation", {"website": {"type": "string"}}).warnings == ()
