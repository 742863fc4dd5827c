"""How fast the engine works: a site crawled until it can be searched, and open questions answered.

Pages are crawled beside plain fetches of the same site. ``--data FOLDER`` (or GROUNDWORK_BENCH_DATA), which
holds squad-1.1.json, has its questions answered by as many processes as an installation starts for research.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


@contextmanager
def served(count: int) -> Iterator[str]:
    """The address of a site of so many pages, for as long as the block lasts."""
    command = [sys.executable, "-m", "benchmarks.crawl_site", str(count)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield f"http://{HOST}:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench engine", description=__doc__)
    parser.add_argument("--pages", type=int, default=1_000, help="how many pages the site has")
    parser.add_argument("--rounds", type=int, default=3, help="how often it is fetched and crawled, in turn")
    parser.add_argument("--data", type=Path, default=os.environ.get("GROUNDWORK_BENCH_DATA"))
    parser.add_argument("--questions", type=int, default=300, help="how many are answered")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(given.pages) as address:
        os.environ |= {
            "GROUNDWORK_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ALLOW_PRIVATE_FETCH": HOST,
            "CRAWL_DELAY": "0",
        }
        django.setup()
        call_command("migrate", database="engine", verbosity=0)
        import_module("benchmarks.engine_crawl").measure(address, given.pages, given.rounds)
        if given.data:
            import_module("benchmarks.engine_rate").measure(given.data, given.questions)


if __name__ == "__main__":
    main()
