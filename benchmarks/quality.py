"""How good the engine's answers are: retrieval, open questions, confidence, fields, names; each as a table.

``--data FOLDER`` (or GROUNDWORK_BENCH_DATA) holds squad-1.1.json, covidqa.json, factbook.json and
sp500.csv; what is missing is left out. Everything is asked of a fresh index in a temporary folder. The
confidence is that of the calibration file that the engine ships with; ``--fit`` fits it anew on the data.
"""

import argparse
import os
import tempfile
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

PARTS = ("keyless", "reader", "extents")


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GROUNDWORK_BENCH_DATA", ".")))
    parser.add_argument("--limit", type=int, default=400, help="most questions of each kind")
    parser.add_argument(
        "--fit",
        nargs="*",
        choices=PARTS,
        help="fit the calibration on the data and write it, all of it if no part is named",
    )
    parser.add_argument("--only", nargs="*", default=[], help="names of tables, all if none is given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"GROUNDWORK_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        django.setup()
        call_command("migrate", database="engine", verbosity=0)
        tables = import_module("benchmarks.quality_tables")  # reads the settings, which are made only now
        tables.measure(
            given.data, given.limit, fits=PARTS if given.fit == [] else given.fit or (), only=given.only
        )


if __name__ == "__main__":
    main()
