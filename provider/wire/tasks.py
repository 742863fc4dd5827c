"""Task runs: what asks for one, what it is, and what came out."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from provider.prices import PROCESSORS
from provider.wire.common import Json, PageAddress, SourcePolicy, Text, Timestamp, Warning

RunId = Annotated[str, Meta(description="trun_ and 32 hexadecimal digits.")]
Metadata = Annotated[
    dict[str, str | int | float | bool],
    Meta(
        description="Names of at most 16 characters, texts of at most 512. It is sent back with the run.",
        extra_json_schema={"propertyNames": {"maxLength": 16}},
    ),
]
Processor = Annotated[
    str,
    Meta(
        description="How much work to put in; an unknown one is answered with 403.",
        extra_json_schema={"enum": list(PROCESSORS)},
    ),
]
Schema = Annotated[
    dict[str, Any],
    Meta(
        description="An object at the root, at most 5 levels of nesting, 100 properties, 500 enum values and "
        "15,000 characters.",
        examples=[
            {
                "type": "object",
                "properties": {"capital": {"type": "string"}},
                "required": ["capital"],
                "additionalProperties": False,
            }
        ],
    ),
]


class JsonSchema(TypedDict):
    """An answer, or an input, of this form. The type may be left out."""

    type: NotRequired[Literal["json"]]
    json_schema: Schema


class TextSchema(TypedDict):
    """Text, described in words."""

    type: Literal["text"]
    description: NotRequired[str | None]


class AutoSchema(TypedDict):
    """A schema that is made from the question."""

    type: Literal["auto"]


class TaskSpec(TypedDict):
    """What comes out, and what goes in. A bare text describes text."""

    output_schema: JsonSchema | TextSchema | AutoSchema | str
    input_schema: NotRequired[JsonSchema | TextSchema | str | None]


class DataSources(TypedDict, total=False):
    free: list[str] | None
    pay_per_use: list[str] | None


class TaskAdvancedSettings(TypedDict, total=False):
    """Accepted with a warning: the built-in engine knows no location and no data sources."""

    location: Annotated[Annotated[str, Meta(pattern="^[a-z]{2}$")] | None, Meta(examples=["us"])]
    data_sources: DataSources | None


class McpServer(TypedDict):
    """Accepted with a warning: the built-in engine calls no MCP servers."""

    name: Text
    url: Annotated[str, Meta(pattern="^https?://[A-Za-z0-9]")]
    type: NotRequired[Literal["url"]]
    headers: NotRequired[dict[str, str] | None]
    allowed_tools: NotRequired[list[str] | None]


class Webhook(TypedDict):
    """Where to tell that the run has ended."""

    url: Annotated[str, Meta(pattern="^https?://[A-Za-z0-9]")]
    event_types: NotRequired[list[Literal["task_run.status"]] | None]


class TaskRunInput(TypedDict):
    """What is to be found, and how. Input and task spec together have at most 25,000 characters."""

    input: Annotated[
        Json | str,
        Meta(description="A question, or an object that the task is about.", examples=["France"]),
    ]
    processor: Processor
    task_spec: NotRequired[
        Annotated[TaskSpec | None, Meta(description="Without one the schema is made from the question.")]
    ]
    metadata: NotRequired[Metadata | None]
    source_policy: NotRequired[SourcePolicy | None]
    advanced_settings: NotRequired[TaskAdvancedSettings | None]
    previous_interaction_id: NotRequired[
        Annotated[
            Text | None,
            Meta(description="The interaction that this goes on from; its question gives the subject."),
        ]
    ]
    mcp_servers: NotRequired[Annotated[Annotated[list[McpServer], Meta(max_length=10)] | None, Meta()]]
    enable_events: NotRequired[bool | None]
    webhook: NotRequired[Webhook | None]
    memory_scope_key: NotRequired[Annotated[str, Meta(pattern="^[a-zA-Z0-9_-]{1,128}$")] | None]


class RunError(TypedDict):
    """Why a run failed."""

    ref_id: str
    message: str
    detail: Json | None


Status = Literal["queued", "action_required", "running", "completed", "failed", "cancelling", "cancelled"]


class TaskRun(TypedDict):
    run_id: RunId
    interaction_id: Annotated[str, Meta(description="Names this run to one that goes on from it.")]
    status: Status
    is_active: Annotated[bool, Meta(description="True while it is queued, running or being cancelled.")]
    processor: str
    metadata: dict[str, Any] | None
    warnings: list[Warning] | None
    error: RunError | None
    taskgroup_id: str | None
    created_at: Timestamp
    modified_at: Timestamp


class Citation(TypedDict):
    """A page that carries a value, and the words of it that do."""

    url: PageAddress
    title: str | None
    excerpts: list[str] | None


class FieldBasis(TypedDict):
    """The evidence of one field. An element of a list is named such as ``products.0``."""

    field: str
    reasoning: str
    citations: list[Citation]
    confidence: Annotated[str | None, Meta(extra_json_schema={"examples": ["high", "medium", "low"]})]


class TaskRunTextOutput(TypedDict):
    type: Literal["text"]
    content: str
    basis: Annotated[list[FieldBasis], Meta(description="One entry, whose field is “output”.")]
    mcp_tool_calls: list[Json] | None
    beta_fields: Json | None


class TaskRunJsonOutput(TypedDict):
    type: Literal["json"]
    content: Json
    basis: list[FieldBasis]
    mcp_tool_calls: list[Json] | None
    beta_fields: Json | None
    output_schema: Annotated[Json | None, Meta(description="The schema that was made, where none was given.")]


class TaskRunResult(TypedDict):
    run: TaskRun
    output: TaskRunTextOutput | TaskRunJsonOutput
