import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from engine.models import Page
from engine.uploads import stored
from tests.downloads import body_of
from tests.home.sources import SITE, make_file, make_page, make_site


@pytest.fixture
def page(workspace) -> Page:
    return make_page(make_site(workspace), f"{SITE}1", "A widget weighs 12 grams.", "It is blue.")


def address(page: Page, words: str) -> str:
    start = page.text.index(words)
    return f"/sources/pages/{page.pk}/?v={page.content_hash}&mark={start}-{start + len(words)}"


def marked(html: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", html)


def test_a_stored_page_opens_at_its_marked_words(client, page):
    html = client.get(address(page, "12 grams")).text
    assert marked(html) == ["12 grams"]
    assert html.count('id="excerpt"') == 1
    assert f'href="{SITE}1"' in html


def test_a_viewer_may_read_it(viewer, page):
    assert viewer.get(address(page, "blue")).status_code == 200


def test_another_workspace_can_not_open_it(outside, page):
    assert outside.get(address(page, "blue")).status_code == 404
    assert outside.get(f"/sources/pages/{page.pk}/").status_code == 404


def test_a_visitor_is_sent_to_sign_in(visitor, page):
    assert visitor.get(f"/sources/pages/{page.pk}/").status_code == 302


def test_a_page_that_has_changed_is_shown_as_it_was_cited(client, page):
    cited = address(page, "12 grams")
    newer = make_page(page.source, page.path, "A widget weighs 15 grams.")
    html = client.get(cited).text
    assert marked(html) == ["12 grams"]
    assert "It has changed since." in html
    assert f'href="/sources/pages/{newer.pk}/"' in html
    assert "15 grams" not in html


def test_the_other_versions_are_listed(client, page):
    newer = make_page(page.source, page.path, "A widget weighs 15 grams.")
    html = client.get(f"/sources/pages/{newer.pk}/").text
    assert "Versions" in html
    assert f'href="/sources/pages/{page.pk}/"' in html
    assert "It has changed since." not in html


def test_a_version_is_found_by_its_text_when_its_number_means_another_page(client, page):
    other = make_page(page.source, f"{SITE}2", "Another page.")
    cited = address(page, "12 grams").replace(f"/{page.pk}/", f"/{other.pk}/")
    assert marked(client.get(cited).text) == ["12 grams"]


@pytest.mark.parametrize("version", ["x", "0" * 64, "<script>alert(1)</script>", "\x00", "é" * 3_000])
def test_a_version_that_is_not_kept_is_said_and_nothing_is_marked(client, page, version):
    html = client.get(f"/sources/pages/{page.pk}/", {"v": version, "mark": "0-5"}).text
    assert "no longer kept" in html
    assert marked(html) == []
    assert "<script>alert" not in html


@pytest.mark.parametrize("mark", ["", "9-1", "99999-999999", "a-b", "1-" + "9" * 5_000])
def test_a_mark_that_names_nothing_still_opens_the_page(client, page, mark):
    answer = client.get(f"/sources/pages/{page.pk}/", {"mark": mark})
    assert answer.status_code == 200
    assert marked(answer.text) == []


def test_html_in_a_page_is_text(client, workspace):
    evil = "<script>alert(1)</script>"
    page = make_page(make_site(workspace), f"{SITE}1", evil, title=evil)
    assert "<script>alert" not in client.get(f"/sources/pages/{page.pk}/").text


def test_an_address_that_is_not_of_the_web_is_no_link(client, workspace):
    page = make_page(make_site(workspace), "javascript:alert(1)")
    assert 'href="javascript' not in client.get(f"/sources/pages/{page.pk}/").text


@pytest.mark.parametrize("path", ["/sources/pages/0/", "/sources/pages/999999/", "/sources/pages/x/"])
def test_a_page_that_is_not_there_is_not_found(client, page, path):
    assert client.get(path).status_code == 404


# Uploaded files


def test_a_file_leads_to_its_stored_text_with_the_mark(client, workspace):
    visit = make_file(workspace, body=b"Revenue: 12 million")
    page = visit.page
    answer = client.get(f"{visit.address}?v={page.content_hash}&mark=9-11", follow=True)
    assert marked(answer.text) == ["12"]
    assert f'href="{visit.address}?download"' in answer.text


def test_a_row_of_a_table_opens_at_its_own_page(client, workspace):
    visit = make_file(workspace, "sheet.csv", b"name,city")
    row = make_page(visit.source, f"{visit.address}#row=2", "city: Oslo", title="Row")
    answer = client.get(f"{visit.address}?v={row.content_hash}&mark=6-10", follow=True)
    assert marked(answer.text) == ["Oslo"]


def test_a_file_is_sent_as_it_came_and_never_shown(client, workspace):
    visit = make_file(workspace, "page.html", b"<script>alert(1)</script>")
    answer = client.get(f"{visit.address}?download")
    assert body_of(answer) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_another_workspace_can_not_have_the_file(outside, visitor, workspace):
    visit = make_file(workspace)
    for path in (visit.address, f"{visit.address}?download"):
        assert outside.get(path).status_code == 404
        assert visitor.get(path).status_code == 302


def test_a_file_that_is_gone_from_the_disk_is_not_found(client, workspace):
    visit = make_file(workspace)
    stored(visit.etag).unlink()
    assert client.get(f"{visit.address}?download").status_code == 404


@pytest.mark.parametrize(
    "path", ["/sources/files/0/x", "/sources/files/..%2f..%2f/x", "/sources/files/a/%00"]
)
def test_a_file_that_was_never_added_is_not_found(client, db, path):
    assert client.get(path).status_code == 404
    assert client.get(f"{path}?download").status_code == 404


def test_a_file_that_was_sent_by_the_form_can_be_had_back(client, workspace):
    sent = SimpleUploadedFile("notes.txt", b"Some notes.")
    client.post("/sources/new/", {"kind": "file", "files": sent})
    html = client.get("/sources/").text
    (pk,) = re.findall(r'id="source-(\d+)"', html)
    assert "notes.txt" in client.get(f"/sources/{pk}/").text
