"""The web servers that are being crawled: their rules, and when each may be asked again."""

import time
from dataclasses import dataclass
from threading import Event
from urllib.parse import urlsplit

from engine.crawl.bounds import LEAST_DELAY
from engine.crawl.robots import Rules, fetch_rules
from engine.guard import Resolve, system_addresses
from engine.net import NotFetched, Session

RULES_KEPT = 86_400.0
"""Seconds for which a robots.txt is believed (RFC 9309, section 2.4)."""
PROBLEM_KEPT = 5.0
"""Seconds after which one that could not be read is asked for again."""
LONGEST_HOLD = 300.0
"""Seconds for which a host that fails again and again is left alone."""


class Stopped(NotFetched):
    """The crawler ends; what was begun is done again by the next one."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How this installation appears to others, whom it may ask, and how often."""

    user_agent: str
    allow_private: frozenset[str] = frozenset()
    resolve: Resolve = system_addresses
    page_seconds: float = 20.0
    """For one page, redirects and all."""
    robots_seconds: float = 10.0
    delay: float = LEAST_DELAY
    """Seconds between two requests to one host, where a source wants nothing else."""


class Host:
    """One web server, asked by one thread at a time."""

    def __init__(self, name: str, manners: Manners, stopping: Event) -> None:
        self.name, self.manners, self.stopping = name, manners, stopping
        self.session = Session(
            allow_private=manners.allow_private, user_agent=manners.user_agent, resolve=manners.resolve
        )
        parts = urlsplit(name)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        is_own = self.session.backend.is_allowed(parts.hostname or "", port)
        self.least_delay = 0.0 if is_own else LEAST_DELAY
        self.rules: Rules | None = None
        self.stored: Rules | None = None
        """The rules as the host's row has them."""
        self.rules_until = 0.0
        self.next_at = 0.0
        self.failures = 0

    def learn(self, rules: Rules, seconds: float) -> None:
        """Believe these rules for so long."""
        self.rules, self.rules_until = rules, time.monotonic() + seconds

    def permission(self) -> Rules:
        """The rules, fetched first if they are not known or too old."""
        if self.rules is None or time.monotonic() > self.rules_until:
            self.wait(0.0)
            rules = fetch_rules(self.session, self.name, self.manners.robots_seconds)
            self.learn(rules, PROBLEM_KEPT if rules.problem else RULES_KEPT)
        return self.rules or Rules()

    def delay(self, wanted: float | None) -> float:
        """Seconds between two requests: what the source wants, but never less than the host does."""
        own = self.manners.delay if wanted is None else wanted
        return max(own, self.least_delay, self.rules.delay if self.rules else 0.0)

    def wait(self, delay: float) -> float:
        """Until it may be asked; the next request may follow after ``delay`` seconds. Returns the seconds."""
        waited = max(0.0, self.next_at - time.monotonic())
        if self.stopping.wait(waited):
            raise Stopped("The crawler was stopped.")
        self.next_at = time.monotonic() + max(delay, self.least_delay)
        return waited

    def hold(self, seconds: float) -> None:
        """Ask it nothing for so long."""
        self.next_at = max(self.next_at, time.monotonic() + seconds)

    def failed(self) -> None:
        """One more request without an answer: the more there are in a row, the longer it is left alone."""
        self.failures += 1
        if self.failures > 2:
            self.hold(min(2.0**self.failures, LONGEST_HOLD))

    def answered(self) -> None:
        self.failures = 0
