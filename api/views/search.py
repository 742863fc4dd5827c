"""Search and Extract over the engine's index, in the current form and in the older one."""

import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from api.reading import count, read
from dispatch.scopes import scopes_of
from engine.extract import Extract, Failure, extract
from engine.modes import MODES
from engine.net import fetch
from engine.policy import read_policy
from engine.search import Hit, search
from provider.types import RunWarning
from provider.types_search import (
    ExtractRequest,
    SearchRequest,
    parse_extract,
    parse_older_extract,
    parse_older_search,
    parse_search,
)
from runs.links import absolute_for

INCLUDED_RESULTS = 10
"""Results beyond these are counted apart."""

Json = dict[str, Any]


def find(request: HttpRequest) -> HttpResponse:
    asked = read(request, parse_search)
    return JsonResponse(found(request, asked) | session(asked))


def find_older(request: HttpRequest) -> HttpResponse:
    return JsonResponse(found(request, read(request, parse_older_search)))


def open_pages(request: HttpRequest) -> HttpResponse:
    asked = read(request, parse_extract)
    return JsonResponse(opened(request, asked) | session(asked))


def open_pages_older(request: HttpRequest) -> HttpResponse:
    return JsonResponse(opened(request, read(request, parse_older_extract)))


def found(request: HttpRequest, asked: SearchRequest) -> Json:
    count(request, "search")
    hits = search(
        queries=asked.queries,
        objective=asked.objective,
        scopes=scopes_of(request.workspace.pk),
        policy=read_policy(asked.source_policy),
        mode=MODES[asked.mode],
        max_results=asked.max_results,
        chars_per_result=asked.chars_per_result,
        chars_total=asked.chars_total,
    )
    absolute = absolute_for(request)
    return {
        "search_id": new_id("search"),
        "results": [result(hit, absolute(hit.url)) for hit in hits],
        "warnings": warnings(asked.warnings),
        "usage": usage(sku_search=1, sku_search_additional_results=len(hits) - INCLUDED_RESULTS),
    }


def opened(request: HttpRequest, asked: ExtractRequest) -> Json:
    count(request, "extract")
    limits = {
        "chars_per_result": asked.chars_per_result,
        "chars_total": asked.chars_total,
        "full_chars": asked.full_chars,
    }
    pages, failures = extract(
        urls=asked.urls,
        queries=asked.queries,
        objective=asked.objective,
        scopes=scopes_of(request.workspace.pk),
        sites=[absolute_for(request)("/")],
        full_content=asked.full_content,
        fetch=fetcher(asked.seconds),
        **{name: limit for name, limit in limits.items() if limit is not None},
    )
    return {
        "extract_id": new_id("extract"),
        "results": [page_json(page, excerpts=asked.excerpts) for page in pages],
        "errors": [failure_json(failure) for failure in failures],
        "warnings": warnings(asked.warnings),
        "usage": usage(
            sku_extract_excerpts=len(pages) if asked.excerpts else 0,
            sku_extract_full_content=len(pages) if asked.full_content else 0,
        ),
    }


def fetcher(seconds: float | None) -> partial:
    given = {} if seconds is None else {"timeout": seconds}
    return partial(fetch, allow_private=settings.ALLOW_PRIVATE_FETCH, **given)


def result(page: Hit | Extract, url: str) -> Json:
    published = page.published.isoformat() if page.published else None
    return {
        "url": url,
        "title": page.title or None,
        "publish_date": published,
        "excerpts": list(page.excerpts),
    }


def page_json(page: Extract, *, excerpts: bool) -> Json:
    shown = {} if excerpts else {"excerpts": None}
    return result(page, page.url) | shown | {"full_content": page.full_content}


def failure_json(failure: Failure) -> Json:
    return {
        "url": failure.url,
        "error_type": failure.error_type,
        "http_status_code": failure.status,
        "content": failure.content or None,
    }


def session(asked: SearchRequest | ExtractRequest) -> Json:
    return {"session_id": asked.session_id or new_id("session")}


def new_id(kind: str) -> str:
    return f"{kind}_{uuid.uuid4().hex}"


def warnings(said: Iterable[RunWarning]) -> list[Json] | None:
    return [warning.as_json() for warning in said] or None


def usage(**counts: int) -> list[Json]:
    return [{"name": name, "count": number} for name, number in counts.items() if number > 0]
