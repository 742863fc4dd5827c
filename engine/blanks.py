"""The honest blank: what stands in an output where nothing was found."""

from typing import Any

from engine.schema import Field

NOT_FOUND = "Not found"
_UNKNOWN = (
    "unknown",
    "not found",
    "not available",
    "n/a",
    "na",
    "none",
    "other",
    "unspecified",
    "undisclosed",
)


def blank(field: Field) -> Any:
    """Null where the schema allows it, else the least that its type allows."""
    if field.nullable:
        return None
    match field.kind:
        case "string":
            return NOT_FOUND
        case "integer" | "number":
            return 0
        case "boolean":
            return False
        case "enum":
            return _unknown_choice(field.choices)
        case "array":
            return []
        case "object":
            return {member.name: blank(member) for member in field.fields}
    return None


def _unknown_choice(choices: tuple[Any, ...]) -> Any:
    """The member that says unknown if there is one, else the first."""
    spelled = {str(choice).strip().casefold(): choice for choice in reversed(choices)}
    return next((spelled[word] for word in _UNKNOWN if word in spelled), choices[0])
