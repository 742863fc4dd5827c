"""From the click to the result on the page, in a real browser, and the engine's share of it."""

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

from benchmarks.installation import make_runs, research_seconds, signin_link
from benchmarks.report import report
from tests.crash.server import Server

LIMIT_MS = 150
WARM_UP = 3
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CLICK_TO_RESULT = """
() => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("no result within 20 seconds")), 20000)
  const begun = performance.now()
  const former = document.querySelector('#run-panel a[href*="trun_"]')?.pathname
  new MutationObserver((_, observer) => {
    const link = document.querySelector('#run-panel a[href*="trun_"]')
    if (!link || link.pathname === former || !document.querySelector("#run-live[data-live-over]")) return
    observer.disconnect()
    requestAnimationFrame(() => resolve([performance.now() - begun, link.pathname.split("/").at(-2)]))
  }).observe(document.body, { childList: true, subtree: true })
  document.getElementById("run-button").click()
})
"""


def clicks(page: Page, times: int) -> list[tuple[float, str]]:
    """Milliseconds from each click to the painted result, with the run's id."""
    measured = []
    for _ in range(times + WARM_UP):
        measured.append(tuple(page.evaluate(CLICK_TO_RESULT)))
        page.wait_for_timeout(600)  # a second press within half a second counts as the same
    return measured[WARM_UP:]


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench live", description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder, "data")) as server:
        data = Path(folder, "data")
        make_runs(server.ready(), data, 8)
        with sync_playwright() as playwright:
            path = os.environ.get("GROUNDWORK_TEST_BROWSER") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            page = browser.new_page()
            page.goto(signin_link(server, data))
            page.goto(f"{server.url}/playground/?template=country-facts")
            page.select_option("#processor", "lite")
            page.wait_for_timeout(1000)
            measured = clicks(page, times)
            browser.close()
        whole = [milliseconds for milliseconds, _ in measured]
        engine = [1000 * seconds for seconds in research_seconds(data, [run_id for _, run_id in measured])]
    report("live", [row("click to result", whole), row("of it: research", engine)])


def row(what: str, milliseconds: list[float]) -> dict[str, object]:
    return {
        "what": what,
        "n": len(milliseconds),
        "p50 ms": median(milliseconds),
        "p95 ms": quantiles(milliseconds, n=20)[-1],
        "of limit": f"{median(milliseconds) / LIMIT_MS:.0%} of {LIMIT_MS} ms",
    }


if __name__ == "__main__":
    main()
