import pytest

from provider.sound import MAX_DEPTH, chars_of, flaws, quoted


def nested(levels):
    value = "x"
    for _ in range(levels):
        value = [value]
    return value


def test_plain_values_have_no_flaws():
    assert list(flaws({"a": [1, -0.5, None, True, "é🌍"], "__proto__": {}})) == []


def test_a_flaw_is_told_with_the_way_to_it():
    ((path, _),) = flaws({"a": ["ok", "\ud800"]}, ("input",))
    assert path == ("input", "a", 1)


def test_nesting_is_allowed_up_to_its_limit():
    assert list(flaws(nested(MAX_DEPTH))) == []
    assert len(list(flaws(nested(MAX_DEPTH + 1)))) == 1


@pytest.mark.parametrize(("value", "count"), [("é🌍", 2), ({"a": "é"}, 9), ([1, 2], 5)])
def test_text_counts_as_it_is_and_the_rest_as_compact_json(value, count):
    assert chars_of(value) == count


def test_a_quote_is_short_and_can_be_stored():
    assert quoted("\x00" + "x" * 100) == f"“\ufffd{'x' * 38}…”"
