"""kill -9 of every part, under load, with a provider that goes wrong: what is lost, sent or told twice."""

import argparse
import sys
from statistics import median, quantiles

from benchmarks.report import report
from tests.crash.hosted_kills import TAKEN_OVER_WITHIN
from tests.crash.hosted_trial import Outcome, Trial, held

DATABASES = ("sqlite", "postgresql")
PARTS = ("dispatch", "both dispatch", "web", "broker", "everything")
MOST_IN_A_REQUEST, MOST_ACTIVE = 1_000, 1_500
PATIENCE = 120.0  # seconds


def row(trial: Trial, outcome: Outcome) -> dict[str, object]:
    proof, kills = outcome.proof, outcome.kills
    return {
        "database": trial.on,
        "runs": proof.runs,
        "kills": kills.done.total(),
        **{part: kills.done[part] for part in PARTS},
        "in doubt": kills.in_doubt,
        "lost": len(proof.lost),
        "not once": len({*proof.not_completed, *proof.not_once}),
        "wrong": len(proof.wrong),
        "sent twice": len(proof.sent_twice),
        "double events": len(proof.double_events),
        "twins": proof.twins,
        "takeover p50 s": f"{median(kills.taken):.2f}",
        "p95 s": f"{quantiles(kills.taken, n=20, method='inclusive')[-1]:.2f}",
        "max s": f"{max(kills.taken):.2f} of {TAKEN_OVER_WITHIN:.0f}",
        "next news p50 s": f"{median(kills.told):.2f}",
        "its max s": f"{max(kills.told):.2f}",
        "seconds": round(outcome.seconds),
    }


def complain(trial: Trial, outcome: Outcome) -> None:
    """The first few of all that is not as it must be."""
    print(f"On {trial.on}, with --seed {trial.seed}, not all is well:", file=sys.stderr)
    for name, found in vars(outcome.proof).items():
        if found and name != "runs":
            print(f"  {name}: {found[:5] if isinstance(found, list) else found}", file=sys.stderr)
    print(f"  the API answered {outcome.answers}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench crash", description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000, help="in all")
    parser.add_argument("--kills", type=int, default=104, help="in all")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--seed", type=int, default=20)
    given = parser.parse_args()
    on = DATABASES if given.database == "both" else [given.database]
    trials = [
        Trial(
            name,
            runs=given.runs // len(on),
            kills=given.kills // len(on) - 1,
            seed=given.seed,
            most=MOST_IN_A_REQUEST,
            most_active=MOST_ACTIVE,
            also=["everything"],
            patience=PATIENCE,
        )
        for name in on
    ]
    outcomes = [held(trial) for trial in trials]
    for trial, outcome in zip(trials, outcomes, strict=True):
        if not outcome.proof.is_well:
            complain(trial, outcome)
    report("crash", [row(trial, outcome) for trial, outcome in zip(trials, outcomes, strict=True)])
    sys.exit(not all(outcome.proof.is_well for outcome in outcomes))


if __name__ == "__main__":
    main()
