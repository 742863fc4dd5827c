import pytest

from runs.labels import label_of_output


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ({"land": 569140, "water": 11227}, "land: 569,140 · water: 11,227"),
        ({"at": "sea", "area": {"land": 549970, "water": 0}}, "at: sea · area: land 549,970, water 0"),
        ({"at": [{"is": "Doha", "size": 25684}, {"is": "Aden"}]}, "at: is Doha, size 25,684; is Aden"),
        ({"exports": ["cars", "wine"], "open": True}, "exports: cars, wine · open: yes"),
        ({"capital": "Paris", "motto": None, "anthem": ""}, "capital: Paris"),
        (["cars", "wine"], "cars, wine"),
        ("Two\n  lines", "Two lines"),
        (1945, "1945"),
    ],
)  # fmt: skip
def test_what_came_out_is_told_with_its_names(value, label):
    assert label_of_output(value) == label


def test_an_answer_of_one_field_needs_no_name():
    assert label_of_output({"capital": "Paris"}, names=False) == "Paris"
    assert label_of_output({"area": {"land": 1, "water": 2}}, names=False) == "land 1, water 2"
