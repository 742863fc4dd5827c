from threading import Event

import pytest

from engine import neural
from engine.neural import background, vectors


def test_what_is_indexed_is_embedded_as_long_as_the_block_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = Event(), Event()

    def keep_up(stopping: Event) -> None:
        began.set()
        stopping.wait(10)
        ended.set()

    monkeypatch.setattr(neural, "available", lambda: True)
    monkeypatch.setattr(vectors, "keep_up", keep_up)
    with background.embedding_beside():
        assert began.wait(10)
        assert not ended.is_set()
    assert ended.is_set()


def test_without_the_reader_level_nothing_is_started(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYLESS = True
    monkeypatch.setattr(background, "beside", None)
    with background.embedding_beside():
        assert not neural.available()
