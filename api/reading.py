"""What a caller sent: read once, with an answer ready for what can't be read or is too much."""

from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from api.errors import envelope, error, invalid, unreadable
from api.limits import hit, refused
from provider.types import Invalid
from teams.models import Provider
from web.bodies import Bound
from web.text import read_json

Asked = TypeVar("Asked")

LONGEST_BODY = 1024 * 1024
TOO_LARGE = "The body is longer than 1 MB, the most that is read. Send less at once."
BOUND = Bound(LONGEST_BODY, b"application/json", lambda: orjson.dumps(envelope(TOO_LARGE)))


class Refused(Exception):
    """The request is not carried out; `answer` says why."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def read(request: HttpRequest, parse: Callable[[Any], Asked], *, empty: Any = Refused) -> Asked:
    """The body as `parse` understands it. A body of nothing counts as `empty`, if that is given."""
    try:
        if len(request.body) > LONGEST_BODY:
            raise RequestDataTooBig
        if not request.body and empty is not Refused:
            return parse(empty)
        return parse(read_json(request.body))
    except RequestDataTooBig as long:
        raise Refused(error(413, TOO_LARGE)) from long
    except Invalid as wrong:
        raise Refused(invalid(wrong)) from wrong
    except ValueError as wrong:
        raise Refused(unreadable(f"The body is not JSON: {wrong}")) from wrong


def count(request: HttpRequest, kind: str, cost: int = 1) -> None:
    """Count what the caller asks for against its rate limit."""
    if (seconds := hit(request.token.pk, kind, cost)) is not None:
        raise Refused(refused(seconds))


def provider_in(request: HttpRequest) -> Provider | None:
    """The provider that the request names; None for the workspace's own choice."""
    slug = request.headers.get("x-groundwork-provider")
    if not slug:
        return None
    provider = request.workspace.providers.usable().filter(slug=slug).first()
    if provider is None:
        known = ", ".join(
            request.workspace.providers.usable().order_by("slug").values_list("slug", flat=True)
        )
        said = f"x-groundwork-provider names no provider of this workspace. There is {known}."
        raise Refused(error(422, said))
    return provider
