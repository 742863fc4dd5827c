"""What is sent to a provider for a run of ours."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.conf import settings

from dispatch.models import HostedRun
from provider.types import RunWarning
from runs.converters import run_uuid
from runs.models import Run
from runs.services import request_to_repeat
from teams.models import Provider
from web import paths

RID_KEY = "groundwork_run"
"""The metadata key under which a run at the provider carries the id of ours, as 32 hexadecimal digits."""
MOST_RUNS = 1_000
MOST_BYTES = 900_000
"""Of one request; a provider that is another Groundwork takes a megabyte."""
OURS = ("webhook",)
"""What a request asks of this installation alone."""

Wire = dict[str, Any]


class Waiting(NamedTuple):
    """A run as far as it is needed to send it; the names are the model's."""

    id: UUID
    processor: str
    input: Any
    task_spec: Any
    metadata: Any
    source_policy: Any
    options: dict[str, Any]
    warnings: list[dict[str, Any]]
    group_id: UUID | None


def wire_input(run: Waiting, provider: Provider, earlier: str | None) -> Wire:
    """The run as an input of the provider's API, with our id in its metadata; `earlier` is its name there."""
    wire = {name: value for name, value in request_to_repeat(run).items() if name not in OURS}
    wire["metadata"] = {**(run.metadata or {}), RID_KEY: run.id.hex}
    wire.pop("previous_interaction_id", None)
    if earlier:
        wire["previous_interaction_id"] = earlier
    if settings.PUBLIC_URL and provider.sealed_webhook_secret:
        wire["webhook"] = {"url": settings.PUBLIC_URL + paths.WEBHOOKS_IN, "event_types": ["task_run.status"]}
    return wire


def rid_in(metadata: dict[str, Any]) -> UUID | None:
    """Our run's id in the metadata of a run at a provider."""
    value = metadata.get(RID_KEY)
    try:
        return UUID(hex=value) if isinstance(value, str) and len(value) == 32 else None
    except ValueError:
        return None


def earlier_interactions(runs: Sequence[Waiting], provider: Provider) -> dict[UUID, str | None]:
    """For each run that goes on from another, the name that the other has at this provider.

    None for one of ours that was answered elsewhere. A name that is none of ours is the provider's own.
    """
    named = {run.id: run.options["previous_interaction_id"] for run in runs if goes_on(run)}
    if not named:
        return {}
    ours = {pk: run_uuid(name) for pk, name in named.items()}
    there = interactions_of(set(filter(None, ours.values())), provider)
    here = set(Run.objects.filter(pk__in=list(filter(None, ours.values()))).values_list("pk", flat=True))
    return {
        pk: there.get(ours[pk]) if ours[pk] in here else name  # type: ignore[arg-type]
        for pk, name in named.items()
    }


def goes_on(run: Waiting) -> bool:
    return bool(run.options.get("previous_interaction_id"))


def interactions_of(ids: set[UUID], provider: Provider) -> dict[UUID, str]:
    sent = HostedRun.objects.filter(run__in=ids, provider=provider).exclude(interaction_id="")
    return dict(sent.values_list("run_id", "interaction_id"))


def lost_context(provider: Provider) -> RunWarning:
    said = (
        f"The earlier interaction was not answered by {provider.name}, which does not know it, so the "
        "question stands for itself."
    )
    return RunWarning("warning", said)


def portions(inputs: Sequence[Wire]) -> Iterator[tuple[int, int]]:
    """Where to cut the inputs so that each request stays within its bounds: (first, behind the last)."""
    first = size = 0
    for index, wire in enumerate(inputs):
        length = len(orjson.dumps(wire))
        if index > first and (size + length > MOST_BYTES or index - first >= MOST_RUNS):
            yield first, index
            first, size = index, 0
        size += length
    if inputs:
        yield first, len(inputs)


def with_common_spec(inputs: Sequence[Wire]) -> tuple[list[Wire], Any]:
    """The same inputs with the commonest task spec taken out of them, and that spec.

    Only where every input has one: to a run without a spec the default would give one.
    """
    texts = [orjson.dumps(wire["task_spec"]) if wire.get("task_spec") else b"" for wire in inputs]
    if len(inputs) < 2 or b"" in texts:
        return list(inputs), None
    common, number = Counter(texts).most_common(1)[0]
    if number < 2:
        return list(inputs), None
    lean = [
        {name: value for name, value in wire.items() if name != "task_spec"} if text == common else wire
        for wire, text in zip(inputs, texts, strict=True)
    ]
    return lean, orjson.loads(common)
