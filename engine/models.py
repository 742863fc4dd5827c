"""What the engine knows: sources, versions of their pages, and passages and names to find pages by."""

from functools import cached_property

from django.db import models
from django.db.models import Q

from engine.document import Block, Document


class Source(models.Model):
    """A set of pages that were added together. Whoever may read ``scope`` may read all of them."""

    scope = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
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
    fetched_at = models.DateTimeField(auto_now=True)
    current = models.BooleanField(default=True)

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
        indexes = [models.Index(fields=["path", "current"], name="engine_page_by_path")]

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
