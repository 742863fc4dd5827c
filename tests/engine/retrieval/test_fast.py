"""The fast index finds what FTS5 finds, follows every change, and is never trusted when it can't be."""

from pathlib import Path
from queue import Queue
from threading import Event

import pytest
from django.core.management import call_command

from engine.index import index_documents
from engine.models import Change, Passage
from engine.retrieval.fast import Fast
from engine.retrieval.fts5 import Fts5
from engine.retrieval.query import Bounds, Query, query_of
from engine.retrieval.upkeep import Upkeep
from tests.engine.conftest import SCOPE, add, france, page

pytestmark = pytest.mark.usefixtures("library")
HERE = Bounds((SCOPE,))


@pytest.fixture
def upkeep(settings, tmp_path: Path) -> Upkeep:
    settings.DATA_DIR = tmp_path
    settings.ENGINE_INDEX = "tantivy"
    return Upkeep()


@pytest.fixture
def fast(upkeep: Upkeep) -> Fast:
    assert upkeep.catch_up()
    index = upkeep.index()
    assert isinstance(index, Fast)
    return index


def ids(index: object, query: Query, bounds: Bounds = HERE, limit: int = 9) -> list[int]:
    return [found.passage_id for found in index.search(query, bounds, limit)]


@pytest.mark.parametrize(
    "query",
    [
        query_of(["country", "organisation"]),
        query_of(["exported", "governments", "capital"]),
        query_of(["country", "union"], must=["seaport"]),
        query_of([], must=["harbour", "money"]),
        query_of(["harbour's"]),
        Query(phrase=("western", "europe")),
        Query(phrase=("europe", "western")),
        Query(phrase=("union", "harbour")),
        Query(),
    ],
)
def test_it_finds_what_fts5_finds(fast: Fast, query: Query) -> None:
    assert set(ids(fast, query)) == set(ids(Fts5(), query))
    assert ids(fast, query)[:1] == ids(Fts5(), query)[:1]


def test_it_keeps_to_the_scopes_and_the_pages(fast: Fast) -> None:
    everywhere = query_of(["country", "organisation"])
    france_alone = Passage.objects.filter(page__title="France").values_list("page", flat=True)[0]
    assert ids(fast, everywhere, Bounds(("other",))) == []
    assert ids(fast, everywhere, Bounds(())) == []
    assert ids(fast, everywhere, HERE.among([])) == []
    found = ids(fast, everywhere, HERE.among([france_alone]))
    assert found == ids(Fts5(), everywhere, HERE.among([france_alone]))
    assert set(Passage.objects.filter(pk__in=found).values_list("page", flat=True)) == {france_alone}


def test_of_equals_the_oldest_come_first_and_fill_the_limit(upkeep: Upkeep) -> None:
    add([page(f"Twin {number}", {"": ["A lighthouse stands here."]}) for number in range(12)])
    upkeep.catch_up()
    found = ids(upkeep.index(), query_of(["lighthouse"]), limit=5)
    assert found == ids(Fts5(), query_of(["lighthouse"]), limit=5) == sorted(found)


def test_until_it_has_followed_a_change_fts5_answers(upkeep: Upkeep, fast: Fast) -> None:
    add([page("Atlantis", {"": ["A treasure lies here."]})])
    assert isinstance(upkeep.index(), Fts5)
    upkeep.catch_up()
    assert isinstance(upkeep.index(), Fast)
    assert len(ids(upkeep.index(), query_of(["treasure"]))) == 1


def test_a_reader_in_another_process_sees_what_was_followed(upkeep: Upkeep, fast: Fast) -> None:
    elsewhere = Upkeep()
    assert isinstance(elsewhere.index(), Fast)
    add([page("Atlantis", {"": ["A treasure lies here."]})])
    upkeep.catch_up()
    assert len(ids(elsewhere.index(), query_of(["treasure"]))) == 1


def test_pages_that_changed_or_left_are_found_no_more(upkeep: Upkeep, fast: Fast) -> None:
    changed = page("France", {"": ["Only gondolas are left."]})
    index_documents([changed], scope=SCOPE, source_name="Pages", kind="test", complete=True)
    upkeep.catch_up()
    now = upkeep.index()
    assert len(ids(now, query_of(["gondolas"]))) == 1
    assert ids(now, query_of(["seaports"])) == ids(now, query_of(["exports"])) == []


def test_changes_are_noted_with_the_pages_and_nothing_else_is(upkeep: Upkeep) -> None:
    before = Change.objects.count()
    add([france(), page("Atlantis", {"": ["A treasure lies here."]})])
    atlantis = Passage.objects.get(page__title="Atlantis").page_id
    assert list(Change.objects.values_list("pages", flat=True))[before:] == [[atlantis]]


def test_an_index_of_another_database_is_made_anew(upkeep: Upkeep, fast: Fast) -> None:
    Change.objects.all().delete()
    add([page("Atlantis", {"": ["A treasure lies here."]})])
    assert isinstance(upkeep.index(), Fts5)
    upkeep.catch_up()
    assert isinstance(upkeep.index(), Fast)
    assert len(ids(upkeep.index(), query_of(["treasure", "seaports"]))) == 2


def test_a_damaged_index_is_made_anew_and_fts5_answers_meanwhile(upkeep, fast, tmp_path, caplog) -> None:
    caplog.set_level("WARNING", logger="engine.retrieval.upkeep")
    for file in (tmp_path / "fast-index").glob("v*/*.json"):
        file.write_text("{")
    assert isinstance(Upkeep().index(), Fts5)
    assert "will be made anew" in caplog.text
    upkeep.catch_up()
    assert isinstance(Upkeep().index(), Fast)


def test_an_index_without_its_mark_is_not_used(upkeep: Upkeep, fast: Fast, tmp_path: Path) -> None:
    folder = next((tmp_path / "fast-index").glob("v*"))
    for file in folder.glob("*.store"):
        file.unlink()
    assert isinstance(Upkeep().index(), Fts5)


def test_an_index_in_an_older_format_is_made_anew(upkeep: Upkeep, fast: Fast, tmp_path: Path) -> None:
    home = tmp_path / "fast-index"
    (home / "current").write_text("v0-1")
    assert isinstance(upkeep.index(), Fts5)
    upkeep.catch_up()
    assert isinstance(upkeep.index(), Fast)
    assert len(list(home.glob("v*"))) == 1


def test_one_at_a_time_may_write(upkeep: Upkeep) -> None:
    others: list[bool] = []
    upkeep.catch_up(lambda done, of: others.append(Upkeep().catch_up()))
    assert others
    assert not any(others)


def test_what_changes_while_it_is_written_is_followed_too(upkeep: Upkeep, monkeypatch) -> None:
    at_it, goes_on, calls = Event(), Event(), Queue()

    def catch_up(*, waits: bool) -> None:
        calls.put(waits)
        at_it.set()
        assert goes_on.wait(20)
        if upkeep._again:
            raise OSError("The disk is full.")

    monkeypatch.setattr(upkeep, "catch_up", catch_up)
    upkeep.begin()
    assert at_it.wait(20)
    upkeep.begin()
    upkeep.begin()
    goes_on.set()
    assert [calls.get(timeout=20), calls.get(timeout=20)] == [True, True]


def test_a_change_that_is_committed_is_followed(
    upkeep: Upkeep, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    begun: list[bool] = []
    monkeypatch.setattr("engine.index.upkeep.begin", lambda: begun.append(True))
    with django_capture_on_commit_callbacks(using="engine", execute=True):
        add([page("Atlantis", {"": ["A treasure lies here."]})])
        assert not begun
    assert begun


def test_it_is_left_alone_unless_wanted(upkeep: Upkeep, settings) -> None:
    settings.ENGINE_INDEX = "auto"
    assert not upkeep.is_wanted()
    upkeep.catch_up()
    assert upkeep.is_wanted()
    settings.ENGINE_INDEX = "fts5"
    assert not upkeep.is_wanted()
    assert isinstance(upkeep.index(), Fts5)


def test_from_so_many_passages_on_it_is_wanted(upkeep: Upkeep, settings, monkeypatch) -> None:
    settings.ENGINE_INDEX = "auto"
    monkeypatch.setattr("engine.retrieval.upkeep.MANY", Passage.objects.count())
    assert upkeep.is_wanted()


def test_the_command_tells_how_far_it_is(upkeep: Upkeep, capsys) -> None:
    call_command("reindex")
    said = capsys.readouterr().out
    of = Passage.objects.count()
    assert f"0 of {of} passages (0 %)\n{of} of {of} passages (100 %)\n" in said
    assert "complete" in said
