"""What a run makes of a model that answers: it fills, backs and doubts, and never without a quote."""

import json
from dataclasses import replace

import pytest
from jsonschema_rs import validator_for

from engine.evidence import Answer, Evidence
from engine.llm import budget
from engine.llm.analyst import agreed
from engine.llm.checking import Checked
from engine.output import Message, Stats
from tests.engine.conftest import add, page
from tests.engine.llm.test_quotes import given
from tests.llm.modes import error, fenced, refuses_formats
from tests.llm.reading import passages_in
from tests.llm.server import completion, good, in_turn, says

TONNES = {"yearly_cargo": {"type": ["number", "null"], "description": "Freight moved per year"}}
LINE = "It handles 12.5 million tonnes of cargo each year."


def quoting(answers):
    """A model that knows these answers, each with the texts that it quotes from wherever they stand."""

    def mode(handler, body):
        passages = passages_in(body["messages"][1]["content"])
        said = {name: quoted(value, texts, passages) for name, (value, *texts) in answers.items()}
        handler.reply(completion(json.dumps(said)))

    return mode


def quoted(value, texts, passages):
    places = [(one["passage"], text) for text in texts for one in passages if text in one["text"]]
    quotes = [{"passage": number, "text": text} for number, text in places]
    return {"value": value, "quotes": quotes, "reasoning": "The passage\n says  so."}


def test_it_fills_what_the_engine_left_open(endpoint, run):
    assert run(None, TONNES).content == {"yearly_cargo": None}
    llm, server = endpoint(quoting({"yearly_cargo": (12_500_000, LINE)}))
    output = run(llm, TONNES)
    assert output.content == {"yearly_cargo": 12_500_000}
    (entry,) = output.basis
    (citation,) = entry.citations
    assert [excerpt.text for excerpt in citation.excerpts] == [LINE]
    assert entry.confidence == "medium"
    assert "The language model read it from the page Port of Aldwick" in entry.reasoning
    assert entry.reasoning.endswith("It says: The passage says so.")
    assert not output.warnings
    assert len(server.asked) == 1


def test_what_the_page_states_surely_is_not_asked_for(endpoint, run):
    llm, server = endpoint(good)
    assert run(llm, {"operator": {"type": "string"}}).content == {"operator": "Aldwick Harbour Trust"}
    assert not server.asked


def test_two_pages_that_say_it_make_it_sure(endpoint, run):
    llm, _ = endpoint(quoting({"yearly_cargo": (12_500_000, LINE, "reached 12.5 million tonnes")}))
    (entry,) = run(llm, TONNES).basis
    assert (entry.confidence, len(entry.citations)) == ("high", 2)


@pytest.mark.parametrize(
    ("value", "texts", "why"),
    [
        (12_500_000, ["It handles 99 million tonnes."], "none of its quotes stands in the passage"),
        (13_000_000, [LINE], "its quotes do not say it"),
        (12_500_000, ["Operator: Aldwick Harbour Trust"], "its quotes do not say it"),
        (None, [LINE], "found nothing in the passages either"),
    ],
)
def test_what_no_quote_carries_is_blank_and_says_why(value, texts, why, endpoint, run):
    quotes = [{"passage": number, "text": text} for text in texts for number in range(1, 9)]
    llm, _ = endpoint(says({"yearly_cargo": {"value": value, "quotes": quotes, "reasoning": "Sure!"}}))
    output = run(llm, TONNES)
    assert output.content == {"yearly_cargo": None}
    (entry,) = output.basis
    assert (entry.found, entry.confidence, entry.citations) == (False, "low", ())
    assert why in entry.reasoning


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"yearly_cargo": 12_500_000},
        {"yearly_cargo": {"value": 12_500_000}},
        {"yearly_cargo": {"value": 12_500_000, "quotes": LINE}},
        {"yearly_cargo": {"value": 12_500_000, "quotes": [LINE, None, {"passage": "1", "text": LINE}]}},
        {"yearly_cargo": {"value": 12_500_000, "quotes": [{"passage": True, "text": LINE}]}},
        {"yearly_cargo": {"value": 12_500_000, "quotes": [{"passage": 1, "text": {"a": LINE}}]}},
        {"yearly_cargo": {"value": [12_500_000], "quotes": [{"passage": 1, "text": LINE}]}},
        {"something": {"else": [[[]]]}},
    ],
)
def test_json_of_any_other_shape_does_no_harm(said, endpoint, run):
    llm, _ = endpoint(says(said))
    assert run(llm, TONNES).content == {"yearly_cargo": None}


def test_a_list_is_kept_element_by_element(endpoint, run):
    line = "Ferries leave Aldwick for Brightsea, Calder and Dunmore."
    llm, _ = endpoint(quoting({"served": (["Brightsea", "Calder", "Atlantis", "Dunmore", "Calder"], line)}))
    output = run(llm, {"served": {"type": "array", "items": {"type": "string"}, "description": "Places"}})
    assert output.content == {"served": ["Brightsea", "Calder", "Dunmore"]}
    whole, *parts = output.basis
    assert [part.field for part in parts] == ["served.0", "served.1", "served.2"]
    assert all(part.citations[0].excerpts[0].text == line for part in parts)
    assert whole.confidence == "medium"


def test_an_object_is_kept_member_by_member(endpoint, run):
    ship = {
        "type": "object",
        "properties": {
            "tonnes": {"type": "number"},
            "ships": {"type": "integer"},
            "flag": {"type": "string"},
        },
        "required": ["tonnes", "ships", "flag"],
    }
    value = {"tonnes": 12_500_000, "ships": 2400, "flag": "Panama"}
    llm, _ = endpoint(quoting({"traffic_seen": (value, LINE, "Its crews load about 2,400 ships.")}))
    output = run(llm, {"traffic_seen": ship})
    assert output.content == {"traffic_seen": {"tonnes": 12_500_000, "ships": 2400, "flag": "Not found"}}
    assert any("traffic_seen.flag" in warning.message for warning in output.warnings)


def test_a_record_is_not_put_together_of_two_quotes(endpoint, run):
    item = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "tonnes": {"type": ["number", "null"]}},
    }
    value = [{"name": "Calder", "tonnes": 12_500_000}, {"name": "Aldwick", "tonnes": 12_500_000}]
    lines = (
        "Ferries leave Aldwick for Brightsea, Calder and Dunmore.",
        "Port of Aldwick reached 12.5 million",
    )
    llm, _ = endpoint(quoting({"rivals": (value, *lines)}))
    output = run(llm, {"rivals": {"type": "array", "items": item}}, processor="core")
    assert output.content["rivals"] == [
        {"name": "Calder", "tonnes": None},
        {"name": "Aldwick", "tonnes": 12_500_000},
    ]


# What the engine and the model find together


@pytest.fixture
def evidence():
    page = given().page
    return (Evidence(page, 0, 7),)


def test_what_both_find_is_surer(evidence):
    own = Answer(16.5, "The page states it.", "medium", evidence)
    both = agreed(own, Checked(Answer(16.5, "The model read it.", "medium", evidence)))
    assert (both.value, both.confidence) == (16.5, "high")
    assert both.reasoning == "The page states it. The language model reads the same."


@pytest.mark.parametrize(("sure", "kept", "confidence"), [("medium", 16.5, "low"), ("low", 2400, "medium")])
def test_where_they_differ_the_surer_one_stands_and_both_are_told(sure, kept, confidence, evidence):
    own = Answer(16.5, "The page states it.", sure, evidence)
    answer = agreed(own, Checked(Answer(2400, "The model read it.", "medium", evidence)))
    assert (answer.value, answer.confidence) == (kept, confidence)
    assert "16.5" in answer.reasoning or "The page states it." in answer.reasoning
    assert "2400" in answer.reasoning or "The model read it." in answer.reasoning


def test_where_the_model_finds_nothing_the_engines_answer_stands(evidence):
    own = Answer(16.5, "The page states it.", "medium", evidence)
    answer = agreed(own, Checked(None, "The language model found nothing in the passages either."))
    assert (answer.value, answer.confidence) == (16.5, "medium")


# How it is asked


def test_prompts_hold_numbered_passages_and_a_strict_schema(endpoint, run):
    llm, server = endpoint(good)
    run(llm, TONNES)
    (asked,) = server.asked
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("test", 0, budget.BASE.answer)
    schema = asked["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["properties"]["yearly_cargo"]["required"] == ["value", "quotes", "reasoning"]
    passages = passages_in(asked["messages"][1]["content"])
    assert [one["passage"] for one in passages] == sorted({one["passage"] for one in passages})
    assert any(LINE in one["text"] for one in passages)


@pytest.mark.parametrize(
    ("mode", "formats"),
    [
        (refuses_formats("json_schema"), ["json_schema", "json_object"]),
        (refuses_formats("json_schema", "json_object"), ["json_schema", "json_object", None]),
        (refuses_formats("temperature"), ["json_schema", "json_schema"]),
        (fenced, ["json_schema"]),
    ],
)
def test_an_endpoint_that_knows_less_is_asked_for_less(mode, formats, endpoint, run):
    llm, server = endpoint(mode)
    fields = {"harbour_sea": {"type": ["string", "null"]}}
    run(llm, fields, processor="lite")
    assert [body.get("response_format", {}).get("type") for body in server.asked] == formats
    before = len(server.asked)
    run(llm, fields, processor="lite")
    assert len(server.asked) == before + 1  # what it knows was learnt


def test_an_answer_that_is_no_json_is_mended_once(endpoint, run):
    right = quoting({"yearly_cargo": (12_500_000, LINE)})
    llm, server = endpoint(in_turn(says("It is 12.5 million tonnes."), right))
    assert run(llm, TONNES).content == {"yearly_cargo": 12_500_000}
    assert [message["role"] for message in server.asked[1]["messages"]][-2:] == ["assistant", "user"]
    llm, server = endpoint(says("It is 12.5 million tonnes."))
    assert "not the JSON" in run(llm, TONNES, processor="core").warnings[0].message


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_endpoint_that_needs_a_moment_is_asked_again(status, endpoint, run):
    right = quoting({"yearly_cargo": (12_500_000, LINE)})
    llm, server = endpoint(in_turn(error(status, retry_after="0"), error(status), right))
    assert run(llm, TONNES, processor="lite").content == {"yearly_cargo": 12_500_000}
    assert len(server.asked) == 3


def test_from_core_on_the_model_words_searches_and_searches_again(endpoint, run):
    hidden = "Salt haulage came to 7 million tonnes."
    add([page("Brine almanac", {"": [hidden]}, kind="article")], name="More")
    nothing = {"yearly_cargo": {"value": None, "quotes": [], "reasoning": ""}}
    right = quoting({"yearly_cargo": (7_000_000, hidden)})
    first, again = {"queries": ["Aldwick quays", "x" * 500, 7]}, {"queries": ["salt haulage"]}
    told = []
    llm, server = endpoint(in_turn(says(first), says(nothing), says(again), right))
    output = run(llm, TONNES, processor="core", on_progress=told.append)
    assert output.content == {"yearly_cargo": 7_000_000}
    assert output.basis[0].confidence == "low"  # nothing ties that page to the port
    assert len(server.asked) == 4
    searches = [one.message for one in told if isinstance(one, Message) and one.kind == "search"]
    assert any("Aldwick quays" in search for search in searches)
    assert any("salt haulage" in search for search in searches)
    assert "Aldwick quays" in server.asked[2]["messages"][1]["content"]


def test_it_is_not_asked_again_about_the_same_passages(endpoint, run):
    nothing = {"yearly_cargo": {"value": None, "quotes": [], "reasoning": ""}}
    llm, server = endpoint(in_turn(says({"queries": ["Aldwick"]}), says(nothing), says({"queries": ["sea"]})))
    assert run(llm, TONNES, processor="core").content == {"yearly_cargo": None}
    assert len(server.asked) == 3


def test_what_leaves_no_room_for_a_passage_is_not_sent(endpoint, run, monkeypatch):
    monkeypatch.setitem(budget.BUDGETS, "base", replace(budget.BASE, prompt=100))
    llm, server = endpoint(good)
    assert "leaves no room for a passage" in run(llm, TONNES).warnings[0].message
    assert not server.asked


# What it may cost


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"calls": 0}, "The run's 0 calls of the language model are used up."),
        ({"tokens": 10}, "The run's 10 tokens of the language model are used up."),
        ({"seconds": 0}, "The run's 0 seconds for the language model are over."),
        ({"dollars": 0.00001}, "dollars for the language model are used up."),
    ],
)
def test_a_budget_that_ends_leaves_a_partial_answer_and_says_so(change, why, endpoint, run, monkeypatch):
    monkeypatch.setitem(budget.BUDGETS, "base", replace(budget.BASE, **change))
    llm, server = endpoint(good, price_in=1.0, price_out=1.0)
    output = run(llm, TONNES | {"operator": {"type": "string"}})
    assert output.content == {"yearly_cargo": None, "operator": "Aldwick Harbour Trust"}
    assert why in output.warnings[0].message
    assert not server.asked


@pytest.mark.parametrize(("processor", "most"), [("lite", 1), ("base", 2), ("core", 6)])
def test_no_run_asks_more_often_than_its_processor_may(processor, most, endpoint, run):
    fields = {f"secret_{at}": {"type": ["string", "null"]} for at in range(30)}
    llm, server = endpoint(good)
    run(llm, fields, processor=processor)
    assert 1 <= len(server.asked) <= most


def test_a_listener_that_raises_stops_a_model_that_thinks(endpoint, run):
    class Stopped(Exception):
        pass

    def listen(progress):
        if isinstance(progress, Stats) and server.asked:
            raise Stopped

    llm, server = endpoint(lambda handler, body: handler.server.over.wait(60))
    with pytest.raises(Stopped):
        run(llm, TONNES, on_progress=listen)


# Text, and JSON without a schema


def test_a_text_is_written_in_sentences_that_name_their_pages(endpoint, run):
    def writes(handler, body):
        passages = passages_in(body["messages"][1]["content"])
        number = next(one["passage"] for one in passages if LINE in one["text"])
        quotes = [{"passage": number, "text": LINE}]
        sentences = [
            {"text": "The port handles 12.5 million tonnes of cargo a year.", "quotes": quotes},
            {"text": "It is the busiest port of all, with 99 million.", "quotes": quotes},
            {"text": "Nobody says this.", "quotes": []},
        ]
        handler.reply(completion(json.dumps({"sentences": sentences})))

    llm, _ = endpoint(writes)
    spec = {"output_schema": {"type": "text", "description": "Describe the freight in a paragraph"}}
    output = run(llm, task_spec=spec)
    assert output.content == "The port handles 12.5 million tonnes of cargo a year. [1]"
    (entry,) = output.basis
    assert entry.citations[0].excerpts[0].text == LINE
    assert entry.confidence == "low"
    assert "2 of its sentences were left out" in entry.reasoning


def test_a_text_that_no_quote_carries_leaves_the_engines_own(endpoint, run):
    spec = {"output_schema": {"type": "text", "description": "Describe the freight in a paragraph"}}
    own = run(None, task_spec=spec)
    llm, _ = endpoint(says({"sentences": [{"text": "It is lovely.", "quotes": []}]}))
    output = run(llm, task_spec=spec)
    assert output.content == own.content
    assert "wrote no sentence that its quotes carry" in output.basis[0].reasoning


def test_json_without_a_schema_gains_what_is_asked(endpoint, run):
    def lists(handler, body):
        passages = passages_in(body["messages"][1]["content"])
        number = next(one["passage"] for one in passages if LINE in one["text"])
        quotes = [{"passage": number, "text": LINE}]
        found = [
            {"name": "Cargo per year!", "value": "12.5 million tonnes", "quotes": quotes},
            {"name": "made_up", "value": "99", "quotes": quotes},
            {"name": 5, "value": None},
            "nonsense",
        ]
        handler.reply(completion(json.dumps({"findings": found})))

    llm, _ = endpoint(in_turn(lists))
    asked = "How much does the Port of Aldwick move?"
    output = run(llm, about=asked, processor="pro", task_spec={"output_schema": {"type": "auto"}})
    assert output.content["cargo_per_year"] == "12.5 million tonnes"
    assert "made_up" not in output.content
    validator_for(output.output_schema).validate(output.content)


def test_whatever_the_model_says_the_output_fits_the_schema(endpoint, run):
    fields = {
        "grade": {"enum": ["small", "large"]},
        "yearly_cargo": {"type": "integer", "maximum": 10},
        "ferries": {"type": "array", "items": {"type": "string"}, "maxItems": 1},
        "pilot_at_night": {"type": "boolean"},
    }
    line = "Ferries leave Aldwick for Brightsea, Calder and Dunmore."
    answers = {
        "grade": ("gigantic", LINE),
        "yearly_cargo": (12_500_000, LINE),
        "ferries": (["Brightsea", "Calder"], line),
        "pilot_at_night": ("perhaps", "Night pilots: yes"),
    }
    llm, _ = endpoint(quoting(answers))
    output = run(llm, fields)
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    errors = list(validator_for(schema).iter_errors(output.content))
    assert [error.message for error in errors] == []
    assert output.content["grade"] in ("small", "large")
