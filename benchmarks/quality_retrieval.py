"""Whether a search finds the paragraph of a question: the engine's ranking beside plain BM25.

``--data FOLDER`` (or GROUNDWORK_BENCH_DATA) holds squad-1.1.json, whose paragraphs are the index. ``--fit``
fits the weights of the ranking anew, prints them for ``engine/retrieval/ranker.py``, and reports what weights
find that were fitted on other articles (five folds); without it the engine's own weights are used.
"""

import argparse
import os
import tempfile
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench quality_retrieval", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GROUNDWORK_BENCH_DATA", ".")))
    parser.add_argument("--limit", type=int, default=10_000, help="most questions")
    parser.add_argument("--fit", action="store_true", help="fit the weights and say what they find")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"GROUNDWORK_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        django.setup()
        call_command("migrate", database="engine", verbosity=0)
        tables = import_module("benchmarks.retrieval_tables")  # reads the settings, which are made only now
        tables.measure(given.data, given.limit, fits=given.fit)


if __name__ == "__main__":
    main()
