"""LangChain's chat model: every way of asking that its page shows."""

import asyncio

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_parallel import ChatParallelWeb
from pydantic import BaseModel, Field
from telling import TOKEN, URL, failure, tell

MESSAGES = [("system", "Answer in one sentence."), ("human", "What is the capital of Kenya?")]
IGNORED = {
    "response_format": {"type": "json_object"},
    "tools": [{"type": "function", "function": {"name": "nothing"}}],
    "tool_choice": "auto",
    "top_p": 0.9,
    "frequency_penalty": 0.0,
    "presence_penalty": 0.0,
    "logit_bias": {},
    "seed": 7,
    "user": "somebody",
    "temperature": 0.2,
    "max_tokens": 20,
}


class Country(BaseModel):
    """A country."""

    capital: str = Field(description="The capital city")
    border_countries: list[str] = Field(description="The countries that it borders")


def model(name="speed", **more):
    return ChatParallelWeb(model=name, **{"api_key": TOKEN, "base_url": URL, **more})


def message(answer):
    return {
        "content": answer.content,
        "usage": answer.usage_metadata,
        "metadata": answer.response_metadata,
    }


def streamed(pieces):
    """The pieces, and what LangChain makes of them together."""
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    return {"pieces": [piece.content for piece in pieces], "whole": message(whole)}


async def asynchronously(llm):
    answer = await llm.ainvoke(MESSAGES)
    pieces = [piece async for piece in llm.astream(MESSAGES)]
    return {"answer": message(answer), "stream": streamed(pieces)}


def chained(llm):
    prompt = ChatPromptTemplate(
        [("system", "You know much about {topic}. Answer from current sources."), ("human", "{question}")]
    )
    return message((prompt | llm).invoke({"topic": "geography", "question": "What is the capital of Japan?"}))


def in_pieces_of_one_role(llm):
    said = [SystemMessage("Be brief."), SystemMessage("Be polite."), HumanMessage("The capital of Peru?")]
    return message(llm.invoke(said))


def with_history(llm):
    said = [HumanMessage("I live in France."), AIMessage("Good."), HumanMessage("What is its capital?")]
    return message(llm.invoke(said, stop=["\n\n\n"]))


def all_ways(llm):
    return {
        "answer": message(llm.invoke(MESSAGES)),
        "stream": streamed(list(llm.stream(MESSAGES))),
        "async": asyncio.run(asynchronously(llm)),
        "chained": chained(llm),
        "merged": in_pieces_of_one_role(llm),
        "history": with_history(llm),
        "batch": [message(answer) for answer in llm.batch([MESSAGES, MESSAGES])],
    }


tell(
    speed=all_ways(model()),
    lite=all_ways(model("lite")),
    ignored=message(model(**IGNORED).invoke(MESSAGES)),
    structured=model("core").with_structured_output(Country).invoke("Kenya"),
    refused=failure(lambda: model(api_key="gw_nobody").invoke([("human", "Hello")])),
)
