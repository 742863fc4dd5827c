"""Strategies for JSON, and for JSON as it looks after somebody typed in it."""

import json

from hypothesis import strategies as st

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
