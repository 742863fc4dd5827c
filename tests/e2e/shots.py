"""Pictures of every page and state, by `script/shots`: what a person sees, to be looked at."""

import argparse
import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.installation import Installation, ask, launch_options
from tests.e2e.states import BEFORE_THE_FIRST_RUN, MEMBER, VISITOR, WHILE_ONE_WAITS, State, make_runs
from tests.e2e.tasks import COUNTRY

HEIGHTS = {1440: 900, 390: 844}  # by width
THEMES = ("light", "dark")
STEP_MS = 5_000
FADE_MS = 200


class Camera:
    """Takes pictures into a folder; `missed` tells the states that could not be brought about."""

    def __init__(self, browser: Browser, url: str, folder: Path, names: list[str]) -> None:
        self.browser, self.url, self.folder, self.names = browser, url, folder, tuple(names)
        self.missed: list[str] = []

    def take(self, states: dict[str, State], runs: dict[str, str], signed_in: StorageState | None) -> None:
        """Each state in each width and theme."""
        wanted = {name: go for name, go in states.items() if name.startswith(self.names or "")}
        for theme, width in product(THEMES, HEIGHTS if wanted else ()):
            context = self.browser.new_context(
                base_url=self.url,
                storage_state=signed_in,
                viewport={"width": width, "height": HEIGHTS[width]},
                color_scheme=theme,
                reduced_motion="reduce",
                locale="en-GB",
            )
            context.set_default_timeout(STEP_MS)
            for name, go in wanted.items():
                self.shoot(context.new_page(), f"{name}-{width}-{theme}", go, runs)
            context.close()

    def shoot(self, page: Page, name: str, go: State, runs: dict[str, str]) -> None:
        try:
            go(page, runs)
        except PlaywrightError as error:
            self.missed.append(f"{name}: {error.message.splitlines()[0]}")
        page.wait_for_timeout(FADE_MS)
        page.screenshot(path=self.folder / f"{name}.png")
        page.close()


def take_all(camera: Camera, installation: Installation) -> None:
    owner = installation.sign_in(camera.browser, installation.wait_for("http"))
    camera.take(VISITOR, {}, None)
    camera.take(BEFORE_THE_FIRST_RUN, {}, owner)
    with installation.api() as api:
        runs = make_runs(api)
        camera.take(MEMBER, runs, owner)
        with installation.asleep():
            camera.take(WHILE_ONE_WAITS, {"waiting": ask(api, "Kenya", COUNTRY)}, owner)


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/shots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only pictures whose names begin so")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        Installation(Path(data) / "data") as installation,
        sync_playwright() as playwright,
    ):
        installation.ready()
        browser = playwright.chromium.launch(**launch_options())
        camera = Camera(browser, installation.url, chosen.folder, chosen.names)
        take_all(camera, installation)
        browser.close()
    sys.exit("\n".join(["These could not be brought about:", *camera.missed]) if camera.missed else 0)


if __name__ == "__main__":
    main()
