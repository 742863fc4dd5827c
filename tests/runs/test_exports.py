import csv
import io
from datetime import UTC, datetime

import orjson
import pytest
from asgiref.sync import async_to_sync

from engine.output import Citation, Excerpt, FieldBasis, Output
from provider.types import parse_task_run_input
from runs.exports import EXPORTS, Export, rows, to_csv
from runs.exports.to_csv import guarded
from runs.groups import add_runs, create_group
from runs.models import Run
from tests.downloads import body_of
from tests.runs.making import basis, completed, failed, json_output, text_output
from web import downloads

EVERY = pytest.mark.parametrize("slug", EXPORTS)
TEXTS = ["عاصمة فرنسا", "e\u0301 naïve — “quoted”, 名 🌍", 'a,"b"\r\nc\t;d', "-5", "=1+1"]


def download(client, slug, **query):
    answer = client.get(f"/runs/export.{slug}", query)
    assert answer.status_code == 200
    return body_of(answer)


def lines_of(client, **query):
    return [orjson.loads(line) for line in download(client, "jsonl", **query).splitlines()]


def table_of(client, **query):
    text = download(client, "csv", **query).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def ids_in(body):
    """The runs that a file names, in its order and whatever its format."""
    found = [
        word for word in body.replace(b'"', b" ").replace(b",", b" ").split() if word.startswith(b"trun_")
    ]
    return list(dict.fromkeys(word.decode() for word in found))


@EVERY
def test_every_run_is_there_whatever_became_of_it(client, runs_in_every_state, slug):
    assert set(ids_in(download(client, slug))) == {run.run_id for run in runs_in_every_state.values()}


@EVERY
def test_nothing_is_lost_between_two_batches_of_runs_made_at_once(client, start, slug, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 3)
    runs = [start(f"Number {number}") for number in range(10)]
    Run.objects.update(created_at=datetime(2026, 3, 1, tzinfo=UTC))
    found = ids_in(download(client, slug))
    assert found == [run.run_id for run in Run.objects.all().newest_first()]
    assert len(found) == len(runs)


@EVERY
def test_only_what_is_filtered_is_in_the_file(client, start, slug):
    start("Japan")
    wanted = completed(start("France"))
    start("France")
    assert ids_in(download(client, slug, q="france", status="completed")) == [wanted.run_id]


@EVERY
def test_another_workspaces_runs_are_not_in_the_file(outside, start, slug):
    completed(start("A secret question"))
    body = download(outside, slug)
    assert b"secret" not in body
    assert b"capital" not in body


@EVERY
def test_no_run_makes_a_file_without_lines(client, slug):
    assert ids_in(download(client, slug)) == []


@EVERY
def test_the_file_has_a_name_and_is_not_kept(client, slug):
    answer = client.get(f"/runs/export.{slug}")
    assert answer["Content-Type"] == EXPORTS[slug].content_type
    assert answer["Content-Disposition"].endswith(f'.{slug}"')
    assert answer["Cache-Control"] == "no-store"


@EVERY
@pytest.mark.parametrize("query", [{"status": "done"}, {"q": "a\x00"}, {"since": "x"}])
def test_a_filter_that_makes_no_sense_leads_to_the_history_that_says_so(client, slug, query):
    answer = client.get(f"/runs/export.{slug}", query, follow=True)
    assert answer.redirect_chain[0][0].startswith("/runs/?")
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_an_unknown_format_is_not_found(client):
    assert client.get("/runs/export.exe").status_code == 404


@EVERY
def test_texts_in_any_script_arrive_whole(client, start, slug):
    for text in TEXTS:
        completed(start(text), text_output(text))
    if slug == "jsonl":
        assert {line["output"]["content"] for line in lines_of(client)} == set(TEXTS)
    if slug == "csv":
        assert {row["output"].removeprefix("'") for row in table_of(client)} == set(TEXTS)


@EVERY
def test_the_evidence_is_in_the_file(client, start, slug):
    completed(start(), json_output({"capital": "Paris"}, basis("capital", "medium")))
    body = download(client, slug).decode()
    for word in ("medium", "Why capital.", "http://testserver/library/france/", "Capital: Paris"):
        assert word in body


@EVERY
def test_the_file_is_made_while_it_is_sent(client, start, slug, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 1)
    monkeypatch.setattr(downloads, "CHUNK_BYTES", 1)
    read, row = [], rows.export_row
    monkeypatch.setattr(rows, "export_row", lambda run, absolute: read.append(run) or row(run, absolute))
    for _ in range(5):
        completed(start())
    chunks = client.get(f"/runs/export.{slug}").streaming_content

    async def beginning():
        for _ in range(3):
            await anext(chunks)
        await chunks.aclose()

    async_to_sync(beginning)()
    assert len(read) < 5


def test_a_file_asks_as_often_for_twenty_runs_as_for_ten(client, start, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        for _ in range(10):
            completed(start())
        with django_assert_max_num_queries(20) as asked:
            download(client, "csv")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_json_line_holds_the_whole_run(client, start, token):
    run = completed(
        start({"country": "France"}, token=token, metadata={"n": 1}),
        json_output({"a": 1, "b": ""}, basis("a"), basis("b", found=False)),
    )
    (line,) = lines_of(client)
    assert line["run"]["run_id"] == run.run_id
    assert line["request"] == {"input": {"country": "France"}, "processor": "lite", "metadata": {"n": 1}}
    assert line["output"]["content"] == {"a": 1, "b": ""}
    assert line["not_found"] == ["b"]
    assert (line["made_by"], line["provider"]) == ("Nightly", "engine")
    assert line["url"] == f"http://testserver{run.get_absolute_url()}"


def test_a_json_line_of_a_run_without_an_answer_says_what_became_of_it(client, start):
    run = failed(start(), "No such place.")
    (line,) = lines_of(client)
    assert line["output"] is None
    assert line["run"]["error"] == run.error


def test_a_line_of_the_table_has_the_value_beside_its_evidence(client, start, member):
    completed(start("France", made_by=member), json_output({"capital": "Paris"}, basis("capital", "medium")))
    (row,) = table_of(client)
    assert row["capital"] == "Paris"
    assert row["capital.confidence"] == "medium"
    assert row["capital.reasoning"] == "Why capital."
    assert row["capital.urls"] == "http://testserver/library/france/"
    assert row["capital.excerpts"] == "Capital: Paris"
    assert (row["input"], row["status"], row["made_by"]) == ("France", "completed", "ada@example.com")


def test_a_blank_is_an_empty_cell_that_says_not_found(client, start):
    completed(start(), json_output({"employees": 0}, basis("employees", found=False)))
    (row,) = table_of(client)
    assert (row["employees"], row["employees.confidence"]) == ("", "not found")


def test_a_failed_run_has_a_line_with_its_error(client, start):
    completed(start())
    failed(start(), "No such place.")
    first, second = table_of(client)
    assert (first["status"], first["error"], first["capital"]) == ("failed", "No such place.", "")
    assert second["capital"] == "Paris"


def test_a_list_is_one_column_with_the_evidence_of_all_its_elements(client, start):
    other = Citation("https://example.com/x", "X", (Excerpt("wine", 2, "h", 0, 4),))
    entries = (basis("exports"), basis("exports.0"), FieldBasis("exports.1", "", "low", (other,)))
    completed(start(), json_output({"exports": ["cars", "wine"]}, *entries))
    (row,) = table_of(client)
    assert row["exports"] == "cars, wine"
    assert row["exports.urls"].split("\n") == ["http://testserver/library/france/", "https://example.com/x"]
    assert row["exports.excerpts"].split("\n") == ["Capital: Paris", "wine"]
    assert not [name for name in row if name.startswith("exports.0")]


def test_nested_values_are_json(client, start):
    completed(start(), json_output({"offices": [{"city": "Genève"}], "hq": {"city": "New York"}}))
    (row,) = table_of(client)
    assert orjson.loads(row["offices"]) == [{"city": "Genève"}]
    assert orjson.loads(row["hq"]) == {"city": "New York"}


def test_runs_of_different_schemas_share_one_table(client, start):
    completed(start(), json_output({"area": 1}))
    completed(start(), json_output({"capital": "Paris"}))
    completed(start(), text_output("Paris."))
    assert [(row["area"], row["capital"], row["output"]) for row in table_of(client)] == [
        ("", "", "Paris."), ("", "Paris", ""), ("1", "", ""),
    ]  # fmt: skip


def test_a_field_that_is_named_like_a_part_of_another_keeps_its_value(client, start):
    completed(start(), json_output({"price": 5, "price.currency": "EUR"}))
    (row,) = table_of(client)
    assert (row["price"], row["price.currency"]) == ("5", "EUR")
    assert row["price.currency.reasoning"] == "Why price.currency."


def test_a_field_that_is_named_like_a_column_of_the_run_keeps_its_value(client, start):
    run = completed(start(), json_output({"url": "https://un.org", "status": "open"}))
    (row,) = table_of(client)
    assert (row["output.url"], row["output.status"]) == ("https://un.org", "open")
    assert (row["url"], row["status"]) == (f"http://testserver{run.get_absolute_url()}", "completed")


def test_a_line_tells_the_batch_of_its_run_and_what_it_was_labelled_with(client, workspace, start):
    group = create_group(workspace=workspace)
    request = parse_task_run_input({"input": "Chad", "processor": "lite", "metadata": {"row": "39"}})
    add_runs(group=group, requests=[request])
    start("Fiji")
    alone, one = table_of(client)
    assert (one["taskgroup_id"], orjson.loads(one["metadata"])) == (group.group_id, {"row": "39"})
    assert (alone["taskgroup_id"], alone["metadata"]) == ("", "")


def test_evidence_for_parts_alone_has_columns_of_its_own(client, start):
    completed(start(), json_output({"hq": {"city": "New York"}}))
    completed(start(), json_output({"hq": {"city": "Nairobi"}}, basis("hq.city", "low")))
    parts, whole = table_of(client)
    assert (parts["hq.city"], parts["hq.city.confidence"]) == ("Nairobi", "low")
    assert orjson.loads(whole["hq"]) == {"city": "New York"}


def test_a_value_without_evidence_is_in_its_column(client, start):
    completed(start(), json_output({"capital": "Paris"}))
    completed(start(), Output("json", {"capital": "Tokyo"}, ()))
    assert [row["capital"] for row in table_of(client)] == ["Tokyo", "Paris"]


@pytest.mark.parametrize("content", [7, "Paris", ["Paris", "Lyon"], True])
def test_an_answer_that_is_no_object_does_not_cut_the_file_off(client, start, content):
    """A hosted provider may give JSON of any kind."""
    completed(start("Japan"), json_output({"capital": "Tokyo"}))
    completed(start(), Output("json", content, (basis("capital"),)))
    completed(start("Kenya"), json_output({"capital": "Nairobi"}))
    assert [row["capital"] for row in table_of(client)] == ["Nairobi", "", "Tokyo"]


def test_a_run_that_completes_while_the_file_is_made_does_not_break_it(start):
    completed(start(), json_output({"late": "Paris"}))
    lines = EXPORTS["csv"].render(Export(Run.objects.all(), str))
    assert [next(lines), next(lines)]
    completed(start(), json_output({"later": "Tokyo"}))
    assert len(list(lines)) == 2


def test_the_columns_are_all_fields_with_evidence_and_no_elements(start):
    completed(start(), json_output({"b": [1], "a": 1}, basis("b"), basis("b.0"), basis("a")))
    assert Export(Run.objects.all(), str).fields() == ["a", "b"]


def test_fields_beyond_the_widest_table_stand_together_in_a_last_column(client, start, monkeypatch):
    monkeypatch.setattr(to_csv, "MOST_FIELDS", 1)
    completed(start(), json_output({"a": "Paris", "b": "Rome"}))
    (row,) = table_of(client)
    assert row["a"] == "Paris"
    assert orjson.loads(row["other_fields"])["b"][0]["field"] == "b"


def test_much_evidence_is_read_in_smaller_batches_and_all_of_it(start, monkeypatch):
    monkeypatch.setattr("runs.exports.rows.MOST_ENTRIES_A_BATCH", 2)
    monkeypatch.setattr("runs.exports.rows.BATCH", 3)
    for number in range(7):
        completed(start(), json_output({"a": number, "b": number}, basis("a"), basis("b")))
    rows = list(Export(Run.objects.all(), str).rows())
    assert [row["output"]["content"]["a"] for row in rows] == [6, 5, 4, 3, 2, 1, 0]
    assert all(len(row["output"]["basis"]) == 2 for row in rows)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "+49 30 1"]
)
def test_a_spreadsheet_takes_no_text_for_a_formula(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "-1.25", "1+1", "a=b", "", "'=1", "2026-01-31"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert guarded(text) == text


def test_the_guard_is_in_every_cell_and_in_the_names_of_columns(client, start):
    excerpt = Excerpt("=cmd()", 1, "h", 0, 3)
    completed(start("=1+1"), json_output({"=evil()": "@x"}, basis("=evil()", excerpt=excerpt, url="=http")))
    (row,) = table_of(client)
    assert row["input"] == "'=1+1"
    assert row["'=evil()"] == "'@x"
    assert (row["'=evil().urls"], row["'=evil().excerpts"]) == ("'=http", "'=cmd()")


def test_a_cell_may_hold_commas_quotes_and_lines(client, start):
    text = 'first, "second"\r\nthird'
    completed(start(text), json_output({"a": text}))
    (row,) = table_of(client)
    assert row["input"] == row["a"] == text
