from dispatch.conversations import asked_in
from dispatch.engine_jobs import carry_out
from engine.research import research
from provider.types_chat import parse_chat_request
from runs.services import start_run
from runs.status import Status
from tests.dispatch.conftest import Research

TEXT = {"output_schema": {"type": "text"}}
TALK = {
    "question": "What is its capital?",
    "instructions": "Answer in one sentence.",
    "conversation": [
        {"role": "user", "content": "I like France."},
        {"role": "assistant", "content": "So does Spain."},
        {"role": "user", "content": "Good."},
    ],
}


def asked_of_engine(run):
    run.move_to(Status.QUEUED)
    research = Research()
    carry_out(run.pk, research)
    return research.asked[0]


def test_any_other_input_is_asked_as_it_is():
    asked = asked_in({"country": "France"}, None)
    assert (asked.input, asked.task_spec, asked.before) == ({"country": "France"}, None, ())


def test_a_conversation_is_its_last_question_after_what_names_its_subject():
    asked = asked_in(TALK, TEXT)
    assert asked.input == "What is its capital?"
    assert asked.before == ("Answer in one sentence.", "So does Spain.", "I like France.", "Good.")


def test_a_conversation_that_another_client_wrote_may_hold_any_role():
    said = [{"role": "developer", "content": "We speak of Kenya."}]
    assert asked_in({"question": "Its capital?", "conversation": said}, None).before == (
        "We speak of Kenya.",
    )


def test_instructions_are_context_and_change_no_spec():
    assert asked_in(TALK, TEXT).task_spec == TEXT


def test_a_persona_leads_no_answer_astray(workspace, small_library, start):
    talk = {"question": "What is the capital of Japan?", "instructions": "You are an expert on area."}
    run = start(talk, task_spec=TEXT)
    run.move_to(Status.QUEUED)
    carry_out(run.pk, research)
    assert "Tokyo" in run.result.content


def test_the_engine_is_asked_so(workspace):
    messages = [{"role": "user", "content": "I like France."}, {"role": "user", "content": "Its capital?"}]
    request = parse_chat_request({"model": "lite", "messages": messages})
    asked = asked_of_engine(start_run(workspace=workspace, request=request.as_task()))
    assert (asked["input"], asked["earlier"]) == ("Its capital?", ["I like France."])


def test_an_earlier_runs_conversation_comes_before_its_question(start):
    first = start(TALK)
    asked = asked_of_engine(start("And its area?", previous_interaction_id=first.run_id))
    assert asked["earlier"][-2:] == ["Good.", "What is its capital?"]


def test_it_is_found_who_its_refers_to(workspace, small_library, start):
    run = start(TALK, task_spec=TEXT)
    run.move_to(Status.QUEUED)
    carry_out(run.pk, research)
    assert "Paris" in run.result.content
