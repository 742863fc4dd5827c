"""Whatever the endpoint does, a run ends with what was found without it, and says so."""

from dataclasses import replace

import pytest

from engine.llm import budget
from tests.llm.modes import FAILURES

FIELDS = {"operator": {"type": "string"}, "yearly_cargo": {"type": ["number", "null"]}}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_leaves_the_engines_own_answer_and_a_warning(name, endpoint, run, monkeypatch):
    mode, said = FAILURES[name]
    if name in ("drips", "silent"):
        monkeypatch.setitem(budget.BUDGETS, "base", replace(budget.BASE, seconds=0.5))
    llm, server = endpoint(mode)
    output = run(llm, FIELDS)
    assert output.content == {"operator": "Aldwick Harbour Trust", "yearly_cargo": None}
    assert [said in warning.message for warning in output.warnings] == [True], output.warnings
    assert "What was found without it stands for yearly_cargo." in output.warnings[0].message
    assert "sk-secret" not in str(output)
    assert server.asked
