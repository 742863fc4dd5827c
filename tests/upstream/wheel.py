"""Many moments, one timer."""

import asyncio
import time
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

TICK = 0.005
AT_ONCE = 2000


class Wheel:
    """Hands items to `due` within a tick after their moment in unix time, at most AT_ONCE in one go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, due: Callable[[list[Any]], None]) -> None:
        self._loop = loop
        self._due = due
        self._slots: dict[int, list[Any]] = {}
        self._ticks: list[int] = []
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = 0

    def put(self, moment: float, item: Any) -> None:
        tick = int(moment / TICK) + 1
        slot = self._slots.get(tick)
        if slot is not None:
            slot.append(item)
            return
        self._slots[tick] = [item]
        heappush(self._ticks, tick)
        if self._timer is None or tick < self._armed_for:
            self._arm()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._slots.clear()
        self._ticks.clear()

    def _arm(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._armed_for = self._ticks[0]
        delay = self._armed_for * TICK - time.time()
        self._timer = self._loop.call_later(max(delay, 0.001), self._ring)

    def _ring(self) -> None:
        self._timer = None
        items = self._take(int(time.time() / TICK))
        if items:
            self._due(items)
        if self._ticks and self._timer is None:
            self._arm()

    def _take(self, now: int) -> list[Any]:
        """Up to about AT_ONCE items whose tick has come, oldest ticks first."""
        items: list[Any] = []
        while self._ticks and self._ticks[0] <= now and len(items) < AT_ONCE:
            slot = self._slots[self._ticks[0]]
            room = AT_ONCE - len(items)
            items += slot[-room:]
            del slot[-room:]
            if not slot:
                del self._slots[heappop(self._ticks)]
        return items
