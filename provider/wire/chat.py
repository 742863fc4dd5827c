"""Chat completions, in OpenAI's form with the evidence of the answer."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from provider.wire.tasks import FieldBasis

Evidence = Annotated[list[FieldBasis], Meta(description="The evidence; empty for the model speed.")]
InteractionId = Annotated[
    str | None, Meta(description="As previous_interaction_id it lets another request go on from this one.")
]


class TextPart(TypedDict):
    type: Literal["text"]
    text: str


class ChatMessage(TypedDict):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]
    name: NotRequired[str | None]


class TextFormat(TypedDict):
    type: Literal["text", "json_object"]


class NamedSchema(TypedDict):
    name: Annotated[str, Meta(min_length=1)]
    schema: dict[str, Any]
    strict: NotRequired[bool | None]
    description: NotRequired[str | None]


class JsonSchemaFormat(TypedDict):
    type: Literal["json_schema"]
    json_schema: NamedSchema


class ChatCompletionRequest(TypedDict):
    """Other parameters of OpenAI's API are accepted and not used."""

    model: Annotated[
        Literal["speed", "lite", "base", "core"],
        Meta(description="speed answers at once from the index; each other one is a run of that processor."),
    ]
    messages: Annotated[
        list[ChatMessage],
        Meta(min_length=1, examples=[[{"role": "user", "content": "What is the capital of France?"}]]),
    ]
    stream: NotRequired[bool | None]
    response_format: NotRequired[TextFormat | JsonSchemaFormat | None]
    previous_interaction_id: NotRequired[Annotated[str, Meta(min_length=1)] | None]


class AssistantMessage(TypedDict):
    role: Literal["assistant"]
    content: str


class Choice(TypedDict):
    index: int
    message: AssistantMessage
    finish_reason: Literal["stop"]
    logprobs: None


class CompletionUsage(TypedDict):
    """Nothing here counts tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(TypedDict):
    id: str
    object: Literal["chat.completion"]
    created: Annotated[int, Meta(description="Seconds since 1970.")]
    model: str
    choices: Annotated[list[Choice], Meta(min_length=1, max_length=1)]
    usage: CompletionUsage
    system_fingerprint: None
    service_tier: None
    basis: Evidence
    interaction_id: InteractionId


class ChoiceDelta(TypedDict, total=False):
    role: Literal["assistant"]
    content: str


class ChunkChoice(TypedDict):
    index: int
    delta: ChoiceDelta
    finish_reason: Literal["stop"] | None


class ChatCompletionChunk(TypedDict):
    """A piece of the answer; the last one has the evidence. ``data: [DONE]`` ends the stream."""

    id: str
    type: Literal["chat.completion.chunk"]
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoice]
    basis: Evidence
    interaction_id: InteractionId
