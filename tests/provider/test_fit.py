import pytest

from provider.fit import MAX_MISFITS, BrokenSchema, misfits, validator_of

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 3},
        "size": {"enum": ["small", "large"]},
        "year": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "towns": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({}, "The input: add “name”, which the input schema requires."),
        ("Acme", "The input: it must be of type object."),
        ({"name": "Acme", "size": "huge"}, "“size”: it must be one of “small”, “large”."),
        ({"name": "Acme", "year": "1945"}, "“year”: it must be of type integer."),
        ({"name": "Acme", "towns": ["Ulm", 5]}, "“towns.1”: it must be of type string."),
        ({"name": "Acme", "colour": 1}, "The input: the input schema does not know “colour”."),
        ({"name": "A"}, "“name”: it is shorter than 3 characters."),
    ],
)
def test_what_does_not_fit_is_said_at_its_place(value, sentence):
    assert misfits(SCHEMA, value) == [sentence]


def test_what_fits_draws_nothing():
    assert misfits(SCHEMA, {"name": "Acme", "size": "small", "year": None, "towns": []}) == []


def test_a_long_list_is_cut_off():
    assert len(misfits(SCHEMA, {"name": "Acme", "towns": [0] * 100})) == MAX_MISFITS


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"properties": []},
        {"pattern": "("},
        {"$ref": "#/nowhere"},
        {"$ref": "http://127.0.0.1:9/schema"},
        {"$schema": "http://127.0.0.1:9/schema"},
    ],
)
def test_a_schema_that_cannot_check_anything_says_so_and_fetches_nothing(schema):
    with pytest.raises(BrokenSchema):
        misfits(schema, {"a": 1})


@pytest.mark.parametrize(
    ("schema", "said", "path"),
    [
        ({"title": 5}, "“title”: it must be of type string", ("title",)),
        ({"properties": {"a": {"pattern": "("}}}, "“properties.a.pattern”", ("properties", "a", "pattern")),
        ({"$schema": "bogus"}, "The schema: an address in it leads out of this schema", ()),
    ],
)
def test_what_is_wrong_with_a_schema_is_said_with_its_place(schema, said, path):
    with pytest.raises(BrokenSchema, match=said) as caught:
        validator_of(schema)
    assert caught.value.path == path


def test_a_schema_that_refers_to_itself_is_harmless():
    assert misfits({"properties": {"part": {"$ref": "#"}}}, {"part": {"part": {}}}) == []


def test_a_pattern_cannot_stall_the_reader():
    assert len(misfits({"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": "a" * 5_000 + "b"})) == 1
