from datetime import date

import pytest

from engine.policy import read_policy

PAGE = ("https://docs.python.org/3/library/re.html", "", date(2025, 5, 1))


@pytest.mark.parametrize(
    ("entry", "covered"),
    [
        ("python.org", True),
        ("docs.python.org", True),
        ("ython.org", False),
        ("docs.python.org/3", True),
        ("docs.python.org/3/", True),
        ("docs.python.org/3/lib", False),
        ("docs.python.org/3/Library", False),
        ("DOCS.python.org", True),
        (".org", True),
        (".rg", False),
        (".python.org", True),
    ],
)
def test_an_entry_covers_domains_subdomains_and_path_prefixes(entry: str, covered: bool) -> None:
    assert read_policy({"include_domains": [entry]}).admits(*PAGE) is covered
    assert read_policy({"exclude_domains": [entry]}).admits(*PAGE) is not covered


def test_the_include_list_makes_the_exclude_list_moot() -> None:
    policy = read_policy({"include_domains": ["python.org"], "exclude_domains": ["python.org"]})
    assert policy.admits(*PAGE)


def test_a_starter_page_counts_as_ours_and_as_its_sources() -> None:
    starter = ("/library/france/", "https://www.cia.gov/the-world-factbook/countries/france/", None)
    assert read_policy({"include_domains": [".gov"]}).admits(*starter)
    assert read_policy({"include_domains": ["127.0.0.1/library"]}).admits(*starter)
    assert not read_policy({"include_domains": ["wikipedia.org"]}).admits(*starter)


@pytest.mark.parametrize(
    ("after", "admitted"), [("2025-04-30", True), ("2025-05-01", True), ("2025-05-02", False)]
)
def test_a_page_has_to_come_after_the_date(after: str, admitted: bool) -> None:
    assert read_policy({"after_date": after}).admits(*PAGE) is admitted


def test_a_page_without_a_date_never_comes_after_one() -> None:
    assert not read_policy({"after_date": "1990-01-01"}).admits("https://a.example/", "", None)


@pytest.mark.parametrize("policy", [None, {}, {"include_domains": [], "after_date": None}])
def test_an_empty_policy_admits_everything(policy: dict | None) -> None:
    assert read_policy(policy).empty


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        read_policy({"after_date": "yesterday"})
