"""The parts of an installation: the one table that says what is started, and how."""

import os
import sys
from collections.abc import Collection
from pathlib import Path

from supervisor.part import Part
from supervisor.process import ROOT

QUIET = (
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
)  # workers that talk to the broker alone

NO_POOL = {"DATABASE_POOL": "0"}  # a process that forks can't share its connections with its children
KINDS = ("web", "dispatch", "research", "crawler")

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


def parts(host: str, port: int, *, with_broker: bool, only: Collection[str] = KINDS) -> list[Part]:
    """What runs on this machine. Without a broker all of it does, and one worker has two jobs."""
    if not with_broker:
        return [
            web(host, port),
            worker("worker", "dispatch,research", "prefork", number("RESEARCH_WORKERS", 2)),
            crawler(),
        ]
    made = {
        "web": [web(host, port)],
        "dispatch": dispatchers(),
        "research": [researcher()],
        "crawler": [crawler()],
    }
    return [part for kind in KINDS if kind in only for part in made[kind]]


def number(name: str, default: int) -> int:
    """A number from the environment; a wrong one was told of when the settings were read, just before."""
    return int(os.environ.get(name) or default)


def dispatchers() -> list[Part]:
    names = ["dispatch", *(f"dispatch-{n}" for n in range(2, number("DISPATCH_WORKERS", 1) + 1))]
    return [worker(name, "dispatch", "threads", 4) for name in names]


def researcher() -> Part:
    return worker("research", "research", "prefork", number("RESEARCH_WORKERS", 2))


def crawler() -> Part:
    """It crawls what was added to the index in this machine's data folder; all else does without it."""
    command = [sys.executable, str(ROOT / "manage.py"), "crawl", "--skip-checks"]
    return Part("crawler", command, spared=True)


def web(host: str, port: int) -> Part:
    options = {
        "--host": host,
        "--port": str(port),
        "--workers": os.environ.get("WEB_WORKERS") or "1",
        "--loop": "uvloop",
        "--http": "httptools",
        "--lifespan": "on",
        "--timeout-graceful-shutdown": "1",  # for clients that read nothing; other streams end at once
    }
    words = [word for option in options.items() for word in option]
    return Part(
        "web", [sys.executable, "-m", "uvicorn", "config.asgi:application", "--no-access-log", *words]
    )


def worker(name: str, queues: str, pool: str, size: int) -> Part:
    celery = [sys.executable, "-m", "celery", "-A", "config", "worker"]
    command = [*celery, "-n", f"{name}@%h", "-Q", queues, "-P", pool, "-c", str(size), *QUIET]
    return Part(name, command, env=NO_POOL if pool == "prefork" else {})
