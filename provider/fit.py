"""Whether an input fits its input schema, said in sentences."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from jsonschema_rs import RegexOptions, ValidationError, ValidationErrorKind, validator_for

from provider.sound import quoted

MAX_MISFITS = 20
MAX_OPTIONS_SHOWN = 10


class BrokenSchema(Exception):
    """The schema itself cannot be used to check anything; the text says why."""


def misfits(schema: dict[str, Any], value: object) -> list[str]:
    """How the value breaks the schema, at most MAX_MISFITS sentences. Reads no other document."""
    try:
        # The linear-time regex engine: a schema comes from anybody and must not be able to stall a worker.
        validator = validator_for(schema, offline=True, pattern_options=RegexOptions(), mask="it")
        return [_sentence(error) for error in islice(_useful(validator.iter_errors(value)), MAX_MISFITS)]
    except ValueError as error:  # also a ValidationError, when it is the schema that is invalid
        raise BrokenSchema(str(error).partition("\n")[0]) from error


def _useful(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The errors, with those of a nullable schema's one real branch in place of "fits no branch"."""
    for error in errors:
        branches = error.kind.context if isinstance(error.kind, ValidationErrorKind.AnyOf) else []
        real = [branch for branch in branches if not _says_not_null(branch)]
        yield from real[0] if len(real) == 1 else [error]


def _says_not_null(branch: list[ValidationError]) -> bool:
    return any(isinstance(e.kind, ValidationErrorKind.Type) and e.kind.types == ["null"] for e in branch)


def _sentence(error: ValidationError) -> str:
    where = ".".join(str(step) for step in error.instance_path)
    return f"{quoted(where) if where else 'The input'}: {_what(error)}."


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
    return error.message.replace("\n", " ")


def _listed(values: list[Any]) -> str:
    shown = [quoted(value) if isinstance(value, str) else str(value) for value in values[:MAX_OPTIONS_SHOWN]]
    return ", ".join(shown) + (", …" if len(values) > MAX_OPTIONS_SHOWN else "")
