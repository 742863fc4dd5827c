"""JSON lines: one run a line, the whole of it."""

from collections.abc import Iterator

import orjson

from runs.exports.rows import Export

slug, label, content_type = "jsonl", "JSON lines", "application/x-ndjson"


def render(export: Export) -> Iterator[bytes]:
    for row in export.rows():
        yield orjson.dumps(row) + b"\n"
