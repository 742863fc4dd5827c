"""An installation with a language model: ``llm(mode)`` serves one and points the settings at it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.llm.server import Mode, Server, served

KEY = "sk-secret"


@pytest.fixture
def llm(settings) -> Iterator[Callable[[Mode], Server]]:
    with ExitStack() as stack:

        def llm(mode: Mode) -> Server:
            server = stack.enter_context(served(mode))
            settings.LLM_BASE_URL, settings.LLM_MODEL, settings.LLM_API_KEY = server.url, "test-model", KEY
            return server

        yield llm
