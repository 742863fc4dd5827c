"""Task specs suggested from a sentence."""

from itertools import product
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.suggest.spec import MOST_FIELDS, Suggestion, suggest_spec
from provider.lint import lint

OPENINGS = (
    "Find {} of each company",
    "For every country: {}",
    "{}",
    "I'd like to know {} for these products.",
)
ASKED = (
    "the founding year, CEO and headquarters",
    "whether it is profitable and if it uses AWS",
    "risk level (low/medium/high), price in euros",
    "top 5 competitors, their strengths and weaknesses",
    "revenue (in millions of EUR), growth rate, number of users",
    "a short summary, website, LinkedIn URL, phone and email",
    "status (one of active, dormant or closed); date of the last filing",
    "the sources, confidence, evidence and citations",
    "GDP, population and the three largest cities",
    "how it makes money, why it was founded, what it does",
    "pricing model as free, paid or both",
    "2024 revenue, 2025 revenue, Q1'26 guidance (if any)",
)
WHOLE = [orjson.loads(line) for line in Path(__file__).with_name("sentences.jsonl").read_text().splitlines()]
LONG = [
    piece * (10_000 // len(piece))
    for piece in (
        *("x", "é", "(", " ", "\n", "word ", "a, ", "a or b, ", "one of a or ", "price of the ", "the the "),
        *("is it ", "of each company ", "Aa ", "top 5 x, ", "such as ", " in USD", "i want to ", "what is "),
        *(
            "field number 1a, ",
            "(a/b/c) ",
            "as a, b or c ",
            "company ",
            "for the ",
            "1. ",
            ". A",
            "how many ",
        ),
    )
]
SENTENCES = [opening.format(asked) for opening, asked in product(OPENINGS, ASKED)] + [
    *WHOLE,
    *(f"{sentence} of each company" for sentence in WHOLE),
    *LONG,
]


def fields(sentence: str, **more: object) -> dict[str, dict]:
    return suggest_spec(sentence, **more).output_schema["properties"]


def problems(suggestion: Suggestion) -> list[str]:
    schemas = [("output", suggestion.output_schema), ("input", suggestion.input_schema)]
    return [
        f"{kind}: {problem.rule} {problem.message}"
        for kind, schema in schemas
        if schema is not None
        for problem in lint(orjson.dumps(schema).decode(), kind=kind)
    ]


def test_it_suggests_the_fields_with_their_types() -> None:
    suggestion = suggest_spec("Find the founding year, CEO and headquarters of each company")
    found = suggestion.output_schema
    assert list(found) == ["type", "properties", "required", "additionalProperties"]
    assert found["properties"]["founding_year"] == {
        "type": ["integer", "null"],
        "description": "Year in which the company was founded, as four digits; null when it is not known",
    }
    assert found["required"] == list(found["properties"]) == ["founding_year", "ceo", "headquarters"]
    assert found["additionalProperties"] is False
    assert suggestion.title == "Company: founding year, CEO and headquarters"


def test_it_suggests_the_input_that_names_the_subject() -> None:
    assert suggest_spec("Find the CEO of each company").input_schema == {
        "type": "object",
        "properties": {"company_name": {"type": "string", "description": "The name of the company"}},
        "required": ["company_name"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("asked", "name", "kind"),
    [
        ("whether it is profitable", "is_profitable", "boolean"),
        ("Is the vendor SOC 2 certified (yes/no)?", "is_soc_2_certified", "boolean"),
        ("the number of users", "user_count", "integer"),
        ("years of experience", "experience_years", "integer"),
        ("how many people work there", "employee_count", "integer"),
        ("box office revenue", "box_office_revenue", "number"),
        ("market share", "market_share", "number"),
        ("date of the last filing", "last_filing_date", "string"),
        ("release year", "release_year", "integer"),
        ("top 5 exports", "top_5_exports", "array"),
        ("notable alumni", "notable_alumni", "array"),
        ("sources of funding", "funding_sources", "array"),
        ("pricing strategy", "pricing_strategy", "string"),
        ("director", "director", "string"),
    ],
)
def test_the_words_tell_name_and_type(asked: str, name: str, kind: str) -> None:
    (found,) = fields(asked).items()
    stated = found[1]["type"]
    assert (found[0], stated if isinstance(stated, str) else stated[0]) == (name, kind)


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ("risk level (low/medium/high)", ["low", "medium", "high"]),
        ("status (one of active, dormant or closed)", ["active", "dormant", "closed"]),
        ("classify it as B2B, B2C or both", ["B2B", "B2C", "both"]),
        ("grade (A | B | C)", ["A", "B", "C"]),
    ],
)
def test_listed_values_make_an_enum(asked: str, options: list[str]) -> None:
    (schema,) = fields(asked).values()
    assert schema["enum"] == [*options, None]


@pytest.mark.parametrize(
    ("asked", "ending"),
    [
        ("price in euros", "in euros"),
        ("revenue (in millions of GBP)", "in millions of pounds sterling"),
        ("valuation", "in US dollars"),
        ("launch date", "in the format YYYY-MM-DD"),
        ("unemployment rate", "in percent"),
    ],
)
def test_the_description_says_the_form(asked: str, ending: str) -> None:
    (schema,) = fields(asked, nullable=False).values()
    assert schema["description"].endswith(ending)


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Find the CEO of each firm", ["company_name"]),
        ("Capital of every nation", ["country_name"]),
        ("Given a person's name and employer, find their job title", ["person_name", "employer"]),
        ("company name, website, phone", ["company_name"]),
    ],
)
def test_the_input_is_what_each_run_is_about(sentence: str, names: list[str]) -> None:
    assert list(suggest_spec(sentence).input_schema["properties"]) == names


def test_without_a_kind_of_thing_there_is_no_input() -> None:
    assert suggest_spec("the capital of France").input_schema is None


def test_names_of_examples_are_no_fields() -> None:
    assert list(fields("Find the CEO of Apple, Microsoft and Google")) == ["ceo"]


def test_instructions_are_no_fields() -> None:
    assert list(fields("Use official pages only. Find the CEO of the company. Do not guess.")) == ["ceo"]


def test_a_question_that_names_no_field_is_answered_as_a_whole() -> None:
    assert list(fields("How does photosynthesis work?")) == ["answer"]


def test_things_to_be_listed_make_a_list() -> None:
    (schema,) = fields("Which companies are hiring in Berlin?").values()
    assert schema["description"].startswith("Names of the companies that are hiring in Berlin")


def test_it_adds_to_a_previous_suggestion() -> None:
    before = suggest_spec("Find the CEO of each company")
    after = suggest_spec(
        "also include the website and the CEO",
        previous_output=before.output_schema,
        previous_input=before.input_schema,
    )
    assert after.output_schema["required"] == ["ceo", "website"]
    assert after.input_schema == before.input_schema


def test_a_previous_input_tells_what_it_is_about() -> None:
    before = suggest_spec("Find the CEO of each company")
    found = fields("also the revenue", previous_input=before.input_schema)
    assert found["annual_revenue"]["description"].startswith("Revenue of the company")


def test_types_may_be_plain() -> None:
    assert {schema["type"] for schema in fields(" ".join(ASKED), nullable=False).values()} <= {
        *("string", "integer", "number", "boolean", "array")
    }


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize("sentence", SENTENCES, ids=range(len(SENTENCES)))
def test_the_lint_finds_nothing(sentence: str, nullable: bool) -> None:
    suggestion = suggest_spec(sentence, nullable=nullable)
    assert problems(suggestion) == []
    assert 1 <= len(suggestion.output_schema["properties"]) <= MOST_FIELDS
    assert 1 <= len(suggestion.title) <= 80


@given(st.text(max_size=400))
def test_the_lint_finds_nothing_in_what_any_text_makes(sentence: str) -> None:
    assert problems(suggest_spec(sentence)) == []


@given(st.lists(st.sampled_from(" ".join([*ASKED, *OPENINGS]).split()), max_size=60))
def test_the_lint_finds_nothing_in_what_any_words_make(said: list[str]) -> None:
    assert problems(suggest_spec(" ".join(said))) == []


def test_the_same_sentence_gives_the_same_suggestion() -> None:
    assert [suggest_spec(sentence) for sentence in SENTENCES[:60]] == [
        suggest_spec(sentence) for sentence in SENTENCES[:60]
    ]
