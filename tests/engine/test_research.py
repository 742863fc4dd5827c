"""The front door."""

from collections.abc import Callable

import pytest

from engine.output import Message, Output, Progress, Stats
from tests.engine.conftest import add, page

Ask = Callable[..., Output]
FIELDS = {"capital": {"type": "string"}, "mascot": {"type": ["string", "null"]}}


def heard(ask: Ask, **more: object) -> list[Progress]:
    progress: list[Progress] = []
    ask("France", FIELDS, on_progress=progress.append, **more)
    return progress


@pytest.mark.parametrize("about", ["France", "What is the capital of France?", "Nowhere"])
@pytest.mark.parametrize(
    "spec", [None, {"output_schema": {"type": "auto"}}, {"output_schema": "One sentence"}]
)
def test_the_same_input_gives_the_same_output(ask: Ask, about: str, spec: dict | None) -> None:
    assert repr(ask(about, task_spec=spec)) == repr(ask(about, task_spec=spec))


def test_it_tells_its_plan_its_searches_and_its_results(ask: Ask) -> None:
    messages = [item for item in heard(ask) if isinstance(item, Message)]
    assert [message.kind for message in messages] == ["plan", "result", "search", "result"]
    assert messages[0].message == "The input is about “France”. Pages to read first: France (country)."
    assert messages[2].message == "Objective: mascot\nQuery: France mascot"


def test_lite_announces_no_searches(ask: Ask) -> None:
    assert not any(
        isinstance(item, Message) and item.kind == "search" for item in heard(ask, processor="lite")
    )


def test_the_meter_rises_to_a_hundred(ask: Ask) -> None:
    meters = [item.meter for item in heard(ask) if isinstance(item, Stats)]
    assert meters == sorted(meters)
    assert meters[-1] == 100


def test_the_counters_are_of_pages_that_were_really_read(ask: Ask) -> None:
    last = [item for item in heard(ask) if isinstance(item, Stats)][-1]
    assert (last.considered, last.read, last.sample) == (1, 1, ("/library/france/",))


def test_a_greater_processor_reads_more_and_its_counters_show_it(ask: Ask) -> None:
    add(
        [page("France", {"Facts": [(f"Fact {at}", "1")]}, path=f"https://{at}.example/") for at in range(8)],
        name="Many",
    )
    read = {}
    for name in ("lite", "core", "pro"):
        progress: list[Progress] = []
        ask("France", {"capital": {"type": "string"}}, processor=name, on_progress=progress.append)
        read[name] = [item for item in progress if isinstance(item, Stats)][-1].read
    assert read == {"lite": 2, "core": 4, "pro": 6}


def test_a_listener_that_raises_stops_the_research(ask: Ask) -> None:
    class Stop(Exception):
        pass

    def stop(progress: Progress) -> None:
        raise Stop

    with pytest.raises(Stop):
        ask("France", FIELDS, on_progress=stop)


def test_an_unknown_processor_is_refused(ask: Ask) -> None:
    with pytest.raises(ValueError, match="There is no processor 'turbo'"):
        ask("France", FIELDS, processor="turbo")


@pytest.mark.parametrize(
    ("policy", "capital"),
    [
        ({"include_domains": ["127.0.0.1"]}, "Paris"),
        ({"include_domains": ["wikipedia.org"]}, "Not found"),
        ({"exclude_domains": ["127.0.0.1/library"]}, "Not found"),
        ({"after_date": "2026-01-01"}, "Paris"),
        ({"after_date": "2026-02-01"}, "Not found"),
    ],
)
def test_the_source_policy_is_kept(ask: Ask, policy: dict, capital: str) -> None:
    assert ask("France", {"capital": {"type": "string"}}, source_policy=policy).content["capital"] == capital


def test_how_an_ambiguous_input_was_read_is_a_warning(ask: Ask) -> None:
    add([page("France", {"": ["A record label."]}, kind="organisation", path="/b/")], name="More")
    output = ask("France", FIELDS)
    assert "it also names" in output.warnings[0].message
    assert output.basis[0].confidence != "high"


@pytest.mark.parametrize(
    "about", ["\ud800 France", "\x00France", "‮France", "France" * 4000, {"\ud800": "France"}]
)
def test_odd_characters_do_no_harm(ask: Ask, about: object) -> None:
    assert ask(about, FIELDS).type == "json"


def test_an_earlier_input_says_what_its_means(ask: Ask) -> None:
    output = ask("And what is its population, roughly?", earlier=["What is the capital of France?"])
    assert output.content == "68,512,806 (2025 est.)"
