"""Three countries at once: pydantic in, pydantic out. Only the key and the address are set, from outside."""

import asyncio
import os

from parallel import AsyncParallel
from pydantic import BaseModel, Field
from telling import tell


class Question(BaseModel):
    country: str = Field(description="The country to look into, a sovereign nation such as France or Japan.")
    year: int = Field(description="The year that the figures are for, 2000 or later.")


class Answer(BaseModel):
    gdp: str = Field(description="GDP in USD for the year, formatted like '$3.1 trillion (2023)'.")
    top_exports: list[str] = Field(description="Top 3 exported goods or services by value.")
    top_imports: list[str] = Field(description="Top 3 imported goods or services by value.")


async def main():
    client = AsyncParallel(api_key=os.environ["PARALLEL_API_KEY"])
    questions = [Question(country=name, year=2023) for name in ("France", "Germany", "Italy")]
    calls = [client.task_run.execute(input=asked, output=Answer, processor="core") for asked in questions]
    results = await asyncio.gather(*calls)
    tell(answers=[result.output.parsed for result in results])


asyncio.run(main())
