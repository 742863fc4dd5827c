import os
from threading import Event, Thread

import numpy as np
import pytest

from engine import neural
from engine.document import Block, Document
from engine.index import index_documents
from engine.models import Passage, Vector
from engine.neural import embed, vectors

pytestmark = pytest.mark.django_db(databases=["default", "engine"])


def add(*titles: str, text: str = "It lies by the sea.") -> None:
    documents = [
        Document(
            path=f"/{title}/", title=title, kind="page", blocks=(Block("paragraph", text),), source="The test"
        )
        for title in titles
    ]
    index_documents(documents, scope="team", source_name="here", kind="file")


def test_passages_get_their_vectors_a_few_at_a_time() -> None:
    add("Ports", "Alps", "Rivers")
    assert [vectors.embed_some(2), vectors.embed_some(2), vectors.embed_some(2)] == [2, 1, 0]
    rows = Vector.objects.order_by("passage__page__title").values_list("model", "values")
    assert [(model, len(values)) for model, values in rows] == [(neural.MODEL, 384)] * 3
    found = vectors.unpacked(values for _, values in rows) @ embed(["What is known of the mountains?"])[0]
    assert found.argmax() == 0


def test_a_passage_of_several_sentences_has_a_vector_for_each_of_them_too() -> None:
    add("Ports", text="Ships call here. Wolves live in the hills. It rains.")
    vectors.embed_some()
    found = vectors.unpacked([Vector.objects.get().values]) @ embed(["Ports\nWolves live in the hills."])[0]
    assert found.argmax() == 2
    assert len(found) == 4


def test_a_page_that_changes_is_embedded_anew_and_leaves_nothing_behind() -> None:
    add("Ports")
    vectors.embed_some()
    add("Ports", text="It was moved inland.")
    assert not Vector.objects.exists()
    assert vectors.embed_some() == 1
    assert Vector.objects.get().passage.text == "It was moved inland."


def test_vectors_of_another_model_are_replaced() -> None:
    add("Ports")
    Vector.objects.create(passage=Passage.objects.get(), model="older", values=b"1")
    assert vectors.embed_some() == 1
    assert Vector.objects.get().model == neural.MODEL


def test_a_passage_that_went_meanwhile_is_left_alone() -> None:
    add("Ports")
    here = Passage.objects.get().pk
    vectors.store({here: b"1", here + 1: b"2"})
    assert Vector.objects.get().pk == here


def test_a_backlog_goes_on_where_it_was(django_assert_num_queries) -> None:
    add("Ports", "Alps")
    backlog = vectors.Backlog()
    assert (backlog.embed_some(1), backlog.embed_some()) == (1, 1)
    add("Rivers")
    assert backlog.embed_some() == 1
    with django_assert_num_queries(1, connection=vectors.connections["engine"]):
        assert backlog.embed_some() == 0


def test_bytes_keep_the_direction() -> None:
    made = embed(["The Rhine rises in the Alps.", "Prime numbers"])
    again = vectors.unpacked(vectors.packed(made))
    assert np.sum(made * again, axis=1).min() > 0.999
    assert vectors.unpacked([]).shape == (0, 384)


def test_the_thread_works_on_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping, counts, nice = Event(), iter([2, 0]), []

    class Stub:
        def embed_some(self) -> int:
            nice.append(os.getpriority(os.PRIO_PROCESS, 0))
            count = next(counts, None)
            if count is None:
                stopping.set()
                raise RuntimeError("The disk is away.")
            return count

    monkeypatch.setattr(vectors, "Backlog", Stub)
    monkeypatch.setattr(vectors, "IDLE_SECONDS", 0.001)
    thread = Thread(target=vectors.keep_up, args=(stopping,))
    thread.start()
    thread.join(10)
    assert nice == [vectors.NICE] * 3
    assert not thread.is_alive()
