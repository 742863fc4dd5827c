from decimal import Decimal

import pytest

from provider.prices import PROCESSORS, fields_advice


def test_nine_tiers_each_have_a_standard_and_a_fast_processor():
    assert len(PROCESSORS) == 18
    assert [p.name for p in PROCESSORS.values() if p.fast] == [
        f"{p.name}-fast" for p in PROCESSORS.values() if not p.fast
    ]


def test_they_are_listed_from_the_cheapest_to_the_dearest():
    prices = [p.price_per_1000 for p in PROCESSORS.values()]
    assert prices == sorted(prices)


def test_a_fast_twin_costs_the_same_and_is_not_slower():
    for processor in PROCESSORS.values():
        twin = PROCESSORS[f"{processor.tier}-fast"]
        assert twin.price_per_1000 == processor.price_per_1000
        assert twin.latency <= processor.latency


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lite", "$0.005"),
        ("base", "$0.01"),
        ("core-fast", "$0.025"),
        ("pro", "$0.10"),
        ("ultra4x", "$1.20"),
        ("ultra8x", "$2.40"),
    ],
)
def test_the_price_of_a_run_reads_as_money(name, text):
    assert PROCESSORS[name].price_text == text


def test_a_price_per_run_is_exact():
    assert PROCESSORS["lite"].price_per_run * 1000 == Decimal(5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lite", "10–60 s"),
        ("base", "15–100 s"),
        ("core", "1–5 min"),
        ("core2x-fast", "15 s–3 min"),
        ("pro", "2–10 min"),
        ("ultra4x", "5–90 min"),
        ("ultra8x", "5 min–2 h"),
    ],
)
def test_a_latency_reads_in_the_unit_that_fits(name, text):
    assert PROCESSORS[name].latency_text == text


def test_there_is_no_advice_while_the_fields_fit():
    assert fields_advice(PROCESSORS["lite"], 2) is None


def test_advice_names_the_first_processor_that_fits():
    assert "Choose core-fast or" in fields_advice(PROCESSORS["lite-fast"], 7)


def test_advice_for_more_than_any_processor_takes_is_to_split():
    assert "several runs" in fields_advice(PROCESSORS["lite"], 40)
