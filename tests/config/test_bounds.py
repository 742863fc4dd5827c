"""How much a request may send: by its path alone."""

from importlib import import_module

import pytest

from api.reading import BOUND
from web.bodies import FILES, PAGES


@pytest.mark.parametrize(
    ("path", "bound"),
    [
        ("/sources/new/", FILES),
        ("/sources/new/x", PAGES),
        ("/sources/", PAGES),
        ("/playground/run/", PAGES),
        ("/v1/tasks/runs", BOUND),
    ],
)
def test_only_the_form_for_files_takes_more_than_a_page(path, bound):
    assert import_module("config.asgi").bound_of(path) == bound
