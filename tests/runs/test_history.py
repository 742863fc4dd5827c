import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from runs.history import COUNT_UP_TO, PAGE_SIZE, Page, Place, page_of
from runs.models import Run
from tests.runs.making import completed, failed, json_output

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(run, moment):
    Run.objects.filter(pk=run.pk).update(created_at=moment)
    return run


def rows_in(html):
    return re.findall(r'<tr id="(trun_[0-9a-f]{32})"', html)


def shown(client, **query):
    answer = client.get("/runs/", query)
    assert answer.status_code == 200
    return rows_in(answer.content.decode())


def links(html):
    return {rel: unescape(href) for rel, href in re.findall(r'rel="(prev|next)" href="([^"]+)"', html)}


@pytest.fixture
def many(start):
    """More than two pages of runs, most of them made in the very same microsecond."""
    runs = [start(f"Number {number}") for number in range(2 * PAGE_SIZE + 7)]
    Run.objects.filter(pk__in=[run.pk for run in runs[5:]]).update(created_at=NOON)
    return runs


def test_the_newest_run_comes_first(client, start):
    old, new = at(start("old"), NOON), at(start("new"), NOON + timedelta(seconds=1))
    assert shown(client) == [new.run_id, old.run_id]


def test_without_a_run_the_page_leads_to_the_first_one(client):
    page = client.get("/runs/").content.decode()
    assert "No run yet" in page
    assert "/playground/?template=" in page


def test_without_a_match_the_page_says_so_and_leads_back(client, start):
    start()
    page = client.get("/runs/", {"q": "nowhere"}).content.decode()
    assert "No run matches" in page
    assert "Show all runs" in page


def test_paging_neither_skips_nor_repeats_though_all_were_made_at_once(client, many):
    seen, address = [], "/runs/"
    while address:
        page = client.get(address).content.decode()
        seen += rows_in(page)
        address = (after := links(page).get("next")) and f"/runs/{after}"
    assert len(seen) == len(many)
    assert set(seen) == {run.run_id for run in many}


def test_paging_back_shows_the_same_pages(client, many):
    first = client.get("/runs/").content.decode()
    second = client.get("/runs/" + links(first)["next"]).content.decode()
    third = client.get("/runs/" + links(second)["next"]).content.decode()
    back = client.get("/runs/" + links(third)["prev"]).content.decode()
    again = client.get("/runs/" + links(back)["prev"]).content.decode()
    assert rows_in(back) == rows_in(second)
    assert rows_in(again) == rows_in(first)
    assert "prev" not in links(again)
    assert "next" not in links(third)


def test_a_run_that_arrives_meanwhile_does_not_shift_the_next_page(client, start, many):
    first = client.get("/runs/").content.decode()
    start("newer than all")
    second = client.get("/runs/" + links(first)["next"]).content.decode()
    assert not set(rows_in(first)) & set(rows_in(second))


def test_pages_keep_the_filters(client, many):
    page = client.get("/runs/", {"q": "number", "processor": "lite"}).content.decode()
    after = links(page)["next"]
    assert "q=number" in after
    assert "processor=lite" in after
    assert len(rows_in(client.get("/runs/" + after).content.decode())) == PAGE_SIZE


def test_each_status_is_found_by_its_name(client, runs_in_every_state):
    for status, run in runs_in_every_state.items():
        assert shown(client, status=status) == [run.run_id]


def test_runs_are_found_by_processor_and_provider(client, workspace, start):
    lite, core = start(processor="lite"), start(processor="core")
    other = workspace.providers.create(slug="second", name="Second", kind="engine")
    Run.objects.filter(pk=core.pk).update(provider=other)
    assert shown(client, processor="lite") == shown(client, provider="engine") == [lite.run_id]
    assert shown(client, provider="second") == shown(client, processor="core") == [core.run_id]


def test_a_day_is_whole_from_its_first_to_its_last_microsecond(client, start):
    day = datetime(2026, 3, 1, tzinfo=UTC)
    last = at(start("last"), day + timedelta(days=1, microseconds=-1))
    first = at(start("first"), day)
    at(start("before"), day - timedelta(microseconds=1))
    at(start("after"), day + timedelta(days=1))
    assert shown(client, since="2026-03-01", until="2026-03-01") == [last.run_id, first.run_id]


def test_the_ends_of_the_calendar_are_days_like_others(client, start):
    run = start()
    assert shown(client, since="0001-01-01", until="9999-12-31") == [run.run_id]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"status": "done"}, "Select a valid choice"),
        ({"processor": "warp"}, "Select a valid choice"),
        ({"provider": "<b>"}, "Select a valid choice"),
        ({"since": "yesterday"}, "Enter a valid date"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "The last day is before the first. Swap the two."),
        ({"q": "a\x00b"}, "Null characters are not allowed"),
        ({"q": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_filter_that_makes_no_sense_is_a_sentence_and_the_form_is_kept(client, start, query, sentence):
    start()
    for headers in ({}, {"hx-request": "true", "hx-target": "run-list"}):
        answer = client.get("/runs/", query, headers=headers)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert not rows_in(answer.content.decode())


@pytest.mark.parametrize(
    "place", ["", "x", "=", "é", "%00", "AAAA", "A" * 32, "f" * 32, "_" * 32, "-" * 4000]
)
def test_a_place_that_is_none_is_the_first_page_or_an_empty_one(client, start, place):
    start()
    for name in ("after", "before"):
        assert client.get("/runs/", {name: place}).status_code == 200


@pytest.mark.parametrize("moment", [NOON, datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)])
def test_a_place_survives_the_way_through_the_address(start, moment):
    place = Place.of(Run.objects.get(pk=at(start(), moment).pk))
    assert Place.parse(str(place)) == place


def test_a_place_whose_run_is_gone_still_leads_on(client, start):
    runs = [at(start(str(number)), NOON) for number in range(3)]
    middle = sorted(runs, key=lambda run: run.pk)[1]
    place = Place.of(Run.objects.get(pk=middle.pk))
    middle.delete()
    assert len(shown(client, after=place)) == len(shown(client, before=place)) == 1


def test_the_total_is_counted_up_to_a_limit():
    assert Page([], None, None, 1, True).total_text == "1 run"
    assert Page([], None, None, 1200, True).total_text == "1,200 runs"
    assert Page([], None, None, COUNT_UP_TO, False).total_text == "over 10,000 runs"


def test_the_total_counts_all_that_is_filtered(many):
    assert page_of(Run.objects.all()).total == len(many)


def test_a_row_shows_the_answer_and_how_sure_it_is(client, start):
    completed(start("The country"), json_output({"capital": "Paris", "area": 643801}))
    failed(start("Elsewhere"), "No such place.")
    page = client.get("/runs/").content.decode()
    assert "capital: Paris · area: 643,801" in page
    assert "2 with confidence high" in page
    assert "No such place." in page


def test_a_run_is_open_beside_the_list(client, start):
    run = completed(start("The country"))
    page = client.get("/runs/", {"peek": run.run_id}).content.decode()
    assert f'data-run="{run.run_id}"' in page
    assert "Why capital." in page


def test_without_a_peek_the_panel_is_closed(client, start):
    start()
    page = client.get("/runs/", {"peek": ""}).content.decode()
    assert 'data-run=""' in page
    assert "This run is not here" not in page


@pytest.mark.parametrize("peek", ["x", "trun_1", "trun_" + "0" * 32])
def test_a_peek_at_what_is_not_there_says_so(client, start, peek):
    start()
    page = client.get("/runs/", {"peek": peek}).content.decode()
    assert "This run is not here" in page


def test_a_whole_name_finds_its_run(client, start):
    run = start("France")
    start(f"What is {run.run_id}?")
    assert shown(client, q=f" {run.run_id} ") == [run.run_id]


def test_the_address_of_a_filtered_list_holds_no_empty_filter(client, start):
    start()
    query = {"q": "", "status": "pending", "processor": "", "since": "", "peek": ""}
    answer = client.get("/runs/", query, headers={"hx-request": "true", "hx-target": "run-list"})
    assert answer["HX-Push-Url"] == "/runs/?status=pending"


def test_the_direction_of_an_input_is_that_of_the_cell_that_cuts_it(client, start):
    start("عاصمة فرنسا")
    page = client.get("/runs/").content.decode()
    assert re.search(r'<td class="one-line" dir="auto"><a [^>]*>عاصمة فرنسا</a>', page)


def test_the_exports_get_the_filters_of_the_list(client, start):
    start("France")
    page = unescape(client.get("/runs/", {"q": "france", "status": "pending"}).content.decode())
    assert "/runs/export.csv?q=france&status=pending" in page


def test_the_list_asks_as_often_for_twenty_runs_as_for_ten(client, start, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        for _ in range(10):
            completed(start())
        with django_assert_max_num_queries(12) as asked:
            assert client.get("/runs/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_row_follows_its_run_until_the_end(client, start):
    run = start("Watched")
    assert "Pending" in client.get("/runs/").content.decode()
    completed(run)
    assert "Paris" in client.get("/runs/").content.decode()
