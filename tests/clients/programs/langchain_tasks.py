"""LangChain's tools and runnables for tasks, search and extraction."""

import asyncio

from langchain_parallel import (
    ParallelDeepResearch,
    ParallelEnrichment,
    ParallelExtractTool,
    ParallelSearchRetriever,
    ParallelTaskGroup,
    ParallelTaskRunTool,
    ParallelWebSearchTool,
    parse_basis,
)
from langchain_parallel.tasks import build_task_spec
from pydantic import BaseModel, Field
from telling import TOKEN, URL, failure, tell

HERE = {"api_key": TOKEN, "base_url": URL}


class Question(BaseModel):
    country: str = Field(description="The country")


class Country(BaseModel):
    capital: str = Field(description="The capital city")
    border_countries: list[str] = Field(description="The countries that it borders")


def tool(**more):
    return ParallelTaskRunTool(**{"processor": "lite", **HERE, **more})


asked = tool(task_output_schema="The capital city").invoke({"input": "Kenya", "metadata": {"row": "3"}})
earlier = asked["interaction_id"]
typed = asyncio.run(tool(task_output_schema=Country).ainvoke({"input": "Kenya"}))
spec = build_task_spec(input_schema=Question, output_schema=Country)
group = ParallelTaskGroup(processor="lite", metadata={"batch": "spring"}, **HERE)
enrichment = ParallelEnrichment(input_schema=Question, output_schema=Country, processor="lite", **HERE)
search = ParallelWebSearchTool(**HERE).invoke({"search_queries": ["capital of Kenya"], "max_results": 2})
extract = ParallelExtractTool(**HERE).invoke({"urls": [search["results"][0]["url"]], "full_content": True})
tell(
    asked=asked,
    basis=parse_basis(asked),
    follow_up=tool(task_output_schema="Its population").invoke(
        {"input": "Its population?", "previous_interaction_id": earlier}
    ),
    typed=typed,
    typed_basis=parse_basis(typed),
    by_spec=tool(task_spec=spec).invoke({"input": {"country": "Japan"}}),
    research=ParallelDeepResearch(processor="pro-fast", **HERE).invoke("Kenya"),
    report=asyncio.run(
        ParallelDeepResearch(processor="pro-fast", output_schema="A short report", **HERE).ainvoke("Kenya")
    ),
    group=group.run(["Capital of Peru?", "Capital of Chile?"]),
    enriched=asyncio.run(enrichment.ainvoke([Question(country="Spain"), {"country": "Italy"}])),
    search=search,
    extract=extract,
    documents=[
        {"text": document.page_content, "metadata": document.metadata}
        for document in ParallelSearchRetriever(max_results=2, **HERE).invoke("capital of Kenya")
    ],
    refused=failure(lambda: tool(api_key="gw_nobody").invoke({"input": "Kenya"})),
)
