"""A run from an empty form to a file on disk, as a person goes about it."""

import csv
import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Download, Page, expect

from tests.e2e.installation import ask, settle
from tests.e2e.tasks import COMPANY, FOUNDING_DATE


@pytest.fixture(scope="module")
def runs(api: httpx.Client) -> list[str]:
    """Three runs that have ended, oldest first."""
    asked = [
        ask(api, "United Nations", COMPANY, "core"),
        ask(api, "Ghana", "The capital of the country"),
        ask(api, "European Space Agency", FOUNDING_DATE, "base"),
    ]
    for run_id in asked:
        settle(api, run_id)
    return asked


def row(page: Page, field: str):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=field, exact=True))


def test_a_template_runs_by_keyboard_and_its_answer_comes_without_a_reload(page: Page):
    page.goto("/playground/")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("radiogroup", name="Output").get_by_text("JSON").click()
    page.get_by_role("button", name="Start from…").locator("visible=true").click()
    page.get_by_role("menuitem", name="Company profile").click()
    expect(page.get_by_role("textbox", name="company_name", exact=True)).to_have_value("United Nations")
    page.keyboard.press("Control+Enter")
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_role("status")).to_contain_text("completed", ignore_case=True)
    expect(row(page, "founding_date")).to_contain_text("10-1945")
    expect(row(page, "founding_date")).to_contain_text("high")
    assert page.evaluate("window.sameDocument")


def test_a_citation_opens_at_its_excerpt_marked_in_its_page(page: Page, runs: list[str]):
    page.goto(f"/runs/{runs[0]}/")
    row(page, "funding_sources").get_by_role("link").click()
    evidence = page.locator("#run-evidence")
    expect(evidence.get_by_role("heading", level=2)).to_have_text("funding_sources")
    expect(page).to_have_url(re.compile("field=funding_sources"))
    excerpt = evidence.get_by_role("blockquote").first.locator("p").inner_text()
    with page.expect_popup() as opened:
        evidence.get_by_role("link", name="See it marked in its page").first.click()
    mark = opened.value.locator("mark#excerpt")
    expect(mark).to_be_in_viewport()
    assert excerpt.startswith(mark.inner_text()[:40])


def test_a_link_to_a_field_opens_its_evidence(page: Page, runs: list[str]):
    page.goto(f"/runs/{runs[0]}/?field=employee_count")
    expect(page.locator("#run-evidence")).to_contain_text("10001+ employees")
    expect(row(page, "employee_count")).to_have_attribute("aria-current", "true")


def test_a_field_chosen_beside_the_form_leaves_the_form_where_it_is(page: Page, runs: list[str]):
    page.goto(f"/playground/?run={runs[0]}")
    row(page, "employee_count").get_by_role("link").click()
    expect(page.locator("#run-evidence").get_by_role("heading", level=2)).to_have_text("employee_count")
    expect(page).to_have_url(re.compile(f"/playground/.run={runs[0]}$"))


def test_keys_lead_to_the_input_and_to_the_result(page: Page, runs: list[str]):
    page.goto(f"/playground/?run={runs[0]}")
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(row(page, "founding_date").get_by_role("link")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.locator("#task-input").locator(":focus")).to_have_count(1)


def test_what_a_confidence_means_is_told_where_it_stands(page: Page, runs: list[str]):
    page.goto(f"/runs/{runs[0]}/")
    page.get_by_role("columnheader", name="Confidence").get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog", name="What the confidence of a field says")
    expect(dialog).to_contain_text("No source says it")


def test_one_run_is_saved_from_its_page(page: Page, runs: list[str], tmp_path: Path):
    page.goto(f"/runs/{runs[1]}/")
    with page.expect_download() as caught:
        page.get_by_role("link", name="JSON lines").click()
    caught.value.save_as(tmp_path / "run.jsonl")
    (line,) = (tmp_path / "run.jsonl").read_text().splitlines()
    assert json.loads(line)["run"]["run_id"] == runs[1]


def test_keys_go_through_the_fields_of_a_run(page: Page, runs: list[str]):
    page.goto(f"/runs/{runs[0]}/?field=founding_date")
    page.keyboard.press("j")
    expect(row(page, "employee_count")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile("field=employee_count"))
    page.keyboard.press("k")
    expect(row(page, "founding_date")).to_have_attribute("aria-current", "true")


def test_the_history_finds_a_run_by_its_answer(page: Page, runs: list[str]):
    page.goto("/runs/")
    page.keyboard.press("/")
    page.keyboard.type("Accra")
    found = page.get_by_role("region", name="Runs found").get_by_role("row")
    expect(found).to_have_count(2)
    expect(found.nth(1)).to_contain_text("Ghana")
    expect(page).to_have_url(re.compile("q=Accra"))
    page.reload()
    expect(found).to_have_count(2)


def test_the_history_is_read_by_keys_beside_the_list(page: Page, runs: list[str]):
    page.goto("/runs/")
    peek = page.get_by_role("complementary", name="Peek")
    page.keyboard.press("j")
    first = peek.get_by_role("heading").first
    expect(first).to_be_visible()
    shown = first.inner_text()
    page.keyboard.press("j")
    expect(first).not_to_have_text(shown)
    page.keyboard.press("k")
    expect(first).to_have_text(shown)
    expect(page).to_have_url(re.compile("peek=trun_"))
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    expect(page).not_to_have_url(re.compile("peek="))
    page.keyboard.press("j")
    expect(first).to_be_visible()
    expect(first).not_to_have_text(shown)


def test_a_panel_goes_with_its_run_and_one_press_of_escape_closes_it_alone(page: Page, runs: list[str]):
    page.goto("/runs/?q=United")
    peek = page.get_by_role("complementary", name="Peek")
    search = page.get_by_label("Search input and output")
    page.keyboard.press("j")
    expect(peek).to_be_visible()
    search.fill("United Nations")
    expect(page).to_have_url(re.compile(r"\?q=United\+Nations&peek=trun_"))
    expect(peek).to_be_visible()
    search.press("Escape")
    expect(peek).to_be_hidden()
    expect(search).to_have_value("United Nations")
    page.get_by_role("region", name="Runs found").get_by_role("row").nth(1).click()
    expect(peek).to_be_visible()
    search.fill("Accra")
    expect(peek).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/runs/\?q=Accra$"))


def test_filters_stay_in_the_address(page: Page, runs: list[str]):
    page.goto("/runs/")
    page.get_by_label("Processor").select_option("base")
    found = page.get_by_role("region", name="Runs found").get_by_role("row")
    expect(found.nth(1)).to_contain_text("European Space Agency")
    expect(page).to_have_url(re.compile("processor=base"))
    page.go_back()
    expect(page.get_by_label("Processor")).to_have_value("")


def saved(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as begun:
        page.get_by_role("link", name=name).click()
    download: Download = begun.value
    download.save_as(folder / download.suggested_filename)
    return folder / download.suggested_filename


def test_the_csv_holds_what_is_filtered_with_its_evidence(page: Page, runs: list[str], tmp_path: Path):
    page.goto("/runs/?q=United&processor=core")
    with saved(page, "CSV", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        lines = {line["run_id"]: line for line in csv.DictReader(file)}
    line = lines[runs[0]]
    assert (line["status"], line["input"]) == ("completed", "United Nations")
    assert (line["founding_date"], line["founding_date.confidence"]) == ("10-1945", "high")
    assert "1945" in line["founding_date.excerpts"]
    assert not {runs[1], runs[2]} & set(lines)


def test_the_json_lines_hold_every_citation(page: Page, runs: list[str], tmp_path: Path):
    page.goto("/runs/")
    lines = [json.loads(line) for line in saved(page, "JSON lines", tmp_path).read_text().splitlines()]
    known = {line["run"]["run_id"]: line for line in lines}
    assert set(runs) <= set(known)
    basis = {entry["field"]: entry for entry in known[runs[0]]["output"]["basis"]}
    assert basis["employee_count"]["citations"][0]["excerpts"]
