"""A browser before a real installation. A complaint of its console fails the test that caused it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, StorageState

from tests.e2e.installation import Installation, launch_options

# The browser tells of every answer that is a refusal; with these, a page says what is the matter.
EXPECTED = tuple(f"the server responded with a status of {status}" for status in (404, 409, 410, 422))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("e2e") / "data"
    own_sites = {"ALLOW_PRIVATE_FETCH": "127.0.0.1", "CRAWL_DELAY": "0"}
    with Installation(data, **own_sites) as started:
        yield started.ready()


@pytest.fixture(scope="session")
def api(installation: Installation) -> Iterator[httpx.Client]:
    with installation.api() as client:
        yield client


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launch_options()


@pytest.fixture(scope="session")
def owner_state(browser: Browser, installation: Installation) -> StorageState:
    return installation.sign_in(browser, installation.wait_for("http"))


@pytest.fixture(scope="session")
def browser_context_args(owner_state: StorageState, installation: Installation) -> dict[str, Any]:
    """Every page is the owner's, on a desk-sized window."""
    return {
        "storage_state": owner_state,
        "base_url": installation.url,
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def complaints() -> list[str]:
    """What the console has said against the pages; a test that provokes one takes it out."""
    return []


@pytest.fixture
def context(context: BrowserContext, complaints: list[str]) -> Iterator[BrowserContext]:
    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in EXPECTED):
            complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    context.on("console", hear)
    context.on("weberror", lambda error: complaints.append(f"{error.page.url}: {error.error}"))
    yield context
    assert complaints == []
