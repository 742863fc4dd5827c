"""What nobody needs any more is deleted beside other work: page versions that nothing cites, old sessions."""

import logging
from collections.abc import Collection
from contextlib import AbstractContextManager
from threading import Event

from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.utils import timezone

from engine.beside import beside
from engine.versions import sweep
from runs.models import Citation

EVERY_SECONDS = 3600.0
FIRST_AFTER_SECONDS = 60.0
READ_AT_ONCE = 2000

log = logging.getLogger(__name__)


def cited_among(hashes: Collection[str]) -> set[str]:
    """Those of these versions, by the hashes of their content, that the result of some run cites."""
    wanted, found = frozenset(hashes), set[str]()
    cited = Citation.objects.order_by().values_list("excerpts", flat=True)
    for excerpts in cited.iterator(READ_AT_ONCE):
        found.update(excerpt["content_hash"] for excerpt in excerpts if excerpt.get("content_hash") in wanted)
    return found


def sweeping_beside() -> AbstractContextManager[None]:
    """As long as the block lasts, a thread of this process sweeps from time to time."""
    return beside(_keep_sweeping, "sweep")


def _keep_sweeping(stopping: Event) -> None:
    wait = FIRST_AFTER_SECONDS
    while not stopping.wait(wait):
        try:
            if swept := sweep(timezone.now(), cited_among):
                log.info("%d old versions of pages were deleted; nothing cites them.", swept)
            SessionStore.clear_expired()
        except Exception:
            log.exception("What nobody needs any more could not be swept; it is tried again in an hour.")
        finally:
            connections.close_all()
        wait = EVERY_SECONDS
