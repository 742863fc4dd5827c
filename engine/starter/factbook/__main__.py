"""Write ``engine/starter/data/countries.json.xz``: ``python -m engine.starter.factbook FACTBOOK.json``.

The argument is one JSON object, ``{"europe/fr.json": <the entry>, ...}``, in the shape of the Factbook's own
data files.
"""

import calendar
import json
import lzma
import re
import sys
from datetime import date
from pathlib import Path

from engine.starter.factbook.facts import Fact, facts, short_form, stated_names
from engine.starter.factbook.names import address, other_names, slug, title, without_ambiguous

TABLE = Path(__file__).parent.parent / "data" / "countries.json.xz"
_MONTHS = list(calendar.month_name)
_IN_OFFICE_SINCE = re.compile(rf"\(since (\d{{1,2}}) ({'|'.join(_MONTHS[1:])}) (\d{{4}})\)")


def country(key: str, entry: dict) -> dict:
    code = Path(key).stem
    government = entry.get("Government", {})
    names = government.get("Country name") or government.get("Union name") or {}
    name = title(code, short_form(names))
    return {
        "code": code,
        "slug": slug(name),
        "title": name,
        "aliases": other_names(code, name, stated_names(names)),
        "source_url": address(code, name),
        "sections": {section: _distinct(categories) for section, categories in entry.items()},
    }


def _distinct(categories: dict) -> list[Fact]:
    found = (fact for category, entry in categories.items() for fact in facts(category, entry))
    return list({fact[:2]: fact for fact in found}.values())


def edition(text: str) -> date:
    """The newest day on which, by the data, somebody took office: the edition is not older than that."""
    found = _IN_OFFICE_SINCE.findall(text)
    return max(date(int(year), _MONTHS.index(month), int(day)) for day, month, year in found)


def table(text: str) -> dict:
    entries = sorted(
        (country(key, entry) for key, entry in json.loads(text).items()), key=lambda one: one["slug"]
    )
    taken = {name for one in entries for name in (one["title"], *_capitals(one))}
    aliases = without_ambiguous({one["code"]: one["aliases"] for one in entries}, taken)
    for one in entries:
        one["aliases"] = aliases[one["code"]]
        _drop_repeats(one["sections"])
    return {"as_of": edition(text).isoformat(), "countries": entries}


def _capitals(one: dict) -> list[str]:
    return [value for label, value, *_ in one["sections"].get("Government", ()) if label == "Capital"]


def _drop_repeats(sections: dict[str, list[Fact]]) -> None:
    """The Factbook repeats some categories (climate, land use) under Environment."""
    seen: set[tuple[str, str]] = set()
    for section in list(sections):
        sections[section] = [fact for fact in sections[section] if fact[:2] not in seen]
        seen.update(fact[:2] for fact in sections[section])
        if not sections[section]:
            del sections[section]


def write(built: dict, path: Path) -> None:
    text = json.dumps(built, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    write(table(Path(sys.argv[1]).read_text(encoding="utf-8")), TABLE)
