"""Pictures of every page and state, by `script/shots`: what a person sees, to be looked at."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.installation import Installation, ask, launch_options, settle
from tests.e2e.tasks import COUNTRY, QUICKSTART, UNKNOWN

WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
STEP_MS = 5_000
Shot = tuple[str, Callable[[Page], Any]]


def goto(path: str) -> Callable[[Page], Any]:
    return lambda page: page.goto(path)


def then(path: str, *steps: Callable[[Page], Any]) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)
        for step in steps:
            step(page)

    return go


def press(name: str, role: str = "button") -> Callable[[Page], None]:
    """Press what is called so, if this width shows it."""

    def press(page: Page) -> None:
        target = page.get_by_role(role, name=name, exact=True).locator("visible=true").first  # type: ignore[arg-type]
        if target.count():
            target.click()

    return press


def fill(label: str, text: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_label(label, exact=True).locator("visible=true").first.fill(text)


def write_text(page: Page) -> None:
    """Text for the output instead of a schema."""
    page.get_by_role("radiogroup", name="Output").get_by_text("Text").click()


def choose(field: str) -> Callable[[Page], None]:
    return lambda page: page.locator("th").get_by_role("link", name=field, exact=True).first.click()


def checked(page: Page) -> None:
    """Wait until every editor that is shown has heard of its problems."""
    page.locator(".schema-count:visible").first.filter(has_text=".").wait_for()


def visitors(_: Page | None = None) -> Iterator[Shot]:
    yield "sign-in", goto("/accounts/login/")
    yield (
        "sign-in-refused",
        then("/accounts/login/", fill("Email", "a@example.com"), fill("Password", "x"), press("Sign in")),
    )
    yield "link-used", goto("/accounts/link/used/")
    yield "library-as-visitor", goto("/library/france/")


def beginnings() -> Iterator[Shot]:
    """Before the first run."""
    yield "home-empty", goto("/")
    yield "runs-empty", goto("/runs/")
    yield "playground-empty", then("/playground/", checked)
    yield "welcome", goto("/accounts/welcome/")


def playground(done: str) -> Iterator[Shot]:
    profile = "/playground/?template=company-profile"
    yield "playground-template", then(profile, checked)
    yield "playground-start-menu", then(profile, press("Start from…"))
    yield "playground-row-menu", then(profile, press("More for founding_date"))
    yield "playground-sample", then(profile, press("Start from…"), press("JSON sample…", "menuitem"))
    yield "playground-code", then(profile, press("Code", "tab"), checked)
    yield "playground-problems", then(profile, damage, press("Code", "tab"), checked)
    yield "playground-text", then("/playground/", write_text)
    yield (
        "playground-refused",
        then("/playground/", write_text, fill("What the text should say", ""), press("Run Ctrl ⏎")),
    )
    yield "playground-snippets", then(profile, press("Copy as code"))
    yield "playground-result", goto(f"/playground/?run={done}")


def damage(page: Page) -> None:
    """A schema with an error and a warning."""
    damaged = (
        '{"type": "object", "properties": {"a": {"type": "string", "minLength": 2}, "b": {"type": "array"}}}'
    )
    page.locator("[data-kind=output]").evaluate(
        "(editor, text) => editor.dispatchEvent(new CustomEvent('schema-set', {detail: {text}}))", damaged
    )


def runs(known: dict[str, str]) -> Iterator[Shot]:
    yield "home", goto("/")
    yield "runs", goto("/runs/")
    yield "runs-peek", goto(f"/runs/?peek={known['structured']}")
    yield "runs-nothing-found", goto("/runs/?q=zebra&status=completed")
    for name, run_id in known.items():
        yield f"run-{name}", goto(f"/runs/{run_id}/")
    yield "run-raw", then(f"/runs/{known['structured']}/", lambda page: page.get_by_text("Raw JSON").click())
    yield (
        "run-timeline",
        then(f"/runs/{known['structured']}/", lambda page: page.locator(".timeline summary").click()),
    )
    yield "run-field", then(f"/runs/{known['structured']}/", choose("funding_sources"))


def rest() -> Iterator[Shot]:
    yield "library", goto("/library/")
    yield "library-nothing-found", goto("/library/?q=zebra")
    yield "library-page", goto("/library/france/")
    yield "account", goto("/settings/account/")
    yield "password", goto("/accounts/password/change/")
    yield "sign-out", goto("/accounts/logout/")
    yield "not-found", goto("/runs/nothing/")
    yield "shortcuts", then("/", lambda page: page.keyboard.press("?"))
    yield "colours", then("/", lambda page: page.locator("details.menu summary").click())


def marked(page: Page, run_id: str) -> None:
    """The first citation of a run, opened at its excerpt."""
    page.goto(f"/runs/{run_id}/")
    link = page.get_by_role("link", name="See it marked in its page").first.get_attribute("href")
    page.goto(link or "/library/")


@contextmanager
def asleep(installation: Installation) -> Iterator[None]:
    """The research worker does nothing for a while, so that a run can be seen waiting."""
    workers = [process for process in installation.tree() if "research@" in " ".join(process.cmdline())]
    for worker in workers:
        worker.suspend()
    yield
    for worker in workers:
        worker.resume()


class Camera:
    def __init__(self, browser: Browser, url: str, folder: Path, names: list[str]) -> None:
        self.browser, self.url, self.folder, self.names = browser, url, folder, tuple(names)
        self.missed: list[str] = []

    def take(self, shots: list[Shot], state: StorageState | None) -> None:
        """Each picture in each width and theme."""
        wanted = [shot for shot in shots if shot[0].startswith(self.names or "")]
        for theme, width in product(THEMES, WIDTHS if wanted else ()):
            context = self.browser.new_context(
                base_url=self.url,
                storage_state=state,
                viewport={"width": width, "height": WIDTHS[width]},
                color_scheme=theme,
                reduced_motion="reduce",
                locale="en-GB",
            )
            for name, go in wanted:
                self.shoot(context.new_page(), f"{name}-{width}-{theme}", go)
            context.close()

    def shoot(self, page: Page, name: str, go: Callable[[Page], Any]) -> None:
        page.set_default_timeout(STEP_MS)
        try:
            go(page)
        except PlaywrightError as error:
            self.missed.append(f"{name}: {error.message.splitlines()[0]}")
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.wait_for_timeout(200)
        page.screenshot(path=self.folder / f"{name}.png")
        page.close()


def make_runs(api: httpx.Client) -> dict[str, str]:
    text, structured = (ask(api, "United Nations", spec, "core") for spec in QUICKSTART)
    known = {
        "text": text,
        "structured": structured,
        "arrays": ask(api, "France", COUNTRY, "core"),
        "not-found": ask(api, "United Nations", UNKNOWN, "core"),
    }
    for run_id in known.values():
        settle(api, run_id)
    return known


def take_all(camera: Camera, installation: Installation) -> None:
    state = installation.sign_in(camera.browser, installation.wait_for("http"))
    camera.take(list(visitors()), None)
    camera.take(list(beginnings()), state)
    with installation.api() as api:
        known = make_runs(api)
        camera.take([*runs(known), *playground(known["structured"]), *rest()], state)
        camera.take([("library-marked", partial(marked, run_id=known["structured"]))], state)
        with asleep(installation):
            waiting = ask(api, "Kenya", COUNTRY)
            camera.take([("run-waiting", goto(f"/runs/{waiting}/")), ("runs-waiting", goto("/runs/"))], state)


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
