"""Questions answered by several processes at a time; imported once the settings stand."""

import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from benchmarks import answering
from benchmarks.engine_answers import ARTICLES, load
from benchmarks.engine_cases import articles
from benchmarks.quality_tables import embed
from benchmarks.report import report
from engine.index import index_documents
from engine.judging import level

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 10.0
"""Answers a second."""


def measure(data: Path, count: int) -> None:
    index_documents(articles(data), scope=ARTICLES, source_name=ARTICLES, kind="benchmark")
    embed()
    load(data)
    parts = settings.RESEARCH_WORKERS
    command = [sys.executable, "-m", "benchmarks.answering", str(data), str(count)]
    running = [
        subprocess.Popen(
            [*command, str(part), str(parts)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for part in range(parts)
    ]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.stdout.readline().split() for process in running]
    seconds = time.monotonic() - began
    for process in running:
        process.communicate()
    answered = sum(int(number) for number, _ in said)
    report(
        "engine_rate",
        [
            {
                "what": f"open questions at the {level()} level, processor {answering.PROCESSOR}",
                "processes": parts,
                "answered": answered,
                "answers/s": answered / seconds,
                "ms of processor each": f"{1000 * sum(float(used) for _, used in said) / answered:.0f}",
                "limit": f"{LIMIT:.0f} answers/s",
            }
        ],
    )
