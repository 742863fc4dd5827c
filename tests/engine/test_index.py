import pytest

from engine.index import find_page, index_documents
from engine.library import Library
from engine.models import Name, Passage
from engine.policy import SourcePolicy
from tests.engine.conftest import FRANCE, SCOPE, add, france, harbour_union, page

pytestmark = pytest.mark.usefixtures("library")


def found(words: list[str]) -> list[str]:
    return [hit.path for hit in Library([SCOPE], SourcePolicy()).search(words, limit=9)]


def index(*documents: object, complete: bool = False) -> object:
    return index_documents(documents, scope=SCOPE, source_name="Pages", kind="test", complete=complete)


def test_indexing_again_touches_nothing() -> None:
    before = list(Passage.objects.order_by("pk").values())
    done = index(france(), harbour_union())
    assert (done.added, done.changed, done.unchanged) == (0, 0, 2)
    assert list(Passage.objects.order_by("pk").values()) == before


def test_a_changed_text_is_a_new_version_and_the_old_one_stays() -> None:
    old = find_page("/library/france/", SCOPE)
    assert index(page("France", FRANCE | {"Flag": ["It is striped."]})).changed == 1
    new = find_page("/library/france/", SCOPE)
    assert new.pk != old.pk
    assert found(["striped"]) == ["/library/france/"]
    assert find_page("/library/france/", SCOPE, old.content_hash).text == old.text
    assert not Passage.objects.filter(page=old).exists()


def test_new_names_alone_change_the_page_in_place() -> None:
    old = find_page("/library/france/", SCOPE)
    index(page("France", FRANCE, aliases=("Hexagon",)))
    new = find_page("/library/france/", SCOPE)
    assert (new.pk, new.content_hash) == (old.pk, old.content_hash)
    assert Name.objects.filter(key="hexagon", page=new).exists()
    assert not Name.objects.filter(key="french republic").exists()


def test_a_text_that_returns_is_its_old_version() -> None:
    old = find_page("/library/france/", SCOPE)
    index(page("France", {"": ["Nothing is left."]}))
    index(france())
    assert find_page("/library/france/", SCOPE).pk == old.pk
    assert found(["hexagon", "aircraft"]) == ["/library/france/"]


def test_a_complete_source_loses_its_other_pages() -> None:
    done = index(france(), complete=True)
    assert (done.unchanged, done.retired) == (1, 1)
    assert find_page("/library/harbour-union/", SCOPE) is None
    assert found(["seaports"]) == []


def test_a_page_is_found_in_its_own_scope_only() -> None:
    add([page("Secret", {"": ["Hidden."]})], scope="other")
    assert find_page("/library/secret/", SCOPE) is None
    assert find_page("/library/secret/", "other").title == "Secret"


def test_a_page_gives_back_its_document() -> None:
    made = find_page("/library/france/", SCOPE)
    assert made.document == france()
    assert made.text == france().text
