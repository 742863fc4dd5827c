"""Exports: everything that was filtered, with its evidence. A format is a module and a name in EXPORTS."""

from runs.exports import to_csv, to_jsonl
from runs.exports.rows import Export

EXPORTS = {fmt.slug: fmt for fmt in (to_csv, to_jsonl)}

__all__ = ["EXPORTS", "Export"]
