"""OpenAI's own client asking for responses: whole, streamed, by a schema, going on, and in vain."""

import asyncio

import openai
import pydantic
from telling import URL, failure, tell

client = openai.OpenAI(base_url=URL + "/v1", max_retries=0)
QUESTION = "What is the capital of Kenya?"
FACT = {
    "type": "object",
    "properties": {"capital": {"type": "string", "description": "The capital city"}},
    "required": ["capital"],
    "additionalProperties": False,
}


class Country(pydantic.BaseModel):
    capital: str


def ask(asked=QUESTION, **more):
    return client.responses.create(**{"model": "parallel", "input": asked, **more})


def helped():
    with client.responses.stream(model="parallel", input=QUESTION) as stream:
        for _ in stream:
            pass
        return stream.get_final_response()


async def asynchronously():
    async with openai.AsyncOpenAI(base_url=URL + "/v1", max_retries=0) as late:
        return await late.responses.create(model="parallel", input=QUESTION)


answer = ask(instructions="Be brief.", reasoning={"effort": "low"}, metadata={"row": "3"}, temperature=0.2)
by_schema = {"format": {"type": "json_schema", "name": "fact", "schema": FACT}}
conversation = [
    {"role": "user", "content": "I live in France."},
    {"role": "assistant", "content": "Good."},
    {"role": "user", "content": [{"type": "input_text", "text": "What is its capital?"}]},
]
tell(
    answer=answer,
    text=answer.output_text,
    events=list(ask(stream=True)),
    helped=helped(),
    by_schema=ask(text=by_schema).output_text,
    parsed=client.responses.parse(model="parallel", input=QUESTION, text_format=Country).output_parsed,
    conversation=ask(conversation).output_text,
    going_on=ask("And its population?", previous_response_id=answer.id).output_text,
    asynchronous=asyncio.run(asynchronously()).output_text,
    errors={
        "model": failure(lambda: ask(model="gpt-unknown")),
        "empty": failure(lambda: ask("")),
        "background": failure(lambda: ask(background=True)),
        "earlier": failure(lambda: ask(previous_response_id="resp_" + "0" * 32)),
    },
)
