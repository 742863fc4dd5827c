import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext

from provider.types import parse_task_run_input
from runs import live
from runs.groups import add_runs, create_group
from tests.runs.making import completed, failed
from tests.runs.test_exports import lines_of
from web.hub import Event

EMPTY = "/batches/"
MISSING = f"/batches/tgrp_{'0' * 32}/"


@pytest.fixture
def make(workspace, member):
    """A batch of so many runs: ``make(2, metadata={"sheet": "a"})``."""

    def make(size=2, **fields):
        group = create_group(workspace=workspace, made_by=member, **fields)
        sent = [{"input": f"Country {number}", "processor": "lite"} for number in range(1, size + 1)]
        add_runs(group=group, requests=[parse_task_run_input(each) for each in sent])
        return group

    return make


def text_of(answer):
    return answer.content.decode()


def test_without_a_batch_the_page_says_what_one_is(client, db):
    assert "POST /v1/tasks/groups" in text_of(client.get(EMPTY))


def test_each_batch_is_listed_by_its_metadata_with_how_far_it_is(client, make):
    group = make(3, metadata={"sheet": "suppliers"})
    completed(group.runs.first())
    page = text_of(client.get(EMPTY))
    assert "sheet: suppliers" in page
    assert "1 of 3" in page


def test_a_batch_without_metadata_is_named_after_its_day(client, make):
    group = make()
    assert f"Batch of {group.created_at:%-d %B %Y}" in text_of(client.get(EMPTY))


def test_the_newest_batch_comes_first_and_older_ones_on_the_next_page(client, make, monkeypatch):
    monkeypatch.setattr("runs.views.batches.PAGE_SIZE", 1)
    old, new = make(metadata={"n": "old"}), make(metadata={"n": "new"})
    first = client.get(EMPTY)
    assert [batch.group for batch in first.context["batches"]] == [new]
    second = client.get(EMPTY, {"after": str(first.context["older"])})
    assert [batch.group for batch in second.context["batches"]] == [old]
    assert second.context["older"] is None


def test_a_batch_shows_its_runs_in_the_order_in_which_they_were_asked(client, make):
    page = text_of(client.get(make(3).get_absolute_url()))
    places = [page.index(f"Country {number}<") for number in (1, 2, 3)]
    assert places == sorted(places)


def test_a_long_batch_comes_in_pages(client, make, monkeypatch):
    monkeypatch.setattr("runs.views.batches.PAGE_SIZE", 2)
    url = make(5).get_absolute_url()
    pages = [text_of(client.get(url, {"after": after})) for after in (0, 2, 4)]
    shown = [[number for number in range(1, 6) if f"Country {number}<" in page] for page in pages]
    assert shown == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize("after", ["-1", "x", "٣", "9" * 30, ""])
def test_a_place_that_is_none_is_the_beginning(client, make, after):
    assert "Country 1<" in text_of(client.get(make().get_absolute_url(), {"after": after}))


def test_a_batch_that_has_no_run_yet_says_how_one_is_added(client, make):
    assert "/runs</span>" in text_of(client.get(make(0).get_absolute_url()))


def test_another_workspaces_batch_is_not_there(outside, make):
    group = make(metadata={"secret": "theirs"})
    assert outside.get(group.get_absolute_url()).status_code == 404
    assert "theirs" not in text_of(outside.get(EMPTY))


@pytest.mark.parametrize("url", [MISSING, "/batches/tgrp_1/", "/batches/x/"])
def test_no_batch_is_not_found(client, db, url):
    assert client.get(url).status_code == 404


def test_whoever_is_signed_out_signs_in_first(visitor, make):
    answer = visitor.get(make().get_absolute_url())
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_markup_in_metadata_is_only_text(client, make):
    group = make(metadata={"<b>": "<script>alert(1)</script>"})
    for url in (EMPTY, group.get_absolute_url()):
        assert "<script>alert" not in text_of(client.get(url))


def test_more_runs_take_no_more_queries(client, make):
    asked = []
    for size in (3, 12):
        url = make(size).get_absolute_url()
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_export_of_a_batch_holds_its_runs_and_no_others(client, make, start):
    group = make(2)
    start({"name": "elsewhere"})
    inputs = [line["request"]["input"] for line in lines_of(client, batch=group.group_id)]
    assert sorted(inputs) == ["Country 1", "Country 2"]


def test_a_name_of_no_batch_is_refused_with_a_sentence(client, db):
    answer = client.get("/runs/", {"batch": "tgrp_1"})
    assert answer.status_code == 422
    assert "No batch has this name" in text_of(answer)


def event_of(run, *topics):
    return Event(1, topics, run.pk)


def frame(topic, run):
    return async_to_sync(live.render)({topic: [event_of(run, topic)]})[topic][0].content.decode()


def test_its_page_is_sent_how_far_it_is_and_the_row_that_changed(make):
    group = make(2)
    run = group.runs.first()
    failed(run)
    html = frame(f"batch:{group.group_id}", run)
    assert '<div id="batch-head"' in html
    assert "1 of 2 done" in html
    assert f'<tr id="{run.run_id}"' in html


def test_the_list_is_sent_the_row_of_the_batch(make, workspace):
    group = make(2)
    html = frame(f"batches:{workspace.pk}", group.runs.first())
    assert f'<tr id="{group.group_id}"' in html


def test_an_event_of_its_run_concerns_the_batch(make, workspace):
    group = make(1)
    topics = async_to_sync(live.events_after)(0)[0].topics
    assert {f"batch:{group.group_id}", f"batches:{workspace.pk}", f"group:{group.group_id}"} <= set(topics)


@pytest.mark.parametrize("topic", ["batches", "batch"])
def test_only_members_of_its_workspace_may_follow_it(make, workspace, outsider, topic):
    group = make(1)
    asked = topic if topic == "batches" else f"batch:{group.group_id}"
    assert live.inner_name(asked, workspace) == (f"batches:{workspace.pk}" if topic == "batches" else asked)
    assert live.inner_name(f"batch:{group.group_id}", outsider.workspace) == ""
