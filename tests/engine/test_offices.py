"""Who holds an office: a king does not stand for a president."""

from collections.abc import Callable

import pytest

from engine.offices import OFFICES, holds, office_in
from engine.output import Output
from engine.words import label_stems
from tests.engine.conftest import add, page
from tests.engine.test_quickstart import starter_page

Ask = Callable[..., Output]
TEXT = {"type": ["string", "null"]}
COUNTRIES = ("United Kingdom", "Japan", "France", "Germany", "Iran", "Ireland", "Saudi Arabia", "Syria")


@pytest.fixture
def starter(library: None) -> None:
    add([starter_page(title) for title in (*COUNTRIES, "United Nations")], name="Starter")


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(
    ("about", "office", "holder", "confidence"),
    [
        ("United Kingdom", "president", None, "low"),
        ("United Kingdom", "queen", None, "low"),
        ("United Kingdom", "king", "King CHARLES III", "high"),
        ("United Kingdom", "head_of_state", "King CHARLES III", "high"),
        ("United Kingdom", "chancellor", None, "low"),
        ("Japan", "president", None, "low"),
        ("Japan", "king", None, "low"),
        ("Japan", "emperor", "Emperor NARUHITO", "high"),
        ("Japan", "monarch", "Emperor NARUHITO", "high"),
        ("Germany", "prime_minister", None, "low"),
        ("Germany", "chancellor", "Chancellor Friedrich MERZ", "high"),
        ("France", "prime_minister", "Sébastien LECORNU", "medium"),
        ("France", "vice_president", None, "low"),
        ("Iran", "president", "President Masoud PEZESHKIAN", "high"),
        ("United Nations", "secretary_general", "António Guterres", "high"),
        ("United Nations", "director_general", None, "low"),
        ("United Nations", "ceo", "António Guterres", "medium"),
    ],
)
def test_a_title_has_to_fit(ask: Ask, about: str, office: str, holder: str | None, confidence: str) -> None:
    output = ask(about, {office: TEXT})
    assert (output.content[office], output.basis[0].confidence) == (holder, confidence)


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("question", ["Who is the king of Japan?", "Who is the president of Japan?"])
def test_a_question_is_not_answered_by_another_office(ask: Ask, question: str) -> None:
    assert "NARUHITO" not in ask(question, task_spec={"output_schema": {"type": "text"}}).content


@pytest.mark.usefixtures("starter")
def test_the_reasoning_says_who_holds_another_office(ask: Ask) -> None:
    reasoning = ask("Japan", {"president": TEXT}).basis[0].reasoning
    assert "names “Emperor NARUHITO (since 1 May 2019)”: another office" in reasoning


@pytest.mark.usefixtures("starter")
def test_a_description_asks_for_an_office_too(ask: Ask) -> None:
    ruler = TEXT | {"description": "The president of the country"}
    deputy = TEXT | {"description": "The vice president of the country"}
    assert ask("Japan", {"ruler": ruler}).content == {"ruler": None}
    assert ask("France", {"deputy": deputy}).content == {"deputy": None}


def test_a_label_can_name_the_office(ask: Ask) -> None:
    add([page("Guild", {"Facts": [("President", "Ann Lee")]}, kind="organisation")], name="More")
    assert ask("Guild", {"president": TEXT}).content == {"president": "Ann Lee"}


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.name)
def test_every_office_is_found_by_its_name_and_fits_its_own_title(office: object) -> None:
    assert office_in(label_stems(office.name)) is office
    assert holds(office, frozenset(), f"{office.name.title()} Ann LEE") == "yes"
