"""Names that come close to one that a page bears."""

import pytest

from engine.library import Library
from engine.lookalikes import endings, lookalikes
from engine.policy import SourcePolicy
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")
LIBRARY = Library([SCOPE], SourcePolicy())


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Frence", "France"),
        ("Farnce", "France"),
        ("Harbor Union", "Harbour Union"),
        ("Harbour Unnion", "Harbour Union"),
        ("Herbour Union", None),
        ("Farce", None),
        ("Norway", None),
        ("", None),
    ],
)
def test_a_slip_of_the_pen_is_seen_through(name: str, meant: str | None) -> None:
    assert {named.title for named in lookalikes(name, LIBRARY, [])} == ({meant} if meant else set())


def test_a_name_between_two_others_is_left_alone() -> None:
    add([page("Frances", {"": ["A country."]}), page("Francea", {"": ["A country."]})], name="More")
    assert lookalikes("Francee", LIBRARY, []) == []


def test_a_package_of_almost_the_same_name_is_another_one() -> None:
    add([page("requests", {"": ["A package."]}, kind="package")], name="More")
    assert lookalikes("reqeusts", LIBRARY, []) == []


def test_a_longer_name_may_end_with_it() -> None:
    add([page("International Salt Cross", {"": ["They help."]}, kind="organisation")], name="More")
    add([page("Friends of the Salt Cross", {"": ["They too."]}, kind="organisation")], name="Others")
    assert [named.title for named in endings("Salt Cross", LIBRARY)] == ["International Salt Cross"]
    assert endings("Cross", LIBRARY) == []


def test_of_two_longer_names_neither_is_meant() -> None:
    made = [page(f"{name} Salt Cross", {"": ["They help."]}, kind="organisation") for name in ("Red", "Sea")]
    add(made, name="More")
    assert endings("Salt Cross", LIBRARY) == []


def test_what_a_page_says_is_spelt_as_it_was_meant() -> None:
    add([page("French Guinea", {"": ["A country."]})], name="More")
    assert lookalikes("French Guiana", LIBRARY, [])
    add([page("Cayenne", {"": ["The chief town of French Guiana."]})], name="Town")
    assert lookalikes("French Guiana", LIBRARY, []) == []
