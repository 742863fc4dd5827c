"""How each provider of a workspace stands: what waits for it, what it has, what holds it back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, Sum
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from dispatch.hosted.limits import in_flight, price_of
from dispatch.hosted.state import open_now, try_now
from dispatch.models import HostedGroup, Submission, Twin, Upstream
from runs.models import Run, RunEvent
from runs.presenting import ANSWER_TAKES
from runs.services import wake_dispatch
from runs.status import END, HELD, Status
from teams.models import Provider, Workspace
from teams.providers import forget_secrets
from web.text import duration_text

LATELY = timedelta(minutes=1)
TWINS_SHOWN = 10
AT_ONCE = 1_000
UNSENT = "Cancelled: {} was removed before it was sent."
LEFT = (
    "{} was removed while it had this run, so the answer can't be fetched. Ask it again of another provider."
)

Facts = Mapping[int, Mapping[str, Any]]
"""What a question says of each provider, by its key: fields of its standing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A provider now. What only a hosted one has is zero or empty for the engine."""

    provider: Provider
    state: str = Upstream.State.OPEN
    until: datetime | None = None
    """When one that takes no runs is tried again; None also if it is being tried now."""
    waiting: int = 0
    oldest_waits: float | None = None
    """Seconds; None if nothing waits."""
    in_flight: int = 0
    sent_lately: int = 0
    """Runs within the last minute; so for the next."""
    finished_lately: int = 0
    spent_today: Decimal = Decimal(0)
    """In USD since midnight in UTC, by the price table."""
    last_error: str = ""
    last_error_at: datetime | None = None
    in_doubt: int = 0
    """Runs of which it is not known whether the provider took them, and when that will be known."""
    doubt_until: datetime | None = None
    doubled: int = 0
    """How many runs the provider has a second time, and the latest of these."""
    twins: Sequence[Twin] = ()
    held_back: Sequence[str] = ()
    """The limits for which runs wait, in words."""

    @property
    def state_word(self) -> str:
        return Upstream.State(self.state).label

    @property
    def oldest_text(self) -> str:
        """For how long the oldest run waits; empty if none does."""
        return "" if self.oldest_waits is None else briefly(self.oldest_waits)

    @property
    def pause_text(self) -> str:
        """How long it is until it is tried again; empty if that is now."""
        return time_left(self.until)

    @property
    def doubt_text(self) -> str:
        return time_left(self.doubt_until)

    @property
    def can_be_asked(self) -> bool:
        return can_be_asked(self.provider)

    @property
    def takes_runs(self) -> bool:
        return self.state == Upstream.State.OPEN

    @property
    def has_news(self) -> bool:
        """Whether there is more to say than numbers."""
        return bool(self.held_back or self.last_error or self.in_doubt or self.doubled)


def time_left(until: datetime | None) -> str:
    seconds = (until - timezone.now()).total_seconds() if until else 0
    return briefly(seconds) if seconds >= 1 else ""


def briefly(seconds: float) -> str:
    """A time that goes on while it is read, in its largest units: ``12 s``, ``5 min``, ``2 h 10 min``."""
    return f"{seconds:.0f} s" if seconds < 59.5 else duration_text(60 * round(seconds / 60))


def standings(workspace: Workspace) -> list[Standing]:
    """Each usable provider, the default first; as many queries however many runs there are."""
    now = timezone.now()
    providers = list(workspace.providers.listed().select_related("upstream"))
    ids = [provider.pk for provider in providers]
    hosted = [provider.pk for provider in providers if provider.is_hosted]
    facts = [question(ids, now) for question in OF_EVERY] + [question(hosted, now) for question in OF_HOSTED]
    return [with_limits(Standing(provider, **about(provider, facts))) for provider in providers]


def about(provider: Provider, facts: Iterable[Facts]) -> dict[str, Any]:
    """All that is known of this one."""
    known: dict[str, Any] = {}
    for each in facts:
        known |= each.get(provider.pk, {})
    if upstream := getattr(provider, "upstream", None):
        names = ("state", "until", "last_error", "last_error_at")
        known |= {name: getattr(upstream, name) for name in names}
    return known


def runs_at(ids: Sequence[int], now: datetime) -> Facts:
    """What waits and what is in flight, each counted in a small index of its own."""
    pending = Run.objects.pending().filter(provider__in=ids).order_by()
    active = Run.objects.filter(provider__in=ids, ended_at=None).order_by()
    waits = pending.values_list("provider").annotate(number=Count("*"), oldest=Min("created_at"))
    waiting = {pk: (number, oldest) for pk, number, oldest in waits}
    counted = dict(active.values_list("provider").annotate(number=Count("*")))
    facts: dict[int, dict[str, Any]] = {}
    for pk, number in counted.items():
        wait, oldest = waiting.get(pk, (0, None))
        facts[pk] = {
            "waiting": wait,
            "in_flight": max(number - wait, 0),  # they were counted one after the other
            "oldest_waits": max((now - oldest).total_seconds(), 0) if oldest else None,
        }
    return facts


def finished_at(ids: Sequence[int], now: datetime) -> Facts:
    """Counted in the event log, whose numbers follow the time: nothing older than a minute is read."""
    older = RunEvent.objects.filter(at__lte=now - LATELY).order_by("-pk").values_list("pk", flat=True)
    ends = RunEvent.objects.filter(pk__gt=older.first() or 0, kind=RunEvent.Kind.STATE, after__in=END)
    # Of all providers: a condition on the run would make the database begin with the runs, which are many.
    numbers = dict(ends.order_by().values_list("run__provider").annotate(number=Count("*")))
    return {pk: {"finished_lately": numbers[pk]} for pk in ids if pk in numbers}


def sent_to(ids: Sequence[int], now: datetime) -> Facts:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Submission.objects.filter(provider__in=ids, sent_at__gt=min(midnight, now - LATELY))
    kept = F("size") - F("given_back")
    sums = sent.order_by().values("provider").annotate(
        sent_lately=Sum(kept, filter=Q(sent_at__gt=now - LATELY), default=0),
        spent_today=Sum("cost", filter=Q(sent_at__gt=midnight), default=Decimal(0)),
    )  # fmt: skip
    return {row.pop("provider"): row for row in sums}


def doubts_at(ids: Sequence[int], now: datetime) -> Facts:
    """They are in groups that live; the outcome of a sending that goes on right now is no doubt yet."""
    doubtful = ~Q(doubt="") | Q(sent_at__lt=now - ANSWER_TAKES)
    living = HostedGroup.objects.living()  # of all providers: these are few, and have an index
    unknown = Submission.objects.filter(doubtful, group__in=living, outcome=Submission.Outcome.UNKNOWN)
    sums = unknown.order_by().values_list("provider").annotate(
        runs=Sum(F("size") - F("given_back")), latest=Max("sent_at")
    )  # fmt: skip
    settles = timedelta(seconds=settings.DISPATCH_SETTLE_SECONDS)
    return {pk: {"in_doubt": runs, "doubt_until": latest + settles} for pk, runs, latest in sums}


def doubled_at(ids: Sequence[int], now: datetime) -> Facts:
    twins = Twin.objects.filter(provider__in=ids)
    numbers = dict(twins.order_by().values_list("provider").annotate(number=Count("pk")))
    latest = list(twins.select_related("run").order_by("-pk")[:TWINS_SHOWN]) if numbers else []
    return {
        pk: {"doubled": number, "twins": [twin for twin in latest if twin.provider_id == pk]}
        for pk, number in numbers.items()
    }


Question = Callable[[Sequence[int], datetime], Facts]
OF_EVERY: tuple[Question, ...] = (runs_at, finished_at)
OF_HOSTED: tuple[Question, ...] = (sent_to, doubts_at, doubled_at)


def with_limits(standing: Standing) -> Standing:
    """With the limits that are reached while runs wait."""
    return replace(standing, held_back=[*reached(standing)]) if standing.waiting else standing


def reached(standing: Standing) -> Iterator[str]:
    """What is waited for, in words, for each limit that lets no more run through."""
    provider = standing.provider
    if provider.most_in_flight is not None and standing.in_flight >= provider.most_in_flight:
        yield f"the limit of {provider.most_in_flight:,} in flight"
    if provider.runs_per_minute is not None and standing.sent_lately >= provider.runs_per_minute:
        yield f"the limit of {provider.runs_per_minute:,} a minute"
    if (
        provider.usd_per_day is not None
        and standing.spent_today + next_price(provider) > provider.usd_per_day
    ):
        yield f"the limit of ${provider.usd_per_day:,} a day, until midnight in UTC"


def next_price(provider: Provider) -> Decimal:
    """In USD, of the run that waits longest: while it is too dear, none is sent."""
    waiting = Run.objects.filter(provider=provider, status=Status.PENDING).order_by("created_at")
    return price_of(waiting.values_list("processor", flat=True).first() or "")


def waiting_because(provider: Provider) -> SafeString:
    """Why its runs wait and what to do, as the pages say it; empty while it takes runs."""
    upstream = getattr(provider, "upstream", None)
    if upstream is None or upstream.state == Upstream.State.OPEN:
        return SafeString("")
    return SafeString(render_to_string("runs/_held_up.html", {"held_up": upstream}).strip())


def try_again(*, provider: Provider) -> None:
    """Let a provider that takes no runs be tried now, and not only when its pause is over."""
    try_now(provider.pk)
    wake_dispatch()


def connected(*, provider: Provider) -> None:
    """Somebody has seen that it answers and takes its key: whatever stopped it is over."""
    open_now(provider.pk)
    wake_dispatch()


def wind_up(*, provider: Provider) -> None:
    """Cancel what waits for a removed provider. What it has is still fetched, and then its key is forgotten.

    From one that can't be asked nothing will come, so what it has fails, and the key is forgotten at once.
    """
    end_all(provider, Status.PENDING)
    if not can_be_asked(provider):
        for status in (Status.SUBMITTING, *HELD):
            end_all(provider, status)
    elif in_flight(provider) or HostedGroup.objects.living().filter(provider=provider).exists():
        return  # dispatch forgets the key when all of that is over
    forget_secrets(provider=provider)


def can_be_asked(provider: Provider) -> bool:
    """Whether it answers as far as is known: one that only takes no new runs still gives what it has."""
    upstream = getattr(provider, "upstream", None)
    return upstream is None or upstream.state not in (Upstream.State.FAILING, Upstream.State.KEY_REFUSED)


def end_all(provider: Provider, status: Status) -> None:
    left = Run.objects.filter(provider=provider, ended_at=None, status=status)
    while ids := list(left.values_list("pk", flat=True)[:AT_ONCE]):
        if not end_together(ids, status, provider):
            break  # others hold them, and move them on


@transaction.atomic
def end_together(ids: Sequence[UUID], status: Status, provider: Provider) -> bool:
    """End these runs, all in one status; False if none of them was in it any more."""
    if status == Status.PENDING:
        after, fields, said = Status.CANCELLED, {}, UNSENT.format(provider.name)
    else:
        after, said = Status.FAILED, LEFT.format(provider.name)
        fields = {"error": {"ref_id": str(uuid4()), "message": said, "detail": None}}
    moved = Run.objects.filter(pk__in=ids).move(status, after, **fields)
    RunEvent.objects.log(*(RunEvent(run_id=pk, kind=RunEvent.Kind.NOTE, message=said) for pk in moved))
    return bool(moved)
