import pytest
from asgiref.sync import async_to_sync, sync_to_async

from runs import waiting
from runs.services import cancel_run
from runs.waiting import listening, until_over
from web.hub import Frame, hub


def signs_of(run, *happenings):
    """How often it shows that the run is active, while one thing after another happens."""

    async def wait():
        left, signs = list(happenings), 0
        with listening(run) as listener:
            async for _ in until_over(listener, run):
                signs += 1
                await sync_to_async(left.pop(0))(listener)
        return signs, listener.over

    return async_to_sync(wait)()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(waiting, "SIGN_OF_LIFE_SECONDS", 0)


def nothing(listener):
    pass


def ended(run):
    def end(listener):
        cancel_run(run=run)
        listener.put([Frame(1, b"")])

    return end


def test_a_run_that_is_over_is_not_waited_for(start):
    run = start()
    cancel_run(run=run)
    assert signs_of(run) == (0, "")


def test_it_is_waited_for_until_it_ends(start):
    run = start()
    assert signs_of(run, nothing, nothing, ended(run)) == (3, "")


def test_news_that_are_no_end_are_no_end(start):
    run = start()
    assert signs_of(run, lambda listener: listener.put([Frame(1, b"")]), ended(run)) == (2, "")


def test_an_end_that_nobody_told_is_found_all_the_same(start, monkeypatch):
    monkeypatch.setattr(waiting, "LOOK_AGAIN_SECONDS", -1)
    run = start()
    assert signs_of(run, nothing, lambda _: cancel_run(run=run)) == (2, "")


@pytest.mark.parametrize("why", ["closing", "withdrawn", "gone"])
def test_nobody_waits_who_can_hear_no_more(start, why):
    run = start()
    assert signs_of(run, lambda listener: listener.end(why)) == (1, why)
    run.refresh_from_db()
    assert run.is_active


def test_whoever_has_waited_is_not_listening_any_more(start):
    run = start()
    signs_of(run, ended(run))
    assert f"result:{run.run_id}" not in hub.listeners
