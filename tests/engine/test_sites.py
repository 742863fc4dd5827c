"""Web addresses in an input."""

import pytest

from engine.sites import hosts_in, without_addresses


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("What does https://www.harbour.example/about do?", ["harbour.example"]),
        ("see who.int, or www.un.org.", ["who.int", "un.org"]),
        ("write to info@un.org", []),
        ("U.S. exports, e.g. 3.5 million", []),
    ],
)
def test_addresses_are_found_in_a_text(text: str, hosts: list[str]) -> None:
    assert hosts_in(text) == hosts


def test_the_words_of_an_address_are_no_names() -> None:
    text = "See https://example.com/france today"
    assert without_addresses(text).split() == ["See", "today"]
    assert without_addresses("example.com") == ""
