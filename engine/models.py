"""What the engine knows: sources, versions of their pages, and passages and names to find pages by."""

from functools import cached_property

from django.db import models
from django.db.models import Q

from engine.document import Block, Document


class Source(models.Model):
    """A set of pages that were added together. Whoever may read ``scope`` may read all of them."""

    class State(models.TextChoices):
        READY = "ready", "Ready"
        CRAWLING = "crawling", "Crawling"
        PAUSED = "paused", "Paused"
        FAILED = "failed", "Failed"

    scope = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    """``starter``, or one of ``engine.sources.KINDS``: how its pages are found."""
    name = models.CharField(max_length=200)
    collection = models.CharField(max_length=80, blank=True)
    """The heading under which people keep it; only for them to sort by."""
    address = models.CharField(max_length=2048, blank=True)
    """Where it begins: the first page, the sitemap, the back end; empty for files."""
    options = models.JSONField(default=dict)
    """Budgets and bounds, as ``engine.sources.Options`` reads them."""
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    error = models.TextField(blank=True)
    """Why nothing of it could be read, as a sentence."""
    note = models.TextField(blank=True)
    """What was left out though it could have been read, as a sentence."""
    every = models.DurationField(null=True)
    """How often it is crawled again; never, if null."""
    due_at = models.DateTimeField(null=True)
    """When it is crawled next."""
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "kind", "name"], name="engine_source_once")]


class PageQuerySet(models.QuerySet["Page"]):
    def current(self) -> "PageQuerySet":
        return self.filter(current=True)

    def within(self, scopes: list[str]) -> "PageQuerySet":
        return self.filter(source__scope__in=scopes)


class Page(models.Model):
    """One version of a page. A changed text makes a new row; the old one stays for as long as it is cited."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="pages")
    path = models.CharField(max_length=2048)
    title = models.TextField()
    kind = models.CharField(max_length=40)
    aliases = models.JSONField(default=list)
    sites = models.JSONField(default=list)
    blocks = models.JSONField()
    """Rows of kind, text, level, label, values; read them through ``document``."""
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    """SHA-256 of the text: what an excerpt's positions refer to."""
    digest = models.CharField(max_length=64)
    """SHA-256 of everything above, to see whether a document brings anything new."""
    source_name = models.TextField(blank=True)
    source_url = models.CharField(max_length=2048, blank=True)
    as_of = models.DateField(null=True)
    language = models.CharField(max_length=8, blank=True)
    fetched_at = models.DateTimeField(auto_now=True)
    current = models.BooleanField(default=True)
    kept_until = models.DateTimeField(null=True)
    """Of an old version: when it is deleted, unless something cites it then."""

    objects = PageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "path", "content_hash"], name="engine_page_version_once"
            ),
            models.UniqueConstraint(
                fields=["source", "path"], condition=Q(current=True), name="engine_page_current_once"
            ),
        ]
        indexes = [
            models.Index(fields=["path", "current"], name="engine_page_by_path"),
            models.Index(
                fields=["kept_until"], condition=Q(kept_until__isnull=False), name="engine_page_kept_until"
            ),
        ]

    @cached_property
    def document(self) -> Document:
        return Document(
            path=self.path,
            title=self.title,
            kind=self.kind,
            blocks=tuple(
                Block(kind=kind, text=text, level=level, label=label, values=tuple(values))
                for kind, text, level, label, values in self.blocks
            ),
            source=self.source_name,
            aliases=tuple(self.aliases),
            sites=tuple(self.sites),
            source_url=self.source_url,
            as_of=self.as_of,
            language=self.language,
        )


class Passage(models.Model):
    """A slice of a current page, small enough to be read for one question: ``page.text[start:end]``."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="passages")
    ord = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    heading = models.TextField(blank=True)
    """The headings above it, joined by `` > ``."""
    text = models.TextField()


class Name(models.Model):
    """One way to name the subject of a current page, folded for look-up."""

    class Kind(models.TextChoices):
        TITLE = "title"
        ALIAS = "alias"
        SITE = "site"
        ADJECTIVE = "adjective"

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=300)
    form = models.TextField()
    """The name as the page writes it."""

    class Meta:
        indexes = [models.Index(fields=["key"], name="engine_name_by_key")]


class Vector(models.Model):
    """What a passage means, for the reader level: a unit vector, one signed byte a dimension."""

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, primary_key=True, related_name="vector")
    model = models.CharField(max_length=40)
    """Which model made it; vectors of different models can't be compared."""
    values = models.BinaryField()


class Change(models.Model):
    """That passages came or went: what an index that is kept apart from the tables has yet to follow.

    Written in the transaction that changes the passages. Its number and its time together tell this
    database from any other, and from an older copy of itself.
    """

    pages = models.JSONField()
    """The ids of the pages whose passages are others now, or gone."""
    at = models.DateTimeField(auto_now_add=True)


class Host(models.Model):
    """What is known of a web server, so that it is asked no more often than it likes."""

    name = models.CharField(max_length=260, primary_key=True)
    """Scheme, host and port, as in ``https://example.org``."""
    robots = models.TextField(blank=True)
    robots_at = models.DateTimeField(null=True)
    robots_problem = models.TextField(blank=True)
    """Why its robots.txt could not be read, as a sentence; then nothing is fetched from it."""
    next_at = models.DateTimeField(null=True)
    """When it may be asked again."""


class Visit(models.Model):
    """One address of a source: the frontier while it waits, and afterwards what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        FETCHING = "fetching", "Fetching"
        INDEXED = "indexed", "Indexed"
        UNCHANGED = "unchanged", "Unchanged"
        LISTED = "listed", "Listed"
        """Of a sitemap: the addresses that it lists were taken over."""
        DUPLICATE = "duplicate", "Duplicate"
        SKIPPED = "skipped", "Skipped"
        FAILED = "failed", "Failed"

    class Kind(models.TextChoices):
        PAGE = "page", "Page"
        SITEMAP = "sitemap", "Sitemap"
        FILE = "file", "File"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="visits")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PAGE)
    address = models.CharField(max_length=2048)
    """Canonical; of a file, the path at which this installation serves it."""
    host = models.CharField(max_length=260, blank=True)
    depth = models.PositiveSmallIntegerField(default=0)
    """Links from where the source begins."""
    redirects = models.PositiveSmallIntegerField(default=0)
    """Of other addresses, one after the other, that led here."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    error = models.TextField(blank=True)
    """Why it failed or was skipped, or which page it repeats, as a sentence."""
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    etag = models.CharField(max_length=500, blank=True)
    """Of a file, the SHA-256 of its bytes, under which they are stored."""
    last_modified = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    """Bytes that were received."""
    fetched_at = models.DateTimeField(null=True)
    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="visits")
    fingerprint = models.BigIntegerField(null=True)
    """A 64-bit simhash of the text, by which near copies are found."""
    claims = models.CharField(max_length=2048, blank=True)
    """The main address that the page itself names, where that is another one."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "address"], name="engine_visit_once")]
        indexes = [models.Index(fields=["source", "state", "host", "due_at"], name="engine_visit_due")]
