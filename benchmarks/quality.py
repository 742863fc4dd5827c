"""How good the engine's answers are: fields of country pages, open questions, retrieval, names.

``--data FOLDER`` (or GROUNDWORK_BENCH_DATA) holds squad-1.1.json and sp500.csv; what is missing is left out.
Everything is asked of a fresh index in a temporary folder; its countries are the starter library's.
"""

import argparse
import os
import tempfile
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from benchmarks.report import report


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GROUNDWORK_BENCH_DATA", ".")))
    parser.add_argument("--limit", type=int, default=1500, help="most questions of each kind")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"GROUNDWORK_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        django.setup()
        call_command("migrate", database="engine", verbosity=0)
        measure(given.data, given.limit)


def measure(data: Path, limit: int) -> None:
    engine = import_module("benchmarks.engine_answers")  # reads the settings, which are made only now
    documents = engine.load(data)
    report("engine_answers", engine.answers(data, documents, limit))
    print()
    if found := engine.retrieval(data, limit):
        report("engine_retrieval", found)
        print()
    report("engine_names", engine.names(data, documents))


if __name__ == "__main__":
    main()
