"""The crawler at work: hands visits to threads, what they bring to readers, and writes what those find."""

import logging
import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from queue import Empty, Queue, SimpleQueue
from threading import Event, Thread

from django.db import OperationalError, connections
from django.utils import timezone

from engine import uploads
from engine.crawl import frontier
from engine.crawl.canonical import canonical
from engine.crawl.fetching import Outcome, Task, visit
from engine.crawl.frontier import Known
from engine.crawl.host_rows import recalled, remember
from engine.crawl.hosts import Host, Manners, Stopped
from engine.crawl.jobs import File, WebPage
from engine.crawl.readers import Job, Then
from engine.crawl.writing import Result, write
from engine.models import Source, Visit
from engine.router import ALIAS

HOSTS_AT_ONCE = 4
BATCH = 40
"""Results that are written together."""
BATCH_SECONDS = 0.15
"""After which fewer are written too."""
IDLE_SECONDS = 0.4
"""Between two looks at the table while there is nothing to do."""
END_SECONDS = 0.5
"""For the threads to end, once they are asked to; one that waits for a host is left behind."""
REST_SECONDS = 1.0
"""Between two tries while the disk is full or the database locked."""
MOST_FAILURES = 60
"""In a row; then the process ends, and is started again."""
MOST_AT_ONCE = 32
FILES_AT_ONCE = 8
LOOK_SECONDS = 0.25
"""For which it is believed which sources are being crawled, and that nothing new waits."""
MOST_HOSTS = 100
"""Hosts to which connections are kept."""

log = logging.getLogger(__name__)
Submit = Callable[[Job, Then], None]


class Crawler:
    """One at a time for all sources. ``submit`` has a page read, here or in another process."""

    def __init__(self, manners: Manners, submit: Submit) -> None:
        self.manners, self.submit = manners, submit
        self.stopping = Event()
        self.hosts: dict[str, Host] = {}
        self.known: dict[int, Known] = {}
        self.tasks: SimpleQueue[tuple[Host, list[Task]] | None] = SimpleQueue()
        self.done: Queue[Result | Host] = Queue()
        self.unwritten: list[Result] = []
        self.threads: list[Thread] = []
        self.busy: set[str] = set()
        self.crawling: list[Source] = []
        self.looked_at = self.hand_out_at = 0.0
        self.open: Counter[int] = Counter()
        """Visits of each source whose results are still to come."""
        self.files: SimpleQueue[tuple[File, Then] | None] = SimpleQueue()
        self.open_files = 0
        self.is_held_up = False
        self.failures = 0

    def stop(self) -> None:
        """End soon; may be called from any thread, and from a signal's handler."""
        self.stopping.set()

    def run(self, *, until_done: bool = False) -> None:
        """Crawl until ``stop``, or until no source is left that is being crawled."""
        self.start()
        try:
            while not self.stopping.is_set():
                if self.try_step():
                    continue
                if until_done:
                    break
                self.rest()
        finally:
            self.end()

    def start(self) -> None:
        frontier.recover()
        lives = [self.fetch] * HOSTS_AT_ONCE + [self.read_files]
        self.threads = [Thread(target=life, daemon=True) for life in lives]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Let the threads end as soon as they can; what they had not finished waits again."""
        self.stopping.set()
        self.files.put(None)
        for _ in range(HOSTS_AT_ONCE):
            self.tasks.put(None)
        ends_at = time.monotonic() + END_SECONDS
        for thread in self.threads:
            thread.join(max(0.0, ends_at - time.monotonic()))
        self.hang_up()
        with suppress(OperationalError):  # the next start does it as well
            frontier.recover()

    def try_step(self) -> bool:
        """A step; or a rest, if the database can't be written now. What came and is not stored is kept."""
        was_held_up, self.is_held_up = self.is_held_up, False
        try:
            going_on = self.step(writes_only=was_held_up)
        except OperationalError as error:
            if not self.failures:
                log.warning("The crawler waits, as nothing can be stored (%s).", error)
            self.failures += 1
            if self.failures > MOST_FAILURES:
                raise
            self.is_held_up = going_on = True
            self.known.clear()
            connections[ALIAS].close()  # should that be what is wrong
            self.stopping.wait(REST_SECONDS)
        else:
            self.failures = self.failures if was_held_up else 0
        return going_on

    def step(self, *, writes_only: bool = False) -> bool:
        """Hand out what may begin, wait a moment, write what came; False if no source is being crawled."""
        self.look()
        if not self.crawling and not self.open.total() and not self.unwritten:
            return False
        if not writes_only:
            self.hand_out()
            self.collect()
            self.hand_out()  # first, so that hosts work on while this is written
        self.write()
        for source in self.crawling:
            if not self.open[source.pk] and frontier.finish(source):
                self.known.pop(source.pk, None)
                self.looked_at = 0.0
        return True

    def look(self) -> None:
        """Which sources are being crawled, unless that was looked up just now."""
        if time.monotonic() < self.looked_at + LOOK_SECONDS:
            return
        frontier.start_due(timezone.now())
        self.crawling = frontier.crawling()
        self.looked_at = time.monotonic()
        self.hand_out_at = 0.0
        for gone in self.known.keys() - {source.pk for source in self.crawling}:
            del self.known[gone]

    def rest(self) -> None:
        """Nothing to do: let go of all that can be made anew, and look again in a moment."""
        self.hang_up()
        self.known.clear()
        self.stopping.wait(IDLE_SECONDS)

    def hang_up(self) -> None:
        while self.hosts:
            self.hosts.popitem()[1].session.close()

    def hand_out(self) -> None:
        """Begin what may begin, if anything may that could not a moment ago."""
        if time.monotonic() < self.hand_out_at:
            return
        for source in self.crawling:
            known = self.known.get(source.pk) or self.known.setdefault(source.pk, Known(source))
            for file in frontier.claim_files(source, FILES_AT_ONCE - self.open_files):
                self.hand_out_file(file, known)
            if free := HOSTS_AT_ONCE - len(self.busy):
                at_once = partial(self.at_once, known.bounds.options.delay)
                for name, tasks in frontier.claim(known, self.unready(), free, at_once).items():
                    host = self.host(name)
                    self.open[source.pk] += len(tasks)
                    self.busy.add(name)
                    self.tasks.put((host, tasks))
        turns = [self.hosts[name].next_at for name in self.unready() - self.busy]
        self.hand_out_at = min(turns, default=time.monotonic() + LOOK_SECONDS)

    def unready(self) -> set[str]:
        """Hosts that are being asked, or may not be asked yet."""
        now = time.monotonic()
        return self.busy | {name for name, host in self.hosts.items() if host.next_at > now}

    def at_once(self, delay: float | None, name: str) -> int:
        """How many visits one thread takes along: several only where nobody wants a pause between them."""
        host = self.host(name)
        return 1 if host.rules is None or host.delay(delay) else MOST_AT_ONCE

    def host(self, name: str) -> Host:
        """The host, with the rules that are stored of it."""
        if name not in self.hosts:
            if len(self.hosts) >= MOST_HOSTS:
                for other in self.hosts.keys() - self.unready():
                    self.hosts.pop(other).session.close()
            self.hosts[name] = recalled(name, self.manners, self.stopping)
        return self.hosts[name]

    def collect(self) -> None:
        """Take what has come, after a short wait for more of it."""
        now = time.monotonic()
        until = min(now + BATCH_SECONDS, self.hand_out_at if self.hand_out_at > now else math.inf)
        freed = False
        while len(self.unwritten) < BATCH and not freed and (left := until - time.monotonic()) > 0:
            try:
                came = self.done.get(timeout=left)
            except Empty:
                break
            if isinstance(came, Host):
                self.busy.discard(came.name)
                remember(came)
                freed, self.hand_out_at = True, 0.0
            else:
                self.open[came.outcome.task.source] -= 1
                self.open_files -= came.outcome.task.kind == Visit.Kind.FILE
                self.unwritten.append(came)
                self.hand_out_at = 0.0

    def write(self) -> None:
        """Store what came together, or where that fails one by one, so that one page's fault is its own."""
        try:
            write(self.unwritten, self.known)
            self.unwritten.clear()
        except OperationalError:
            raise
        except Exception:
            self.known.clear()
            while self.unwritten:
                self.write_alone(self.unwritten[0])
                del self.unwritten[0]

    def write_alone(self, result: Result) -> None:
        try:
            write([result], self.known)
        except OperationalError:
            raise
        except Exception as error:
            log.exception("A crawled page could not be stored.")
            self.known.clear()
            write(
                [Result(Outcome(result.outcome.task, error=f"It could not be stored ({error})."))], self.known
            )

    def hand_out_file(self, visit: Visit, known: Known) -> None:
        task = frontier.task_of(visit, known)
        outcome = Outcome(task, Visit.State.INDEXED)
        self.open[task.source] += 1
        self.open_files += 1
        file = File(uploads.stored(visit.etag), visit.address.rpartition("/")[2], visit.address)
        self.files.put((file, lambda parsed: self.done.put(Result(outcome, parsed))))

    def read_files(self) -> None:
        """The life of the thread that has files read, and waits where many are being read already."""
        while work := self.files.get():
            self.submit(*work)

    def fetch(self) -> None:
        """The life of a thread that asks hosts."""
        while work := self.tasks.get():
            host, tasks = work
            for task in tasks:
                if self.stopping.is_set():
                    return
                self.visit(task, host)
            self.done.put(host)

    def visit(self, task: Task, host: Host) -> None:
        try:
            outcome = visit(task, host)
        except Stopped:
            return
        except Exception as error:
            log.exception("A visit failed.")
            outcome = Outcome(task, error=f"It could not be fetched ({type(error).__name__}).")
        if outcome.fetched is None:
            self.done.put(Result(outcome))
            return
        fetched = outcome.fetched
        outcome.size, outcome.fetched = len(fetched.body), replace(fetched, body=b"")
        address = canonical(fetched.url) or task.address
        job = WebPage(replace(fetched, url=address), task.bounds)
        self.submit(job, lambda parsed: self.done.put(Result(outcome, parsed)))
