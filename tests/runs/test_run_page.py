import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engine.output import Excerpt, Output
from runs.models import Run
from runs.outcomes import complete_run
from runs.presenting import run_live_html
from runs.status import Status
from tests.runs.making import basis, completed, failed, json_output, running, text_output

MISSING = "/runs/trun_00000000000000000000000000000000/"
HTML = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def details(run):
    return reverse("runs:details", args=[run.pk])


def partial(client, url, name):
    return client.get(url, headers={"hx-request": "true", "hx-target": name})


def text_of(response):
    return response.content.decode()


def asks_for_citations(queries):
    return any("citation" in query["sql"] for query in queries)


def test_every_state_has_a_page_that_names_it(client, runs_in_every_state):
    for status, run in runs_in_every_state.items():
        page = client.get(run.get_absolute_url())
        assert page.status_code == 200
        assert f"<title>{Status(status).label} · A run that is {status}" in text_of(page)


def test_it_shows_each_value_with_its_confidence_and_the_evidence_of_the_first(client, start):
    run = completed(
        start(), json_output({"capital": "Paris", "area": 643801}, basis("capital"), basis("area", "low"))
    )
    page = text_of(client.get(run.get_absolute_url()))
    assert "643,801" in page
    assert "Why capital." in page
    assert "Why area." not in page
    assert "/library/france/?v=c0ffee&amp;mark=21-35#:~:text=Capital%3A%20Paris" in page


def test_a_field_has_an_address_of_its_own(client, start):
    run = completed(start(), json_output({"a.b & c": 1, "d": 2}))
    link = re.search(
        r'href="([^"]+)" hx-get="[^"]+" hx-target="#run-evidence"',
        text_of(client.get(run.get_absolute_url())),
    )
    page = text_of(client.get(link[1].replace("&amp;", "&")))
    assert ">a.b &amp; c</h2>" in page


def test_a_field_that_is_not_there_is_said_so(client, start):
    run = completed(start())
    page = client.get(run.get_absolute_url(), {"field": "nowhere"})
    assert page.status_code == 200
    assert "No field of this name is in the output" in text_of(page)


def test_a_blank_is_shown_as_not_found(client, start):
    run = completed(start(), json_output({"motto": "n/a"}, basis("motto", found=False)))
    page = text_of(client.get(run.get_absolute_url()))
    assert "not found" in page
    assert "n/a" not in page
    assert "Nothing in the sources says it, so there is nothing to cite." in page


def test_a_failed_run_says_why_with_its_reference(client, start):
    run = failed(start(), "The engine failed on this task.")
    page = text_of(client.get(run.get_absolute_url()))
    assert "The engine failed on this task." in page
    assert run.error["ref_id"] in page


def test_a_warning_stands_on_the_page(client, start):
    run = start()
    run.warnings = [{"type": "warning", "message": "The input does not fit."}]
    run.save()
    assert "The input does not fit." in text_of(client.get(run.get_absolute_url()))


def test_html_in_any_text_is_only_text(client, start):
    excerpt = Excerpt(HTML, 1, "h", 0, 3)
    entry = basis(HTML, excerpt=excerpt, url="javascript:alert(1)")
    run = completed(start({HTML: HTML}), Output("json", {HTML: HTML}, (entry,)))
    run.events.create(kind="note", message=HTML)
    for url in (run.get_absolute_url(), details(run)):
        page = text_of(client.get(url))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


def test_a_live_part_is_the_same_element_that_the_page_holds(client, start):
    run = completed(start())
    page = text_of(client.get(run.get_absolute_url()))
    parts = {
        "run-live": run_live_html(run),
        "run-evidence": text_of(partial(client, run.get_absolute_url(), "run-evidence")),
    }
    for name, part in parts.items():
        assert re.match(rf"<\w+ id=\"{name}\"", part.strip())
        assert "<html" not in part
        assert page.count(f'id="{name}"') == 1


def test_what_a_run_came_to_is_rendered_once(client, start):
    url = completed(start()).get_absolute_url()
    with CaptureQueriesContext(connection) as first:
        assert "Paris" in text_of(client.get(url))
    with CaptureQueriesContext(connection) as again:
        assert "Paris" in text_of(client.get(url))
    assert [asks_for_citations(queries) for queries in (first, again)] == [True, False]


def test_the_field_that_an_address_names_is_open_though_another_was_rendered_before(client, start):
    run = completed(start(), json_output({"capital": "Paris", "area": 643801}))
    client.get(run.get_absolute_url())
    for field in ("area", "capital", "area"):
        page = text_of(client.get(run.get_absolute_url(), {"field": field}))
        assert f'aria-label="Evidence" data-field="{field}"' in page


def test_a_run_that_is_over_is_not_shown_as_it_was_before(client, start):
    run = running(start())
    assert 'data-state="running"' in text_of(client.get(run.get_absolute_url()))
    assert complete_run(run, json_output({"capital": "Paris"}))
    assert 'data-state="completed"' in text_of(client.get(run.get_absolute_url()))


def test_a_part_that_the_page_does_not_list_is_the_whole_page(client, start):
    page = partial(client, start().get_absolute_url(), "run-row")
    assert "<!doctype html>" in text_of(page)


def test_what_happens_while_the_page_is_made_comes_over_the_live_stream(client, start):
    run, late = running(start()), []

    def finish_after_the_run_was_read(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if sql.startswith("SELECT") and '"runs_result"' in sql and not late:
            late.append(True)
            completed_by_another = Run.objects.get(pk=run.pk)
            assert completed_by_another.move_to(Status.COMPLETED)
        return found

    with connection.execute_wrapper(finish_after_the_run_was_read):
        page = text_of(client.get(run.get_absolute_url()))
    cursor = int(re.search(r'data-live-after="(\d+)"', page)[1])
    assert 'data-state="running"' in page
    assert cursor < run.events.last().pk


def asked_in(client, run):
    page = text_of(client.get(run.get_absolute_url()))
    return page[page.index('<details class="asked"') : page.index('<div id="run-live"')]


def test_what_was_asked_stands_on_the_page(client, start):
    run = start(
        {"company": "United Nations", "tags": ["a", "b"]},
        metadata={"team": "atlas"},
        source_policy={"include_domains": ["un.org", ".gov"], "after_date": "2024-01-01"},
    )
    block = asked_in(client, run)
    pairs = dict(re.findall(r'<dt dir="auto">(.*?)</dt><dd dir="auto">(.*?)</dd>', block))
    assert pairs == {
        "company": "United Nations", "tags": "a, b",
        "team": "atlas",
        "only": "un.org, .gov", "since": "2024-01-01",
    }  # fmt: skip


def test_a_long_input_is_there_as_a_whole(client, start):
    text = "A line of the question.\n" * 400
    block = asked_in(client, start(text))
    assert text.strip() in block
    assert "The whole input" in block


def test_what_the_title_says_already_is_not_said_twice(client, start):
    assert 'class="asked"' not in text_of(client.get(start(" United Nations ").get_absolute_url()))


def test_the_details_hold_request_answer_and_code(client, start):
    run = completed(start({"country": "Côte d’Ivoire"}, metadata={"team": "atlas"}))
    page = text_of(partial(client, details(run), "run-details"))
    assert page.strip().startswith("<section")
    assert "Côte d’Ivoire" in page
    assert "atlas" in page
    assert "http://testserver/library/france/" in page


def test_the_details_of_a_run_without_a_result_hold_the_run(client, start):
    run = failed(start())
    assert run.error["ref_id"] in text_of(client.get(details(run)))


def test_a_text_in_any_script_arrives_as_it_is(client, start):
    text = "عاصمة فرنسا هي باريس 🌍 — ﷽"
    run = completed(start(text), text_output(text))
    assert text_of(client.get(run.get_absolute_url())).count(text) >= 3


def test_a_run_that_was_made_by_a_script_names_its_token(client, start, token):
    assert "Nightly" in text_of(client.get(start(token=token).get_absolute_url()))


@pytest.mark.parametrize("url", [MISSING, MISSING + "details/", "/runs/trun_1/", "/runs/nothing/"])
def test_a_run_that_is_not_there_is_not_found(client, url):
    assert client.get(url).status_code == 404


def test_the_page_asks_as_often_for_a_large_answer_as_for_a_small(
    client, start, django_assert_max_num_queries
):
    small = completed(start(), json_output({"a": 1}))
    large = completed(start(), json_output({f"f{number}": number for number in range(40)}))
    counts = []
    for run in (small, large):
        with django_assert_max_num_queries(20) as asked:
            client.get(run.get_absolute_url())
        counts.append(len(asked))
    assert counts[0] == counts[1]
