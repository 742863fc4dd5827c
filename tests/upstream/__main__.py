"""``python -m tests.upstream``: the fake as a process of its own, until it's told to stop."""

import argparse
import asyncio
import gc
import json
import signal
from typing import Any

from tests.upstream.server import Upstream


def options() -> dict[str, Any]:
    """What the command line says, in the words of Upstream."""
    parser = argparse.ArgumentParser(prog="python -m tests.upstream", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, nargs=2, default=(1.0, 3.0), metavar=("SHORTEST", "LONGEST"))
    parser.add_argument("--result-bytes", type=int, default=2100)
    parser.add_argument("--heartbeat", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--fail-share", type=float, default=0.0)
    parser.add_argument("--faults", type=json.loads, default={}, metavar="JSON")
    parser.add_argument("--key")
    parser.add_argument("--webhook-secret")
    parser.add_argument("--chat-chunks", type=int, default=5)
    parser.add_argument("--chunk-seconds", type=float, default=0.0)
    return vars(parser.parse_args())


def main() -> None:
    upstream = Upstream(**options())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        upstream.loop.add_signal_handler(number, stop.set)
    gc.set_threshold(
        100_000, 50, 1000
    )  # runs are many and stay: looking through them again and again is in vain
    upstream.loop.run_until_complete(
        upstream.serve(lambda: print(f"upstream listening on {upstream.url}", flush=True), stop)
    )
    upstream.loop.close()


if __name__ == "__main__":
    main()
