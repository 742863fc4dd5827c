"""How a script does without Groundwork: the makers' client awaits N runs with asyncio.gather, and keeps none.

Run by the Python of the clients' environment: ``sdk_gather.py URL N`` prints the seconds and the CPU seconds.
"""

import asyncio
import sys
import time

from parallel import AsyncParallel


async def main(url: str, count: int) -> None:
    client = AsyncParallel(base_url=url, api_key="key", timeout=600)
    began, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(
        *(
            client.task_run.execute(input=f"Company {index}", processor="lite", output="What it does")
            for index in range(count)
        )
    )
    print(time.monotonic() - began, time.process_time() - cpu)


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
