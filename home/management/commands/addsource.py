"""Add pages, sites, sitemaps and files to what a workspace knows."""

import re
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from dispatch.scopes import own_scope
from engine import sources
from engine.crawl.service import new_crawler, turn
from engine.models import Source, Visit
from engine.sources import NotAdded, Options
from teams.models import Workspace

SITEMAP = re.compile(r"sitemap[^/]*\.(?:xml|txt)(?:\.gz)?$", re.I)
FILE = re.compile(r"[./~]")
"""How a word begins that can only mean a file."""
LOOK_EVERY_SECONDS = 0.25
OPEN = (Visit.State.WAITING, Visit.State.FETCHING)
DONE = (Visit.State.INDEXED, Visit.State.UNCHANGED)


class Command(BaseCommand):
    help = "Add web pages, sitemaps and files to the sources of a workspace; they are crawled at once."

    def add_arguments(self, parser):
        parser.add_argument("what", nargs="+", metavar="URL_OR_FILE")
        parser.add_argument("--workspace", default="default", help="the workspace's slug (default: default)")
        parser.add_argument("--collection", default="", help="the heading under which the sources are kept")
        parser.add_argument(
            "--pages", type=int, help="read at most so many pages of each site (default: 500)"
        )
        parser.add_argument("--depth", type=int, help="follow links so far; 0 reads the page alone")
        parser.add_argument(
            "--delay",
            type=float,
            help="seconds between two pages of one host; less than 1 only for hosts in ALLOW_PRIVATE_FETCH",
        )
        parser.add_argument(
            "--wait", action="store_true", help="show how far it is, and end when all of it can be searched"
        )

    def handle(self, *, what, workspace, collection, wait, **given):
        scope = own_scope(workspace_named(workspace).pk)
        files = [word for word in what if is_file(word)]
        added = [self.add_address(scope, word, collection, given) for word in what if word not in files]
        if files:
            added.append(add_files(scope, files, collection))
        if wait:
            self.wait(added)
        else:
            self.stdout.write(f"{counted(len(added), 'source is', 'sources are')} being crawled.")

    def add_address(self, scope: str, address: str, collection: str, given: dict) -> Source:
        """The new source, or the one that has this address already and is crawled again."""
        is_sitemap = bool(SITEMAP.search(address.partition("?")[0]))
        add = sources.add_sitemap if is_sitemap else sources.add_url
        try:
            return add(scope, address, collection=collection, options=options(given, is_sitemap))
        except NotAdded as error:
            kind = sources.SITEMAP if is_sitemap else sources.URL
            known = Source.objects.filter(scope=scope, kind=kind, address=canonical_or_none(address)).first()
            if known is None:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{known.name} is a source already; it is crawled again.")
            sources.recrawl(known)
            return known

    def wait(self, added: list[Source]) -> None:
        """Until none of them is being crawled; by this process, if no other one crawls."""
        told = dict.fromkeys([source.pk for source in added], "")
        with crawling_here():
            while True:
                now = list(Source.objects.filter(pk__in=told))
                for source in now:
                    self.tell(source, told)
                if all(source.state != Source.State.CRAWLING for source in now):
                    break
                time.sleep(LOOK_EVERY_SECONDS)
        if failures := [f"{source.name}: {source.error}" for source in now if source.error]:
            raise CommandError("\n".join(failures))

    def tell(self, source: Source, told: dict[int, str]) -> None:
        """How far the source is, if that is news."""
        counts = sources.progress(source)
        left = sum(counts[state] for state in OPEN)
        read = sum(counts[state] for state in DONE)
        others = [f"{counts[state]} {state}" for state in ("duplicate", "skipped", "failed") if counts[state]]
        words = ", ".join([f"{read} read", *others, *([f"{left} to go"] if left else [])])
        if words != told[source.pk]:
            told[source.pk] = words
            self.stdout.write(f"{source.name}: {words}")
            if not left and source.note:
                self.stdout.write(f"{source.name}: {source.note}")
            self.stdout.flush()


@contextmanager
def crawling_here():
    """Crawl in a thread of this process during the block, unless another process does it."""
    with turn() as is_ours:
        if not is_ours:
            yield
            return
        with new_crawler() as crawler:
            thread = Thread(target=run, args=(crawler,))
            thread.start()
            try:
                yield
            finally:
                crawler.stop()
                thread.join()


def run(crawler) -> None:
    try:
        crawler.run()
    finally:
        connections.close_all()


def workspace_named(slug: str) -> Workspace:
    found = Workspace.objects.filter(slug=slug).first()
    if found is None:
        known = (
            ", ".join(Workspace.objects.values_list("slug", flat=True)) or "none yet; run script/server once"
        )
        raise CommandError(f"There is no workspace {slug!r}. Known workspaces: {known}.")
    return found


def is_file(word: str) -> bool:
    return "://" not in word and (bool(FILE.match(word)) or Path(word).exists())


def add_files(scope: str, words: list[str], collection: str) -> Source:
    try:
        files = []
        for word in words:
            path = Path(word).expanduser()
            sources.check_file(path.name, path.stat().st_size)
            files.append((path.name, path.read_bytes()))
        return sources.add_files(scope, files, name=collection or sources.FILES, collection=collection)
    except OSError as error:
        raise CommandError(f"{error.filename} can't be read: {error.strerror}.") from error
    except NotAdded as error:
        raise CommandError(str(error)) from error


def options(given: dict, is_sitemap: bool) -> Options:
    named = {"most_pages": given["pages"], "most_depth": given["depth"], "delay": given["delay"]}
    defaults = {"most_depth": 0} if is_sitemap else {}
    return Options(**defaults | {name: value for name, value in named.items() if value is not None})


def canonical_or_none(address: str) -> str:
    try:
        return sources.web_address(address)
    except NotAdded:
        return ""


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
