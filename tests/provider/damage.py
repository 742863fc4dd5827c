"""Strategies for JSON, and for JSON as it looks after somebody typed in it."""

import json

from hypothesis import settings
from hypothesis import strategies as st

STEADY = settings(max_examples=70, deadline=None, derandomize=True, database=None)
"""The same examples at every run, so that a failure is always somebody's change."""

TEXT = st.text(st.sampled_from("ab\"'\\/ \n\té🌍\u202e{}[],:#\x00\ud800"), max_size=6)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
LAYOUTS = st.sampled_from([None, 2])
PIECES = st.sampled_from(
    [
        *",:{}[]\"'\\#;=", " ", "\n", "\t", "//x\n", "/*", "*/", "None", "NaN", "True", "01",
        "+1", ".5", "word",
        "\ufeff", "\u200b", "\xa0", "“", "”", "\\u12", "\\ud800", "\x01", '"a":', '"a":1,', "=>", "1e999",
    ]
)  # fmt: skip


@st.composite
def damaged(draw, texts, times=4):
    """A text in which a few places were overwritten, cut or filled with something else."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, times))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(start + 3, len(text))))
        text = text[:start] + draw(st.just("") | PIECES) + text[end:]
    return text


@st.composite
def written(draw, values):
    return json.dumps(draw(values), ensure_ascii=draw(st.booleans()), indent=draw(LAYOUTS))


NAMES = st.sampled_from(
    ["name", "founded", "source", "sources", "confidence", "city", "__proto__", "emöji 🌍", "type", ""]
)
TYPES = st.sampled_from(
    [
        "string",
        "integer",
        "number",
        "boolean",
        "object",
        "array",
        "null",
        "str",
        "Int",
        "list",
        "dict",
        "None",
        "zzz",
    ]
)
_KEYWORDS = {
    "type": TYPES | st.lists(TYPES, max_size=2) | st.just(7),
    "description": st.sampled_from(["", "Year founded", "Full name, as registered"]) | st.none(),
    "required": st.lists(NAMES, max_size=4) | st.just(True),
    "additionalProperties": st.booleans() | st.just("false"),
    "enum": st.lists(st.sampled_from(["a", "b", 1, None]), max_size=4),
    "format": st.sampled_from(["date", "email", "x"]),
    "minimum": st.integers(0, 9),
    "maxItems": st.integers(0, 9),
    "pattern": st.just("^a\"$"),
    "uniqueItems": st.booleans(),
    "patternProperties": st.just({"a": {"type": "zzz"}}),
    "nullable": st.booleans(),
    "const": st.just("x"),
    "default": st.none(),
    "$ref": st.sampled_from(["#", "#/$defs/City", "#/$defs/Cty", "#/properties/name", "City", "#/nowhere"]),
}  # fmt: skip


def _schemas(inner):
    fields = st.dictionaries(NAMES, inner, max_size=4)
    nesting = {
        "properties": fields | st.lists(inner, max_size=2),
        "items": inner | st.lists(inner, max_size=2),
        "anyOf": st.lists(inner, max_size=3),
        "allOf": st.lists(inner, max_size=2),
        "$defs": st.dictionaries(st.sampled_from(["City", "Country"]), inner, max_size=2),
        "additionalProperties": inner,
        "json_schema": inner,
    }
    return st.fixed_dictionaries({}, optional=_KEYWORDS | nesting) | st.fixed_dictionaries(
        {"type": st.just("object"), "properties": fields},
        optional={word: values for word, values in _KEYWORDS.items() if word != "type"},
    )


SCHEMAS = st.recursive(
    st.fixed_dictionaries({}, optional=_KEYWORDS)
    | st.sampled_from(["string", "Name of the town", True, None, "null"]),
    _schemas,
    max_leaves=6,
)
