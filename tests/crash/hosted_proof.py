"""What must hold once an installation lived through it: each run was sent once, and ended once, rightly."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.crash.hosted_installation import FIELDS, Asker, Installation
from tests.crash.hosted_parts import number_in, wait_until

ENDS = frozenset({"completed", "failed", "cancelled"})
IDLE_GROUPS = (
    "SELECT count(*) FROM dispatch_hostedgroup held WHERE ended_at IS NULL AND NOT is_open"
    " AND (watch_until IS NULL OR watch_until < CURRENT_TIMESTAMP)"
)
GROUPS_END_WITHIN = 15.0  # seconds


@dataclass
class Proof:
    """Whatever is not as it must be, each by the runs it concerns; all of them empty or 0 if all is well."""

    runs: int
    lost: list[str]
    """Acknowledged, and not completed."""
    not_completed: list[str]
    not_once: list[str]
    """Without exactly one result, one move into completed, nothing after it, and evidence of each field."""
    wrong: list[str]
    """With a result that is another run's."""
    double_events: list[tuple]
    twins: int
    sent_twice: list[str]
    """What the provider was sent a second time."""
    sent_and_unknown: int
    """How many more, or fewer, runs the provider has than there are here."""

    @property
    def is_well(self) -> bool:
        findings = (self.lost, self.not_completed, self.not_once, self.wrong, self.double_events)
        return not (any(findings) or self.twins or self.sent_twice or self.sent_and_unknown)


def wait_for_the_end(made: Installation, seconds: float) -> None:
    """No run is left active, and no group is left that nothing more is to come of."""
    wait_until(lambda: not made.active(), "all runs have ended", seconds)
    wait_until(lambda: not number_in(made.table, IDLE_GROUPS), "groups are ended", GROUPS_END_WITHIN)


def prove(made: Installation, asking: Asker) -> Proof:
    table, sent = made.table, made.fake.state()
    runs = {hex_of(pk): (status, str(text)) for pk, status, text in table.rows(RUNS)}
    moves = moves_of(table.rows(MOVES))
    results = contents_of(table.rows(RESULTS))
    basis = {hex_of(pk): number for pk, number in table.rows(BASIS)}
    return Proof(
        runs=len(runs),
        lost=[pk for pk in asking.acknowledged if runs.get(pk, ("",))[0] != "completed"],
        not_completed=[pk for pk, (status, _) in runs.items() if status != "completed"],
        not_once=[
            pk
            for pk in runs
            if not is_chain(moves.get(pk, []))
            or len(results.get(pk, [])) != 1
            or basis.get(pk) != len(FIELDS)
        ],
        wrong=[
            pk
            for pk, (_, text) in runs.items()
            if not all(text.strip('"') in content for content in results.get(pk, []))
            or asking.acknowledged.get(pk, text.strip('"')) != text.strip('"')
        ],
        double_events=table.rows(DOUBLES),
        twins=number_in(table, "SELECT count(*) FROM dispatch_twin"),
        sent_twice=sent["twice"],
        sent_and_unknown=max(abs(sent["rids"] - len(runs)), abs(sent["runs"] - len(runs))),
    )


RUNS = "SELECT id, status, input FROM runs_run"
MOVES = 'SELECT run_id, "before", "after" FROM runs_runevent WHERE kind = \'state\' ORDER BY id'
RESULTS = "SELECT run_id, content FROM runs_result"
BASIS = "SELECT run_id, count(*) FROM runs_fieldbasis GROUP BY run_id"
DOUBLES = (
    "SELECT run_id, topic, message, at, count(*) FROM runs_runevent WHERE kind = 'message'"
    " GROUP BY run_id, topic, message, at HAVING count(*) > 1"
)


def hex_of(pk: object) -> str:
    return str(pk).replace("-", "")


def moves_of(rows: Iterable[tuple]) -> dict[str, list[tuple[str, str]]]:
    moves: dict[str, list[tuple[str, str]]] = {}
    for pk, before, after in rows:
        moves.setdefault(hex_of(pk), []).append((before, after))
    return moves


def contents_of(rows: Iterable[tuple]) -> dict[str, list[str]]:
    contents: dict[str, list[str]] = {}
    for pk, content in rows:
        contents.setdefault(hex_of(pk), []).append(str(content))
    return contents


def is_chain(moves: list[tuple[str, str]]) -> bool:
    """From nothing to completed, each move where the one before it led, and the only end is the last."""
    places = ["", *(after for _, after in moves)]
    follow = all(before == place for (before, _), place in zip(moves, places, strict=False))
    ends = [place for place in places if place in ENDS]
    return follow and ends == ["completed"] and places[-1] == "completed"
