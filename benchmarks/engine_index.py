"""How fast the two indexes of words answer: FTS5 beside tantivy, over the same passages in the same run.

The passages are made of words that are as unequally common as those of a language (Zipf 1949); a query has
three frequent and three rarer words. ``--passages`` names sizes, one table row each.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from statistics import median

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.report import report

WORDS, LENGTH, QUERIES = 40_000, 90, 150
Row = dict[str, object]


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench engine_index", description=__doc__)
    parser.add_argument("--passages", type=int, nargs="*", default=[20_000, 200_000])
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"GROUNDWORK_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        django.setup()
        call_command("migrate", database="engine", verbosity=0)
        for count in sorted(given.passages):
            rows.append(measure(count))
    report("engine_index", rows)


def measure(count: int) -> Row:
    """Fill the index up to so many passages, then ask both indexes the same, in turn."""
    index, models = import_module("engine.index"), import_module("engine.models")
    settings.ENGINE_INDEX = "fts5"  # so that nothing is followed before it is timed
    upkeep = import_module("engine.retrieval.upkeep").upkeep
    query = import_module("engine.retrieval.query")
    have = models.Passage.objects.count()
    index.index_documents(
        documents(have, count), scope="bench", source_name=f"up to {count}", kind="benchmark"
    )
    began = time.perf_counter()
    upkeep.catch_up()
    followed = time.perf_counter() - began
    asked = [query.query_of(said) for said in queries()]
    bounds = query.Bounds(("bench",))
    fts5, fast = import_module("engine.retrieval.fts5").Fts5(), upkeep.fast()
    seconds: dict[object, list[float]] = {fts5: [], fast: []}
    for one in asked:
        for lexical, spent in seconds.items():
            began = time.perf_counter()
            lexical.search(one, bounds, 30)
            spent.append(time.perf_counter() - began)
    slow, quick = (1000 * median(spent) for spent in seconds.values())
    return {
        "passages": count,
        "fts5 ms": slow,
        "tantivy ms": quick,
        "times as fast": slow / quick,
        "passages/s into tantivy": (count - have) / followed,
        "tantivy MB": size_of(Path(os.environ["GROUNDWORK_DATA"]) / "fast-index") / 1e6,
    }


def documents(first: int, last: int) -> Iterator[object]:
    """Pages of ten passages each."""
    document = import_module("engine.document")
    dice = random.Random(first)
    for number in range(first, last, 10):
        said = common_words(dice, 10 * LENGTH)
        parts = (said[at : at + LENGTH] for at in range(0, len(said), LENGTH))
        yield document.Document(
            path=f"/bench/{number}/",
            title=" ".join(said[:3]),
            kind="page",
            blocks=tuple(document.Block("paragraph", " ".join(part)) for part in parts),
            source="The benchmark",
        )


def common_words(dice: random.Random, count: int) -> list[str]:
    return [f"w{rank}" for rank in dice.choices(range(WORDS), cum_weights=ZIPF, k=count)]


def queries() -> Iterator[Sequence[str]]:
    dice = random.Random(0)
    for _ in range(QUERIES):
        yield [f"w{dice.randrange(low, high)}" for low, high in ((20, 200), (200, 2_000)) for _ in range(3)]


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


ZIPF = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))

if __name__ == "__main__":
    main()
