"""Lint problems in the words of a browser: offsets count UTF-16 code units, as JavaScript's strings do."""

from collections.abc import Callable
from typing import Any

from provider.lint import Problem

NOT_BEGUN = {"root-properties"}
"""What is true of every schema before its first field: it can't be run yet, but nobody made a mistake."""


def problems_json(text: str, problems: list[Problem]) -> list[dict[str, Any]]:
    offset = utf16_offsets(text)
    return [
        {
            "rule": problem.rule,
            "severity": "info" if problem.rule in NOT_BEGUN else problem.severity,
            "message": problem.message,
            "from": offset(problem.start),
            "to": offset(problem.end),
            "line": problem.line,
            "column": problem.column,
            "path": list(problem.path),
            "fix": fix_json(problem, offset),
        }
        for problem in problems
    ]


def fix_json(problem: Problem, offset: Callable[[int], int]) -> dict[str, Any] | None:
    if problem.fix is None:
        return None
    changes = [
        {"from": offset(change.start), "to": offset(change.end), "insert": change.insert}
        for change in problem.fix.changes
    ]
    return {"label": problem.fix.label, "changes": changes}


def utf16_offsets(text: str) -> Callable[[int], int]:
    """From an offset in code points to one in UTF-16 units; for ASCII the two are the same."""
    if text.isascii():
        return lambda at: at
    offsets, units = [0], 0
    for character in text:
        units += 2 if ord(character) > 0xFFFF else 1
        offsets.append(units)
    return lambda at: offsets[min(at, len(text))]
