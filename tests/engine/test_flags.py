"""Flags read as the countries they stand for."""

from collections.abc import Callable

import pytest

from engine.output import Output
from tests.engine.conftest import add, page

Ask = Callable[..., Output]


@pytest.fixture(autouse=True)
def countries(library: None) -> None:
    codes = {
        "Borduria": "metropolitan Borduria - .bo",
        "Syldavia": ".uk",
        "North Strip": ".ps",
        "South Strip": ".ps",
    }
    add(
        [
            page(name, {"Facts": [("Internet country code", code), ("Capital", f"{name} City")]})
            for name, code in codes.items()
        ],
        name="Coded",
    )


@pytest.mark.parametrize(
    ("about", "capital"),
    [
        ("🇧🇴", "Borduria City"),
        ("🇬🇧", "Syldavia City"),
        ({"country": "🇧🇴"}, "Borduria City"),
        ("Borduria 🇧🇴", "Borduria City"),
        ("What is the capital of 🇧🇴?", "Borduria City"),
        ("🇵🇸", None),
        ("🇿🇿", None),
        ("🇧", None),
    ],
)
def test_a_flag_stands_for_its_country(ask: Ask, about: object, capital: str | None) -> None:
    assert ask(about, {"capital": {"type": ["string", "null"]}}).content == {"capital": capital}
