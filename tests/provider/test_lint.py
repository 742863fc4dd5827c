import json

import pytest

from provider.lint import RULES, VALIDITY, errors_of, lint
from tests.provider.fixing import applied

FIELD = {"type": "string", "description": "Full name"}


def whole(properties, **more):
    """A schema without a problem, but for what is in `properties` and `more`."""
    closed = {"required": list(properties), "additionalProperties": False}
    return {"type": "object", "properties": properties} | closed | more


def field(**more):
    return whole({"name": FIELD | more})


def nested(levels):
    schema = FIELD
    for _ in range(levels):
        schema = whole({"name": schema | {"description": "A part"}})
    return schema


def rules_of(schema, **options):
    return {problem.rule for problem in lint(json.dumps(schema), **options)}


BROKEN = {
    "root-object": {"properties": {"name": FIELD}, "required": ["name"], "additionalProperties": False},
    "root-properties": whole({}),
    "root-union": field() | {"anyOf": [whole({"name": FIELD})]},
    "schema-shape": whole({"name": "string"}),
    "properties-shape": field() | {"$defs": []},
    "type-unknown": field(type="str"),
    "type-missing": whole({"name": {"description": "Full name"}}),
    "null-alone": field(type="null"),
    "items-missing": field(type="array"),
    "items-shape": field(type="array", items=[FIELD]),
    "enum-empty": field(enum=[]),
    "enum-duplicate": field(enum=["a", "a"]),
    "ref-unresolved": whole({"name": {"$ref": "#/$defs/Town", "description": "Full name"}}),
    "required-shape": field(required=True),
    "required-unknown": field() | {"required": ["name", "nobody"]},
    "required-duplicate": field() | {"required": ["name", "name"]},
    "required-all": field() | {"required": []},
    "additional-properties": field() | {"additionalProperties": True},
    "covered-name": whole({"name": FIELD, "sources": FIELD}),
    "description-missing": field(description=" "),
    "name-empty": whole({" ": FIELD}),
    "name-length": whole({"n" * 101: FIELD}),
    "unsupported-keyword": field(minLength=3),
    "nullable-keyword": field(nullable=True),
    "nesting": nested(6),
    "nesting-advice": nested(4),
    "property-count": whole({f"name_{n}": FIELD for n in range(101)}),
    "string-length": field(enum=["x" * 25_000]),
    "enum-count": field(enum=list(range(501))),
    "enum-length": field(enum=[f"{n:040}" for n in range(251)]),
    "spec-length": field(description="x" * 15_000),
    "schema-version": field() | {"$schema": "bogus"},
    "json-schema": field(title=5),
}
UNFIXABLE = {
    "root-properties", "root-union", "properties-shape", "description-missing", "nesting", "nesting-advice",
    "property-count", "string-length", "enum-count", "enum-length", "spec-length", "ref-unresolved",
    "json-schema", "name-empty", "name-length",
}  # fmt: skip
NEED_OPTIONS = {"spec-and-input-length", "processor-fields"}


def test_every_rule_has_a_schema_that_breaks_it():
    assert {rule.slug for rule in (*RULES, VALIDITY)} == BROKEN.keys() | NEED_OPTIONS


def test_a_schema_without_a_problem_draws_none():
    assert rules_of(field(), processor="core", input_chars=100) == set()


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found(rule):
    assert rule in rules_of(BROKEN[rule])


@pytest.mark.parametrize("rule", sorted(BROKEN.keys() - UNFIXABLE))
def test_a_fix_is_offered_and_leaves_a_sound_schema(rule):
    text = json.dumps(BROKEN[rule], indent=2)
    (problem,) = (problem for problem in lint(text) if problem.rule == rule)
    assert rule not in rules_of(json.loads(applied(text, problem.fix)))


@pytest.mark.parametrize("rule", sorted(UNFIXABLE))
def test_where_a_fix_would_be_a_guess_there_is_none(rule):
    assert all(problem.fix is None for problem in lint(json.dumps(BROKEN[rule])) if problem.rule == rule)


def test_only_what_the_api_refuses_is_an_error():
    refused = {rule for rule in BROKEN if errors_of(BROKEN[rule])}
    assert refused == {rule.slug for rule in (*RULES, VALIDITY) if rule.severity == "error"} - NEED_OPTIONS


def test_input_and_schema_are_counted_together():
    schema = field(description="x" * 14_000)
    assert "spec-and-input-length" not in rules_of(schema, input_chars=10_000)
    assert "spec-and-input-length" in rules_of(schema, input_chars=11_000)


def test_too_many_fields_for_the_processor_is_advice():
    schema = whole({f"name_{n}": FIELD for n in range(6)})
    assert "processor-fields" in rules_of(schema, processor="base")
    assert "processor-fields" not in rules_of(schema, processor="core")


def test_an_input_schema_may_use_all_of_json_schema():
    schema = {"type": "object", "properties": {"site": {"type": "string", "format": "uri", "minLength": 3}}}
    assert rules_of(schema, kind="input") == set()


PYDANTIC = {
    "$defs": {
        "City": {
            "properties": {"name": {"title": "Name", "type": "string"}},
            "required": ["name"],
            "title": "City",
            "type": "object",
        }
    },
    "properties": {
        "capital": {"$ref": "#/$defs/City"},
        "cities": {"items": {"$ref": "#/$defs/City"}, "title": "Cities", "type": "array"},
        "motto": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "title": "Motto"},
        "kind": {"const": "country", "default": "country", "title": "Kind", "type": "string"},
    },
    "required": ["capital", "cities"],
    "title": "Country",
    "type": "object",
}


def test_what_pydantic_writes_is_no_error():
    assert errors_of(PYDANTIC) == []


def test_nesting_is_counted_through_references():
    chain = {f"L{n}": whole({"next": {"$ref": f"#/$defs/L{n + 1}"}}) for n in range(5)} | {"L5": FIELD}
    assert "nesting" in rules_of(whole({"next": {"$ref": "#/$defs/L0"}}, **{"$defs": chain}))


def test_a_schema_that_refers_to_itself_has_no_end():
    assert "nesting" in rules_of(whole({"parent": {"$ref": "#"}}))


def test_thousands_of_references_are_followed_without_recursion():
    names = {f"D{n}": {"$ref": f"#/$defs/D{n + 1}"} for n in range(2_000)} | {"D2000": FIELD}
    assert "ref-unresolved" not in rules_of(whole({"name": {"$ref": "#/$defs/D0"}}, **{"$defs": names}))


def test_a_misspelt_reference_is_put_right():
    schema = whole({"city": {"$ref": "#/$defs/Cty"}}, **{"$defs": {"City": FIELD}})
    text = json.dumps(schema)
    (problem,) = lint(text)
    assert json.loads(applied(text, problem.fix))["properties"]["city"] == {"$ref": "#/$defs/City"}


@pytest.mark.parametrize(
    ("keyword", "value", "said"),
    [
        ("format", "date", "Full name (YYYY-MM-DD)"),
        ("minimum", 3, "Full name (at least 3)"),
        ("pattern", '^"$', 'Full name (matching ^"$)'),
        ("uniqueItems", True, "Full name (no entry twice)"),
        ("contains", {"type": "string"}, "Full name"),
    ],
)
def test_an_unsupported_keyword_moves_into_the_description(keyword, value, said):
    text = json.dumps(field(**{keyword: value}), indent=2)
    (problem,) = lint(text)
    assert json.loads(applied(text, problem.fix)) == field(description=said)


def test_without_a_description_the_keyword_becomes_one():
    text = json.dumps(whole({"born": {"type": "string", "format": "date"}}))
    fixed = applied(text, next(problem.fix for problem in lint(text) if problem.fix))
    assert json.loads(fixed) == whole({"born": {"type": "string", "description": "YYYY-MM-DD"}})


def test_a_covered_field_is_taken_out_of_required_too():
    text = json.dumps(BROKEN["covered-name"])
    (problem,) = lint(text)
    assert json.loads(applied(text, problem.fix)) == field()


def test_a_fix_keeps_the_layout():
    text = '{\n  "type": "object",\n  "properties": {"name": {"type": "string", "description": "x"}}\n}'
    for _ in range(2):
        text = applied(text, next(problem.fix for problem in lint(text) if problem.fix))
    assert text.splitlines()[3:] == ['  "required": ["name"],', '  "additionalProperties": false', "}"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_problem_names_line_and_column(newline):
    text = newline.join(['{"type": "object", "properties": {', '  "né🌍": {"type": "strin"}}}'])
    (problem,) = (problem for problem in lint(text) if problem.rule == "type-unknown")
    assert (problem.line, problem.column, problem.path) == (2, 19, ("properties", "né🌍"))
    assert text[problem.start : problem.end] == '"strin"'


@pytest.mark.parametrize(
    ("more", "marked"),
    [
        ({"title": 5}, '"title": 5'),
        ({"description": 5}, '"description": 5'),
        ({"dependentRequired": 5}, '"dependentRequired": 5'),
        ({"$schema": "http://127.0.0.1:9/schema"}, '"$schema": "http://127.0.0.1:9/schema"'),
        ({"$defs": {"City": FIELD | {"title": 5}}}, '"title": 5'),
        ({"dependencies": {"name": {"$ref": "http://127.0.0.1:9/schema"}}}, "{"),
        ({"contentSchema": {"$ref": "http://127.0.0.1:9/schema"}}, "{"),
    ],
)
def test_what_is_no_json_schema_is_an_error_at_its_place(more, marked):
    text = json.dumps(field() | more)
    (problem,) = (problem for problem in lint(text) if problem.severity == "error")
    assert text[problem.start : problem.end] == marked


def test_validity_is_asked_only_where_no_other_rule_says_better_what_is_wrong():
    assert rules_of(field(type="str", title=5)) == {"type-unknown"}


@pytest.mark.parametrize("draft", ["draft-04", "draft-06", "draft-07", "draft/2019-09", "draft/2020-12"])
def test_every_published_version_of_json_schema_may_be_named(draft):
    assert rules_of(field() | {"$schema": f"http://json-schema.org/{draft}/schema#"}) == set()


@pytest.mark.parametrize("rule", ["property-count", "string-length", "spec-length"])
def test_what_is_said_of_the_whole_stands_where_its_fields_begin(rule):
    text = json.dumps(BROKEN[rule], indent=2)
    (problem,) = (problem for problem in lint(text) if problem.rule == rule)
    assert (problem.line, text[problem.start : problem.end]) == (3, '"properties"')


@pytest.mark.parametrize("word", ["json_schema", "output_schema", "schema"])
def test_a_pasted_envelope_is_taken_off(word):
    text = json.dumps({word: field(), "strict": True})
    (problem,) = lint(text)
    assert problem.rule == "wrapped"
    assert json.loads(applied(text, problem.fix)) == field()


def test_rules_are_told_beside_slips_but_fixes_wait_until_the_text_is_json():
    problems = {problem.rule: problem for problem in lint('{"type": "object", "properties": {"a": {},},}')}
    assert problems["comma"].fix
    assert problems["required-all"].fix is None


def test_a_fix_that_would_break_a_limit_is_not_offered():
    schema = field(description="x" * 14_840)
    del schema["additionalProperties"]
    (problem,) = lint(json.dumps(schema))
    assert (problem.rule, problem.fix) == ("additional-properties", None)


def test_a_text_beyond_all_measure_is_refused_at_once():
    (problem,) = lint("[" * 1_000_000)
    assert problem.rule == "too-long"


@pytest.mark.parametrize("name", ["__proto__", "constructor", "🌍", "‮abc", "x" * 100, "</script>"])
def test_any_name_is_a_name(name):
    assert rules_of(whole({name: FIELD})) == set()


def test_no_message_quotes_with_backticks():
    assert not [p.message for schema in BROKEN.values() for p in lint(json.dumps(schema)) if "`" in p.message]


def test_a_name_that_fills_the_spec_is_what_is_to_be_shortened():
    text = json.dumps(whole({"short": FIELD, "n" * 10_000: FIELD}))
    told = [problem for problem in lint(text) if problem.rule in ("spec-length", "name-length")]
    assert len(told) == 2
    for problem in told:
        assert "The name of a field has 10,000" in problem.message
        assert text[problem.start : problem.end] == f'"{"n" * 10_000}"'


@pytest.mark.parametrize(
    "text",
    [
        "from pydantic import BaseModel\n\nclass Company(BaseModel):\n    name: str\n",
        "class Company:\n    name = 1\n",
        'schema = {"type": "object"}',
        "const schema = { type: 'object' };",
        "def schema():\n    return {}\n",
        "Company(name='x')",
        "@dataclass\nclass Company:\n    name: str\n",
    ],
)
def test_a_program_is_no_json_and_nothing_in_it_is_mended(text):
    (problem,) = lint(text)
    assert (problem.rule, problem.fix) == ("not-json", None)


@pytest.mark.parametrize("text", ["true", "null", " NaN\n", "17", "'a'", "{a: 1}"])
def test_a_json_value_that_is_no_schema_is_not_taken_for_a_program(text):
    assert "not-json" not in {problem.rule for problem in lint(text)}
