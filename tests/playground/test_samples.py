import json

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.samples import BadSample, schema_from_sample, schema_from_text


def properties(sample: object) -> dict:
    return schema_from_sample(sample)["properties"]


def types(sample: object) -> dict:
    return {name: schema["type"] for name, schema in properties(sample).items()}


def test_each_value_gives_its_type() -> None:
    sample = {"a": "x", "b": 1, "c": 1.5, "d": True, "e": ["x"], "f": {"g": 1}}
    assert types(sample) == {
        "a": "string",
        "b": "integer",
        "c": "number",
        "d": "boolean",
        "e": "array",
        "f": "object",
    }


def test_every_object_lists_all_its_properties_and_is_closed() -> None:
    nested = schema_from_sample({"a": {"b": 1, "c": 2}})["properties"]["a"]
    assert nested["required"] == ["b", "c"]
    assert nested["additionalProperties"] is False


def test_a_null_may_be_null() -> None:
    assert types({"a": None}) == {"a": ["string", "null"]}
    assert types([{"a": None}, {"a": 1}]) == {"a": ["integer", "null"]}


def test_the_elements_of_a_list_are_taken_together() -> None:
    items = properties({"list": [{"a": 1}, {"a": 2.5, "b": "x"}]})["list"]["items"]
    assert items["properties"]["a"]["type"] == "number"
    assert items["properties"]["b"]["type"] == ["string", "null"]


def test_a_list_of_objects_is_a_list_of_examples() -> None:
    assert types([{"a": 1}, {"b": "x"}]) == {"a": ["integer", "null"], "b": ["string", "null"]}


def test_values_with_nothing_in_common_become_text() -> None:
    assert types({"a": [1, "x"], "b": []}) == {"a": "array", "b": "array"}
    assert properties({"a": [1, "x"]})["a"]["items"] == {"type": "string"}


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("1945-10-24", "YYYY-MM-DD"),
        ("10-1945", "MM-YYYY"),
        ("2024-05-01T10:00:00Z", "Date and time"),
        ("https://www.un.org", "Web address"),
        ("info@un.org", "E-mail"),
    ],
)
def test_a_format_is_noticed_in_the_description(value: str, form: str) -> None:
    assert form in properties({"when": value})["when"]["description"]


def test_a_format_that_not_all_values_have_is_not_claimed() -> None:
    description = properties([{"a": "1945-10-24"}, {"a": "long ago"}])["a"]["description"]
    assert "format" not in description


def test_a_description_says_the_name_in_words_with_an_example() -> None:
    description = properties({"foundingDate": "in 1945"})["foundingDate"]["description"]
    assert description == "Founding date, for example in 1945."


def test_where_a_sample_tells_no_more_than_the_name_nothing_is_said() -> None:
    sample = {"list": [1], "n": None, "done": True, "part": {"b": ""}}
    assert not any("description" in schema for schema in properties(sample).values())


def test_a_long_example_is_cut() -> None:
    assert len(properties({"a": "x" * 5000})["a"]["description"]) < 100


def test_strange_names_are_kept() -> None:
    assert list(properties({"__proto__": 1, "constructor": 2, "😀": 3, "": 4})) == [
        "__proto__",
        "constructor",
        "😀",
        "",
    ]


@pytest.mark.parametrize("sample", [1, "x", None, [], [1], [{}], {}])
def test_a_sample_without_fields_is_refused(sample: object) -> None:
    with pytest.raises(BadSample, match=r"\.$"):
        schema_from_sample(sample)


def test_more_than_a_hundred_fields_are_refused_with_their_number() -> None:
    assert len(properties({f"f{i}": 1 for i in range(100)})) == 100
    with pytest.raises(BadSample, match="101 fields"):
        schema_from_sample({"inner": {f"f{i}": 1 for i in range(100)}})


def test_a_sample_nested_too_deep_is_refused() -> None:
    assert schema_from_sample({"a": {"b": {"c": {"d": {"e": 1}}}}})
    with pytest.raises(BadSample, match="nested too deep"):
        schema_from_sample({"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{"a": 1,}',
            "The sample is not JSON. Line 1, column 8: JSON allows no comma",
        ),
        ('{"a": NaN}', "Line 1, column 7: JSON does not know NaN; it writes null."),
        ("{'a': 1}", "JSON puts text in straight double quotes"),
        ("[" * 100_000, "nested more than 64 levels deep"),
        ("", "Paste a JSON object"),
        (f'"{"x" * 200_000}"', "200,002 characters; paste at most 200,000"),
    ],
    ids=["comma", "constant", "quotes", "deep", "empty", "long"],
)
def test_text_that_is_no_sample_is_answered_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(BadSample, match=said):
        schema_from_text(text)


def test_text_is_read_as_json() -> None:
    assert schema_from_text('{"a": 1}') == schema_from_sample({"a": 1})


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
INNER = st.dictionaries(st.text(max_size=5), SCALARS | st.lists(SCALARS, max_size=3), min_size=1, max_size=4)
SAMPLES = st.dictionaries(
    st.text(max_size=5), SCALARS | INNER | st.lists(INNER, max_size=3), min_size=1, max_size=5
)


@given(SAMPLES)
def test_any_sample_gives_a_schema_that_can_be_written_and_checked(sample: dict) -> None:
    schema = schema_from_sample(sample)
    jsonschema_rs.meta.validate(json.loads(json.dumps(schema)))
    assert schema["required"] == list(sample)
