import asyncio

import pytest

from tests.web.world import Browser, in_loop, running_hub, until
from web.hub import QUEUE_LENGTH, RESYNC, Frame, Listener
from web.live import MOST_TOPICS, PING, begun


@in_loop
async def test_who_is_signed_out_is_told_to_sign_in():
    async with running_hub() as (hub, world):
        world.signed_in = False
        browser = Browser(hub, "topics=a")
        assert await browser.status() == 401
        assert b"Sign in" in (await browser.message())["body"]


@pytest.mark.parametrize("query", ["topics=z", "topics=", "", "topics=%00", "topics=a%20", "TOPICS=a"])
@in_loop
async def test_a_topic_that_is_not_theirs_is_not_found(query):
    async with running_hub() as (hub, _):
        assert await Browser(hub, query).status() == 404
        assert not hub.listeners


@in_loop
async def test_what_happens_is_sent_as_a_frame_with_its_number():
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=a").listening()
        world.happen("a")
        assert await browser.frame() == "id: 1\nevent: swap\ndata: <p id=a>[1]</p>\n\n"


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@in_loop
async def test_html_of_several_lines_stays_one_frame(line_end):
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=a").listening()
        world.html = f"<p>{line_end}data: event: resync{line_end}{line_end}</p>"
        world.happen("a")
        lines = "data: <p>\ndata: data: event: resync\ndata: \ndata: </p>\n"
        assert await browser.frame() == f"id: 1\nevent: swap\n{lines}\n"


@in_loop
async def test_a_stream_is_never_kept_by_a_cache_or_gathered_by_a_proxy():
    async with running_hub() as (hub, _):
        headers = dict((await Browser(hub, "topics=a").message())["headers"])
        assert headers[b"content-type"] == b"text/event-stream"
        assert headers[b"cache-control"] == b"no-store"
        assert headers[b"x-accel-buffering"] == b"no"


@in_loop
async def test_a_frame_is_made_once_for_all_who_listen():
    async with running_hub() as (hub, world):
        browsers = [await Browser(hub, "topics=a").listening() for _ in range(3)]
        world.happen("a")
        assert len({await browser.frame() for browser in browsers}) == 1
        assert world.rendered == [("a", [1])]


@in_loop
async def test_events_that_came_together_make_one_frame_a_topic():
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=a,b").listening()
        for topics in [("a",), ("a", "b"), ("a",)]:
            world.happen(*topics)
        assert [await browser.frame(), await browser.frame()] == [
            "id: 3\nevent: swap\ndata: <p id=a>[1, 2, 3]</p>\n\n",
            "id: 2\nevent: swap\ndata: <p id=b>[2]</p>\n\n",
        ]


@in_loop
async def test_nobody_gets_the_frames_of_another_topic():
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=b").listening()
        world.happen("a")
        world.happen("b")
        assert "id=b" in await browser.frame()
        assert world.rendered == [("b", [2])]


@in_loop
async def test_only_the_topics_that_are_theirs_are_listened_to():
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=z,b").listening()
        world.happen("z", "b")
        assert "id=b" in await browser.frame()


@in_loop
async def test_no_more_than_fifty_topics_are_looked_up():
    async with running_hub() as (hub, world):
        await Browser(hub, "topics=" + ",".join(["a"] * 1000)).listening()
        assert len(world.asked_for[0]) == MOST_TOPICS


@in_loop
async def test_a_browser_that_comes_back_is_sent_what_it_missed():
    async with running_hub() as (hub, world):
        for topic in ("a", "b", "a"):
            world.happen(topic)
        browser = await Browser(hub, "topics=a&after=0", last_seen="1").listening()
        assert "<p id=a>[3]</p>" in await browser.frame()


@in_loop
async def test_a_page_names_the_newest_event_that_it_shows():
    async with running_hub() as (hub, world):
        world.happen("a")
        world.happen("a")
        browser = await Browser(hub, "topics=a&after=1").listening()
        assert "<p id=a>[2]</p>" in await browser.frame()


@pytest.mark.parametrize("after", ["", "-1", "1.5", "x", "٣", "9" * 40, "1;2", "%00"])
@in_loop
async def test_without_a_number_to_go_on_from_nothing_is_sent_again(after):
    async with running_hub() as (hub, world):
        world.happen("a")
        browser = await Browser(hub, f"topics=a&after={after}").listening()
        world.happen("a")
        assert "<p id=a>[2]</p>" in await browser.frame()


@in_loop
async def test_who_comes_back_is_not_sent_the_frames_of_other_topics():
    async with running_hub() as (hub, world):
        world.happen("a", "b")
        browser = await Browser(hub, "topics=b&after=0").listening()
        world.happen("b")
        assert [("id=b" in await browser.frame()) for _ in range(2)] == [True, True]


@in_loop
async def test_no_event_is_lost_while_what_was_missed_is_drawn():
    async with running_hub() as (hub, world):
        world.happen("a")
        await until(lambda: hub.cursor == 1)
        seen = []

        async def meanwhile():
            if not seen:
                seen.append(True)
                world.happen("a")
                await until(lambda: hub.cursor == 2)

        world.while_drawing = meanwhile
        browser = Browser(hub, "topics=a&after=0")
        assert await browser.status() == 200
        frames = await browser.frame() + await browser.frame()
        assert "<p id=a>[1]</p>" in frames
        assert "<p id=a>[2]</p>" in frames


@in_loop
async def test_what_happens_meanwhile_comes_after_what_was_missed_and_not_twice():
    async with running_hub() as (hub, world):
        for _ in range(2):
            world.happen("a")
        await until(lambda: hub.cursor == 2)
        drawing, pages = asyncio.Event(), []

        async def meanwhile():
            if not drawing.is_set():
                drawing.set()
                (page,) = hub.listeners["a"]
                for number in (2, 3):  # the one was read with what was missed, the other is newer
                    page.put([Frame(number, b"frame %d" % number)])
                pages.append(page)

        world.while_drawing = meanwhile
        browser = await Browser(hub, "topics=a&after=0").listening()
        assert "<p id=a>[1, 2]</p>" in await browser.frame()
        assert await browser.frame() == "frame 3"
        pages[0].put([Frame(4, b"frame 4")])
        assert await browser.frame() == "frame 4"


@in_loop
async def test_who_missed_more_than_is_read_at_once_loads_the_page_again(monkeypatch):
    monkeypatch.setattr("web.live.MOST_AT_ONCE", 3)
    async with running_hub() as (hub, world):
        for _ in range(3):
            world.happen("a")
        browser = await Browser(hub, "topics=a&after=0").listening()
        assert await browser.frame() == RESYNC.decode()


@in_loop
async def test_a_flood_of_events_is_read_to_its_end(monkeypatch):
    monkeypatch.setattr("web.hub.MOST_AT_ONCE", 2)
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=a").listening()
        world.most = 2
        for _ in range(5):
            world.happen("a")
        assert ["[1, 2]" in await browser.frame(), "[3, 4]" in await browser.frame()] == [True, True]
        assert "[5]" in await browser.frame()


@in_loop
async def test_the_table_is_not_asked_again_once_it_gave_all():
    async with running_hub() as (hub, world):
        await until(lambda: not world.news.is_set())
        reads = []
        world.before_reading = lambda: reads.append(hub.cursor)
        browser = await Browser(hub, "topics=a").listening()
        world.happen("a")
        await browser.frame()
        assert reads == [0]


@in_loop
async def test_who_reads_too_slowly_is_told_to_load_the_page_again():
    listener = Listener("a")
    for number in range(QUEUE_LENGTH + 1):
        listener.put([Frame(number, b"")])
    assert listener.frames == [Frame(QUEUE_LENGTH, RESYNC)]


@in_loop
async def test_a_browser_that_keeps_up_is_written_to_without_any_wait():
    async with running_hub() as (hub, _):
        browser = await Browser(hub, "topics=a").listening()
        (page,) = hub.listeners["a"]
        page.put([Frame(1, b"one"), Frame(2, b"two")])
        assert [browser.messages.get_nowait()["body"] for _ in range(2)] == [b"one", b"two"]


@in_loop
async def test_a_slow_browser_gets_all_in_order_and_holds_nobody_up():
    async with running_hub() as (hub, world):
        slow = await Browser(hub, "topics=a").listening()
        quick = await Browser(hub, "topics=a").listening()
        slow.reads.clear()
        for number in (1, 2, 3):
            world.happen("a")
            assert f"[{number}]" in await quick.frame()
        assert slow.messages.empty()
        slow.reads.set()
        assert [f"[{number}]" in await slow.frame() for number in (1, 2, 3)] == [True] * 3
        world.happen("a")
        assert "[4]" in await slow.frame()


@in_loop
async def test_a_browser_that_is_much_too_slow_is_told_to_load_the_page_again():
    async with running_hub() as (hub, _):
        browser = await Browser(hub, "topics=a").listening()
        browser.reads.clear()
        (page,) = hub.listeners["a"]
        for number in range(QUEUE_LENGTH + 2):
            page.put([Frame(number, b"%d" % number)])
        browser.reads.set()
        assert [await browser.frame() for _ in range(2)] == ["0", RESYNC.decode()]


@in_loop
async def test_a_slow_browser_is_sent_nothing_that_waited_once_its_session_is_over():
    async with running_hub() as (hub, _):
        browser = await Browser(hub, "topics=a").listening()
        browser.reads.clear()
        (page,) = hub.listeners["a"]
        for number in range(3):
            page.put([Frame(number, b"%d" % number)])
        page.end("withdrawn")
        browser.reads.set()
        assert await browser.frame() == "0"  # it was under way
        assert await browser.frame() == ""
        assert browser.messages.empty()


@in_loop
async def test_a_slow_browser_is_not_sent_pings_on_top(monkeypatch):
    monkeypatch.setattr("web.live.PING_SECONDS", 0)
    async with running_hub() as (hub, _):
        browser = await Browser(hub, "topics=a").listening()
        browser.reads.clear()
        (page,) = hub.listeners["a"]
        page.put([Frame(1, b"one")])
        for _ in range(3):
            page.beat(page._opened)
        browser.reads.set()
        assert (await browser.message())["body"] == b"one"
        await until(lambda: page._held is None)
        assert browser.messages.empty()


@in_loop
async def test_who_leaves_while_a_frame_waits_leaves_nothing_behind():
    async with running_hub() as (hub, _):
        others = asyncio.all_tasks()
        browser = await Browser(hub, "topics=a").listening()
        browser.reads.clear()
        (page,) = hub.listeners["a"]
        page.put([Frame(1, b"one")])
        await browser.leave()
        await until(lambda: asyncio.all_tasks() == others)
        assert not hub.listeners
        page.put([Frame(2, b"two")])
        assert browser.messages.empty()


@in_loop
async def test_a_page_that_can_not_be_written_to_takes_nothing_from_the_others(caplog):
    async with running_hub() as (hub, world):
        browsers = [await Browser(hub, "topics=a").listening() for _ in range(3)]
        browsers[1].reads = None  # nothing can be asked of it, and so sending fails
        world.happen("a")
        assert ["[1]" in await browser.frame() for browser in (browsers[0], browsers[2])] == [True, True]
        assert "could not be written to" in caplog.text


@in_loop
async def test_everybody_is_told_however_few_are_told_at_once(monkeypatch):
    monkeypatch.setattr("web.hub.SPREAD_AT_ONCE", 2)
    async with running_hub() as (hub, world):
        browsers = [await Browser(hub, "topics=a").listening() for _ in range(5)]
        world.happen("a")
        assert ["[1]" in await browser.frame() for browser in browsers] == [True] * 5


@in_loop
async def test_what_needs_no_wait_is_done_at_once_and_what_does_is_carried_on():
    done, gate = [], asyncio.Event()

    async def work(name, waits):
        for _ in range(waits):
            await asyncio.sleep(0)
        await gate.wait()
        done.append(name)

    slow = [begun(work("one", 0)), begun(work("two", 2))]
    assert done == []
    gate.set()
    assert begun(work("three", 0)) is None
    assert done == ["three"]
    await asyncio.gather(*slow)
    assert sorted(done) == ["one", "three", "two"]


@in_loop
async def test_who_leaves_is_no_longer_listened_for():
    async with running_hub() as (hub, _):
        browser = await Browser(hub, "topics=a").listening()
        assert hub.listeners
        await browser.leave()
        assert not hub.listeners


@in_loop
async def test_stopping_ends_every_open_stream():
    async with running_hub() as (hub, _):
        browsers = [await Browser(hub, "topics=a").listening() for _ in range(3)]
        await hub.stop()
        assert [await browser.ended() for browser in browsers] == [True] * 3
        assert not hub.listeners


@in_loop
async def test_whoever_comes_while_the_server_stops_is_sent_the_end():
    async with running_hub() as (hub, _):
        hub.close()
        assert await (await Browser(hub, "topics=a&after=0").listening()).ended()
        assert not hub.listeners


@in_loop
async def test_of_a_request_nothing_is_kept_while_its_page_is_open():
    async with running_hub() as (hub, _):
        browser = Browser(hub, "topics=a", last_seen="7")
        headers = browser.scope["headers"]
        await browser.listening()
        await until(lambda: hub.listeners and not headers)
        assert browser.scope == {"method": "GET"}


@in_loop
async def test_a_stream_ends_after_a_while_so_that_rights_are_looked_at_again(monkeypatch):
    monkeypatch.setattr("web.live.LONGEST_STREAM_SECONDS", 0.01)
    monkeypatch.setattr("web.hub.BEAT_SECONDS", 0)
    async with running_hub() as (hub, _):
        assert await (await Browser(hub, "topics=a").listening()).ended()


@in_loop
async def test_a_quiet_stream_is_kept_open_by_pings(monkeypatch):
    monkeypatch.setattr("web.live.PING_SECONDS", 0.001)
    monkeypatch.setattr("web.hub.BEAT_SECONDS", 0)
    async with running_hub() as (hub, _):
        browser = await Browser(hub, "topics=a").listening()
        assert [(await browser.message())["body"] for _ in range(3)] == [PING] * 3


@in_loop
async def test_a_frame_that_can_not_be_made_takes_nothing_from_the_others():
    async with running_hub() as (hub, world):
        unlucky = await Browser(hub, "topics=a").listening()
        lucky = await Browser(hub, "topics=b").listening()
        world.broken = {"a"}
        world.happen("a", "b")
        assert "<p id=b>[1]</p>" in await lucky.frame()
        assert await unlucky.ended()


@in_loop
async def test_whose_frame_could_not_be_made_gets_it_on_coming_back():
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=a&after=0").listening()
        world.broken = {"a"}
        world.happen("a")
        assert await browser.ended()
        world.broken = set()
        again = await Browser(hub, "topics=a&after=0").listening()
        assert "<p id=a>[1]</p>" in await again.frame()


@in_loop
async def test_the_hub_goes_on_when_the_database_comes_back(monkeypatch):
    real, lost = asyncio.sleep, [RuntimeError("the database is away")]
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: real(0))
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=a").listening()
        world.before_reading = lambda: raise_once(lost)
        world.happen("a")
        await until(lambda: not lost)
        world.happen("a")
        assert "<p id=a>[1, 2]</p>" in await browser.frame()


def raise_once(errors: list[Exception]) -> None:
    if errors:
        raise errors.pop()


@in_loop
async def test_who_may_no_longer_listen_hears_no_more(monkeypatch):
    monkeypatch.setattr("web.hub.GUARD_SECONDS", 0)
    async with running_hub() as (hub, world):
        listeners = {grant: hub.join(["a"], asyncio.Future, grant) for grant in ("", "1", "2")}
        world.withdrawn = {"1"}
        await until(lambda: listeners["1"].over == "withdrawn")
        assert [listeners[grant].over for grant in ("", "2")] == ["", ""]


@in_loop
async def test_the_guard_goes_on_when_the_database_comes_back(monkeypatch, caplog):
    monkeypatch.setattr("web.hub.GUARD_SECONDS", 0)
    async with running_hub() as (hub, world):
        listener = hub.join(["a"], asyncio.Future, "1")
        world.withdrawn = None  # nothing can be taken from it, and so the guard fails
        await until(lambda: "could not look at its grants" in caplog.text)
        assert listener.over == ""
        world.withdrawn = {"1"}
        await until(lambda: listener.over == "withdrawn")


@in_loop
async def test_whoever_joins_while_the_server_stops_is_told_so():
    async with running_hub() as (hub, _):
        await hub.stop()
        assert hub.join(["a"], asyncio.Future).over == "closing"


@in_loop
async def test_a_wait_ends_when_its_time_is_up():
    async with running_hub() as (hub, _):
        assert await hub.join(["a"], asyncio.Future).next(0.001) == []


@in_loop
async def test_the_stream_of_a_page_ends_with_its_session(monkeypatch):
    monkeypatch.setattr("web.hub.GUARD_SECONDS", 0)
    async with running_hub() as (hub, world):
        world.session = "signed out soon"
        browser = await Browser(hub, "topics=a").listening()
        world.withdrawn = {"signed out soon"}
        assert await browser.ended()


class Broken(Listener):
    def put(self, frames):
        raise RuntimeError("it is closed")

    beat = put


@in_loop
async def test_a_listener_that_can_not_be_told_is_left_out_and_the_others_hear_all(caplog):
    async with running_hub() as (hub, world):
        browser = await Browser(hub, "topics=a").listening()
        hub.add(Broken(["a"]))
        world.happen("a")
        assert "[1]" in await browser.frame()
        await until(lambda: len(hub.everybody()) == 1)
        assert "could not be told" in caplog.text
