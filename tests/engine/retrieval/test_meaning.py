"""What is near in meaning is found too, once its passage has a vector."""

import pytest

from engine.index import index_documents
from engine.library import Hit, Library
from engine.models import Passage, Vector
from engine.neural import vectors
from engine.policy import SourcePolicy
from engine.retrieval.meaning import Meanings
from engine.retrieval.query import Bounds
from engine.words import words
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")
HERE = Bounds((SCOPE,))


def search(query: str, **more: object) -> list[Hit]:
    return Library([SCOPE], SourcePolicy()).search(words(query), limit=9, **more)


def titles(passage_ids: list[int]) -> list[str]:
    pages = dict(Passage.objects.values_list("pk", "page__title"))
    return [pages[passage] for passage in passage_ids]


def test_a_passage_that_shares_no_word_is_found_by_its_meaning() -> None:
    add([page("Dogs", {"": ["Hounds like to chase hares."]})])
    asked = "puppies hunting rabbits"
    assert search(asked) == []
    vectors.embed_some()
    best = search(asked)[0]
    assert (best.path, best.lexical) == ("/library/dogs/", 0.0)
    assert best.cosine > 0.3


def test_what_is_far_from_the_query_is_not_found() -> None:
    vectors.embed_some()
    assert search("zygomorphic bryophyte") == []


def test_words_that_must_stand_leave_nothing_to_meaning() -> None:
    add([page("Dogs", {"": ["Hounds like to chase hares."]})])
    vectors.embed_some()
    assert search("puppies hunting rabbits", must=["rabbits"]) == []


def test_a_passage_without_a_vector_is_ranked_by_its_words() -> None:
    vectors.embed_some()
    add([page("Dogs", {"": ["Hounds chase hares."]})])
    best = search("hounds chase hares")[0]
    assert (best.path, best.cosine) == ("/library/dogs/", None)


def test_it_keeps_to_the_scopes_and_the_pages() -> None:
    add([page("Dogs", {"": ["Hounds chase hares."]})], scope="other")
    vectors.embed_some()
    france = Passage.objects.filter(page__title="France").values_list("page", flat=True)[0]
    everything = Meanings()
    assert "Dogs" not in titles(everything.nearest("hounds", HERE, 99, -1.0))
    assert titles(everything.nearest("hounds", Bounds(("other",)), 99, -1.0)) == ["Dogs"]
    assert set(titles(everything.nearest("hounds", HERE.among([france]), 99, -1.0))) == {"France"}
    assert everything.nearest("hounds", Bounds(()), 99, -1.0) == []


def test_what_is_new_and_what_is_gone_is_followed() -> None:
    vectors.embed_some()
    known = Meanings()
    before = known.nearest("hounds", HERE, 99, -1.0)
    add([page("Dogs", {"": ["Hounds chase hares."]})])
    vectors.embed_some()
    assert titles(known.nearest("hounds", HERE, 1, -1.0)) == ["Dogs"]
    assert len(known.nearest("hounds", HERE, 99, -1.0)) == len(before) + 1
    changed = [page("Dogs", {"": ["Cats sleep."]}), page("Cats", {"": ["Cats sleep."]})]
    index_documents(changed, scope=SCOPE, source_name="Pages", kind="test", complete=True)
    assert known.nearest("hounds", HERE, 99, -1.0) == []
    vectors.embed_some()
    assert sorted(known.nearest("cats", HERE, 99, -1.0)) == sorted(
        Vector.objects.values_list("pk", flat=True)
    )


def test_the_nearest_come_first_however_they_came_in() -> None:
    subjects = ["hounds chase hares", "ships carry coal", "bread is baked", "stars are far", "rivers run"]
    known = Meanings()
    for subject in subjects:
        add([page(subject.title(), {"": [f"{subject}."]})])
        vectors.embed_some()
        known.nearest(subject, HERE, 1, -1.0)
    assert [titles(known.nearest(subject, HERE, 1, -1.0)) for subject in subjects] == [
        [s.title()] for s in subjects
    ]
