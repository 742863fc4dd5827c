"""Checks of bodies and of single fields: `sent` is the object that holds one, `loc` its place."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from provider.checks import Loc, Problem, Problems
from provider.sound import flaws
from provider.types import MAX_PROBLEMS, Invalid

Body = dict[str, Any]


def checked(body: object, problems: Callable[[Body], Problems], *, levels: int = 3) -> Body:
    """What a body says, without its nulls down to so many levels, or Invalid with all that is wrong."""
    if not isinstance(body, dict):
        raise Invalid([Problem((), "Send a JSON object.")])
    flawed = list(islice((Problem(path, sentence) for path, sentence in flaws(body)), MAX_PROBLEMS))
    sent = known_values(body, levels)
    if found := flawed or list(islice(problems(sent), MAX_PROBLEMS)):
        raise Invalid(found)
    return sent


def known_values(value: Any, levels: int = 1) -> Any:
    """Null says the same as leaving a field out."""
    if not isinstance(value, dict) or not levels:
        return value
    return {name: known_values(item, levels - 1) for name, item in value.items() if item is not None}


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
