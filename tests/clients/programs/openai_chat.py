"""OpenAI's own client asking the chat models: whole, in pieces, by a schema, going on, and in vain."""

import asyncio
import json

import openai
import pydantic
from telling import URL, failure, tell

client = openai.OpenAI(base_url=URL, max_retries=0)
QUESTION = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "The capital of Kenya?"}]
FACT = {
    "type": "object",
    "properties": {"capital": {"type": "string", "description": "The capital city"}},
    "required": ["capital"],
    "additionalProperties": False,
}
BY_SCHEMA = {"type": "json_schema", "json_schema": {"name": "fact", "schema": FACT, "strict": True}}
IGNORED = {
    "temperature": 0.1, "max_tokens": 5, "n": 1, "seed": 7, "top_p": 0.5, "stop": ["zzz"], "user": "somebody",
    "tools": [{"type": "function", "function": {"name": "nothing", "parameters": {"type": "object"}}}],
}  # fmt: skip


class Country(pydantic.BaseModel):
    capital: str


def ask(model, messages=QUESTION, by=client, **more):
    return by.chat.completions.create(model=model, messages=messages, **more)


def going_on(model, interaction_id):
    said = [{"role": "user", "content": "And its population?"}]
    return ask(model, said, extra_body={"previous_interaction_id": interaction_id})


def helped(model):
    """What the client's own stream helper makes of the pieces."""
    with client.chat.completions.stream(model=model, messages=QUESTION) as stream:
        kinds = [event.type for event in stream]
        return {"kinds": kinds, "whole": stream.get_final_completion()}


async def asynchronously(model):
    async with openai.AsyncOpenAI(base_url=URL, max_retries=0) as late:
        answer = await late.chat.completions.create(model=model, messages=QUESTION)
        pieces = await late.chat.completions.create(model=model, messages=QUESTION, stream=True)
        return {"answer": answer, "pieces": [piece async for piece in pieces]}


def all_ways(model):
    first = ask(model)
    return {
        "answer": first,
        "pieces": list(ask(model, stream=True)),
        "helped": helped(model),
        "async": asyncio.run(asynchronously(model)),
        "ignored": ask(model, **IGNORED),
        "by_schema": json.loads(ask(model, response_format=BY_SCHEMA).choices[0].message.content),
        "parsed": client.chat.completions.parse(model=model, messages=QUESTION, response_format=Country)
        .choices[0]
        .message.parsed,
    }


def at(path, **more):
    return openai.OpenAI(base_url=URL + path, max_retries=0, **more)


lite = all_ways("lite")
tell(
    speed=all_ways("speed"),
    lite=lite,
    going_on=going_on("lite", lite["answer"].interaction_id),
    places=[ask("speed", by=at(path)) for path in ("", "/v1", "/v1beta")],
    errors={
        "key": failure(lambda: ask("speed", by=at("", api_key="gw_nobody"))),
        "model": failure(lambda: ask("gpt-unknown")),
        "messages": failure(lambda: ask("speed", [])),
        "stream": failure(lambda: list(ask("gpt-unknown", stream=True))),
        "earlier": failure(lambda: going_on("lite", "trun_" + "0" * 32)),
    },
    version=openai.VERSION,
)
