"""For the Python SDK (parallel-web), with a Pydantic model where it says all that the schema does."""

import keyword
import re
from typing import Any

from runs.snippets.literals import PROVIDER_HEADER, PUBLIC_API, PYTHON, Code, literal, python_text
from runs.snippets.shapes import Inexpressible, Shape, model_schema, shape_of, with_model

slug, label, language = "python", "Python", "python"

WAIT_SECONDS = 3600
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
# Names that a model has already, or that its annotations need.
_TAKEN = {
    "copy", "dict", "json", "schema", "schema_json", "validate", "construct", "parse_obj", "parse_raw",
    "parse_file", "from_orm", "update_forward_refs", "str", "int", "float", "bool", "list", "Literal",
    "Field",
}  # fmt: skip
# Fields that the API takes and the SDK's method does not name.
_EXTRA = ("memory_scope_key",)


def render(body: dict[str, Any], base_url: str, provider: str = "") -> str:
    try:
        classes = _classes(shape_of(model_schema(body)))
        sent = with_model(body, Code("Output.model_json_schema()"))
    except Inexpressible:
        classes, sent = [], body
    parts = [_imports("".join(classes)), *classes]
    return (
        "\n\n\n".join(parts) + ("\n\n\n" if classes else "\n\n") + _calls(sent, _client(base_url, provider))
    )


def _imports(classes: str) -> str:
    pydantic = [name for name in ("BaseModel", "ConfigDict", "Field") if re.search(rf"\b{name}\b", classes)]
    return "\n".join(
        [
            "import os",
            *(["from typing import Literal"] if "Literal[" in classes else []),
            "",
            "from parallel import Parallel",
            *([f"from pydantic import {', '.join(pydantic)}"] if pydantic else []),
        ]
    )


def _client(base_url: str, provider: str) -> str:
    other = "" if base_url == PUBLIC_API else f", base_url={python_text(base_url)}"
    if provider:
        other += f", default_headers={literal({PROVIDER_HEADER: provider}, PYTHON)}"
    return f'client = Parallel(api_key=os.environ["PARALLEL_API_KEY"]{other})'


def _calls(body: dict[str, Any], client: str) -> str:
    extra = {name: body[name] for name in _EXTRA if name in body}
    named = {name: value for name, value in body.items() if name not in extra}
    arguments = named | ({"extra_body": extra} if extra else {})
    lines = [
        client,
        "",
        "run = client.task_run.create(",
        *(f"    {name}={literal(value, PYTHON, '    ')}," for name, value in arguments.items()),
        ")",
        f"result = client.task_run.result(run.run_id, api_timeout={WAIT_SECONDS})",
        "print(result.output.content)",
    ]
    return "\n".join(lines) + "\n"


def _classes(shape: Shape) -> list[str]:
    """The model and those it is made of, innermost first, each as the text of a class."""
    if shape.type != "object" or shape.nullable or shape.description:
        raise Inexpressible
    classes: dict[str, str] = {}
    _add_class("Output", shape, classes)
    return list(classes.values())


def _add_class(name: str, shape: Shape, classes: dict[str, str]) -> None:
    lines = [f"class {name}(BaseModel):"]
    if shape.closed:
        lines += ['    model_config = ConfigDict(extra="forbid")', ""]
    for field, inner in shape.fields.items():
        if not _usable(field):
            raise Inexpressible
        annotation = _annotation(inner, name + _camel(field), classes)
        described = f" = Field(description={python_text(inner.description)})" if inner.description else ""
        lines.append(f"    {field}: {annotation}{described}")
    if name in classes:
        raise Inexpressible
    classes[name] = "\n".join(lines)


def _annotation(shape: Shape, name: str, classes: dict[str, str]) -> str:
    found = _TYPES.get(shape.type, name)
    if shape.type == "enum":
        found = f"Literal[{', '.join(map(python_text, shape.values))}]"
    elif shape.type == "object":
        _add_class(name, shape, classes)
    elif shape.items is not None:
        if shape.items.description:
            raise Inexpressible
        found = f"list[{_annotation(shape.items, name, classes)}]"
    return f"{found} | None" if shape.nullable else found


def _usable(name: str) -> bool:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) is not None
    return plain and not keyword.iskeyword(name) and name not in _TAKEN and not name.startswith("model_")


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
