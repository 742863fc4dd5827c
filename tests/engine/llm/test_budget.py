import pytest

from engine.llm.budget import BUDGETS, Purse, budget_of, tokens_in
from engine.llm.endpoint import Llm
from engine.llm.problems import Spent
from engine.llm.replies import Usage
from engine.tiers import SPEED, TIERS

FREE = Llm("https://llm.example/v1", "m")
PRICED = Llm("https://llm.example/v1", "m", price_in=2.0, price_out=10.0)


def test_every_processor_has_a_budget():
    assert {budget_of(tier) is not None for tier in [*TIERS.values(), SPEED]} == {True}
    assert set(BUDGETS) == {*TIERS, "speed"}


def test_larger_processors_may_ask_more_often():
    names = ("lite", "base", "core", "core2x", "pro", "ultra", "ultra2x", "ultra4x", "ultra8x")
    assert [BUDGETS[name].calls for name in names] == [1, 2, 6, 12, 20, 60, 120, 240, 480]


def test_a_larger_budget_pays_for_a_call_at_least():
    for budget in BUDGETS.values():
        assert budget.prompt + budget.answer <= budget.tokens


def test_what_is_counted_is_paid_and_what_is_not_is_estimated():
    purse = Purse(BUDGETS["core"], PRICED)
    purse.pay(500, "abc" * 10, Usage(sent=100, answered=20))
    assert (purse.calls, purse.sent, purse.answered) == (1, 100, 20)
    assert purse.dollars == pytest.approx(0.0004)
    purse.pay(500, "abc" * 10, Usage())
    assert (purse.sent, purse.answered) == (600, 20 + tokens_in("abc" * 10))


def test_money_counts_only_where_prices_are_known():
    usage = Usage(sent=80_000, answered=0)
    free, priced = Purse(BUDGETS["core"], FREE), Purse(BUDGETS["core"], PRICED)
    for purse in (free, priced):
        purse.pay(0, "", usage)
    assert free.room(100) == BUDGETS["core"].answer
    with pytest.raises(Spent, match=r"The run's 0\.025 dollars"):
        priced.room(100)


def test_time_is_over_when_it_is_over():
    now = [0.0]
    purse = Purse(BUDGETS["lite"], FREE, clock=lambda: now[0])
    assert purse.room(10)
    now[0] = 21.0
    with pytest.raises(Spent, match="The run's 20 seconds"):
        purse.room(10)


@pytest.mark.parametrize(
    ("base_url", "model", "key"),
    [
        ("", "m", ""),
        ("ftp://x", "m", ""),
        ("https://", "m", ""),
        ("https://u:p@x/v1", "m", ""),
        ("https://x/v1?a=b", "m", ""),
        ("https://x/v1", "", ""),
        ("https://x/v1", "m", "a\r\nb: c"),
    ],
)
def test_what_is_no_endpoint_is_refused(base_url, model, key):
    with pytest.raises(ValueError, match="language model"):
        Llm(base_url, model, key)
