"""News of runs that ended, signed both ways."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.upstream.bodies import run_json, stamp
from tests.upstream.state import Run

if TYPE_CHECKING:
    from tests.upstream.server import Upstream

AT_ONCE = 32
MOST_TRIES = 5
PATIENCE = 10.0
PREFIX = "whsec_"


def keys_of(secret: str) -> list[bytes]:
    """The key of Standard Webhooks, if the secret has one, and the legacy key."""
    standard = [base64.b64decode(secret.removeprefix(PREFIX))] if secret.startswith(PREFIX) else []
    return [*standard, secret.encode()]


def signatures(secret: str, hook_id: str, moment: str, body: bytes) -> str:
    """The webhook-signature header."""
    signed = f"{hook_id}.{moment}.".encode() + body
    digests = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys_of(secret))
    return " ".join("v1," + base64.b64encode(digest).decode() for digest in digests)


class Webhooks:
    """Tells whoever a run names; without a secret nobody."""

    def __init__(self, upstream: Upstream, secret: str | None, retry_seconds: float) -> None:
        self.upstream = upstream
        self.secret = secret
        self.retry_seconds = retry_seconds
        self.told: list[tuple[str, int]] = []  # a run's id and the status its receiver answered; 0 for none
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)

    def tell(self, run: Run) -> None:
        """Send the news of a run that ended: once, twice or not at all, as the faults have it."""
        url = (run.body.get("webhook") or {}).get("url")
        hit, faults = self.upstream.hit, self.upstream.faults
        if not url or not self.secret or hit(faults.lost_webhook):
            return
        body = self._body(run)
        hook_id = self.upstream.state.new_id("whevent")
        for _ in range(2 if hit(faults.double_webhook) else 1):
            task = self.upstream.loop.create_task(self._deliver(run.run_id, url, hook_id, body))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _body(self, run: Run) -> bytes:
        run_data = run_json(self.upstream.state, run)
        return b'{"timestamp":"%b","type":"task_run.status","data":%b}' % (stamp(run.changed), run_data)

    async def _deliver(self, run_id: str, url: str, hook_id: str, body: bytes) -> None:
        """Post until somebody says yes, waiting twice as long each time."""
        wait = self.retry_seconds
        for _ in range(MOST_TRIES):
            async with self._gate:
                status = await self._attempt(url, hook_id, body)
            self.told.append((run_id, status))
            self.upstream.bell.ring()
            if 200 <= status < 300:
                return
            await asyncio.sleep(wait)
            wait *= 2

    async def _attempt(self, url: str, hook_id: str, body: bytes) -> int:
        try:
            return await asyncio.wait_for(post(url, self._headers(hook_id, body), body), PATIENCE)
        except (OSError, TimeoutError, ValueError, IndexError):
            return 0

    def _headers(self, hook_id: str, body: bytes) -> dict[str, str]:
        moment = str(int(time.time()))
        return {
            "content-type": "application/json",
            "webhook-id": hook_id,
            "webhook-timestamp": moment,
            "webhook-signature": signatures(self.secret, hook_id, moment, body),
        }

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def post(url: str, headers: dict[str, str], body: bytes) -> int:
    """POST once on a connection of its own; the answer's status."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or (443 if secure else 80), ssl=secure or None
    )
    try:
        writer.write(request_head(parts.path or "/", parts.query, parts.netloc, headers, len(body)) + body)
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()


def request_head(path: str, query: str, host: str, headers: dict[str, str], length: int) -> bytes:
    target = f"{path}?{query}" if query else path
    named = {"host": host, **headers, "content-length": str(length), "connection": "close"}
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
