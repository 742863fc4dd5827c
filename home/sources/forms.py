"""What a person says of a new source."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from engine import sources
from engine.live import problem_of
from engine.models import Source
from engine.sources import (
    FILE,
    KINDS,
    MEDIAWIKI,
    SEARXNG,
    SITEMAP,
    URL,
    NotAdded,
    Options,
    sources_of,
)
from engine.uploads import MOST_BYTES
from home.sources.schedule import SCHEDULES, every
from teams.forms import FocusedForm

MOST_TOGETHER = 60_000_000
"""Bytes of all files that are sent at once."""
CRAWLED = (URL, SITEMAP)
"""The kinds whose pages are fetched before anybody asks, within budgets."""
ADDRESS_HELP = (
    (URL, "A page, or where a site begins. What it links to on the same host is read too."),
    (
        SITEMAP,
        "The address of a sitemap or of an index of sitemaps, such as https://example.com/sitemap.xml.",
    ),
    (MEDIAWIKI, "The wiki’s API, such as https://wiki.example.com/w/api.php. It is asked while a task runs."),
)

BOUNDS = ("most_depth", "within", "include", "exclude", "every")
NOT_FOR = {
    URL: ("files",),
    SITEMAP: ("files",),
    MEDIAWIKI: ("files", *BOUNDS),
    FILE: ("address", "most_pages", *BOUNDS),
    SEARXNG: ("files", "address", "most_pages", *BOUNDS),
}
"""What a kind has no use for."""
MORE = ("within", "include", "exclude")
"""The boxes that are folded away until they are needed."""


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list of ``UploadedFile``."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [file for file in (data if isinstance(data, list) else [data]) if file]


class SourceForm(FocusedForm):
    """A new source. What its kind has no use for is not looked at."""

    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, initial=URL)
    address = forms.CharField(
        label="Address",
        required=False,
        max_length=2_048,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://example.com/docs/"}
        ),
    )
    files = FilesField(label="Files", required=False)
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=200,
        help_text="As it is called on this page; it may stay empty.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    collection = forms.CharField(
        label="Collection",
        required=False,
        max_length=80,
        help_text="A heading to keep it under.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "collections"}),
    )
    most_pages = forms.IntegerField(
        label="Pages at most", initial=Options().most_pages, min_value=1, required=False
    )
    most_depth = forms.IntegerField(
        label="Links deep at most",
        min_value=0,
        max_value=100,
        required=False,
        help_text="0 is the page alone. Empty: 10 for a site, 0 for a sitemap.",
    )
    within = forms.ChoiceField(
        label="Links are followed",
        choices=[("host", "on the whole host"), ("path", "only below the first page’s folder")],
        required=False,
    )
    include = forms.CharField(
        label="Only addresses like",
        required=False,
        max_length=20_000,
        help_text="One pattern a line, such as */docs/*. Empty: all.",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    exclude = forms.CharField(
        label="No addresses like",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    every = forms.ChoiceField(label="Crawled again", choices=SCHEDULES, required=False)

    def __init__(self, *args, searxng_url: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.searxng_url = searxng_url
        offered = [kind for kind in KINDS if kind != SEARXNG or searxng_url]
        self.fields["kind"].choices = [(kind, KINDS[kind]) for kind in offered]

    def clean(self) -> dict[str, Any]:
        kind = self.cleaned_data.get("kind")
        for name in [name for name in self.errors if name in NOT_FOR.get(kind, ())]:
            del self.errors[name]  # it stands in a box that is not shown
        if kind in (*CRAWLED, MEDIAWIKI):
            self.checked("address", lambda: sources.web_address(self.cleaned_data.get("address", "")))
            pages = self.cleaned_data.get("most_pages") or 1
            self.checked("most_pages", lambda: sources.checked(Options(most_pages=pages)))
            self.checked("include", lambda: sources.checked(self.options()))
        if kind == FILE:
            self.checked("files", self.check_files)
        return self.cleaned_data

    def checked(self, field: str, check: Callable[[], object]) -> None:
        if field in self.errors:
            return
        try:
            check()
        except NotAdded as error:
            self.add_error(field, str(error))

    def check_files(self) -> None:
        files = self.cleaned_data.get("files", [])
        if not files:
            raise NotAdded("Choose at least one file.")
        for file in files:
            sources.check_file(file.name, file.size)
        if sum(file.size for file in files) > MOST_TOGETHER:
            raise NotAdded(
                f"These are more than {MOST_TOGETHER // 1_000_000} MB together. Add them in parts."
            )

    def options(self) -> Options:
        data = self.cleaned_data
        depth = data.get("most_depth")
        usual = Options() if data.get("kind") == URL else Options(most_depth=0)
        if data.get("kind") == MEDIAWIKI:
            return replace(usual, most_pages=data.get("most_pages") or usual.most_pages)
        return Options(
            most_pages=data.get("most_pages") or usual.most_pages,
            most_depth=usual.most_depth if depth is None else depth,
            within=data.get("within") or usual.within,
            include=lines(data.get("include", "")),
            exclude=lines(data.get("exclude", "")),
        )

    def add_to(self, scope: str) -> Source:
        """Add what a valid form describes.

        ``NotAdded`` if there is one like it, or where a search engine can't be asked.
        """
        data = self.cleaned_data
        named = {"collection": data["collection"]} | ({"name": data["name"]} if data["name"] else {})
        if data["kind"] == FILE:
            return sources.add_files(scope, [(file.name, file.read()) for file in data["files"]], **named)
        if data["kind"] != SEARXNG:
            named |= {"options": self.options()}
        if data["kind"] in CRAWLED:
            named |= {"every": every(data["every"])}
            add = sources.add_url if data["kind"] == URL else sources.add_sitemap
            return add(scope, data["address"], **named)
        address = self.searxng_url if data["kind"] == SEARXNG else data["address"]
        if problem := problem_of(Source(kind=data["kind"], address=address)):
            raise NotAdded(problem)
        return sources.add_back_end(scope, data["kind"], address, **named)


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def form_context(form: SourceForm, scope: str, kind: str = "") -> dict[str, Any]:
    """What the form's template needs beside it; ``kind`` is the one to begin with."""
    if kind in dict(form.fields["kind"].choices) and not form.is_bound:
        form.initial["kind"] = kind
    return {
        "form": form,
        "kind": form["kind"].value(),
        "address_help": ADDRESS_HELP,
        "known_collections": sorted({source.collection for source in sources_of([scope])} - {""}),
        "more_open": any(name in form.errors for name in MORE),
        "most_each": MOST_BYTES,
        "most_each_mb": MOST_BYTES // 1_000_000,
        "most_together_mb": MOST_TOGETHER // 1_000_000,
        "most_together": MOST_TOGETHER,
    }
