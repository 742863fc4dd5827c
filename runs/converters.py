"""A run's name in a URL: ``trun_`` and 32 hexadecimal digits."""

import re
from uuid import UUID

from runs.models import RUN_PREFIX


class RunId:
    regex = RUN_PREFIX + "[0-9a-f]{32}"

    def to_python(self, value: str) -> UUID:
        return UUID(hex=value.removeprefix(RUN_PREFIX))

    def to_url(self, value: UUID) -> str:
        return f"{RUN_PREFIX}{value.hex}"


def run_uuid(name: str) -> UUID | None:
    """The key of a run by its name; None if that is no run's name."""
    return RunId().to_python(name) if re.fullmatch(RunId.regex, name) else None
