"""What a person is at an organisation."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import add, page
from tests.engine.test_quickstart import starter_page

Ask = Callable[..., Output]
ROLE = {"current_role": {"type": ["string", "null"]}}


@pytest.fixture(autouse=True)
def starter(library: None) -> None:
    guild = {"Facts": [("Head", "Director-General Ann Lee (since 2020)"), ("Motto", "Bob Ray for ever")]}
    add([starter_page("United Nations"), page("Guild", guild, kind="organisation")], name="Starter")


@pytest.mark.parametrize(
    ("about", "role"),
    [
        ("António Guterres / United Nations", "Secretary-General"),
        ("Antonio Guterres, United Nations", "Secretary-General"),
        ("António Guterres at the United Nations", "Secretary-General"),
        ({"person": "António Guterres", "organization": "United Nations"}, "Secretary-General"),
        ({"full_name": "António Guterres", "company": "UN"}, "Secretary-General"),
        ({"name": "Ann Lee", "organisation": "Guild"}, "Director-General"),
        ({"name": "John Smith", "company": "United Nations"}, None),
        ("Guterres, United Nations", None),
        ("Bob Ray, Guild", None),
        ("António Guterres", None),
        ("United Nations", None),
    ],
)
def test_a_page_tells_the_role_of_whom_it_names(ask: Ask, about: object, role: str | None) -> None:
    assert ask(about, ROLE).content == {"current_role": role}


def test_the_line_that_names_the_person_is_quoted(ask: Ask) -> None:
    basis = ask({"person": "Ann Lee", "organization": "Guild"}, ROLE).basis[0]
    assert basis.citations[0].excerpts[0].text == "Head: Director-General Ann Lee (since 2020)"
    assert basis.confidence == "high"


def test_other_questions_are_not_about_the_person(ask: Ask) -> None:
    about = {"person": "Ann Lee", "organization": "Guild"}
    assert ask(about, {"motto": {"type": "string"}}).content == {"motto": "Bob Ray for ever"}
