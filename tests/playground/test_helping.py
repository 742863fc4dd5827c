"""What the playground asks for while a person types."""

import pytest

from tests.playground.filling import compact, filled, schema

CHECK, SAMPLE, SNIPPETS = (f"/playground/{name}/" for name in ("check", "sample", "snippets"))


def rules(client, **form: str) -> set[str]:
    answer = client.post(CHECK, form)
    assert answer.status_code == 200
    return {problem["rule"] for problem in answer.json()["problems"]}


def test_a_good_schema_has_no_problems(client):
    assert rules(client, text=compact(schema("capital"))) == set()


def test_a_schema_that_was_not_begun_is_no_mistake(client):
    problems = client.post(CHECK, {"text": compact(schema())}).json()["problems"]
    assert [(problem["severity"], problem["message"]) for problem in problems] == [
        ("info", "Add a first field.")
    ]


def test_a_problem_has_its_line_and_column(client):
    problems = client.post(CHECK, {"text": '{\n  "type": "objekt"\n}'}).json()["problems"]
    (problem,) = [problem for problem in problems if problem["rule"] == "type-unknown"]
    assert (problem["line"], problem["column"], problem["severity"]) == (2, 11, "error")


def test_an_input_schema_is_checked_by_its_own_rules(client):
    empty = compact({"type": "object"})
    assert "root-properties" in rules(client, text=empty, kind="output")
    assert "root-properties" not in rules(client, text=empty, kind="input")


def test_the_processor_decides_how_many_fields_are_advised(client):
    text = compact(schema(*map(str, range(15))))
    assert rules(client, text=text, processor="lite")
    assert not rules(client, text=text, processor="ultra")


def test_the_length_of_the_input_counts(client):
    text = compact(schema("capital"))
    assert rules(client, text=text, input_chars="25000")
    assert not rules(client, text=text, input_chars="100")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"text": "[" * 200_000},
        {"text": "\x00"},
        {"text": "x", "input_chars": "9" * 400},
        {"text": "x", "input_chars": "-1"},
        {"text": "x", "processor": "quantum", "kind": "x"},
        {"text": '{"type": "object", "properties": {"__proto__": {}, "constructor": 1}}'},
    ],
)
def test_anything_can_be_checked(client, form):
    assert rules(client, **form)


def test_a_sample_becomes_a_schema_in_its_order(client):
    answer = client.post(SAMPLE, {"sample": '{"b": "x", "a": 1}'})
    assert answer.status_code == 200
    assert list(answer.json()["schema"]["properties"]) == ["b", "a"]


def test_a_sample_in_any_language_stays_readable(client):
    assert "Málaga ‧ 馬拉加" in client.post(SAMPLE, {"sample": '{"city": "Málaga ‧ 馬拉加"}'}).text


def test_a_mistake_in_a_schema_and_in_a_sample_has_one_place(client):
    text = '{"type": "objec, }'
    (problem,) = client.post(CHECK, {"text": text}).json()["problems"]
    place = f"Line {problem['line']}, column {problem['column']}: {problem['message']}"
    assert place in client.post(SAMPLE, {"sample": text}).json()["error"]


@pytest.mark.parametrize(
    "sample", ["", "{", "[]", "{}", "7", "NaN", "null", '[1, "a"]', "9" * 5_000, "[" * 100_000, "\x00"]
)
def test_what_is_no_sample_is_refused_with_a_sentence(client, sample):
    answer = client.post(SAMPLE, {"sample": sample})
    assert answer.status_code == 422
    assert answer.json()["error"].endswith((".", "fields;"))
    assert "sys." not in answer.json()["error"]


def test_a_samples_names_are_only_names(client):
    answer = client.post(SAMPLE, {"sample": '{"__proto__": "x", "constructor": {"<b>": 1}}'})
    assert list(answer.json()["schema"]["properties"]) == ["__proto__", "constructor"]


def test_a_task_that_can_not_be_run_is_no_code_yet(client):
    html = client.post(SNIPPETS, filled(processor="quantum")).text
    assert "Mend these first" in html
    assert "There is no processor" in html


def test_a_task_that_can_be_run_has_nothing_to_mend(client):
    assert "Mend these first" not in client.post(SNIPPETS, filled()).text


def test_nothing_is_stored_by_asking(client, django_assert_num_queries):
    with django_assert_num_queries(3):  # session, user, member
        client.post(CHECK, {"text": "{}"})
