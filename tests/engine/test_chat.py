"""The chat model that answers at once."""

import jsonschema_rs
import pytest

from engine.chat import Message, Role, answer
from engine.output import Output
from engine.policy import SourcePolicy
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")
ANSWER_AND_YEAR = {
    "type": "object",
    "properties": {
        "answer": {"type": "string", "description": "the answer"},
        "year": {"type": "integer", "description": "a related year"},
    },
    "required": ["answer", "year"],
    "additionalProperties": False,
}
ASKED: tuple[Role, str] = ("user", "What is the capital of France?")
TOLD: tuple[Role, str] = ("assistant", "Paris")


def chat(*said: tuple[Role, str], **more: object) -> Output:
    return answer(**{"messages": [Message(*one) for one in said], "scopes": [SCOPE]} | more)


def test_it_answers_with_a_value_and_cites_the_page() -> None:
    output = chat(ASKED)
    assert (output.type, output.content) == ("text", "Paris")
    assert output.basis[0].citations[0].url == "/library/france/"


def test_it_quotes_a_sentence_where_no_value_is_asked_for() -> None:
    output = chat(("user", "Where does the money of the Harbour Union come from?"))
    assert "governments and other partners" in output.content


def test_the_system_prompt_is_no_question() -> None:
    assert chat(("system", "What is the area of France?"), ASKED).content == "Paris"


def test_the_system_prompt_may_tell_what_a_question_is_about() -> None:
    assert chat(("system", "All is about France."), ("user", "What is its capital?")).content == "Paris"


def test_a_question_may_lean_on_the_one_before_it() -> None:
    output = chat(ASKED, TOLD, ("user", "And its population?"))
    assert output.content == "68,512,806 (2025 est.)"


@pytest.mark.parametrize("more", ["And of Spain?", "What about Spain?"])
def test_another_subject_is_asked_the_same(more: str) -> None:
    add([page("Spain", {"Government": [("Capital", "Madrid")]})], name="More")
    assert chat(ASKED, TOLD, ("user", more)).content == "Madrid"


def test_a_question_of_its_own_leans_on_nothing() -> None:
    output = chat(ASKED, TOLD, ("user", "And where is the headquarters of the Harbour Union?"))
    assert output.content == "New York"


def test_the_last_message_of_the_user_is_the_question_whoever_spoke_last() -> None:
    assert chat(ASKED, ("assistant", "The capital of France is")).content == "Paris"


def test_it_says_so_when_nothing_is_known() -> None:
    output = chat(("user", "Who won the cup in 1998?"))
    assert output.content == "Nothing in the indexed sources answers this."
    assert not output.basis[0].found


@pytest.mark.parametrize("small_talk", ["Hello", "Thanks!", "people", "", "   ", "?!"])
def test_a_single_word_is_no_question(small_talk: str) -> None:
    assert not chat(("user", small_talk)).basis[0].found


def test_an_answer_by_a_schema_fits_it() -> None:
    output = chat(("system", "Answer in JSON."), ASKED, response_schema=ANSWER_AND_YEAR)
    assert output.content == {"answer": "Paris", "year": 0}
    assert [entry.found for entry in output.basis] == [True, False]
    jsonschema_rs.validate(ANSWER_AND_YEAR, output.content)


def test_an_object_of_any_schema_holds_what_is_asked() -> None:
    output = chat(ASKED, as_object=True)
    assert (output.type, output.content) == ("json", {"capital": "Paris"})


@pytest.mark.parametrize("asked", ["Hello", "Who won the cup in 1998?", "France"])
def test_an_object_comes_back_whatever_is_asked(asked: str) -> None:
    assert isinstance(chat(("user", asked), as_object=True).content, dict)


def test_it_keeps_to_the_scopes_and_the_policy() -> None:
    assert not chat(ASKED, scopes=["another"]).basis[0].found
    assert not chat(ASKED, policy=SourcePolicy(include=("example.org",))).basis[0].found


def test_a_conversation_without_a_question_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one message of the user"):
        chat(("system", "Be brief."))


def test_a_long_conversation_is_answered() -> None:
    turns = [("user", "its capital " * 5000), ("assistant", "no")] * 2000
    assert chat(*turns, ASKED).content == "Paris"


def test_the_same_conversation_gives_the_same_answer() -> None:
    assert repr(chat(ASKED, TOLD, ASKED)) == repr(chat(ASKED, TOLD, ASKED))
