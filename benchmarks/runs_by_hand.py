"""Runs that no worker carries out: made and completed here, when a benchmark says so.

``python -m benchmarks.runs_by_hand hold N`` prints the ids of N runs that are running, and are left alone.
``python -m benchmarks.runs_by_hand complete RATE`` completes those whose ids stand on its standard input, so
many a second, and prints each id with the moment (monotonic clock, seconds) at which that was committed.
"""

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from engine.output import Output  # noqa: E402
from runs.converters import run_uuid  # noqa: E402
from runs.models import Run  # noqa: E402
from runs.outcomes import complete_run  # noqa: E402
from runs.status import Status  # noqa: E402
from teams.models import Provider  # noqa: E402


def hold(count: int) -> None:
    provider = Provider.objects.first()
    running = {"status": Status.RUNNING, "lease_until": timezone.now() + timedelta(days=1), "epoch": 1}
    asked = {"workspace_id": provider.workspace_id, "provider": provider, "processor": "lite"}
    runs = [Run(input="France", label="France", **asked, **running) for _ in range(count)]
    Run.objects.bulk_create(runs)
    print(*(run.run_id for run in runs), sep="\n")


def complete(rate: float) -> None:
    ids = [line.strip() for line in sys.stdin]
    runs = Run.objects.in_bulk([run_uuid(name) for name in ids])
    begun = time.monotonic()
    for number, name in enumerate(ids):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        complete_run(runs[run_uuid(name)], Output("json", {"capital": "Paris"}, ()))
        print(name, time.monotonic(), flush=True)


if __name__ == "__main__":
    _, what, number = sys.argv
    {"hold": hold, "complete": complete}[what](int(number))
