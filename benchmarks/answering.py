"""What one research process of the engine's benchmark does: answers its share of the questions.

``python -m benchmarks.answering DATA COUNT PART PARTS`` loads what it needs, prints ``ready``, waits for a
line, answers and prints the number of questions and its seconds of processor.
"""

import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.engine_answers import ARTICLES, COUNTRIES  # noqa: E402
from benchmarks.engine_cases import Question, questions, thinned  # noqa: E402
from engine.research import research  # noqa: E402
from web.garbage import collect_seldom  # noqa: E402

PROCESSOR = "base"
WARM = 3


def answer(question: Question) -> None:
    research(input=question.text, task_spec=None, processor=PROCESSOR, scopes=[COUNTRIES, ARTICLES])


def main(data: Path, count: int, part: int, parts: int) -> None:
    every = thinned(list(questions(data)), count + WARM * parts)
    for question in every[part : WARM * parts : parts]:
        answer(question)  # the first ones pay for imports and models
    collect_seldom()
    print("ready", flush=True)
    sys.stdin.readline()
    mine, before = every[WARM * parts + part :: parts], time.process_time()
    for question in mine:
        answer(question)
    print(len(mine), time.process_time() - before, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
