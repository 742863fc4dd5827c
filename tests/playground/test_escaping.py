"""HTML in every text that a person, a model or a page may bring: shown as it is, executed nowhere."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync

from dispatch.progress import event_of
from engine.output import Citation, Excerpt, FieldBasis, Message, Output, Stats, Warning
from playground.forms import RunForm
from runs.live import render
from runs.models import Run
from runs.outcomes import complete_run
from tests.playground.filling import RUN, filled, schema
from tests.runs.making import running
from web.hub import Event

EVIL = "\"'><img src=x onerror=alert(1)><script>alert(1)</script></textarea></title>{{ 7|add:7 }}{% debug %}"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"
FORMULA = '=HYPERLINK("http://evil.example","x")'


def outcome(url: str) -> Output:
    excerpt = Excerpt(text=EVIL, page_id=1, content_hash=EVIL, start=0, end=len(EVIL))
    citation = Citation(url=url, title=EVIL, excerpts=(excerpt,))
    basis = (FieldBasis(EVIL, EVIL, "high", (citation,)), FieldBasis("formula", FORMULA, "high", (citation,)))
    return Output("json", {EVIL: EVIL, "formula": FORMULA}, basis, warnings=(Warning(EVIL),))


def make(client, url: str) -> Run:
    """A completed run whose every text is hostile."""
    field = {"type": "string", "description": EVIL, "enum": [EVIL, "other"]}
    form = filled(
        output_schema=schema(**{EVIL: field, "formula": {"type": "string", "description": FORMULA}}),
        input_kind="form",
        input_schema=schema(**{EVIL: {"type": "string", "description": EVIL}}),
        metadata_key="<b>key",
        metadata_value=EVIL,
    )
    answer = client.post(RUN, form | {"input:/" + EVIL.replace("/", "~1"): EVIL})
    assert answer.status_code == 302
    run = running(Run.objects.select_related("workspace").get())
    progress = [event_of(run, Message("plan", EVIL)), event_of(run, Stats(1, 1, 50.0, (EVIL,)))]
    assert complete_run(run, outcome(url), progress)
    return run


@pytest.fixture
def hostile(client) -> Run:
    return make(client, "https://evil.example/" + EVIL)


PAGES: dict[str, Callable[[Run], str]] = {
    "the run": lambda run: run.get_absolute_url(),
    "its details": lambda run: f"{run.get_absolute_url()}details/",
    "a field of it": lambda run: f"{run.get_absolute_url()}?field=formula",
    "the history": lambda run: "/runs/",
    "the panel of the history": lambda run: f"/runs/?peek={run.run_id}",
    "home": lambda run: "/",
    "the playground beside it": lambda run: f"/playground/?run={run.run_id}",
    "its duplicate": lambda run: f"/playground/?from={run.run_id}",
    "the draft": lambda run: "/playground/",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_it_is_text_on_every_page(client, hostile, address):
    html = client.get(address(hostile)).text
    assert SHOWN in html
    assert "<img src=x" not in html
    assert "<script>alert" not in html


def test_it_is_text_in_a_live_frame(client, hostile):
    for topic in (f"run:{hostile.run_id}", f"workspace:{hostile.workspace_id}"):
        frames = async_to_sync(render)({topic: [Event(1, (topic,), hostile.pk)]})
        html = frames[topic][0].content.decode()
        assert SHOWN in html
        assert "<img src=x" not in html


def test_it_is_text_in_a_form_that_was_refused(client):
    names = (*RunForm.base_fields, "metadata_key", "metadata_value")
    answer = client.post(RUN, dict.fromkeys(names, EVIL))
    assert answer.status_code == 422
    assert "<img src=x" not in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/runs/?q={0}",
        "/library/?q={0}",
        "/runs/?after={0}&peek={0}",
        "/playground/?template={0}",
        "/{0}",
        "/accounts/login/?next={0}",
        "/library/x/?v={0}&mark={0}",
    ],
)
def test_it_is_text_in_an_address(client, path):
    html = client.get(path.format(EVIL)).text
    assert "<img src=x" not in html
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "//evil.example/",
        "/\\evil.example",
        " javascript:alert(1)",
        "vbscript:x",
    ],
)
def test_a_cited_address_that_is_not_of_the_web_is_no_link(client, url):
    run = make(client, url)
    html = client.get(f"{run.get_absolute_url()}?field=formula").text
    links = re.findall(r'href="([^"]*)"', html)
    assert len(links) > 5
    assert [link for link in links if not re.match(r"[?#]|https?://|/(?![/\\])", link)] == []


def exported(client, slug: str) -> str:
    @async_to_sync
    async def whole(answer) -> str:
        return b"".join([chunk async for chunk in answer.streaming_content]).decode()

    return whole(client.get(f"/runs/export.{slug}"))


def test_an_export_keeps_it_as_it_is(client, hostile):
    line = json.loads(exported(client, "jsonl"))
    assert line["output"]["content"] == {EVIL: EVIL, "formula": FORMULA}
    assert line["request"]["input"] == {EVIL: EVIL}


def test_no_spreadsheet_takes_it_for_a_formula(client, hostile):
    (row,) = csv.DictReader(io.StringIO(exported(client, "csv").removeprefix("\ufeff")))
    assert row["formula"] == f"'{FORMULA}"
    assert row["formula.reasoning"] == f"'{FORMULA}"
    assert row[EVIL] == EVIL


def test_the_page_of_a_download_can_not_be_taken_for_html(client, hostile):
    answer = client.get("/runs/export.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith("attachment")
