"""A fake of the hosted Task API, for tests of the contract, of crashes, and of speed.

    with running(latency=(0.0, 0.05), faults={"lost_answer": 0.1}) as upstream:
        httpx.post(f"{upstream.url}/v1/tasks/runs", json={"input": "France", "processor": "lite"})

or, as a process of its own, ``python -m tests.upstream --port 0 --latency 1 3``. It keeps runs in memory,
answers as the contract says, and goes wrong only where its faults say so.
"""

from tests.upstream.faults import Faults
from tests.upstream.server import Upstream, running
from tests.upstream.state import RID_KEY

__all__ = ["RID_KEY", "Faults", "Upstream", "running"]
