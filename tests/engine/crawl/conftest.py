"""A data folder for uploads, tables, and a web site to crawl."""

from collections.abc import Iterator

import pytest

from engine.crawl import fetching
from tests.engine.site import Site, served


@pytest.fixture
def site(db: None, tmp_path, settings, monkeypatch) -> Iterator[Site]:
    """A site to add as a source; what fails is tried again at once."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(fetching, "RETRY_AFTER", (0.0, 0.0))
    with served() as site:
        yield site
