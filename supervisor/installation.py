"""The parts of an installation: the one table that says what is started, and how."""

import os
import sys
from pathlib import Path

from supervisor.part import Part
from supervisor.process import ROOT

QUIET = (
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
)  # workers that talk to the broker alone


ADDRESS = "address"  # a file in the data folder: host and port of the server that runs on it


def write_address(data: Path, host: str, port: int) -> None:
    """Tell script/manage where the server is, so that the links it prints lead there."""
    (data / ADDRESS).write_text(f"{host}\n{port}\n")


def remove_address(data: Path) -> None:
    (data / ADDRESS).unlink(missing_ok=True)


def manage(name: str, *words: str, secret: bool = False) -> Part:
    # The checks load every page of the site, 0.2 s each time; they are script/lint's work.
    return Part(
        name, [sys.executable, str(ROOT / "manage.py"), *words, "--skip-checks"], once=True, secret=secret
    )


def parts(host: str, port: int, *, with_broker: bool) -> list[Part]:
    size = os.environ.get("RESEARCH_WORKERS") or "2"
    if not with_broker:
        return [web(host, port), worker("worker", "dispatch,research", "prefork", size)]
    return [
        web(host, port),
        worker("dispatch", "dispatch", "threads", "4"),
        worker("research", "research", "prefork", size),
    ]


def web(host: str, port: int) -> Part:
    options = {
        "--host": host,
        "--port": str(port),
        "--workers": os.environ.get("WEB_WORKERS") or "1",
        "--loop": "uvloop",
        "--http": "httptools",
        "--lifespan": "on",
        "--timeout-graceful-shutdown": "1",  # live pages never end by themselves
    }
    words = [word for option in options.items() for word in option]
    return Part(
        "web", [sys.executable, "-m", "uvicorn", "config.asgi:application", "--no-access-log", *words]
    )


def worker(name: str, queues: str, pool: str, size: str) -> Part:
    celery = [sys.executable, "-m", "celery", "-A", "config", "worker"]
    return Part(name, [*celery, "-n", f"{name}@%h", "-Q", queues, "-P", pool, "-c", size, *QUIET])
