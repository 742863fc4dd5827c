"""Search and Extract requests, in the current form and in the older one, which is turned into the current."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from provider.checks import Loc, Problem, Problems, check_source_policy
from provider.fields import checked, choice, known_values, length, of_type, seconds, text, whole
from provider.sound import quoted
from provider.types import RunWarning

MODES = ("turbo", "fast", "basic", "advanced")
OLDER_MODES = {"one-shot": "advanced", "agentic": "basic", "fast": "fast", "base": "basic", "pro": "advanced"}
MOST_QUERIES = 5
LONGEST_QUERY = 200
LONGEST_OBJECTIVE = 5_000
LONGEST_SESSION = 1_000
MOST_URLS = 20
MOST_RESULTS = 20
LEAST_CHARS = 1_000
LEAST_MAX_AGE = 600
MOST_SECONDS = 60.0

IGNORED = {
    "location": "“location” was not used: the index is the same everywhere.",
    "max_age_seconds": "What the index holds was answered from it, whatever its age.",
}
Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A request that passed every check. None: the mode decides."""

    queries: tuple[str, ...] = ()
    objective: str = ""
    mode: str = "advanced"
    max_results: int = 10
    chars_per_result: int | None = None
    chars_total: int | None = None
    source_policy: Body | None = None
    session_id: str | None = None
    warnings: tuple[RunWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRequest:
    """A request that passed every check. None: the default holds."""

    urls: tuple[str, ...]
    queries: tuple[str, ...] = ()
    objective: str = ""
    chars_per_result: int | None = None
    chars_total: int | None = None
    excerpts: bool = True
    full_content: bool = False
    full_chars: int | None = None
    seconds: float | None = None
    """How long to wait for a page."""
    session_id: str | None = None
    warnings: tuple[RunWarning, ...] = ()


def parse_search(body: object) -> SearchRequest:
    """The request in `body` (parsed JSON), or Invalid with all that is wrong."""
    return search_of(checked(body, search_problems))


def parse_older_search(body: object) -> SearchRequest:
    """The older form: flat, and content with either an objective or a query."""
    return search_of(newer(checked(body, older_search_problems)))


def parse_extract(body: object) -> ExtractRequest:
    return extract_of(checked(body, extract_problems))


def parse_older_extract(body: object) -> ExtractRequest:
    sent = checked(body, older_extract_problems)
    return extract_of(newer(sent), excerpts=sent.get("excerpts") is not False)


def newer(sent: Body) -> Body:
    """A request of the older form in the current one."""
    excerpts = sent["excerpts"] if isinstance(sent.get("excerpts"), dict) else {}
    per_result = excerpts.get("max_chars_per_result", sent.get("max_chars_per_result"))
    total = excerpts.get("max_chars_total")
    mode = OLDER_MODES.get(sent.get("mode") or sent.get("processor"), "advanced")
    moved = ("max_results", "source_policy", "fetch_policy", "location", "full_content")
    settings = {name: sent[name] for name in moved if name in sent}
    settings["excerpt_settings"] = known_values({"max_chars_per_result": per_result})
    least = {} if total is None else {"max_chars_total": max(total, LEAST_CHARS)}
    return sent | {"advanced_settings": settings, "mode": mode} | least


def search_of(sent: Body) -> SearchRequest:
    settings = sent.get("advanced_settings", {})
    wanted = settings.get("max_results", 10)
    return SearchRequest(
        **asked_in(sent),
        mode=sent.get("mode", "advanced"),
        max_results=min(wanted, MOST_RESULTS),
        source_policy=settings.get("source_policy"),
        warnings=(*many_results(wanted), *unused(settings)),
    )


def extract_of(sent: Body, *, excerpts: bool = True) -> ExtractRequest:
    settings = sent.get("advanced_settings", {})
    full = settings.get("full_content", False)
    seconds = settings.get("fetch_policy", {}).get("timeout_seconds")
    return ExtractRequest(
        **asked_in(sent),
        urls=tuple(sent["urls"]),
        excerpts=excerpts,
        full_content=full is not False,
        full_chars=full.get("max_chars_per_result") if isinstance(full, dict) else None,
        seconds=None if seconds is None else min(float(seconds), MOST_SECONDS),
        warnings=tuple(unused(settings)),
    )


def asked_in(sent: Body) -> dict[str, Any]:
    """What searches and extracts have in common."""
    excerpts = sent.get("advanced_settings", {}).get("excerpt_settings", {})
    per_result = excerpts.get("max_chars_per_result")
    return {
        "queries": tuple(sent.get("search_queries", ())),
        "objective": sent.get("objective", ""),
        "chars_per_result": None if per_result is None else max(per_result, LEAST_CHARS),
        "chars_total": sent.get("max_chars_total"),
        "session_id": sent.get("session_id"),
    }


def many_results(wanted: int) -> Iterator[RunWarning]:
    if wanted > MOST_RESULTS:
        yield RunWarning("warning", f"{MOST_RESULTS} results are the most that a search gives.")


def unused(settings: Body) -> Iterator[RunWarning]:
    for name in (*settings, *settings.get("fetch_policy", {})):
        if name in IGNORED:
            yield RunWarning("warning", IGNORED[name])


def search_problems(sent: Body) -> Problems:
    yield from said_problems(sent, least=1)
    yield from choice(sent, ("mode",), MODES)
    yield from whole(sent, ("max_chars_total",))
    allowed = ("source_policy", "fetch_policy", "excerpt_settings", "location", "max_results")
    yield from settings_problems(sent, allowed)


def extract_problems(sent: Body) -> Problems:
    yield from url_problems(sent)
    yield from said_problems(sent)
    yield from whole(sent, ("max_chars_total",))
    yield from settings_problems(sent, ("fetch_policy", "excerpt_settings", "full_content"))


def older_search_problems(sent: Body) -> Problems:
    yield from said_problems(sent)
    if not sent.get("objective") and not sent.get("search_queries"):
        yield Problem(("objective",), "Say what to search for: give an “objective” or “search_queries”.")
    yield from choice(sent, ("mode",), ("one-shot", "agentic", "fast"))
    yield from choice(sent, ("processor",), ("base", "pro"))
    yield from whole(sent, ("max_chars_per_result",))
    yield from of_type(sent, "excerpts", dict, "an object")
    yield from shared_problems(sent)


def older_extract_problems(sent: Body) -> Problems:
    yield from url_problems(sent)
    yield from said_problems(sent)
    yield from of_type(sent, "excerpts", dict | bool, "true, false or an object")
    yield from shared_problems(sent)


def settings_problems(sent: Body, allowed: tuple[str, ...]) -> Problems:
    """The settings of the current form, which holds no others."""
    yield from of_type(sent, "advanced_settings", dict, "an object")
    settings = sent.get("advanced_settings")
    if isinstance(settings, dict):
        for name in settings:
            if name not in allowed:
                known = ", ".join(allowed)
                yield Problem(
                    ("advanced_settings", name),
                    f"There is no setting {quoted(name)} here; there are {known}.",
                )
        yield from shared_problems(settings, ("advanced_settings",))


def shared_problems(settings: Body, loc: Loc = ()) -> Problems:
    """What both forms have, in the one in the settings, in the other beside the queries."""
    for problem in check_source_policy(settings["source_policy"]) if "source_policy" in settings else ():
        yield Problem((*loc, *problem.loc), problem.message)
    yield from whole(settings, (*loc, "max_results"))
    yield from of_type(settings, "location", str, "text", loc)
    yield from of_type(settings, "fetch_policy", dict, "an object", loc)
    yield from of_type(settings, "excerpt_settings", dict, "an object", loc)
    yield from of_type(settings, "full_content", dict | bool, "true, false or an object", loc)
    for name in ("excerpt_settings", "excerpts", "full_content"):
        if isinstance(inner := settings.get(name), dict):
            yield from whole(inner, (*loc, name, "max_chars_per_result"))
            yield from whole(inner, (*loc, name, "max_chars_total"))
    if isinstance(policy := settings.get("fetch_policy"), dict):
        yield from whole(policy, (*loc, "fetch_policy", "max_age_seconds"), least=LEAST_MAX_AGE)
        yield from seconds(policy, (*loc, "fetch_policy", "timeout_seconds"))
        yield from of_type(policy, "disable_cache_fallback", bool, "true or false", (*loc, "fetch_policy"))


def said_problems(sent: Body, *, least: int = 0) -> Problems:
    queries = sent.get("search_queries", [])
    if not isinstance(queries, list) or not all(isinstance(query, str) for query in queries):
        yield Problem(("search_queries",), "Give “search_queries” as a list of texts.")
    elif not least <= len(queries) <= MOST_QUERIES:
        yield Problem(
            ("search_queries",), f"Give {least} to {MOST_QUERIES} queries; there are {len(queries):,}."
        )
    else:
        for index, query in enumerate(queries):
            yield from length(query, ("search_queries", index), LONGEST_QUERY)
    yield from text(sent, "objective", LONGEST_OBJECTIVE)
    yield from text(sent, "session_id", LONGEST_SESSION)
    yield from of_type(sent, "client_model", str, "text")


def url_problems(sent: Body) -> Problems:
    urls = sent.get("urls")
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        yield Problem(("urls",), "Give “urls” as a list of addresses.")
    elif not 1 <= len(urls) <= MOST_URLS:
        yield Problem(("urls",), f"Give 1 to {MOST_URLS} addresses; there are {len(urls):,}.")
