"""The keys of an input object."""

import pytest

from engine.keys import lies_in_a_country, names_a_party, naming_rank


def test_a_name_is_looked_for_under_the_likeliest_key() -> None:
    keys = ["notes", "country", "companyName", "city"]
    assert sorted(keys, key=naming_rank) == ["companyName", "city", "country", "notes"]


@pytest.mark.parametrize(
    ("key", "texts", "lies"),
    [
        ("state", {"state": "Georgia", "country": "United States"}, True),
        ("city", {"city": "Singapore", "country": "singapore"}, False),
        ("city", {"city": "Georgia"}, False),
        ("country", {"country": "Georgia", "country_2": "Chad"}, False),
    ],
)
def test_a_city_or_state_is_not_the_country_it_lies_in(key: str, texts: dict[str, str], lies: bool) -> None:
    assert lies_in_a_country(key, texts) is lies


@pytest.mark.parametrize(
    ("key", "texts", "party"),
    [
        ("employer", {"employer": "X"}, True),
        ("company", {"company": "X", "jobTitle": "Y"}, True),
        ("company", {"company": "X", "notes": "Y"}, False),
        ("person", {"person": "X", "role": "Y"}, False),
    ],
)
def test_an_employer_is_a_party_to_a_job(key: str, texts: dict[str, str], party: bool) -> None:
    assert names_a_party(key, texts) is party
