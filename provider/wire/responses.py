"""Responses, in OpenAI's form."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

ResponseId = Annotated[str, Meta(pattern="^resp_[0-9a-f]{32}$")]


class InputPart(TypedDict):
    type: Literal["text", "input_text", "output_text"]
    text: str


class InputMessage(TypedDict):
    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[InputPart]


class Reasoning(TypedDict, total=False):
    effort: Annotated[
        Literal["low", "medium", "high"] | None,
        Meta(description="low is a run of lite, medium of base, high of pro; medium by itself."),
    ]


class PlainFormat(TypedDict):
    type: Literal["text", "json_object"]


class SchemaFormat(TypedDict):
    type: Literal["json_schema"]
    name: Annotated[str, Meta(min_length=1)]
    schema: dict[str, Any]
    strict: NotRequired[bool | None]


class TextSettings(TypedDict, total=False):
    format: PlainFormat | SchemaFormat | None


class ResponsesRequest(TypedDict):
    """Other parameters of OpenAI's API are accepted and not used; what it refuses is refused with 400."""

    model: Annotated[str, Meta(pattern="^[Pp][Aa][Rr][Aa][Ll][Ll][Ee][Ll]$", examples=["parallel"])]
    input: Annotated[
        str | list[InputMessage],
        Meta(
            description="A question, or messages of which one at least is the user's. With the instructions "
            "at most 20,000 characters.",
            examples=["What is the capital of France?"],
        ),
    ]
    instructions: NotRequired[str | None]
    reasoning: NotRequired[Reasoning | None]
    text: NotRequired[TextSettings | None]
    stream: NotRequired[bool | None]
    previous_response_id: NotRequired[ResponseId | None]
    metadata: NotRequired[
        Annotated[
            dict[str, Annotated[str, Meta(max_length=512)]],
            Meta(extra_json_schema={"maxProperties": 16, "propertyNames": {"maxLength": 64}}),
        ]
        | None
    ]


class UrlCitation(TypedDict):
    """A page, and the part of the text that it carries."""

    type: Literal["url_citation"]
    url: str
    title: str
    start_index: int
    end_index: int


class OutputText(TypedDict):
    type: Literal["output_text"]
    text: str
    annotations: list[UrlCitation]
    logprobs: list[Any]


class OutputMessage(TypedDict):
    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    status: Literal["in_progress", "completed"]
    content: list[OutputText]


class ResponseError(TypedDict):
    code: str
    message: str


class ResponseUsage(TypedDict):
    """Estimated by the length of the texts."""

    input_tokens: int
    input_tokens_details: dict[str, int]
    output_tokens: int
    output_tokens_details: dict[str, int]
    total_tokens: int


class Response(TypedDict):
    id: ResponseId
    object: Literal["response"]
    created_at: Annotated[int, Meta(description="Seconds since 1970.")]
    status: Literal["in_progress", "completed", "failed", "incomplete"]
    model: str
    error: ResponseError | None
    incomplete_details: dict[str, Any] | None
    instructions: str | None
    metadata: dict[str, str]
    output: list[OutputMessage]
    parallel_tool_calls: bool
    previous_response_id: str | None
    reasoning: None
    temperature: None
    text: None
    tool_choice: str
    tools: list[Any]
    top_p: None
    usage: ResponseUsage | None


class ResponseEvent(TypedDict):
    """One event of the stream. What else it holds depends on its type, as OpenAI's API has it."""

    type: Literal[
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
        "response.failed",
    ]
    sequence_number: int
