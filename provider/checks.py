"""What the Task API accepts in a run request: one check a field, each problem a sentence with a way out.

Limits: Parallel's public API description, and its guides "Specify a task", "Source policy" and
"MCP tool calling".
"""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from provider.prices import PROCESSORS
from provider.sound import plain, quoted

MAX_METADATA_KEY = 16
MAX_METADATA_VALUE = 512
MAX_SOURCE_ENTRIES = 200
MAX_MCP_SERVERS = 10
EVENT_TYPES = ("task_run.status",)

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_SOURCE_ENTRY = re.compile(rf"\.?{_LABEL}(?:\.{_LABEL})*(?:/[^\s?#]*)?")
_COUNTRY = re.compile(r"[a-z]{2}")
_SCOPE_KEY = re.compile(r"[a-zA-Z0-9_-]{1,128}")

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """`loc` leads to the place in the body; `status` is the HTTP status that the API answers with."""

    loc: Loc
    message: str
    status: int = 422


Problems = Iterator[Problem]


def check_input(value: object) -> Problems:
    if not isinstance(value, str | dict):
        yield Problem(("input",), "Give “input” as text or as a JSON object.")


def check_processor(value: object) -> Problems:
    if not isinstance(value, str):
        yield Problem(("processor",), "Name the processor as text, for example “lite”.")
    elif value not in PROCESSORS:
        near = difflib.get_close_matches(value[:40], PROCESSORS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Use one of {', '.join(PROCESSORS)}."
        yield Problem(("processor",), f"There is no processor {quoted(value)}. {hint}", status=403)


def check_metadata(value: object) -> Problems:
    if not isinstance(value, dict):
        yield Problem(("metadata",), "Give “metadata” as an object of short names and plain values.")
        return
    for key, item in value.items():
        loc = ("metadata", plain(key))
        if len(key) > MAX_METADATA_KEY:
            yield Problem(
                loc, f"Shorten the metadata name {quoted(key)} to at most {MAX_METADATA_KEY} characters."
            )
        if not isinstance(item, str | int | float | bool):
            yield Problem(loc, f"Give the metadata value of {quoted(key)} as text, a number, true or false.")
        elif isinstance(item, str) and len(item) > MAX_METADATA_VALUE:
            yield Problem(
                loc,
                f"Shorten the metadata value of {quoted(key)} to at most {MAX_METADATA_VALUE} characters; "
                f"it has {len(item):,}.",
            )


def check_source_policy(value: object) -> Problems:
    if not isinstance(value, dict):
        yield Problem(
            ("source_policy",),
            "Give “source_policy” as an object with “include_domains” or “exclude_domains”.",
        )
        return
    entries = 0
    for name in ("include_domains", "exclude_domains"):
        domains = value.get(name)
        if domains is None:
            continue
        yield from _texts(domains, ("source_policy", name), _check_source_entry)
        entries += len(domains) if isinstance(domains, list) else 0
    if entries > MAX_SOURCE_ENTRIES:
        yield Problem(
            ("source_policy",),
            f"Keep both domain lists together to {MAX_SOURCE_ENTRIES} entries; there are {entries:,}.",
        )
    if value.get("after_date") is not None and not _is_date(value["after_date"]):
        yield Problem(
            ("source_policy", "after_date"), "Write “after_date” as YYYY-MM-DD, for example 2026-01-31."
        )


def _check_source_entry(entry: str, loc: Loc) -> Problems:
    if not _SOURCE_ENTRY.fullmatch(entry) or (entry.startswith(".") and "/" in entry):
        yield Problem(
            loc,
            f"{quoted(entry)} is not a domain. Write example.com, docs.python.org/3 or .gov, "
            "without scheme, port, query or wildcard.",
        )


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def check_advanced_settings(value: object) -> Problems:
    if not isinstance(value, dict):
        yield Problem(("advanced_settings",), "Give “advanced_settings” as an object.")
        return
    location = value.get("location")
    if location is not None and not (isinstance(location, str) and _COUNTRY.fullmatch(location)):
        yield Problem(
            ("advanced_settings", "location"),
            "Write “location” as two lower-case letters, for example us or de.",
        )
    if value.get("data_sources") is not None:
        yield from _check_data_sources(value["data_sources"], ("advanced_settings", "data_sources"))


def _check_data_sources(value: object, loc: Loc) -> Problems:
    if not isinstance(value, dict):
        yield Problem(loc, "Give “data_sources” as an object with the lists “free” or “pay_per_use”.")
        return
    for name in ("free", "pay_per_use"):
        if value.get(name) is not None:
            yield from _texts(value[name], (*loc, name))


def check_data_sources_fit(sent: dict[str, Any]) -> Problems:
    """What data sources ask of the rest of the request, in which any field may still be of a wrong type."""
    settings = sent.get("advanced_settings")
    sources = settings.get("data_sources") if isinstance(settings, dict) else None
    lists = sources.values() if isinstance(sources, dict) else ()
    names = [name for names in lists if isinstance(names, list) for name in names]
    loc = ("advanced_settings", "data_sources")
    if names and str(sent.get("processor")).endswith("-fast"):
        yield Problem(loc, "Data sources need a standard processor. Leave off -fast, or the data sources.")
    servers = sent.get("mcp_servers")
    for server in servers if isinstance(servers, list) else ():
        if isinstance(server, dict) and server.get("name") in names:
            yield Problem(
                loc, f"{quoted(server['name'])} is also the name of an MCP server. Rename the server."
            )


def check_previous_interaction_id(value: object) -> Problems:
    if not isinstance(value, str) or not value:
        yield Problem(
            ("previous_interaction_id",),
            "Give “previous_interaction_id” as the interaction id of an earlier run.",
        )


def check_mcp_servers(value: object) -> Problems:
    if not isinstance(value, list):
        yield Problem(("mcp_servers",), "Give “mcp_servers” as a list.")
        return
    if len(value) > MAX_MCP_SERVERS:
        yield Problem(
            ("mcp_servers",), f"Name at most {MAX_MCP_SERVERS} MCP servers; there are {len(value):,}."
        )
    for index, server in enumerate(value):
        yield from _check_mcp_server(server, ("mcp_servers", index))


def _check_mcp_server(server: object, loc: Loc) -> Problems:
    if not isinstance(server, dict):
        yield Problem(loc, "Give each MCP server as an object with “name” and “url”.")
        return
    if server.get("type", "url") != "url":
        yield Problem((*loc, "type"), "The only type of MCP server is “url”; leave “type” out.")
    if not isinstance(server.get("name"), str) or not server["name"]:
        yield Problem((*loc, "name"), "Give the MCP server a name.")
    yield from _check_url(server.get("url"), (*loc, "url"))
    headers = server.get("headers")
    if headers is not None and not _is_text_map(headers):
        yield Problem((*loc, "headers"), "Give the headers as an object whose values are all text.")
    if server.get("allowed_tools") is not None:
        yield from _texts(server["allowed_tools"], (*loc, "allowed_tools"))


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def check_enable_events(value: object) -> Problems:
    if not isinstance(value, bool):
        yield Problem(("enable_events",), "Set “enable_events” to true or false.")


def check_webhook(value: object) -> Problems:
    if not isinstance(value, dict):
        yield Problem(("webhook",), "Give “webhook” as an object with a “url”.")
        return
    yield from _check_url(value.get("url"), ("webhook", "url"))
    if value.get("event_types") is not None:
        yield from _texts(value["event_types"], ("webhook", "event_types"), _check_event_type)


def _check_event_type(name: str, loc: Loc) -> Problems:
    if name not in EVENT_TYPES:
        yield Problem(loc, f"There is no event type {quoted(name)}. The only one is {EVENT_TYPES[0]}.")


def check_memory_scope_key(value: object) -> Problems:
    if not isinstance(value, str) or not _SCOPE_KEY.fullmatch(value):
        yield Problem(
            ("memory_scope_key",),
            "Write “memory_scope_key” with 1 to 128 letters, digits, underscores or hyphens.",
        )


def _texts(value: object, loc: Loc, check: Callable[[str, Loc], Problems] | None = None) -> Problems:
    """Check a list of texts, and each of them with `check`."""
    if not isinstance(value, list):
        yield Problem(loc, f"Give “{loc[-1]}” as a list of texts.")
        return
    for index, item in enumerate(value):
        if not isinstance(item, str):
            yield Problem((*loc, index), f"Each entry of “{loc[-1]}” must be text.")
        elif check:
            yield from check(item, (*loc, index))


def _check_url(value: object, loc: Loc) -> Problems:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        good = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        yield Problem(loc, f"Give “{loc[-1]}” as a full address that starts with https:// or http://.")
