import pytest

from engine.names import host_of, name_keys, names_of, parent_hosts, spans
from tests.engine.conftest import page


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Apple Inc.", {"apple inc", "apple"}),
        ("The Gambia", {"gambia"}),
        ("Salt & Sons Company", {"salt sons company", "salt sons", "salt and sons company", "salt and sons"}),
        ("U.N.", {"un"}),
        ("Côte d'Ivoire", {"cote d'ivoire"}),
        ("Co", {"co"}),
        ("—", set()),
    ],
)
def test_a_name_is_found_by_its_folded_words(name: str, keys: set[str]) -> None:
    assert name_keys(name) == keys


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("www.un.org", "un.org"),
        ("https://www.un.org/en/about?x=1", "un.org"),
        ("UN.org:443", "un.org"),
        ("United Nations", ""),
        ("3.5", ""),
        ("un", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


def test_a_part_of_a_site_belongs_to_the_site() -> None:
    assert parent_hosts("data.un.org") == ["data.un.org", "un.org"]
    assert parent_hosts("") == []


def test_a_page_has_its_title_its_aliases_and_its_sites_as_names_each_once() -> None:
    made = page("Apple Inc.", {}, aliases=("Apple", "AAPL"), sites=("www.apple.com",))
    assert sorted((kind, key) for kind, key, _ in names_of(made)) == [
        ("alias", "aapl"),
        ("site", "apple.com"),
        ("title", "apple"),
        ("title", "apple inc"),
    ]


def test_runs_of_words_keep_their_place_in_the_text() -> None:
    text = "Is the U.N. there?"
    assert {(run.key, text[run.start : run.end]) for run in spans(text)} >= {
        ("un", "U.N."),
        ("un there", "U.N. there"),
    }


def test_stop_words_alone_are_no_name() -> None:
    assert spans("is it of the") == []


def test_a_very_long_text_is_read_to_a_bound() -> None:
    assert len(spans("word " * 5000)) <= 3000


def test_a_shouted_stop_word_is_a_name() -> None:
    assert "who" in {run.key for run in spans("When was WHO founded?")}
    assert "who" in {run.key for run in spans("WHO")}
    assert "who" not in {run.key for run in spans("WHO RUNS IT")}


def test_a_country_is_found_by_its_adjective_and_a_territory_is_not() -> None:
    facts = [("Nationality - adjective", "Wakandan, Birnin (singular)")]
    adjectives = [form for kind, _, form in names_of(page("Wakanda", {"": facts})) if kind == "adjective"]
    assert adjectives == ["Wakandan", "Birnin"]
    territory = page("Isle", {"": [*facts, ("Dependency status", "territory of Wakanda")]})
    assert all(kind != "adjective" for kind, _, _ in names_of(territory))


def test_a_topic_is_found_without_the_remark_behind_its_title() -> None:
    made = page('The "with" statement (Python)', {}, kind="topic")
    assert "with statement" in {key for _, key, _ in names_of(made)}
