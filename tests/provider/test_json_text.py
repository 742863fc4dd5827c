import json
from collections import Counter

import pytest
from hypothesis import given

from provider.json_text import parse
from tests.provider.damage import STEADY, VALUES, damaged, written
from tests.provider.fixing import applied


def strictly(text):
    """What a strict reader makes of the text, or an error."""

    def pairs(members):
        if len({name for name, _ in members}) < len(members):
            raise ValueError("a name is there twice")
        return dict(members)

    def number(word):
        value = float(word)
        if value in (float("inf"), float("-inf")):
            raise ValueError("too large")
        return value

    def constant(word):
        raise ValueError(word)

    value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_float=number)
    json.dumps(value, ensure_ascii=False).encode()
    if "\\u0000" in json.dumps(value).replace("\\\\", ""):
        raise ValueError("a NUL")
    return value


def rules(text):
    return Counter(slip.rule for slip in parse(text).slips)


@STEADY
@given(damaged(written(VALUES)))
def test_it_accepts_exactly_what_a_strict_reader_accepts(text):
    try:
        expected = strictly(text)
    except ValueError:
        assert parse(text).slips
    else:
        parsed = parse(text)
        assert (parsed.slips, parsed.root.as_python()) == ([], expected)


@STEADY
@given(damaged(written(VALUES)))
def test_a_fix_removes_its_slip_and_brings_no_other(text):
    parsed = parse(text)
    for slip in parsed.slips:
        if slip.fix:
            before, after = rules(text), rules(applied(text, slip.fix))
            assert after[slip.rule] < before[slip.rule], (slip, applied(text, slip.fix))
            assert after <= before, (slip, applied(text, slip.fix))


@STEADY
@given(damaged(written(VALUES)))
def test_the_tree_is_that_of_the_repaired_text(text):
    parsed = parse(text)
    fixed = text
    while fix := next((slip.fix for slip in parse(fixed).slips if slip.fix), None):
        fixed = applied(fixed, fix)
    if parsed.root is not None:
        assert strictly(fixed) == parsed.root.as_python()


@pytest.mark.parametrize(
    ("text", "rule", "fixed"),
    [
        ('{"a": 1,}', "comma", '{"a": 1}'),
        ('{"a": 1 "b": 2}', "comma", '{"a": 1, "b": 2}'),
        ("{'a': 1}", "quotes", '{"a": 1}'),
        ("{“a”: 1}", "quotes", '{"a": 1}'),
        ("{a: 1}", "quotes", '{"a": 1}'),
        ('{"a": text}', "quotes", '{"a": "text"}'),
        ('{"a" 1}', "colon", '{"a":  1}'),
        ('{"a" => 1}', "colon", '{"a" : 1}'),
        ('{"a": None}', "constant", '{"a": null}'),
        ('[NaN]', "constant", "[null]"),
        ("[.5]", "number", "[0.5]"),
        ("[1e999]", "number", "[null]"),
        ('[1] // done', "comment", "[1]  "),
        ('[1 /* one */]', "comment", "[1  ]"),
        ("\ufeff[1]", "odd-space", " [1]"),
        ('{"a": [1, 2}', "unclosed", '{"a": [1, 2]}'),
        ('{"a": [1, 2', "unclosed", '{"a": [1, 2]}'),
        ("[1]]", "unopened", "[1] "),
        ('["a\tb"]', "escape", '["a\\tb"]'),
        ('["C:\\x"]', "escape", '["C:\\\\x"]'),
        ('["\\ud800"]', "unstorable-text", '["\ufffd"]'),
        ('{"a": 1, "a": 2}', "duplicate-name", '{"a": 2}'),
    ],
)  # fmt: skip
def test_a_common_slip_is_named_and_repaired(text, rule, fixed):
    (slip,) = parse(text).slips
    assert (slip.rule, applied(text, slip.fix)) == (rule, fixed)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ('{"a":}', "syntax"),
        ('{"a"}', "syntax"),
        ('{"a": "b}', "unclosed-text"),
        ("[1] [2]", "text-after-end"),
        ("[" * 100_000, "too-deep"),
        ("[" + "'" * 100_000, "too-many-mistakes"),
    ],
)
def test_what_cannot_be_understood_is_said_and_not_guessed(text, rule):
    parsed = parse(text)
    assert parsed.root is None
    assert parsed.slips[-1].rule == rule
    assert parsed.slips[-1].fix is None


def test_a_slip_knows_the_way_to_its_place():
    (slip,) = parse('{"a": [0, {"b": None}]}').slips
    assert slip.path == ("a", 1, "b")


def test_names_that_trick_other_languages_are_just_names():
    root = parse('{"__proto__": {"constructor": 1}}').root
    assert root.as_python() == {"__proto__": {"constructor": 1}}
