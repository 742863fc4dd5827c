"""Old versions of pages: each stays for a while, and then for as long as something cites it."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from engine.models import Page

ASKED_AGAIN_AFTER = timedelta(days=30)
"""Whether a version that was cited still is."""
BATCH = 500


def sweep(now: datetime, cited_among: Callable[[Collection[str]], Collection[str]]) -> int:
    """Delete the versions whose time is over, and return how many there were.

    ``cited_among`` tells which of these content hashes anything cites.
    """
    due = dict(Page.objects.filter(kept_until__lte=now).values_list("pk", "content_hash"))
    if not due:
        return 0
    cited = set(cited_among(set(due.values())))
    ids, swept = list(due), 0
    for at in range(0, len(ids), BATCH):
        pks = ids[at : at + BATCH]
        held = [pk for pk in pks if due[pk] in cited]
        still = Page.objects.filter(current=False, kept_until__lte=now)  # one may just have come back
        still.filter(pk__in=held).update(kept_until=now + ASKED_AGAIN_AFTER)
        _, deleted = still.filter(pk__in=set(pks).difference(held)).only("pk").delete()
        swept += deleted.get(Page._meta.label, 0)
    return swept
