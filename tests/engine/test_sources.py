"""Sources as a person handles them: what is written when one is added, and the sentence when it can't be."""

from datetime import timedelta

import pytest
from django.utils import timezone

from engine import sources, uploads
from engine.document import Block, Document
from engine.index import index_documents
from engine.library import Library
from engine.models import Page, Source, Visit
from engine.policy import SourcePolicy
from engine.sources import NotAdded, Options
from engine.words import words

pytestmark = pytest.mark.django_db(databases=["default", "engine"])
SCOPE = "team"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path


def found(text: str) -> list[str]:
    return [hit.path for hit in Library([SCOPE], SourcePolicy()).search(words(text), limit=5)]


def test_an_added_address_waits_to_be_crawled():
    source = sources.add_url(SCOPE, " Example.ORG/docs/?utm_source=x#top ", collection="Docs")
    assert (source.kind, source.state, source.address) == ("url", "crawling", "https://example.org/docs/")
    visit = source.visits.get()
    assert (visit.address, visit.host, visit.state) == (source.address, "https://example.org", "waiting")
    assert visit.due_at <= timezone.now()
    assert sources.progress(source) == dict.fromkeys(Visit.State.values, 0) | {"waiting": 1}
    assert sources.sources_of([SCOPE]) == [source]


def test_a_sitemap_waits_to_be_read_as_one():
    source = sources.add_sitemap(SCOPE, "https://example.org/sitemap.xml")
    assert source.visits.get().kind == "sitemap"
    assert Options.of(source.options).most_depth == 0


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "Give an address"),
        ("ftp://example.org/", "Only http and https"),
        ("file:///etc/passwd", "Only http and https"),
        ("javascript:alert(1)", "Only http and https"),
        ("https://", "names no host"),
        ("https://me:secret@example.org/", "user name or a password"),
        ("https://example.org/" + "a" * 3_000, "at most 2,048 characters"),
        ("http://[", "characters that no name may hold"),
    ],
)
def test_what_is_no_web_address_is_refused_with_a_sentence(url, sentence):
    with pytest.raises(NotAdded, match=sentence):
        sources.add_url(SCOPE, url)
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("example.org", "https://example.org/"),
        ("localhost:8000/x", "https://localhost:8000/x"),
        ("HTTP://EXAMPLE.org:80", "http://example.org/"),
    ],
)
def test_an_address_may_be_typed_as_people_do(typed, meant):
    assert sources.web_address(typed) == meant


def test_the_same_address_is_added_once_in_a_scope():
    sources.add_url(SCOPE, "https://example.org/")
    with pytest.raises(NotAdded, match="already a source"):
        sources.add_url(SCOPE, "https://example.org/#again")
    assert sources.add_url("others", "https://example.org/")


@pytest.mark.parametrize(
    "options",
    [
        Options(most_pages=0),
        Options(most_depth=-1),
        Options(most_bytes=10),
        Options(delay=-1),
        Options(within="all"),
        Options(exclude=("*" * 301,)),
    ],
)
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(NotAdded):
        sources.add_url(SCOPE, "https://example.org/", options=options)


def test_options_come_back_as_they_were_stored():
    options = Options(most_pages=7, include=("*/docs/*",), within="path", delay=2.5)
    source = sources.add_url(SCOPE, "https://example.org/", options=options)
    assert Options.of(Source.objects.get(pk=source.pk).options) == options


def test_files_are_kept_by_what_they_hold_not_by_their_names(data_folder):
    source = sources.add_files(SCOPE, [("../../etc/passwd", b"root"), ("C:\\notes\\Über uns.md", b"# We")])
    first, second = source.visits.order_by("pk")
    assert first.address == f"/sources/files/{first.etag[:16]}/passwd"
    assert second.address.endswith("/Über uns.md")
    assert uploads.stored(first.etag).read_bytes() == b"root"
    assert sorted(path.name for path in (data_folder / "uploads").iterdir()) == sorted(
        [first.etag, second.etag]
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("a/b/../c.txt", "c.txt"),
        ("nul\0byte\n.txt", "nul_byte_.txt"),
        ("<script>.html", "_script_.html"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_files_name_becomes_harmless(name, safe):
    assert uploads.safe_name(name) == safe


@pytest.mark.parametrize("digest", ["", "..", "../secret_key", "a" * 63, "A" * 64])
def test_only_a_sha256_names_a_stored_file(digest):
    with pytest.raises(ValueError, match="no SHA-256"):
        uploads.stored(digest)


def test_files_that_cannot_be_read_are_refused_before_anything_is_kept(data_folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    with pytest.raises(NotAdded, match=r"empty\.txt is empty"):
        sources.add_files(SCOPE, [("good.txt", b"text"), ("empty.txt", b"")])
    with pytest.raises(NotAdded, match=r"big\.txt is larger"):
        sources.add_files(SCOPE, [("big.txt", b"a" * 11)])
    with pytest.raises(NotAdded, match="at least one file"):
        sources.add_files(SCOPE, [])
    assert not (data_folder / "uploads").exists()
    assert not Source.objects.exists()


def test_a_file_that_is_added_again_is_read_again():
    source = sources.add_files(SCOPE, [("a.txt", b"text")])
    source.visits.update(state="indexed")
    assert sources.add_files(SCOPE, [("a.txt", b"text"), ("b.txt", b"more")]) == source
    assert sources.progress(source)["waiting"] == 2


def test_it_is_paused_resumed_and_crawled_again():
    source = sources.add_url(SCOPE, "https://example.org/")
    with pytest.raises(NotAdded, match="not paused"):
        sources.resume(source)
    sources.pause(source)
    with pytest.raises(NotAdded, match="not being crawled"):
        sources.pause(source)
    sources.resume(source)
    assert Source.objects.get().state == "crawling"
    source.visits.update(state="failed", error="It is gone.", tries=3)
    Source.objects.update(state="ready")
    sources.recrawl(source)
    visit = source.visits.get()
    assert (visit.state, visit.error, visit.tries) == ("waiting", "", 0)
    assert Source.objects.get().state == "crawling"


def test_a_schedule_is_counted_from_the_last_crawl():
    source = sources.add_url(SCOPE, "https://example.org/")
    source.ended_at = timezone.now() - timedelta(days=1)
    sources.set_schedule(source, timedelta(days=7))
    assert Source.objects.get().due_at == source.ended_at + timedelta(days=7)
    with pytest.raises(NotAdded, match="one hour"):
        sources.set_schedule(source, timedelta(minutes=5))
    sources.set_schedule(source, None)
    assert Source.objects.get().due_at is None


def indexed(source: Source) -> Page:
    document = Document(
        path=f"{source.address}harbours",
        title="Harbours",
        kind="page",
        source="x",
        blocks=(Block("paragraph", "The harbour of Aalen opened."),),
    )
    index_documents([document], scope=source.scope, source_name=source.name, kind=source.kind)
    return Page.objects.get(path=document.path, source=source)


def test_a_removed_source_is_found_no_more_but_what_was_cited_still_opens():
    source = sources.add_url(SCOPE, "https://example.org/")
    page = indexed(source)
    assert found("harbour Aalen") == [page.path]
    sources.remove(source)
    assert not found("harbour Aalen")
    assert not sources.sources_of([SCOPE])
    kept = Page.objects.get(path=page.path)
    assert (kept.current, kept.content_hash) == (False, page.content_hash)
    assert kept.source.scope == SCOPE

    again = sources.add_url(SCOPE, "https://example.org/")
    indexed(again)
    sources.remove(again)
    assert Page.objects.filter(path=page.path).count() == 1


def test_a_source_can_be_removed_with_all_that_it_held():
    source = sources.add_url(SCOPE, "https://example.org/")
    indexed(source)
    sources.remove(source, keep_versions=False)
    assert not Page.objects.exists()
    assert not Source.objects.exists()


def test_a_removed_file_is_deleted_unless_another_source_holds_it(data_folder):
    one = sources.add_files(SCOPE, [("a.txt", b"shared"), ("b.txt", b"alone")], name="One")
    sources.add_files("others", [("c.txt", b"shared")], name="Two")
    sources.remove(one)
    assert [path.read_bytes() for path in (data_folder / "uploads").iterdir()] == [b"shared"]
