"""What every test of these pages needs: files that people send are kept apart from an installation's own."""

import pytest


@pytest.fixture(autouse=True)
def uploads_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.uploads.folder", lambda: tmp_path / "uploads")
