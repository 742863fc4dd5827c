"""A run, what happened to it, and what came out of it.

One transaction writes a run's move, its event, its result and the evidence, so a reader never sees half of
them.
"""

from runs.models.event import RunEvent
from runs.models.evidence import Citation, Confidence, FieldBasis, Result, RunText, is_element
from runs.models.group import GROUP_PREFIX, TaskGroup
from runs.models.run import RUN_PREFIX, Line, Run, RunEnd, RunQuerySet

__all__ = [
    "GROUP_PREFIX",
    "RUN_PREFIX",
    "Citation",
    "Confidence",
    "FieldBasis",
    "Line",
    "Result",
    "Run",
    "RunEnd",
    "RunEvent",
    "RunQuerySet",
    "RunText",
    "TaskGroup",
    "is_element",
]
