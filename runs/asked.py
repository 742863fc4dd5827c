"""What a run was asked, as its page shows it beside the answer."""

from dataclasses import dataclass
from typing import Any

from runs.labels import plain
from runs.models import Run

SHOWN_CHARACTERS = 500
SHOWN_LINES = 6
POLICY_NAMES = {
    "include_domains": "only",
    "exclude_domains": "not",
    "after_date": "since",
}
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The input as text or, by its fields, the first group; empty where the page's title says it all."""

    text: str
    groups: list[tuple[str, Pairs]]

    def __bool__(self) -> bool:
        return bool(self.text or self.groups)

    @property
    def is_long(self) -> bool:
        return len(self.text) > SHOWN_CHARACTERS or self.text.count("\n") >= SHOWN_LINES


def asked_of(run: Run) -> Asked:
    named = {
        "Input": run.input if isinstance(run.input, dict) else {},
        "Metadata": run.metadata or {},
        "Sources": policy_of(run.source_policy or {}),
    }
    groups = [(name, pairs_of(values)) for name, values in named.items() if values]
    says_all = isinstance(run.input, dict) or run.input.strip() == run.label
    return Asked("" if says_all else run.input.strip(), groups)


def pairs_of(values: dict[str, Any]) -> Pairs:
    return [(name, plain(value)) for name, value in values.items()]


def policy_of(policy: dict[str, Any]) -> dict[str, Any]:
    return {POLICY_NAMES.get(name, name): value for name, value in policy.items() if value}
