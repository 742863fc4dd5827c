import re
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError

from runs import live
from runs.models import Run, RunEvent
from tests.runs.making import completed, failed, running
from web.hub import RESYNC, Event
from web.live import MOST_CHANGED

ask_who, newest, events_after, render_news = map(
    async_to_sync, (live.authorise, live.newest, live.events_after, live.render)
)


def authorise(scope, topics):
    """The topics that are theirs; None if nobody is signed in."""
    visitor = ask_who(scope, topics)
    return visitor and visitor.topics


def render(topic, events):
    """What a page is sent for these events, without the frame around it."""
    content = render_news({topic: events})[topic][0].content.decode()
    return "\n".join(line.removeprefix("data: ") for line in content.split("\n")[2:]).rstrip("\n")


def scope(client=None):
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()) if client else ""
    return {
        "type": "http",
        "method": "GET",
        "path": "/events",
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode())],
    }


def event(run):
    return Event(1, (f"run:{run}",), run.pk)


def ids_in(html):
    return re.findall(r'^<\w+ id="([^"]+)"', html, re.M)


def test_a_member_may_follow_the_workspace_and_its_runs(client, workspace, start):
    run = start()
    assert authorise(scope(client), ["runs", f"run:{run}"]) == (f"workspace:{workspace.pk}", f"run:{run}")


def test_a_stranger_may_follow_only_what_is_theirs(outside, outsider, start):
    run, own = start(), f"workspace:{outsider.workspace.pk}"
    assert authorise(scope(outside), [f"run:{run}"]) == ()
    assert authorise(scope(outside), ["runs", f"run:{run}"]) == (own,)


def test_whoever_is_signed_out_may_follow_nothing(client, start):
    topics = ["runs", f"run:{start()}"]
    assert authorise(scope(), topics) is None
    client.logout()
    assert authorise(scope(client), topics) is None


def test_a_session_that_is_made_up_is_nobody(client):
    client.cookies["sessionid"] = "x" * 32
    assert authorise(scope(client), ["runs"]) is None


@pytest.mark.parametrize(
    "topic", ["", "run:", "run:trun_1", "run:trun_" + "0" * 32, "workspace:1", "é", "run:../"]
)
def test_a_topic_that_is_none_is_left_out(client, topic):
    assert authorise(scope(client), [topic]) == ()


def test_the_newest_event_is_the_cursor(start):
    run = start()
    assert newest() == run.events.last().pk


def test_before_the_first_event_the_cursor_is_zero(workspace):
    assert newest() == 0


def test_events_come_in_order_and_only_after_the_cursor(start):
    first = start()
    cursor = newest()
    second = running(start())
    found = events_after(cursor)
    assert [item.payload for item in found] == [second.pk] * 3
    assert [item.number for item in found] == sorted(item.number for item in found)
    assert first.pk not in [item.payload for item in found]


def test_an_event_concerns_its_pages_and_the_clients_that_wait_for_it(workspace, start):
    run = start()
    pages = (f"run:{run}", f"workspace:{workspace.pk}")
    assert events_after(0)[0].topics == (*pages, f"result:{run}", f"trace:{run}")


def test_a_database_that_breaks_off_is_asked_over_a_new_connection(monkeypatch):
    let_go = []
    monkeypatch.setattr(live, "connection", SimpleNamespace(close=lambda: let_go.append(True)))
    monkeypatch.setattr(RunEvent.objects, "newest_id", broken)
    with pytest.raises(OperationalError):
        newest()
    assert let_go == [True]


def broken():
    raise OperationalError("gone")


def test_no_more_is_read_than_a_frame_can_use(start, monkeypatch):
    monkeypatch.setattr(live, "MOST_AT_ONCE", 4)
    for _ in range(6):
        start()
    assert len(events_after(0)) == 4


def test_a_frame_of_a_run_is_the_part_that_its_page_holds(start):
    run = running(start())
    html = render(f"run:{run}", [event(run)])
    assert html.strip().startswith('<div id="run-live"')
    assert 'data-state="running"' in html
    completed_run = completed(start())
    html = render(f"run:{completed_run}", [event(completed_run)])
    assert "data-live-over" in html
    assert "Why capital." in html


def test_a_frame_of_the_list_is_a_row_per_run(workspace, start):
    runs = [running(start()), failed(start(), "<b>No</b>")]
    html = render(f"workspace:{workspace.pk}", [event(run) for run in [*runs, *runs]])
    assert sorted(ids_in(html)) == sorted(run.run_id for run in runs)
    assert "&lt;b&gt;No&lt;/b&gt;" in html


def test_a_row_of_a_frame_is_the_row_of_the_list(client, workspace, start):
    run = completed(start())
    html = render(f"workspace:{workspace.pk}", [event(run)])
    assert html.strip() in client.get("/runs/").content.decode()


def frame_of(topic, runs):
    return render_news({topic: [event(run) for run in runs]})[topic][0].content.decode()


def test_no_row_is_left_as_it_was_however_many_changed(workspace, start):
    topic, runs = f"workspace:{workspace.pk}", [start() for _ in range(MOST_CHANGED)]
    frame = frame_of(topic, runs)
    assert all(f'id="{run}"' in frame for run in runs)
    assert frame_of(topic, [*runs, start()]).encode() == RESYNC


def test_a_run_that_is_gone_is_an_empty_frame(workspace, start):
    run = start()
    gone = event(run)
    Run.objects.all().delete()
    assert render(f"run:{run}", [gone]) == render(f"workspace:{workspace.pk}", [gone]) == ""


def test_a_frame_asks_as_often_for_twenty_rows_as_for_ten(workspace, start, django_assert_num_queries):
    runs = [completed(start()) for _ in range(20)]
    for some in (runs[:10], runs):
        with django_assert_num_queries(1):
            render(f"workspace:{workspace.pk}", [event(run) for run in some])
