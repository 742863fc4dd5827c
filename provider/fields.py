"""Checks of single fields of a body: `sent` is the object that holds it, `loc` its place, the name last."""

from typing import Any

from provider.checks import Loc, Problem, Problems

Body = dict[str, Any]


def known_values(value: Any) -> Any:
    """Null says the same as leaving a field out, in objects inside too."""
    if not isinstance(value, dict):
        return value
    return {name: known_values(item) for name, item in value.items() if item is not None}


def text(sent: Body, name: str, most: int) -> Problems:
    yield from of_type(sent, name, str, "text")
    if isinstance(value := sent.get(name), str):
        yield from length(value, (name,), most)


def length(value: str, loc: Loc, most: int) -> Problems:
    if len(value) > most:
        yield Problem(loc, f"Shorten “{loc[0]}” to {most:,} characters; there are {len(value):,}.")


def of_type(sent: Body, name: str, kind: Any, named: str, loc: Loc = ()) -> Problems:
    if name in sent and not isinstance(sent[name], kind):
        yield Problem((*loc, name), f"Give “{name}” as {named}.")


def choice(sent: Body, loc: tuple[str], among: tuple[str, ...]) -> Problems:
    if loc[0] in sent and sent[loc[0]] not in among:
        yield Problem(loc, f"Set “{loc[0]}” to one of {', '.join(among)}.")


def whole(sent: Body, loc: Loc, *, least: int = 1) -> Problems:
    value = sent.get(loc[-1])
    if value is not None and (type(value) is not int or value < least):
        yield Problem(loc, f"Give “{loc[-1]}” as a whole number of {least} or more.")


def seconds(sent: Body, loc: Loc) -> Problems:
    value = sent.get(loc[-1])
    if value is not None and (type(value) not in (int, float) or value <= 0):
        yield Problem(loc, f"Give “{loc[-1]}” as a number of seconds above 0.")
