"""Processes that parse pages, each with a limit of time and memory, so that a hostile file stalls nothing."""

import math
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, Full, Queue, SimpleQueue
from threading import Thread
from time import monotonic

from engine.crawl.jobs import Answer, File, Parsed, WebPage

SECONDS = 20.0
"""For one page; a process that takes longer is killed."""
MEMORY = 2_000_000_000
"""Bytes of address space that one process may fill."""
IDLE_SECONDS = 30.0
"""After which a process without work is let go."""
START_SECONDS = 60.0
"""For a process to start, on a machine that has much else to do."""
CLOSE_SECONDS = 1.0
_TOO_LONG = "Reading it takes more than {seconds:g} seconds, so it was given up."
_TOO_BUSY = "Too many other pages are being read. Ask again in a minute."
_CRASHED = "Reading it crashed the reader, so it was given up."

Job = WebPage | Answer | File
Then = Callable[[Parsed], None]


class Readers:
    """Some processes, each fed by a thread; ``submit`` waits while there is work waiting for all of them."""

    def __init__(self, size: int, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds = seconds
        self.jobs: Queue[tuple[Job, Then, float] | None] = Queue(maxsize=4 * size)
        self.readers = [Reader(memory) for _ in range(size)]
        self.is_closed = False
        self.threads = [Thread(target=self.serve, args=(reader,), daemon=True) for reader in self.readers]
        for thread in self.threads:
            thread.start()

    def submit(self, job: Job, then: Then) -> None:
        """Have it parsed, and ``then`` called with what was found, in a thread of the pool."""
        self.jobs.put((job, then, math.inf))

    def read(self, job: Job, most_seconds: float = START_SECONDS) -> Parsed:
        """Have it parsed, and wait for that, though not for ever: others may come first."""
        came: SimpleQueue[Parsed] = SimpleQueue()
        until = monotonic() + most_seconds
        with suppress(Full, Empty):
            self.jobs.put((job, came.put, until), timeout=most_seconds)
            return came.get(timeout=max(until - monotonic(), 0.0))
        return Parsed(problem=_TOO_BUSY)

    def close(self) -> None:
        """End the processes; what they have not finished is given up."""
        self.is_closed = True
        for reader in self.readers:
            reader.kill()
            with suppress(Full):
                self.jobs.put_nowait(None)
        for thread in self.threads:
            thread.join(CLOSE_SECONDS)

    def serve(self, reader: "Reader") -> None:
        while not self.is_closed:
            try:
                work = self.jobs.get(timeout=IDLE_SECONDS if reader.is_alive else None)
            except Empty:
                reader.close()
                continue
            if work and not self.is_closed and monotonic() < work[2]:
                job, then, _ = work
                then(reader.parsed(job, self.seconds))
        reader.close()


class Reader:
    """One process, started for its first job, and anew for the next after one that was too much for it."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.process: BaseProcess | None = None
        self.pipe: Connection | None = None

    @property
    def is_alive(self) -> bool:
        return self.process is not None

    def start(self) -> Connection:
        context = get_context("spawn")  # a fork would take along the threads' locks and the connections
        pipe, there = context.Pipe()
        self.process = context.Process(target=work, args=(there, self.memory), daemon=True)
        self.process.start()
        there.close()
        if not pipe.poll(START_SECONDS):
            raise EOFError
        pipe.recv()
        return pipe

    def parsed(self, job: Job, seconds: float) -> Parsed:
        try:
            self.pipe = self.pipe or self.start()
            self.pipe.send(job)
            if self.pipe.poll(seconds):
                return self.pipe.recv()
            problem = _TOO_LONG.format(seconds=seconds)
        except (EOFError, OSError):
            problem = _CRASHED
        self.close()
        return Parsed(problem=problem)

    def kill(self) -> None:
        """End the process at once; may be called while another thread waits for its answer."""
        if process := self.process:
            process.kill()

    def close(self) -> None:
        if self.process:
            self.process.kill()
            self.process.join()
        if self.pipe:
            self.pipe.close()
        self.process = self.pipe = None


def work(there: Connection, memory: int) -> None:
    """The life of a reading process: until whoever started it is gone."""
    from engine.crawl.parsing import parse  # what reads files takes much memory, and only here is it needed

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    there.send("ready")
    while True:
        try:
            job = there.recv()
        except (EOFError, OSError):
            return
        try:
            there.send(parse(job))
        except MemoryError:
            there.send(Parsed(problem="Reading it takes more memory than one page may take."))
        except OSError:
            return
