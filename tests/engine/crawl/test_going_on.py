"""A crawl that is killed, paused, scheduled or disturbed loses nothing."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from engine import sources
from engine.crawl import frontier, loop, service
from engine.models import Page, Source
from engine.sources import Options
from tests.engine.site import Site, crawl, crawl_until, new_crawler

SCOPE = "team"


def harbours(site: Site, count: int = 12) -> Source:
    site.page("/", "Welcome.", links=tuple(f"/{number}" for number in range(count)))
    for number in range(count):
        site.page(f"/{number}", f"Harbour {number} has {number * 37} berths.")
    return sources.add_url(SCOPE, f"{site.address}/", options=Options(delay=0.0))


def counts(source: Source) -> dict[str, int]:
    return {state: count for state, count in sources.progress(source).items() if count}


def test_a_crawl_goes_on_where_it_was_cut_off(site):
    source = harbours(site)
    crawl_until(lambda: source.visits.filter(state="indexed").count() >= 3)
    left = counts(source)
    assert left.get("fetching", 0) == 0
    source.visits.filter(pk__in=source.visits.filter(state="waiting")[:2]).update(
        state="fetching"
    )  # as if killed
    crawl()
    assert counts(source) == {"indexed": 13}
    assert Page.objects.current().count() == 13


def test_nothing_more_is_fetched_of_a_paused_source(site):
    source = harbours(site)
    crawl_until(lambda: source.visits.filter(state="indexed").exists())
    source.refresh_from_db()
    sources.pause(source)
    asked = len(site.asked)
    crawl()
    assert len(site.asked) == asked
    sources.resume(source)
    crawl()
    assert counts(source) == {"indexed": 13}


def test_a_source_that_is_removed_while_it_is_crawled_leaves_nothing(site):
    source = harbours(site)
    other = sources.add_files(SCOPE, [("a.txt", b"A buoy.")])
    crawler = new_crawler()
    crawler.start()
    crawler.step()
    sources.remove(Source.objects.get(pk=source.pk), keep_versions=False)
    while crawler.step():
        pass
    crawler.end()
    assert set(Page.objects.values_list("source", flat=True)) == {other.pk}


def test_a_source_is_crawled_again_when_it_is_due(site):
    source = harbours(site, 1)
    sources.set_schedule(source, timedelta(days=1))
    crawl()
    source.refresh_from_db()
    assert source.due_at == source.ended_at + timedelta(days=1)
    asked = len(site.asked)
    crawl()
    assert len(site.asked) == asked
    Source.objects.update(due_at=timezone.now())
    crawl()
    assert len(site.asked) == asked + 2
    source.refresh_from_db()
    assert source.due_at > timezone.now()


def test_a_page_that_cannot_be_stored_is_its_own_fault_alone(site, monkeypatch):
    source = harbours(site)
    write = loop.write

    def fails(results, known):
        if any(result.outcome.task.address.endswith("/5") and result.parsed for result in results):
            raise ValueError("odd")
        write(results, known)

    monkeypatch.setattr(loop, "write", fails)
    monkeypatch.setattr(loop.log, "exception", lambda *said: None)
    crawl()
    assert counts(source) == {"indexed": 12, "failed": 1}
    assert source.visits.get(state="failed").error == "It could not be stored (odd)."


def test_what_came_while_the_disk_was_full_is_stored_once_there_is_space(site, monkeypatch, caplog):
    source = harbours(site, 3)
    write, failures = loop.write, iter(range(3))

    def fails(results, known):
        if results and next(failures, None) is not None:
            raise OperationalError("database or disk is full")
        write(results, known)

    monkeypatch.setattr(loop, "write", fails)
    monkeypatch.setattr(loop, "REST_SECONDS", 0.0)
    crawl()
    assert counts(source) == {"indexed": 4}
    assert len(site.paths) == len(set(site.paths)), "no page is fetched again for it"
    assert sum("The crawler waits" in record.message for record in caplog.records) == 1


def test_a_crawler_that_can_store_nothing_for_long_ends_and_is_started_again(site, monkeypatch):
    harbours(site, 3)

    def fails(results, known):
        if results:
            raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(loop, "write", fails)
    monkeypatch.setattr(loop, "REST_SECONDS", 0.0)
    with pytest.raises(OperationalError):
        crawl()


@pytest.mark.parametrize("place", ["start_due", "claim", "finish"])
def test_a_full_disk_holds_the_crawler_up_wherever_it_meets_it(site, monkeypatch, place):
    source = harbours(site, 3)
    work, failures = getattr(frontier, place), iter(range(3))

    def fails(*given):
        if next(failures, None) is not None:
            raise OperationalError("database or disk is full")
        return work(*given)

    monkeypatch.setattr(frontier, place, fails)
    monkeypatch.setattr(loop, "REST_SECONDS", 0.0)
    crawl()
    assert counts(source) == {"indexed": 4}


def test_only_one_crawls_a_data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    assert not service.is_crawled()
    with service.turn() as first, service.turn() as second:
        assert (first, second) == (True, False)
        assert service.is_crawled()
    assert not service.is_crawled()


def test_a_wiki_is_read_page_by_page_when_it_is_asked_for(site):
    pages = [{"title": name, "fullurl": f"{site.address}/wiki/{name}"} for name in "AB"]
    listed = json.dumps({"query": {"pages": pages}})

    def api(handler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(listed)))
        handler.end_headers()
        handler.wfile.write(listed.encode())

    site.default = api
    site.text("/robots.txt", "")
    site.page("/wiki/A", "An anchor is made of iron.", links=("/wiki/C",))
    site.page("/wiki/B", "A buoy is painted red.")
    wiki = sources.add_back_end(SCOPE, "mediawiki", f"{site.address}/w/api.php")
    crawl()
    assert not site.asked
    sources.recrawl(wiki)
    crawl()
    assert counts(wiki) == {"listed": 1, "indexed": 2}


def test_it_ends_soon_when_it_is_stopped(site):
    harbours(site)
    crawler = new_crawler()
    crawler.start()
    crawler.step()
    crawler.stop()
    crawler.end()
    assert not any(thread.is_alive() for thread in crawler.threads)
    assert not crawler.hosts


def test_a_source_is_done_while_another_is_still_being_crawled(site):
    """Each is judged by its own addresses: a long crawl keeps no short one from its end."""
    long = harbours(site)
    short = sources.add_files(SCOPE, [("a.txt", b"A buoy.")])
    crawl_until(lambda: Source.objects.get(pk=short.pk).state == "ready")
    crawl()
    assert counts(long) == {"indexed": 13}
    assert Source.objects.get(pk=short.pk).ended_at <= Source.objects.get(pk=long.pk).ended_at
