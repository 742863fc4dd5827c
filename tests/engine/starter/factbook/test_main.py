import json
import lzma
from datetime import date
from pathlib import Path

from engine.starter.factbook.__main__ import edition, table, write

FRANCE = {
    "Geography": {"Climate": {"text": "mild"}, "Area": {"total": {"text": "643,801 sq km"}}},
    "Environment": {"Climate": {"text": "mild"}},
    "Government": {
        "Country name": {
            "conventional short form": {"text": "France"},
            "conventional long form": {"text": "French Republic"},
        },
        "Executive branch": {"chief of state": {"text": "President (since 14 May 2017)"}},
    },
}
ANDORRA = {"Government": {"Country name": {"conventional short form": {"text": "Andorra"}}}}
BUILT = table(json.dumps({"europe/fr.json": FRANCE, "europe/an.json": ANDORRA}))


def test_the_countries_stand_in_the_order_of_their_slugs() -> None:
    assert [one["slug"] for one in BUILT["countries"]] == ["andorra", "france"]


def test_a_country_has_its_other_names() -> None:
    assert BUILT["countries"][1]["aliases"] == ["French Republic"]


def test_a_fact_told_twice_is_kept_once_and_an_empty_section_goes() -> None:
    sections = BUILT["countries"][1]["sections"]
    assert sections["Geography"][0] == ("Climate", "mild")
    assert "Environment" not in sections


def test_the_edition_is_the_newest_day_on_which_somebody_took_office() -> None:
    assert BUILT["as_of"] == "2017-05-14"
    assert edition("(since 2 May 2024) and (since 17 January 2026)") == date(2026, 1, 17)


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "countries.json.xz"
    write({"as_of": "2026-01-17", "countries": [{"title": "Côte d'Ivoire"}]}, path)
    assert json.loads(lzma.decompress(path.read_bytes()))["countries"] == [{"title": "Côte d'Ivoire"}]
