"""Many task runs at once by the asynchronous parallel-web, with every answer checked against its types."""

import asyncio
from typing import Literal

import pydantic
from parallel import AsyncParallel
from telling import tell


class Place(pydantic.BaseModel):
    capital: str = pydantic.Field(description="The capital city")


class Neighbour(pydantic.BaseModel):
    name: str = pydantic.Field(description="The country's name")
    side: Literal["land", "sea"]


class Surroundings(pydantic.BaseModel):
    neighbours: list[Neighbour] = pydantic.Field(description="The countries that it borders")
    largest: Neighbour | None = pydantic.Field(description="The largest of them; null if unknown")


async def main():
    async with AsyncParallel(max_retries=0, _strict_response_validation=True) as client:
        run = client.task_run
        countries = ["France", "Japan", "Kenya"]
        places = await asyncio.gather(
            *(run.execute(input=name, processor="lite", output=Place) for name in countries)
        )
        nested = await run.execute(input="France", processor="core", output=Surroundings)
        shared = await run.create(input="Japan", processor="lite", task_spec={"output_schema": "The capital"})
        waiting = await asyncio.gather(*(run.result(shared.run_id) for _ in range(20)))
    tell(
        capitals=[place.output.parsed.capital for place in places],
        runs=[place.run.run_id for place in places],
        nested=nested.output.parsed,
        waiting=[result.output for result in waiting],
    )


asyncio.run(main())
