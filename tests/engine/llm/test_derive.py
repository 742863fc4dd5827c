"""A value counts only if it follows from its quote."""

import pytest

from engine.form import form_of
from engine.llm.derive import derived
from engine.llm.phrases import carries
from engine.llm.quotes import places_of
from engine.schema import Field
from tests.engine.llm.test_quotes import given


def read(value, text, kind="string", quote=None, name="thing", **more):
    """The typed value that follows from the text, all of it quoted or only some."""
    field = Field(name, kind, **more)
    return derived(field, form_of(field), value, next(iter(places_of(quote or text, given(text=text)))))


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (3_162_000_000_000, "GDP: $3.162 trillion (2024 est.)", 3_162_000_000_000),
        ("3.162 trillion", "GDP: $3.162 trillion (2024 est.)", 3_162_000_000_000),
        ("about 37,000", "It employs 37,000 people.", 37_000),
        (37, "It employs 37,000 people.", None),
        (68, "68.5 million people", None),
        (42, "It employs 37,000 people.", None),
        (7, "It has seven members.", 7),
        (1, "It is one of the largest.", None),
        (2, "0.2% growth", None),
        (True, "It has 1 member.", None),
        (None, "It has 1 member.", None),
        ("many", "It has 1 member.", None),
        (1e400, "It has 1 member.", None),
    ],
)
def test_numbers_count_with_their_scale_word(value, text, expected):
    assert read(value, text, "integer") == expected


def test_a_number_is_read_whole_though_only_a_part_of_it_is_quoted():
    assert read(12, "It handles 12.5 million tonnes.", "number", quote="12.5") is None
    assert read(12_500_000, "It handles 12.5 million tonnes.", "number", quote="handles 12.5") == 12_500_000
    assert read(5, "Area: 4 km; length 5 km", "number", quote="Area: 4 km") is None


def test_a_number_is_given_in_the_scale_and_unit_that_are_asked_for():
    text = "Revenue: $3.5 billion"
    assert read(3500, text, "number", description="Revenue in millions") == 3500
    assert read(3_500_000_000, text, "number", description="Revenue in millions") == 3500
    assert read(3.5, text, "integer", description="Revenue in billions") is None
    assert read(20, "Share: 20%", "number", description="in US dollars") is None


@pytest.mark.parametrize(
    ("value", "text", "more", "expected"),
    [
        ("1945-10-24", "Founded: 24 October 1945", {"description": "YYYY-MM-DD"}, "1945-10-24"),
        ("1945-10", "Founded: 24 October 1945", {"description": "YYYY-MM-DD"}, "1945-10-24"),
        ("1945-10-25", "Founded: 24 October 1945", {"description": "YYYY-MM-DD"}, None),
        ("1945-10-24", "Founded in 1945", {"description": "YYYY-MM-DD"}, None),
        ("24 October 1945", "Founded: 24 October 1945", {"name": "founding_date"}, "24 October 1945"),
        ("7th century", "Independence: 7th century", {"name": "independence_date"}, "7th century"),
        ("May 1887", "Opened on 3 May 1887", {}, "May 1887"),
        ("1945-10-24", "Founded: 24 October 1945", {}, "1945-10-24"),
    ],
)
def test_dates_agree_however_they_are_written(value, text, more, expected):
    assert read(value, text, **more) == expected


def test_a_year_is_that_of_a_date():
    assert read(1945, "Founded: 24 October 1945", "integer", name="founding_year") == 1945
    assert read(1946, "Founded: 24 October 1945", "integer", name="founding_year") is None


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (True, "Dual citizenship recognized: yes", True),
        (False, "Dual citizenship recognized: yes", None),
        (False, "Dual citizenship recognized: no, except in 1920", False),
        ("yes", "Yes, it is.", True),
        (True, "France recognises dual citizenship.", None),
        (False, "There is no evidence of it.", None),
        (True, "Nobody said yes", None),
    ],
)
def test_yes_and_no_have_to_be_said(value, text, expected):
    assert read(value, text, "boolean") is expected


@pytest.mark.parametrize(
    ("value", "text", "choices", "description", "expected"),
    [
        ("public", "It is a public company.", ("public", "private"), "", "public"),
        ("Public", "It is a public company.", ("public", "private"), "", "public"),
        ("private", "It is a public company.", ("public", "private"), "", None),
        ("other", "It is a public company.", ("public", "private"), "", None),
        (
            "public",
            "Shares: listed on the exchange",
            ("public", "private"),
            "public (listed, quoted)",
            "public",
        ),
        ("private", "Shares: listed", ("public", "private"), "public (listed); private (family-owned)", None),
        ("public", "It was never listed", ("public", "private"), "public (listing)", None),
        ("51-200", "It has 140 employees", ("1-50", "51-200", "201+"), "", "51-200"),
        ("1-50", "It has 140 employees", ("1-50", "51-200", "201+"), "", None),
        ("yes", "Night pilots: yes", ("yes", "no", "unknown"), "", "yes"),
        ("no", "There is no harbour", ("yes", "no", "unknown"), "", None),
        (3, "It has 3 berths", (1, 2, 3), "", 3),
        (2, "It has 3 berths", (1, 2, 3), "", None),
        (True, "Open: yes", (True,), "", True),
    ],
)
def test_a_choice_is_named_by_the_quote(value, text, choices, description, expected):
    assert read(value, text, "enum", choices=choices, description=description) == expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("Aldwick Harbour Trust", "Operator: Aldwick Harbour Trust", "Aldwick Harbour Trust"),
        ("aldwick harbour trust", "Operator: Aldwick Harbour Trust", "Aldwick Harbour Trust"),
        ("Smith, John", "Its head is John Smith.", "Smith, John"),
        ("Aldwick Bank", "Operator: Aldwick Harbour Trust", None),
        ("Trust", "It is distrusted", None),
        ("https://harbour.example/", "Website: www.harbour.example", "https://harbour.example/"),
        ("https://evil.example/", "Website: www.harbour.example", None),
        ("$3.162 trillion (2024)", "GDP: $3.162 trillion (2024 est.)", "$3.162 trillion (2024)"),
        ("€3.162 trillion", "GDP: $3.162 trillion (2024 est.)", None),
        ("$31.62 trillion", "GDP: $3.162 trillion (2024 est.)", None),
        ("open at night", "It is not open at night", "open at night"),
        ("at night open", "It is not open at night", None),
        (42, "It has 42 cranes", "42"),
        ({"a": 1}, "It has 42 cranes", None),
        ("", "It has 42 cranes", None),
    ],
)
def test_words_have_to_stand_in_the_quote(value, text, expected):
    assert read(value, text) == expected


@pytest.mark.parametrize(
    ("sentence", "carried"),
    [
        ("Aldwick handles 12.5 million tonnes of cargo a year.", True),
        ("Each year 12.5 million tonnes of cargo are handled.", True),
        ("Aldwick handles 13 million tonnes of cargo a year.", False),
        ("Every year Rotterdam handles 12.5 million tonnes of cargo.", False),
        ("It never handles 12.5 million tonnes of cargo a year.", False),
        ("It is the loveliest and friendliest harbour anywhere.", False),
    ],
)
def test_a_sentence_of_its_own_is_carried_in_numbers_names_and_most_of_its_words(sentence, carried):
    text = "Aldwick handles 12.5 million tonnes of cargo each year."
    assert carries(list(places_of(text, given(text=text))), sentence, frozenset()) is carried
