import pytest

from engine.library import Library
from engine.policy import SourcePolicy
from engine.retrieval import ranker
from engine.words import words
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")


def found(query: str, limit: int = 9, **more: object) -> list[str]:
    hits = Library([SCOPE], SourcePolicy()).search(words(query), limit=limit, **more)
    return [hit.path.strip("/").split("/")[-1] for hit in hits]


def test_a_passage_that_says_it_together_comes_before_one_that_says_the_words_apart() -> None:
    apart = "The bay is wide. Its old ferry is blue. A lighthouse stands on the island. Nothing is red here."
    add(
        [
            page("Apart", {"": [apart]}),
            page("Together", {"": [f"The red lighthouse is old. {'So it is. ' * 40}"]}),
        ]
    )
    assert found("the red lighthouse")[0] == "together"


def test_when_is_answered_by_a_number() -> None:
    add(
        [
            page("Blue ferry", {"": ["The ferry was first built by the port."]}),
            page("Grey ferry", {"": ["The ferry was first built in 1931 there."]}),
        ]
    )
    assert found("When was the ferry first built?")[0] == "grey-ferry"


def test_of_copies_under_one_title_one_is_found() -> None:
    twins = [page("Lighthouse", {"": ["It is red."]}, path=f"/{host}/lighthouse/") for host in "ab"]
    add(
        [
            *twins,
            page("Lighthouse keeper", {"": ["It is red."]}),
            page("Lighthouse", {"": ["It is 9."]}, path="/c/"),
        ]
    )
    assert found("lighthouse is red").count("lighthouse") == 1
    assert len(found("lighthouse is red")) == 3
    assert found("lighthouse", limit=1) == ["lighthouse"]


def test_what_is_not_looked_at_closely_comes_last_in_its_order(monkeypatch) -> None:
    add([page(f"Port {number}", {"": [f"A port. {'It is far away. ' * number}"]}) for number in range(1, 9)])
    everything = Library([SCOPE], SourcePolicy()).search(["port"], limit=20)
    monkeypatch.setattr(ranker, "DEPTH", 3)
    some = Library([SCOPE], SourcePolicy()).search(["port"], limit=20)
    assert {hit.passage_id for hit in some} == {hit.passage_id for hit in everything}
    assert [hit.score for hit in some] == sorted((hit.score for hit in some), reverse=True)
    assert [hit.lexical for hit in some[3:]] == sorted((hit.lexical for hit in some[3:]), reverse=True)


def test_the_same_search_finds_the_same() -> None:
    add([page(f"Twin {number}", {"": ["A lighthouse stands here."]}) for number in range(40)])
    first = found("lighthouse", limit=40)
    assert first == found("lighthouse", limit=40)
    assert first[:5] == found("lighthouse", limit=5)
    assert len(first) == 40


def test_the_weights_add_up_to_one() -> None:
    for weights in (ranker.BY_WORDS, ranker.BY_MEANING):
        assert round(sum(weights), 9) == 1
