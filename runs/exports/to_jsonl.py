"""JSON lines: one run a line, the whole of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

slug, label, content_type = "jsonl", "JSON lines", "application/x-ndjson"


def render(rows: Iterable[dict[str, Any]], fields: Sequence[str]) -> Iterator[bytes]:
    for row in rows:
        yield orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS) + b"\n"
