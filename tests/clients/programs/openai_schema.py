"""A question that is answered by a schema, as the Chat API was first shown: only key and address differ."""

from openai import OpenAI
from telling import TOKEN, URL, tell

client = OpenAI(api_key=TOKEN, base_url=URL)
TEXT = {"type": "string"}
fields = {
    "reasoning": TEXT | {"description": "The steps that lead to the answer"},
    "answer": TEXT | {"description": "The answer to the question"},
    "citations": {"type": "array", "items": TEXT, "description": "The sources that support it"},
}
answer = client.chat.completions.create(
    model="speed",
    messages=[{"role": "user", "content": "When was the United Nations founded?"}],
    response_format={
        "type": "json_schema",
        "json_schema": {"name": "reasoned", "schema": {"type": "object", "properties": fields}},
    },
)
tell(content=answer.choices[0].message.content)
