"""What passages mean, kept beside them: made in the background, after a page can be found by its words."""

import logging
import os
import threading
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from django.db import connections, transaction
from django.db.models import Q

from engine import neural
from engine.models import Passage, Vector
from engine.neural import embedding
from engine.neural.weights import HIDDEN
from engine.router import ALIAS
from engine.sentences import sentence_spans

AT_ONCE = 64
IDLE_SECONDS = 1.0
"""Between two looks at the table while every passage has its vector."""
TROUBLED_SECONDS = 30.0
NICE = 15
"""How far all else goes before, as `nice` counts."""
MOST_SENTENCES = 12
_ENOUGH = 2000
"""Characters of a passage: more than the tokens that count."""

log = logging.getLogger(__name__)


class Backlog:
    """The passages that have no vector of the current model yet, oldest first.

    It remembers how far it came: passages that come later have higher numbers.
    """

    def __init__(self) -> None:
        self.after = 0

    def embed_some(self, limit: int = AT_ONCE) -> int:
        """Give at most so many passages their vectors; how many there were."""
        fresh = Passage.objects.filter(Q(vector=None) | ~Q(vector__model=neural.MODEL), pk__gt=self.after)
        texts = fresh.order_by("pk").values_list("pk", "page__title", "heading", "text")
        if rows := list(texts[:limit]):
            keys = [key for key, *_ in rows]
            store(dict(zip(keys, meanings([said for _, *said in rows]), strict=True)))
            self.after = keys[-1]
        return len(rows)


def embed_some(limit: int = AT_ONCE) -> int:
    """Give at most so many passages that have none their vectors; how many there were."""
    return Backlog().embed_some(limit)


def keep_up(stopping: threading.Event) -> None:
    """Give passages their vectors as they come, in this thread, which lets all others go before."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
    backlog = Backlog()
    while not stopping.is_set():
        try:
            stopping.wait(0 if backlog.embed_some() else IDLE_SECONDS)
        except Exception:
            log.exception("Passages could not be given their vectors; they are found by their words alone.")
            stopping.wait(TROUBLED_SECONDS)
    connections.close_all()


def store(made: dict[int, bytes]) -> None:
    with transaction.atomic(using=ALIAS):
        # A page that was crawled anew meanwhile has other passages now.
        left = Passage.objects.filter(pk__in=made).values_list("pk", flat=True)
        Vector.objects.bulk_create(
            [Vector(passage_id=key, model=neural.MODEL, values=made[key]) for key in left],
            update_conflicts=True,
            unique_fields=["passage"],
            update_fields=["model", "values"],
        )


def meanings(passages: Sequence[tuple[str, str, str]]) -> list[bytes]:
    """Of each title, heading and text the vector of the whole, then one for each of its sentences."""
    texts = [[spelled(*said), *sentences(*said)] for said in passages]
    made = iter(packed(embedding.embed([text for one in texts for text in one])))
    return [b"".join(islice(made, len(one))) for one in texts]


def sentences(title: str, heading: str, text: str) -> list[str]:
    """The sentences of a passage as they are embedded; of a passage that is one sentence, none."""
    lines = text[:_ENOUGH].split("\n")
    found = [line[start:end] for line in lines for start, end in sentence_spans(line)]
    return [spelled(title, heading, sentence) for sentence in found[:MOST_SENTENCES]] if found[1:] else []


def spelled(title: str, heading: str, text: str) -> str:
    """A passage as it is embedded: what it is about comes first, as it seldom says so itself."""
    return "\n".join(filter(None, (title, heading, text)))[:_ENOUGH]


def packed(vectors: np.ndarray) -> list[bytes]:
    """One signed byte a dimension, the longest of a row as 127: a vector's length says nothing, it is 1."""
    scales = 127 / np.abs(vectors).max(axis=1, keepdims=True)
    return [row.tobytes() for row in np.rint(vectors * scales).astype(np.int8)]


def unpacked(rows: Sequence[bytes] | Iterable[bytes]) -> np.ndarray:
    """(n, 384), float32, each row of length 1 again."""
    vectors = np.frombuffer(b"".join(rows), np.int8).reshape(-1, HIDDEN).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
