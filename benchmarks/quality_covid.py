"""Questions outside the domain that the reader learnt in: COVID-QA, biomedical articles with long answers.

The article is known: each question may read its own article and no other. How much of a sentence is given as
an answer was fitted on these questions too; ``quality_extent`` says what it brings where it was not.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from django.conf import settings

from benchmarks.engine_cases import Question, thinned
from benchmarks.quality_open import Outcome, Row, asked, share
from engine.document import Block, Document
from engine.index import index_documents

SCOPE = "covid"
PUBLISHED = "study's prototype, its half: F1 32.8"


def covid(data: Path, limit: int) -> list[Row]:
    index_documents(documents(data), scope=SCOPE, source_name=SCOPE, kind="benchmark")
    found = [_outcome(question) for question in thinned(list(questions(data)), limit)]
    return [_row("COVID-QA, article known", found)] if found else []


def documents(data: Path) -> Iterator[Document]:
    for article in _articles(data):
        lines = [line.strip() for line in article["context"].split("\n")]
        blocks = tuple(Block("paragraph", line) for line in lines if line)
        title = blocks[0].text[:200] if blocks else ""
        yield Document(path=_address(article), title=title, kind="page", blocks=blocks, source="COVID-QA")


def questions(data: Path) -> Iterator[Question]:
    for article in _articles(data):
        for asked_for in article["qas"]:
            answers = tuple(answer["text"] for answer in asked_for["answers"])
            yield Question(asked_for["question"], _address(article), 0, 0, answers)


def _outcome(question: Question) -> Outcome:
    return asked(
        question, [SCOPE], policy={"include_domains": [f"{settings.HOST}{question.path.rstrip('/')}"]}
    )


def _row(what: str, found: Sequence[Outcome]) -> Row:
    return {
        "what": what,
        "asked": len(found),
        "answered %": share(found, lambda one: one.answered),
        "EM %": share(found, lambda one: one.exact),
        "F1 %": 100 * mean(one.f1 for one in found),
        "quote holds it %": share(found, lambda one: one.held),
        "beside it": PUBLISHED,
    }


def _articles(data: Path) -> list[dict[str, Any]]:
    file = data / "covidqa.json"
    return (
        [part for one in json.loads(file.read_text())["data"] for part in one["paragraphs"]]
        if file.exists()
        else []
    )


def _address(article: dict[str, Any]) -> str:
    return f"/covid/{article['document_id']}/"
