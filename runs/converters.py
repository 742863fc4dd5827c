"""The names of runs and groups in a URL: ``trun_`` or ``tgrp_`` and 32 hexadecimal digits."""

import re
from uuid import UUID

from runs.models import GROUP_PREFIX, RUN_PREFIX


class Name:
    prefix: str
    regex: str

    def to_python(self, value: str) -> UUID:
        return UUID(hex=value.removeprefix(self.prefix))

    def to_url(self, value: UUID) -> str:
        return f"{self.prefix}{value.hex}"


class RunId(Name):
    prefix = RUN_PREFIX
    regex = RUN_PREFIX + "[0-9a-f]{32}"


class GroupId(Name):
    prefix = GROUP_PREFIX
    regex = GROUP_PREFIX + "[0-9a-f]{32}"


def run_uuid(name: str) -> UUID | None:
    """The key of a run by its name; None if that is no run's name."""
    return RunId().to_python(name) if re.fullmatch(RunId.regex, name) else None


def group_uuid(name: str) -> UUID | None:
    """The key of a group by its name; None if that is no group's name."""
    return GroupId().to_python(name) if re.fullmatch(GroupId.regex, name) else None
