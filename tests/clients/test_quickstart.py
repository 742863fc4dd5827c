"""The first things that everybody types into a shell, with curl and jq."""

import pytest

from tests.clients.conftest import Runs


def test_a_plain_question_gets_a_plain_answer(told_by: Runs):
    told = told_by("shell", "quickstart_text.sh")
    assert told["output"]["content"] == "10-1945"
    assert told["output"]["basis"][0]["citations"][0]["excerpts"]


@pytest.mark.parametrize("program", ["quickstart_json.sh", "quickstart_input.sh"])
def test_a_schema_gets_every_field_with_its_evidence(told_by: Runs, program: str):
    told = told_by("shell", program)
    content, basis = told["output"]["content"], told["output"]["basis"]
    assert (content["founding_date"], content["employee_count"]) == ("10-1945", "10001+ employees")
    assert 1 <= content["funding_sources"].count(". ") + 1 <= 4
    assert [entry["field"] for entry in basis] == ["founding_date", "employee_count", "funding_sources"]
    assert all(entry["citations"] and entry["confidence"] for entry in basis)
