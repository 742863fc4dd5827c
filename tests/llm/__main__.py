"""Run the endpoint by hand and point LLM_BASE_URL at what it prints."""

import argparse
import contextlib

from tests.llm.modes import MODES
from tests.llm.server import Server

parser = argparse.ArgumentParser(prog="python -m tests.llm", description=__doc__)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--mode", choices=sorted(MODES), default="good")
parser.add_argument("--pause", type=float, default=0.05, help="seconds between two words of a good stream")
given = parser.parse_args()

server = Server(MODES[given.mode], given.port)
server.pause = given.pause
print(f"LLM_BASE_URL={server.url} LLM_MODEL=test", flush=True)
with contextlib.suppress(KeyboardInterrupt):
    server.serve_forever()
