"""Lets the history's search find runs by what came out of them, a moment after they ended.

Engine runs are indexed as they end; runs that end by the thousand are indexed afterwards, so that their ends
are not held up. How far this has come is a cursor in the event log.
"""

from django.db import transaction

from dispatch.models import Cursor
from runs.models import Result, RunEvent, RunText
from runs.status import Status
from runs.words import words_of
from teams.models import Provider
from web import bulk

CURSOR = "hosted words"
MOST_AT_A_LOOK = 25
"""Few, because ends that come meanwhile wait for it."""


@transaction.atomic
def index_ended() -> int:
    """Index the next few runs that completed; how many that were."""
    cursor, _ = Cursor.objects.get_or_create(name=CURSOR)
    newest = RunEvent.objects.newest_id()
    if newest == cursor.event_id:
        return 0
    ends = RunEvent.objects.after(cursor.event_id).filter(
        pk__lte=newest,
        kind=RunEvent.Kind.STATE,
        after=Status.COMPLETED,
        run__provider__kind=Provider.Kind.HOSTED,
    )
    found = list(ends.values_list("pk", "run_id")[:MOST_AT_A_LOOK])
    told = found[-1][0] if len(found) == MOST_AT_A_LOOK else newest
    Cursor.objects.filter(name=CURSOR).update(event_id=told)
    results = Result.objects.filter(run__in=[run_id for _, run_id in found]).select_related("run")
    texts = {
        result.run_id: words_of(result.run.input, result.run.metadata, result.content) for result in results
    }
    keys = RunText.objects.filter(run__in=texts).values_list("pk", "run_id")
    bulk.update(RunText, ["text"], [(texts[run_id], pk) for pk, run_id in keys])
    return len(found)
