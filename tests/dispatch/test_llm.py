"""A run on the engine with the language model of the installation."""

import pytest

from dispatch.engine_jobs import carry_out
from dispatch.llm import configured, level, research_here
from engine.document import Block, Document
from engine.index import index_documents
from runs.status import Status
from tests.llm.fixtures import llm  # noqa: F401
from tests.llm.modes import error
from tests.llm.server import good

SAID = "The beam of Dunmore Light is a deep emerald."
SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {"lamp_colour": {"type": ["string", "null"], "description": "Colour of its beam"}},
            "required": ["lamp_colour"],
            "additionalProperties": False,
        },
    }
}


@pytest.fixture
def lighthouse(db):
    said = Block("paragraph", SAID)
    page = Document(path="/l/", title="Dunmore Light", kind="lighthouse", source="The test", blocks=(said,))
    index_documents([page], scope="starter", source_name="Starter library", kind="starter")


@pytest.fixture
def carried_out(start, lighthouse):
    def carried_out():
        run = start("Dunmore Light", task_spec=SPEC, processor="lite")
        assert run.move_to(Status.QUEUED)
        carry_out(run.pk, research_here)
        run.refresh_from_db()
        return run

    return carried_out


def test_without_settings_there_is_none(settings):
    assert configured() is None
    settings.LLM_BASE_URL, settings.LLM_MODEL = "https://llm.example/v1", "m"
    assert configured().url == "https://llm.example/v1/chat/completions"
    assert level() == "llm"


def test_the_key_is_in_no_representation(settings):
    settings.LLM_BASE_URL, settings.LLM_MODEL = "https://llm.example/v1", "m"
    settings.LLM_API_KEY = "sk-secret"
    assert configured().headers["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in repr(configured())


def test_its_answer_is_a_runs_answer_with_an_excerpt_of_the_page(carried_out, llm):  # noqa: F811
    server = llm(good)
    run = carried_out()
    assert run.status == Status.COMPLETED
    assert run.result.content == {"lamp_colour": SAID}
    (entry,) = run.basis.all()
    (citation,) = entry.citations.all()
    assert [excerpt["text"] for excerpt in citation.excerpts] == [SAID]
    assert len(server.asked) == 1


def test_a_failure_is_a_warning_of_a_run_that_completes_and_no_key_is_logged(
    carried_out,
    llm,  # noqa: F811
    caplog,
):
    caplog.set_level("DEBUG")
    llm(error(401, "Incorrect key: sk-secret"))
    run = carried_out()
    assert (run.status, run.result.content) == (Status.COMPLETED, {"lamp_colour": None})
    assert "refuses the key" in run.warnings[-1]["message"]
    assert "sk-secret" not in caplog.text
    assert "sk-secret" not in str(run.warnings)
