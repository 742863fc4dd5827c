"""`script/manage addsource`, and the crawler's own command."""

import signal
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command

from dispatch.scopes import own_scope
from engine.models import Page, Source
from engine.sources import Options
from home.management.commands import addsource
from home.management.commands import crawl as crawl_command
from tests.engine.site import Site, crawl, new_crawler, served


@pytest.fixture
def site(workspace, tmp_path, settings, monkeypatch) -> Site:
    """A site, and a crawler that works at once instead of beside the command."""

    @contextmanager
    def crawling_here():
        crawl()
        yield

    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(addsource, "crawling_here", crawling_here)
    with served() as site:
        yield site


def test_an_address_is_crawled_until_it_can_be_searched(site, workspace, capsys):
    site.page("/", "Welcome to the harbour.", links=("/a", "/gone"))
    site.page("/a", "An anchor is made of iron.")
    call_command("addsource", f"{site.address}/", "--wait", "--collection", "Ports")
    source = Source.objects.exclude(scope="starter").get()
    assert (source.scope, source.collection, source.state) == (own_scope(workspace.pk), "Ports", "ready")
    assert capsys.readouterr().out == f"{site.address}/: 2 read, 1 failed\n"


def test_files_and_addresses_may_be_mixed(site, tmp_path, capsys):
    notes = tmp_path / "notes.md"
    notes.write_text("# Pilots\n\nPilots know the sandbanks.")
    site.text("/sitemap.xml", f"<urlset><loc>{site.address}/a</loc></urlset>")
    site.page("/a", "An anchor is made of iron.")
    call_command("addsource", f"{site.address}/sitemap.xml", str(notes), "--wait", "--pages", "5")
    kinds = {source.kind: source for source in Source.objects.exclude(scope="starter")}
    assert set(kinds) == {"sitemap", "file"}
    assert Options.of(kinds["sitemap"].options).most_pages == 5
    assert Page.objects.current().filter(source__in=kinds.values()).count() == 2


def test_without_wait_it_says_what_happens_now(site, capsys):
    call_command("addsource", "example.org", "example.org/docs/")
    assert capsys.readouterr().out == "2 sources are being crawled.\n"
    assert {source.state for source in Source.objects.exclude(scope="starter")} == {"crawling"}


def test_an_address_that_is_a_source_already_is_crawled_again(site, capsys):
    site.page("/", "Welcome.")
    call_command("addsource", f"{site.address}/", "--wait")
    site.page("/", "Welcome back.")
    call_command("addsource", f"{site.address}/", "--wait")
    assert "is a source already; it is crawled again." in capsys.readouterr().out
    assert "back" in Page.objects.current().get(path=f"{site.address}/").text


def test_if_nothing_can_be_read_it_fails_with_a_sentence(site):
    site.text("/robots.txt", "User-agent: *\nDisallow: /\n")
    with pytest.raises(CommandError, match=r"The robots\.txt of its host does not permit it\."):
        call_command("addsource", f"{site.address}/", "--wait")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ftp://example.org/"], "Only http and https"),
        (["./nowhere.pdf"], r"nowhere\.pdf can't be read: No such file"),
        (["example.org", "--workspace", "other"], "There is no workspace 'other'. Known workspaces: default"),
        (["example.org", "--pages", "0"], "number of pages"),
    ],
)
def test_what_cannot_be_added_is_told_in_a_sentence(site, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("addsource", *words)
    assert not Source.objects.exclude(scope="starter").exists()


def test_an_empty_file_is_told_before_anything_is_added(site, tmp_path):
    (tmp_path / "empty.txt").touch()
    with pytest.raises(CommandError, match=r"empty\.txt is empty"):
        call_command("addsource", str(tmp_path / "empty.txt"))


def test_the_crawlers_command_crawls_until_all_is_done(site, monkeypatch):
    @contextmanager
    def crawler():
        yield new_crawler()

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(crawl_command, "new_crawler", crawler)
    site.page("/", "Welcome.")
    call_command("addsource", f"{site.address}/")
    try:
        call_command("crawl", "--once")
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert Source.objects.exclude(scope="starter").get().state == "ready"
