"""What a site says of its owner often stands on another page than the one that bears its name."""

from collections.abc import Callable

from tests.engine.conftest import add, page

SITE = "https://harbour-works.example"
START = {"": ["Harbour Works has built ships since 1921."]}
FIELD = {"type": ["string", "null"]}
ABOUT = {"": [("Headquarters", "Oslo, Norway"), ("Employees", "1,240 (2025)")]}


def test_a_page_about_the_owner_of_a_site_is_read_with_its_start(answer: Callable[..., object]) -> None:
    add([page("Harbour Works", START, kind="page", path=f"{SITE}/")])
    add([page("Our people at Harbour Works in Oslo", ABOUT, kind="page", path=f"{SITE}/people.html")])
    assert answer("Harbour Works", "headquarters", FIELD) == "Oslo, Norway"


def test_a_page_called_about_it_is_read_on_a_site_of_many_things(answer: Callable[..., object]) -> None:
    add([page("Harbour Works", START, kind="page", path=f"{SITE}/firms/7")])
    add([page("About Harbour Works", ABOUT, kind="page", path=f"{SITE}/firms/7/about")])
    assert answer("Harbour Works", "headquarters", FIELD) == "Oslo, Norway"


def test_a_thing_with_a_longer_name_is_another_thing(answer: Callable[..., object]) -> None:
    add([page("Harbour Works", START, kind="page", path=f"{SITE}/firms/7")])
    add([page("New Harbour Works", ABOUT, kind="page", path=f"{SITE}/firms/8")])
    assert answer("Harbour Works", "headquarters", FIELD) is None


def test_another_site_is_about_other_things(answer: Callable[..., object]) -> None:
    add([page("Harbour Works", START, kind="page", path=f"{SITE}/")])
    add([page("About Harbour Works", ABOUT, kind="page", path="https://elsewhere.example/about")])
    assert answer("Harbour Works", "headquarters", FIELD) is None
