"""What a benchmark of hosted runs does inside the installation's own database.

``python -m benchmarks.hosted_by_hand add N`` stores N pending runs of the default provider, a thousand at a
time in task groups, and prints the moment (unix time) at which the first of them was committed.
``python -m benchmarks.hosted_by_hand witness FILE`` writes, for each run that completes from now on, its name
at the provider and the moment at which its end could first be read; it prints when it has begun.
"""

import os
import sqlite3
import sys
import time
from typing import TextIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402

from provider.types import parse_task_run_input  # noqa: E402
from runs.groups import add_runs, create_group  # noqa: E402
from teams.models import Workspace  # noqa: E402

SPEC = {"output_schema": "What the company does, in a sentence"}
AT_ONCE = 1_000
LOOK_EVERY_SECONDS = 0.001
ENDS = """
    SELECT event.id, hosted.upstream_id FROM runs_runevent event
    JOIN dispatch_hostedrun hosted ON hosted.run_id = event.run_id
    WHERE event.id > ? AND event.kind = 'state' AND event.after = 'completed' ORDER BY event.id
"""


def add(count: int) -> None:
    workspace = Workspace.objects.get(slug="default")
    for first in range(0, count, AT_ONCE):
        bodies = (
            {"input": f"Company {first + index}", "processor": "lite", "task_spec": SPEC}
            for index in range(min(AT_ONCE, count - first))
        )
        add_runs(
            group=create_group(workspace=workspace), requests=[parse_task_run_input(body) for body in bodies]
        )
        if not first:
            print(time.time(), flush=True)


def witness(file: TextIO) -> None:
    database = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    (last,) = database.execute("SELECT coalesce(max(id), 0) FROM runs_runevent").fetchone()
    seen = None
    print("ready", flush=True)
    while True:
        (version,) = database.execute("PRAGMA data_version").fetchone()
        if version == seen:
            time.sleep(LOOK_EVERY_SECONDS)
            continue
        seen = version
        for number, name in database.execute(ENDS, [last]).fetchall():
            print(name, time.time(), file=file)
            last = number
        file.flush()


if __name__ == "__main__":
    _, what, given = sys.argv
    if what == "add":
        add(int(given))
        os._exit(0)  # an interpreter's tidy end takes 0.15 s of processor, just when the first runs are sent
    else:
        with open(given, "w") as told:
            witness(told)
