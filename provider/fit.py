"""Whether a schema can be used at all, and whether an input fits its input schema, said in sentences."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from jsonschema_rs import RegexOptions, ValidationError, ValidationErrorKind, Validator, validator_for

from provider.sound import quoted

MAX_MISFITS = 20
MAX_OPTIONS_SHOWN = 10


class BrokenSchema(Exception):
    """The schema itself cannot be used to check anything; the text says where and why.

    `path` leads to the value that is wrong, and is empty where that is not known.
    """

    def __init__(self, what: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(f"{_place('The schema', path)}: {what}")
        self.path = path


def validator_of(schema: dict[str, Any]) -> Validator:
    """What checks values against the schema; BrokenSchema if it is not valid JSON Schema.

    A schema comes from anybody: no address in it is ever read, and no pattern in it can stall a worker.
    """
    try:
        return validator_for(schema, offline=True, pattern_options=RegexOptions(), mask="it")
    except ValidationError as error:
        raise BrokenSchema(_what(error), tuple(error.instance_path)) from error
    except ValueError as error:
        raise BrokenSchema(str(error).partition("\n")[0]) from error


def misfits(schema: dict[str, Any], value: object) -> list[str]:
    """How the value breaks the schema, at most MAX_MISFITS sentences. Reads no other document."""
    errors = validator_of(schema).iter_errors(value)
    return [_sentence(error) for error in islice(_useful(errors), MAX_MISFITS)]


def _useful(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The errors, with those of a nullable schema's one real branch in place of "fits no branch"."""
    for error in errors:
        branches = error.kind.context if isinstance(error.kind, ValidationErrorKind.AnyOf) else []
        real = [branch for branch in branches if not _says_not_null(branch)]
        yield from real[0] if len(real) == 1 else [error]


def _says_not_null(branch: list[ValidationError]) -> bool:
    return any(isinstance(e.kind, ValidationErrorKind.Type) and e.kind.types == ["null"] for e in branch)


def _sentence(error: ValidationError) -> str:
    return f"{_place('The input', error.instance_path)}: {_what(error)}."


def _place(whole: str, path: Iterable[str | int]) -> str:
    where = ".".join(str(step) for step in path)
    return quoted(where) if where else whole


def _what(error: ValidationError) -> str:
    match error.kind:
        case ValidationErrorKind.Required(name):
            return f"add {quoted(name)}, which the input schema requires"
        case ValidationErrorKind.Type(types):
            return f"it must be of type {' or '.join(sorted(types, key='null'.__eq__))}"
        case ValidationErrorKind.Enum(options):
            return f"it must be one of {_listed(options)}"
        case ValidationErrorKind.AdditionalProperties(names):
            return f"the input schema does not know {_listed(names)}"
        case ValidationErrorKind.Format(name):
            return f"it must be a valid {name}"
        case ValidationErrorKind.Referencing():
            return "an address in it leads out of this schema, or nowhere"
    return error.message.replace("\n", " ")


def _listed(values: list[Any]) -> str:
    shown = [quoted(value) if isinstance(value, str) else str(value) for value in values[:MAX_OPTIONS_SHOWN]]
    return ", ".join(shown) + (", …" if len(values) > MAX_OPTIONS_SHOWN else "")
