"""Suggestions for a task, and for the processor that suits it."""

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from provider.wire.common import Json

Schema = Annotated[dict[str, Any], Meta(description="A JSON schema.")]


class PreviousTask(TypedDict, total=False):
    """A suggestion to go on from: its fields are kept, and its input schema is the one that is used."""

    input_schema: Schema | None
    output_schema: Schema | None
    inputs: list[Json] | None
    title: str | None


class SuggestRequest(TypedDict):
    user_intent: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=10_000,
            description="What is to be found, in plain words.",
            examples=["Find the founding year, CEO and headquarters of each company"],
        ),
    ]
    previous_task: NotRequired[PreviousTask | None]


class SuggestWarning(TypedDict):
    type: Annotated[str, Meta(examples=["schema_generalization", "unattainable_task"])]
    message: str


class SuggestedTask(TypedDict):
    """A task that can be run as it is: both schemas keep to the rules of output schemas."""

    input_schema: Schema
    output_schema: Schema
    inputs: list[Json]
    title: str
    warnings: list[SuggestWarning] | None


class SuggestProcessorRequest(TypedDict):
    task_spec: Annotated[
        Json,
        Meta(description="A task spec; its schemas may also be given bare, as a suggestion has them."),
    ]
    choose_processors_from: NotRequired[
        Annotated[list[str] | None, Meta(description="The processors to choose from; all by itself.")]
    ]


class SuggestedProcessor(TypedDict):
    recommended_processors: Annotated[list[str], Meta(description="Best first.")]
