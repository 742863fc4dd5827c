"""What a task_spec asks for: whether the schema rules allow it, and an output that fits it, as a template."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import orjson

ECHO, KEY = "\ue001", "\ue002"  # marks in a template: the input's text, the run's own word
FILLER = "The page gives the figure in its second paragraph and the year beside it. "
CONFIDENCES = ("high", "medium", "low")
MOST_SPECS = 1000
MOST_SPEC_CHARACTERS = 15_000
DEEPEST = 12
AUTO_SCHEMA = {
    "type": "object",
    "properties": {
        "subject": {"type": "string"},
        "summary": {"type": "string"},
        "year": {"type": "integer"},
    },
}
UNSUPPORTED = frozenset(
    [
        *("contains", "format", "multipleOf", "pattern", "patternProperties", "propertyNames", "uniqueItems"),
        *("maxContains", "maxItems", "maxLength", "maxProperties", "maximum"),
        *("minContains", "minItems", "minLength", "minProperties", "minimum"),
        *("unevaluatedItems", "unevaluatedProperties"),
    ]
)


class Spec:
    """One task_spec, known by its JSON; `problem` says why it's refused, and is None if it isn't."""

    __slots__ = ("_template", "length", "problem", "schema", "size", "wanted")

    def __init__(self, task_spec: Any, size: int) -> None:
        self.size = size
        self.length = len(orjson.dumps(task_spec))
        self.wanted, self.schema = wanted_output(task_spec)
        self.problem = problem_of(task_spec, self.wanted, self.schema)
        self._template: bytes | None = None

    def render(self, echo: bytes, key: bytes) -> bytes:
        """The output as JSON; `echo` is JSON text without its quotes, `key` a word that needs no escaping."""
        if self._template is None:
            self._template = template(self)
        return self._template % {b"echo": echo, b"key": key}


class Specs:
    """Every task_spec that came along, each looked at once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: dict[bytes, Spec] = {}

    def of(self, task_spec: Any) -> Spec:
        key = orjson.dumps(task_spec)
        spec = self._known.get(key)
        if spec is None:
            if len(self._known) > MOST_SPECS:
                self._known.clear()
            spec = self._known[key] = Spec(task_spec, self._size)
        return spec


def wanted_output(task_spec: Any) -> tuple[str, Any]:
    """``("text", None)``, ``("auto", schema)`` or ``("json", schema)``."""
    output = task_spec.get("output_schema") if isinstance(task_spec, dict) else None
    if isinstance(output, str):
        return "text", None
    if not isinstance(output, dict):
        return "auto", AUTO_SCHEMA
    if "json_schema" in output:
        return "json", output["json_schema"]
    return ("text", None) if output.get("type") == "text" else ("auto", AUTO_SCHEMA)


def problem_of(task_spec: Any, wanted: str, schema: Any) -> str | None:
    """Which of the schema rules a task_spec breaks."""
    if task_spec is None:
        return None
    if not isinstance(task_spec, dict) or not isinstance(task_spec.get("output_schema"), (str, dict)):
        return "task_spec needs an output_schema"
    if len(orjson.dumps(task_spec)) > MOST_SPEC_CHARACTERS:
        return "task_spec is too long"
    return schema_problem(schema) if wanted == "json" else None


def schema_problem(schema: Any) -> str | None:
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return "the root of the schema must be an object"
    if not schema.get("properties") or "anyOf" in schema:
        return "the root of the schema needs properties and no anyOf"
    for node in nodes(schema):
        if unsupported := UNSUPPORTED & node.keys():
            return f"unsupported keyword: {min(unsupported)}"
    return None


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and all schemas in it; names of properties aren't taken for keywords."""
    if not isinstance(schema, dict):
        return
    yield schema
    for word in ("properties", "$defs", "definitions"):
        for inner in (schema.get(word) or {}).values():
            yield from nodes(inner)
    for word in ("items", "additionalProperties"):
        yield from nodes(schema.get(word))
    for word in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(word) or ():
            yield from nodes(inner)


def sample(schema: dict[str, Any], text: str, root: dict[str, Any], depth: int = 0) -> Any:
    """A value that fits the schema; strings are `text`."""
    schema = resolved(schema, root)
    if "const" in schema or schema.get("enum"):
        return schema["const"] if "const" in schema else schema["enum"][0]
    kind = kind_of(schema)
    if kind == "object":
        properties = (schema.get("properties") or {}) if depth < DEEPEST else {}
        return {name: sample(inner, text, root, depth + 1) for name, inner in properties.items()}
    if kind == "array":
        return [sample(schema.get("items") or {}, text, root, depth + 1)] * 2 if depth < DEEPEST else []
    return {"integer": 2014, "number": 12.5, "boolean": True, "null": None}.get(kind, text)


def resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """What a $ref points to, and the first choice that isn't null."""
    for _ in range(DEEPEST):
        if "$ref" in schema:
            schema = (root.get("$defs") or {}).get(schema["$ref"].rsplit("/", 1)[-1], {})
        elif choices := schema.get("anyOf") or schema.get("oneOf"):
            schema = next((choice for choice in choices if choice.get("type") != "null"), choices[0])
        else:
            break
    return schema


def kind_of(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    return kinds if isinstance(kinds, str) else next((kind for kind in kinds if kind != "null"), "null")


def content_of(spec: Spec) -> Any:
    """The content of an output: the input's text where the first string goes."""
    if spec.wanted == "text":
        return f"What was found about {ECHO}."
    content = sample(spec.schema, "As the page has it", spec.schema)
    first = next((name for name, value in content.items() if value == "As the page has it"), None)
    return content | {first: ECHO} if first else content


def fields_of(content: Any) -> list[str]:
    """The fields that need evidence: each property, and each element of a list."""
    if isinstance(content, str):
        return ["output"]
    elements = {name: range(len(value)) for name, value in content.items() if isinstance(value, list)}
    return [
        path for name in content for path in (name, *(f"{name}.{place}" for place in elements.get(name, ())))
    ]


def citation(field: str, page: int) -> dict[str, Any]:
    return {
        "url": f"https://example.com/{KEY}/{field.replace('.', '/')}/{page}",
        "title": f"About {field}, page {page}",
        "excerpts": [f"On {ECHO}: "],
    }


def basis_of(fields: list[str]) -> list[dict[str, Any]]:
    """An entry for each field, with one citation and two by turns."""
    confidences, pages = cycle(CONFIDENCES), cycle((1, 2))
    return [
        {
            "field": field,
            "reasoning": f"The pages that were read agree on {field}.",
            "confidence": next(confidences),
            "citations": [citation(field, page) for page in range(1, next(pages) + 1)],
        }
        for field in fields
    ]


def fill(basis: list[dict[str, Any]], characters: int) -> None:
    """Spread so many more characters over the excerpts."""
    citations = [cited for entry in basis for cited in entry["citations"]]
    share = max(0, characters) // max(1, len(citations))
    for cited in citations:
        cited["excerpts"][0] += (FILLER * (share // len(FILLER) + 1))[:share]


def template(spec: Spec) -> bytes:
    """The output as a bytes format with ``%(echo)b`` and ``%(key)b``, of about the size asked for."""
    content = content_of(spec)
    basis = basis_of(fields_of(content))
    kind = "text" if spec.wanted == "text" else "json"
    output = {"type": kind, "content": content, "basis": basis, "mcp_tool_calls": None, "beta_fields": None}
    if kind == "json":
        output["output_schema"] = spec.schema if spec.wanted == "auto" else None
    fill(basis, spec.size - len(orjson.dumps(output)))
    made = orjson.dumps(output).replace(b"%", b"%%")
    return made.replace(ECHO.encode(), b"%(echo)b").replace(KEY.encode(), b"%(key)b")
