"""Keeps parts running: one loop over what they say, their deaths, and the signals from outside."""

import os
import selectors
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from supervisor.guard import Guard
from supervisor.log import CappedLog, Ear, printable
from supervisor.part import Part
from supervisor.process import Process, how_it_ended

STEADY_AFTER = 10.0  # seconds; a part that lived this long had started well
MOST_FAILURES = 5  # in a row
FIRST_DELAY, LONGEST_DELAY = 0.25, 10.0  # seconds before a new start, doubled with each failure
GRACE, GRACE_OF_FOUNDATION = 3.0, 1.0  # seconds to stop by itself, before it is killed
GLANCE = 0.05  # seconds between two looks at something that can't wake the loop
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStart(Exception):
    """Something died as often as it was started; the message says what, why, and where to look."""


@dataclass
class Slot:
    """A part over all its lives. `keep`: a dead one is to be started again."""

    part: Part
    log: CappedLog
    keep: bool
    ear: Ear = field(default_factory=Ear)
    process: Process | None = None
    exit_code: int | None = None
    failures: int = 0
    next_start: float = 0.0


class Supervisor:
    def __init__(
        self, logs: Path, guard: Guard, say: Callable[[str], None] = print, verbose: bool = False
    ) -> None:
        self.stopping = False
        self._hurry = False
        self._logs = logs
        self._guard = guard
        self._say = say
        self._verbose = verbose
        self._slots: dict[str, Slot] = {}
        self._selector = selectors.DefaultSelector()
        self._listen_to_signals()

    def _listen_to_signals(self) -> None:
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        self._selector.register(reading, selectors.EVENT_READ, partial(os.read, reading, 4096))
        signal.signal(signal.SIGCHLD, lambda *_: None)  # with a handler, each death wakes the loop
        for number in STOP_SIGNALS:
            if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN):  # nohup means it
                signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, *_: object) -> None:
        self._hurry = self.stopping  # asked for the second time
        self.stopping = True

    # Starting

    def start(self, part: Part) -> None:
        self._add(part)

    def start_if(self, part: Part, works: Callable[[], bool], seconds: float) -> bool:
        """Start a part and keep it if it works within so many seconds; else it leaves no trace."""
        slot = self._add(part)
        slot.keep = False
        self.wait_until(lambda: "" if not slot.process or works() else part.name, seconds)
        slot.keep = works()
        if not slot.keep:
            self._end([slot], grace=0)
            self._slots.pop(part.name).log.close()
        return slot.keep

    def run_once(self, part: Part) -> int | None:
        """The exit code of a command, shown while it runs; None if a stop was asked for before its end."""
        slot = self._add(part)
        while slot.process and not self.stopping:
            self._turn()
        return slot.exit_code

    def wait_until(self, missing: Callable[[], str], seconds: float) -> str:
        """Keep all running until nothing is missing any more; what still is, when the time is up."""
        deadline = time.monotonic() + seconds
        while (still := missing()) and time.monotonic() < deadline and not self.stopping:
            self._turn(GLANCE)
        return still

    def unsteady(self) -> str:
        """Which parts have yet to show that they started well; '' once all have lived long enough."""
        kept = (slot for slot in self._slots.values() if slot.keep)
        young = [slot.part.name for slot in kept if not slot.process or slot.process.age < STEADY_AFTER]
        return f"{', '.join(young)} started a moment ago" if young else ""

    def run(self) -> None:
        """Keep all running until a stop is asked for."""
        while not self.stopping:
            self._turn()

    def last_words(self, name: str) -> str:
        slot = self._slots[name]
        return f"{slot.ear.last_words or 'it said nothing'}; its log is {slot.log.path}"

    def _add(self, part: Part) -> Slot:
        slot = Slot(part, CappedLog(self._logs / f"{part.name}.log"), keep=not part.once)
        self._slots[part.name] = slot
        self._launch(slot)
        return slot

    def _launch(self, slot: Slot) -> None:
        try:
            slot.process = Process(slot.part)
        except OSError as error:
            raise CannotStart(f"{slot.part.command[0]} can't be started: {error.strerror}.") from error
        self._selector.register(slot.process.output, selectors.EVENT_READ, partial(self._hear, slot))
        self._tell_guard()

    def _tell_guard(self) -> None:
        self._guard.tell([slot.process.group for slot in self._slots.values() if slot.process])

    # One turn of the loop

    def _turn(self, longest: float | None = None) -> None:
        for key, _ in self._selector.select(self._pause(longest)):
            key.data()
        if self._guard.is_gone():
            self._tell_guard()
        for slot in list(self._slots.values()):
            self._bury(slot)
            if slot.keep and not slot.process and slot.next_start <= time.monotonic():
                self._launch(slot)

    def _pause(self, longest: float | None) -> float | None:
        """Seconds until the loop has something to do by itself; None if only an event can give it work."""
        due = [slot.next_start for slot in self._slots.values() if slot.keep and not slot.process]
        pauses = [max(at - time.monotonic(), 0.0) for at in due]
        return min(pauses if longest is None else [*pauses, longest], default=None)

    def _hear(self, slot: Slot) -> None:
        if slot.process:
            self._note(slot, slot.process.lines())

    def _note(self, slot: Slot, lines: Iterable[str]) -> None:
        for line in map(printable, lines):
            loud = slot.ear.hears(line) and not self.stopping  # what is cut off at the end complains, and may
            if slot.ear.in_traceback or not slot.part.secret:
                slot.log.write(line)
            if slot.part.once and not slot.ear.in_traceback:
                self._say(line)
            elif self._verbose or (loud and not slot.part.private):
                self._say(f"{slot.part.name} | {line}")

    def _bury(self, slot: Slot) -> None:
        if not slot.process or (code := slot.process.ended()) is None:
            return
        process, slot.process, slot.exit_code = slot.process, None, code
        self._selector.unregister(process.output)
        self._note(slot, process.last_lines())
        self._tell_guard()
        if slot.keep:
            self._plan_next_start(slot, code, process.age)

    def _plan_next_start(self, slot: Slot, code: int, age: float) -> None:
        # A kill from outside (by hand, or for want of memory) says nothing about whether the part can start.
        failed = age < STEADY_AFTER and code != -signal.SIGKILL
        slot.failures = slot.failures + 1 if failed else 0
        ending = f"{slot.part.name} stopped ({how_it_ended(code)})"
        if slot.failures >= MOST_FAILURES and not slot.part.spared:
            raise CannotStart(
                f"{ending}, {slot.failures} times in a row ({self.last_words(slot.part.name)})."
            )
        slot.next_start = time.monotonic() + min(FIRST_DELAY * 2**slot.failures, LONGEST_DELAY)
        self._say(f"{ending}; started again")

    # Stopping

    def stop(self) -> None:
        """Stop all parts; none of them outlives this call."""
        self.stopping = True
        slots = list(self._slots.values())
        for slot in slots:
            slot.keep = False
        self._end([slot for slot in slots if not slot.part.foundation], GRACE)
        self._end([slot for slot in slots if slot.part.foundation], GRACE_OF_FOUNDATION)
        self._guard.dismiss()
        for slot in slots:
            slot.log.close()

    def _end(self, slots: list[Slot], grace: float) -> None:
        deadline = time.monotonic() + grace
        for slot in slots:
            slot.keep = False
            if slot.process:
                slot.process.terminate()
        while living := [slot.process for slot in slots if slot.process]:
            if self._hurry or time.monotonic() >= deadline:
                for process in living:
                    process.kill()
            self._turn(GLANCE)
