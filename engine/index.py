"""Documents into the index and out of it again. Writing is idempotent: only what changed is touched."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import orjson
from django.db import connections, transaction
from django.utils import timezone

from engine.document import Document
from engine.models import Change, Name, Page, Passage, Source
from engine.names import names_of
from engine.passages import slices
from engine.retrieval.upkeep import upkeep
from engine.router import ALIAS

BATCH = 100
KEPT_AT_LEAST = timedelta(days=7)
"""An old version of a page, for runs that began with it, and for links in chats."""
RULES = 4
"""Raise it when passages or names are made by other rules, so that indexed pages are indexed anew."""
_SEARCH_ROWS = """
INSERT INTO engine_passage_search({extra} rowid, title, heading, body)
SELECT {value} passage.id, page.title, passage.heading, passage.text
FROM engine_passage passage JOIN engine_page page ON page.id = passage.page_id
WHERE page.id IN (SELECT value FROM json_each(%s))
"""
_ADD = _SEARCH_ROWS.format(extra="", value="")
_DROP = _SEARCH_ROWS.format(extra="engine_passage_search,", value="'delete',")


@dataclass(slots=True)
class Indexed:
    """How many pages a call touched."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0


def index_documents(
    documents: Iterable[Document], *, scope: str, source_name: str, kind: str, complete: bool = False
) -> Indexed:
    """Bring the documents into the source of that name, made if it is new. One transaction per hundred.

    With ``complete`` the documents are all that the source holds, and its other pages leave the index.
    """
    source, _ = Source.objects.get_or_create(scope=scope, name=source_name, kind=kind)
    done, paths = Indexed(), set[str]()
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        paths.update(document.path for document in batch)
        with transaction.atomic(using=ALIAS):
            _index_batch(source, batch, done)
    if complete:
        done.retired = retire_all(source, paths)
    return done


def find_page(path: str, scope: str, content_hash: str = "") -> Page | None:
    """The current version of a page, or the version with that content hash however old it is."""
    pages = Page.objects.within([scope]).filter(path=path)
    pages = pages.filter(content_hash=content_hash) if content_hash else pages.current()
    return pages.order_by("pk").first()


def _index_batch(source: Source, batch: list[Document], done: Indexed) -> None:
    known = {
        page.path: page
        for page in source.pages.current().filter(path__in=[d.path for d in batch]).only("path", "digest")
    }
    fresh: dict[str, Document] = {}
    for document in batch:
        page = known.get(document.path)
        if page and page.digest == digest_of(document):
            done.unchanged += 1
        else:
            fresh[document.path] = document
    replaced = [known[path] for path in fresh if path in known]
    done.changed += len(replaced)
    done.added += len(fresh) - len(replaced)
    _retire([page.pk for page in replaced])
    _write(source, list(fresh.values()))
    transaction.on_commit(upkeep.begin, using=ALIAS, robust=True)


def retire_pages(source: Source, paths: Iterable[str]) -> int:
    """Take the pages at these paths out of search, and return how many there were."""
    asked = list(paths)
    gone = list(source.pages.current().filter(path__in=asked).values_list("pk", flat=True))
    if gone:
        with transaction.atomic(using=ALIAS):
            _retire(gone)
            transaction.on_commit(upkeep.begin, using=ALIAS, robust=True)
    return len(gone)


def _retire(page_ids: list[int]) -> None:
    """Take pages out of search; their rows stay for a while, and for as long as citations point to them."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_DROP, [orjson.dumps(page_ids).decode()])
    Passage.objects.filter(page__in=page_ids).delete()
    Name.objects.filter(page__in=page_ids).delete()
    Page.objects.filter(pk__in=page_ids).update(current=False, kept_until=timezone.now() + KEPT_AT_LEAST)
    _note(page_ids)


def retire_all(source: Source, but: Collection[str] = ()) -> int:
    """Take all of a source's pages out of search, except those at the paths of ``but``."""
    paths = frozenset(but)
    gone = [path for path in source.pages.current().values_list("path", flat=True) if path not in paths]
    return sum(retire_pages(source, gone[at : at + BATCH]) for at in range(0, len(gone), BATCH))


def _write(source: Source, documents: list[Document]) -> None:
    pages = Page.objects.bulk_create(
        [_page(source, document) for document in documents],
        update_conflicts=True,
        unique_fields=["source", "path", "content_hash"],
        update_fields=[
            "title",
            "kind",
            "aliases",
            "sites",
            "blocks",
            "digest",
            "source_name",
            "source_url",
            "as_of",
            "language",
            "fetched_at",
            "current",
            "kept_until",
        ],
    )
    found = list(zip(pages, documents, strict=True))
    Name.objects.bulk_create(
        Name(page=page, kind=kind, key=key, form=form)
        for page, doc in found
        for kind, key, form in names_of(doc)
    )
    Passage.objects.bulk_create(passage for page, document in found for passage in _passages(page, document))
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_ADD, [orjson.dumps([page.pk for page in pages]).decode()])
    _note([page.pk for page in pages])


def _note(page_ids: list[int]) -> None:
    """For the fast index, which follows the tables."""
    if page_ids:
        Change.objects.create(pages=page_ids)


def _page(source: Source, document: Document) -> Page:
    text = document.text
    return Page(
        source=source,
        path=document.path,
        title=document.title,
        kind=document.kind,
        aliases=list(document.aliases),
        sites=list(document.sites),
        blocks=[
            [block.kind, block.text, block.level, block.label, list(block.values)]
            for block in document.blocks
        ],
        text=text,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        digest=digest_of(document),
        source_name=document.source,
        source_url=document.source_url,
        as_of=document.as_of,
        language=document.language,
        current=True,
    )


def _passages(page: Page, document: Document) -> Iterator[Passage]:
    for order, cut in enumerate(slices(document)):
        text = page.text[cut.start : cut.end]
        yield Passage(page=page, ord=order, start=cut.start, end=cut.end, heading=cut.heading, text=text)


def digest_of(document: Document) -> str:
    return hashlib.sha256(orjson.dumps([RULES, document])).hexdigest()
