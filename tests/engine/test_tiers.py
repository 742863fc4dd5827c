from dataclasses import replace

import pytest

from engine.tiers import TIERS, tier_of


def test_there_are_nine_tiers() -> None:
    assert list(TIERS) == ["lite", "base", "core", "core2x", "pro", "ultra", "ultra2x", "ultra4x", "ultra8x"]


@pytest.mark.parametrize("name", list(TIERS))
def test_a_fast_twin_reads_as_much_and_fetches_nothing(name: str) -> None:
    assert tier_of(f"{name}-fast") == replace(tier_of(name), fetched=0)


def test_a_greater_tier_fetches_more() -> None:
    budgets = [tier_of(name).fetched for name in ("lite", "base", "core", "pro", "ultra", "ultra2x")]
    assert budgets == [0, 5, 15, 40, 120, 240]


def test_a_multiple_reads_so_much_more() -> None:
    assert tier_of("ultra4x").passages == 4 * tier_of("ultra").passages


@pytest.mark.parametrize("name", ["", "speed", "Lite", "lite-fast-fast", "-fast"])
def test_another_name_is_refused_with_the_choices(name: str) -> None:
    with pytest.raises(ValueError, match="Choose one of lite, base, core"):
        tier_of(name)
