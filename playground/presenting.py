"""What the processor picker says."""

from dataclasses import dataclass

from provider.prices import PROCESSORS, Processor
from runs.models import Run
from teams.models import Workspace


@dataclass(frozen=True, slots=True)
class Choice:
    """A processor, and the median time in seconds of the engine's latest runs; None before the first."""

    processor: Processor
    typical: float | None


def processor_choices(workspace: Workspace) -> list[Choice]:
    typical = Run.objects.in_workspace(workspace).on_engine().typical_seconds()
    return [Choice(processor, typical.get(name)) for name, processor in PROCESSORS.items()]
