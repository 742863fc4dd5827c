from pathlib import Path

import pytest
from django.http import HttpResponse

from web.static import StaticFiles


@pytest.fixture
def answer(settings, tmp_path: Path, rf):
    """What the middleware answers to a GET, with one file to serve."""
    (tmp_path / "app.css").write_text("body { color: red }")
    settings.STATIC_ROOT = tmp_path
    middleware = StaticFiles(lambda request: HttpResponse("a page"))
    return lambda url, **headers: middleware(rf.get(url, headers=headers))


def test_a_file_is_answered_whole(answer):
    response = answer("/static/app.css")
    assert not response.streaming
    assert response.content == b"body { color: red }"
    assert response["Content-Type"].startswith("text/css")


def test_a_file_that_the_browser_has_is_not_sent_again(answer):
    known = answer("/static/app.css")["Last-Modified"]
    again = answer("/static/app.css", **{"if-modified-since": known})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "url", ["/static/none.css", "/static/../app.css", "/static/%2e%2e/app.css", "/app.css"]
)
def test_everything_else_goes_on_to_the_pages(answer, url):
    assert answer(url).content == b"a page"
