"""What a refused request is answered with."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta


class Error(TypedDict):
    """Why something did not work, in a sentence that says what to do."""

    ref_id: Annotated[str, Meta(description="A UUID by which a log line can be found.")]
    message: str
    detail: dict[str, Any] | None


class ErrorResponse(TypedDict):
    """The error envelope."""

    type: Literal["error"]
    error: Error


class ValidationError(TypedDict):
    """One thing that is wrong with a request."""

    loc: Annotated[list[str | int], Meta(description="The way to the place: “body”, then names and indexes.")]
    msg: str
    type: str


class ValidationErrorResponse(TypedDict):
    """The error envelope, with everything that is wrong also where FastAPI's clients look for it."""

    type: Literal["error"]
    error: Error
    detail: list[ValidationError]


class OpenAIError(TypedDict):
    message: str
    type: Annotated[str, Meta(examples=["invalid_request_error"])]
    param: Annotated[str | None, Meta(description="The place of what is wrong, such as messages[0].content.")]
    code: str | None


class OpenAIErrorResponse(TypedDict):
    """The error envelope of OpenAI's API."""

    error: OpenAIError


class ErrorEvent(TypedDict):
    """Something went wrong after the stream had begun; it ends with this."""

    type: Literal["error"]
    error: Error
    event_id: NotRequired[str | None]
