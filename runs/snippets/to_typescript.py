"""For the TypeScript SDK (parallel-web), with a Zod model where it says all that the schema does."""

from typing import Any

from runs.snippets.literals import PROVIDER_HEADER, PUBLIC_API, TYPESCRIPT, Code, json_text, literal
from runs.snippets.shapes import Inexpressible, Shape, model_schema, shape_of, with_model

slug, label, language = "typescript", "TypeScript", "typescript"

WAIT_SECONDS = 600
# Zod bounds an integer by what JavaScript can hold; the API takes no bounds.
PLAIN_INTEGERS = """, {
  override: ({ jsonSchema }) => {
    delete jsonSchema.minimum;
    delete jsonSchema.maximum;
  },
}"""
_TYPES = {"string": "z.string()", "integer": "z.int()", "number": "z.number()", "boolean": "z.boolean()"}


def render(body: dict[str, Any], base_url: str, provider: str = "") -> str:
    try:
        model = [f"const Output = {_object(model_schema(body))};", ""]
        sent = with_model(
            body, Code(f"z.toJSONSchema(Output{PLAIN_INTEGERS if 'z.int()' in model[0] else ''})")
        )
    except Inexpressible:
        model, sent = [], body
    return "\n".join(
        [
            'import Parallel from "parallel-web";',
            *(['import { z } from "zod";'] if model else []),
            "",
            *model,
            _client(base_url, provider),
            f"const run = await client.taskRun.create({literal(sent, TYPESCRIPT)});",
            f"const result = await client.taskRun.result(run.run_id, {{ timeout: {WAIT_SECONDS} }});",
            "console.log(result.output);",
            "",
        ]
    )


def _client(base_url: str, provider: str) -> str:
    other = "" if base_url == PUBLIC_API else f", baseURL: {json_text(base_url)}"
    if provider:
        other += f", defaultHeaders: {literal({PROVIDER_HEADER: provider}, TYPESCRIPT)}"
    return f"const client = new Parallel({{ apiKey: process.env.PARALLEL_API_KEY{other} }});"


def _object(schema: Any) -> str:
    shape = shape_of(schema)
    if shape.type != "object" or shape.nullable:
        raise Inexpressible
    return literal(_model(shape), TYPESCRIPT)


def _model(shape: Shape) -> Code:
    text = _TYPES.get(shape.type, "")
    if shape.type == "enum":
        text = f"z.enum([{', '.join(map(json_text, shape.values))}])"
    elif shape.items is not None:
        text = f"z.array({_model(shape.items).text})"
    elif shape.type == "object":
        text = _fields(shape)
    described = f".describe({json_text(shape.description)})" if shape.description else ""
    return Code(f"{text}{'.nullable()' if shape.nullable else ''}{described}")


def _fields(shape: Shape) -> str:
    if "__proto__" in shape.fields:
        raise Inexpressible
    fields = literal({name: _model(inner) for name, inner in shape.fields.items()}, TYPESCRIPT)
    return f"z.{'strictObject' if shape.closed else 'looseObject'}({fields})"
