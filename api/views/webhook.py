"""``POST /webhooks/parallel``: where hosted providers tell that a run has ended. A signature lets them in."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from api.errors import error
from dispatch.hosted.webhooks_in import LONGEST_BODY, NotAccepted, receive

TOO_LARGE = "The body is longer than 256 KB, the most that is read."


@csrf_exempt
def parallel(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        answer = error(405, "This address takes POST.")
        answer["Allow"] = "POST"
        return answer
    if is_too_long(request.headers) or len(request.body) > LONGEST_BODY:
        return error(413, TOO_LARGE)
    try:
        receive(request.headers, request.body)
    except NotAccepted as refused:
        return error(refused.code, str(refused))
    return JsonResponse({"ok": True})


def is_too_long(headers: Mapping[str, str]) -> bool:
    """By what it announces, so that it is not even read."""
    announced = headers.get("content-length", "")
    return announced.isdecimal() and int(announced) > LONGEST_BODY
