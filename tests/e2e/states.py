"""Every page in every state that a person meets, by name: how a browser gets there."""

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.e2e.installation import ask, settle
from tests.e2e.tasks import COMPANY, COUNTRY, FOUNDING_DATE, UNKNOWN

Step = Callable[[Page], Any]
State = Callable[[Page, dict[str, str]], None]  # the runs by name, as make_runs() knows them


def at(path: str, *steps: Step) -> State:
    """Go to an address, which may name a run as {name}, and do these steps there."""

    def go(page: Page, runs: dict[str, str]) -> None:
        page.goto(path.format(**runs))
        for step in steps:
            step(page)

    return go


def press(name: str, role: Any = "button", *, exact: bool = True) -> Step:
    return lambda page: page.get_by_role(role, name=name, exact=exact).locator("visible=true").first.click()


def fill(label: str, text: str) -> Step:
    return lambda page: page.get_by_role("textbox", name=label, exact=True).fill(text)


def open_part(summary: str) -> Step:
    return lambda page: page.locator("summary").filter(has_text=summary).first.click()


def choose(field: str) -> Step:
    return lambda page: page.locator("th").get_by_role("link", name=field, exact=True).first.click()


def show_code(page: Page) -> None:
    """The code instead of the builder, where there is no room for both."""
    tab = page.get_by_role("tab", name="Code", exact=True).locator("visible=true")
    if tab.count():
        tab.first.click()


def checked(page: Page) -> None:
    """Wait until the schema's problems are told."""
    page.locator(".schema-count:visible").first.filter(has_text=".").wait_for()


def write_text(page: Page) -> None:
    """Text for the output instead of a schema."""
    page.get_by_role("radiogroup", name="Output").get_by_text("Text").click()


def dialog_open(page: Page) -> None:
    page.get_by_role("dialog").wait_for()


def empty_input(page: Page) -> None:
    page.get_by_role("radiogroup", name="Input").get_by_text("Text").click()
    page.get_by_role("textbox", name="Input", exact=True).fill("")


def damage(page: Page) -> None:
    """A schema with an error and warnings."""
    damaged = (
        '{"type": "object", "properties": {"a": {"type": "string", "minLength": 2}, "b": {"type": "array"}}}'
    )
    page.locator("[data-kind=output]").evaluate(
        "(editor, text) => editor.dispatchEvent(new CustomEvent('schema-set', {detail: {text}}))", damaged
    )
    page.locator("[data-kind=output] [data-fix]").first.wait_for()


def follow_citation(page: Page) -> None:
    """The page of the first citation, at its excerpt, in this tab."""
    link = page.get_by_role("link", name="See it marked in its page").first
    page.goto(str(link.get_attribute("href")))


def make_token(page: Page) -> None:
    page.get_by_role("textbox", name="Name", exact=True).fill("Nightly import")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("button", name="Copy the token").wait_for()


def refuse_token(page: Page) -> None:
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("alert").wait_for()


def revoke_token(page: Page) -> None:
    """The one just made, which stands first."""
    open_part("Revoke")(page)
    page.get_by_role("button", name="Revoke for good").locator("visible=true").click()
    page.get_by_text("is revoked").wait_for()


def refuse_provider(page: Page) -> None:
    page.get_by_role("button", name="Add the provider").click()
    page.get_by_role("alert").first.wait_for()


def refused(page: Page) -> None:
    page.get_by_role("alert").first.wait_for()


def ask_in_chat(model: str) -> Step:
    def asked(page: Page) -> None:
        page.get_by_label("Model").select_option(model)
        page.get_by_role("textbox", name="Your question").fill("What is the capital of Kenya?")
        page.keyboard.press("Enter")
        page.locator(".turn-part > summary").first.click()

    return asked


def answer_as_json(page: Page) -> None:
    page.get_by_role("radiogroup", name="Answer as").get_by_text("JSON").click()
    page.get_by_text("No problems.").wait_for()


TEMPLATE = "/playground/?template=company-profile"
TOKENS = "/settings/tokens/"
PROVIDERS = "/settings/providers/"

VISITOR: dict[str, State] = {
    "sign-in": at("/accounts/login/"),
    "sign-in-refused": at(
        "/accounts/login/", fill("E-mail address", "a@example.com"), fill("Password", "x"), press("Sign in")
    ),
    "link-used": at("/accounts/link/used/"),
    "library-as-visitor": at("/library/france/"),
}
BEFORE_THE_FIRST_RUN: dict[str, State] = {
    "welcome": at("/accounts/welcome/"),
    "home-empty": at("/"),
    "runs-empty": at("/runs/"),
    "batches-empty": at("/batches/"),
    "playground-empty": at("/playground/", checked),
}
MEMBER: dict[str, State] = {
    "home": at("/"),
    "colours": at("/", open_part("Colours")),
    "shortcuts": at("/", lambda page: page.keyboard.press("?")),
    "playground-template": at(TEMPLATE, checked),
    "playground-start-menu": at(TEMPLATE, press("Start from…")),
    "playground-row-menu": at(TEMPLATE, press("More for founding_date")),
    "playground-sample": at(TEMPLATE, press("Start from…"), press("JSON sample", "menuitem", exact=False)),
    "playground-code": at(TEMPLATE, show_code, checked),
    "playground-problems": at(TEMPLATE, damage, show_code, checked),
    "playground-options": at(TEMPLATE, open_part("Source policy"), open_part("Input schema")),
    "playground-text": at("/playground/", write_text),
    "playground-refused": at(
        "/playground/?template=country-facts",
        empty_input,
        press("Run", exact=False),
        lambda page: page.get_by_text("Not run yet").wait_for(),
    ),
    "playground-snippets": at(TEMPLATE, press("Copy as code"), dialog_open),
    "playground-result": at(TEMPLATE + "&run={structured}"),
    "chat-empty": at("/chat/"),
    "chat-answer": at("/chat/", ask_in_chat("speed")),
    "chat-json": at("/chat/", answer_as_json, ask_in_chat("lite")),
    "run-text": at("/runs/{text}/"),
    "run-structured": at("/runs/{structured}/"),
    "run-arrays": at("/runs/{arrays}/"),
    "run-not-found": at("/runs/{nothing}/"),
    "run-field": at("/runs/{structured}/", choose("funding_sources")),
    "run-timeline": at("/runs/{structured}/", lambda page: page.locator(".timeline summary").click()),
    "run-details": at("/runs/{structured}/?details", lambda page: page.get_by_text("raw JSON").first.click()),
    "runs": at("/runs/"),
    "runs-peek": at("/runs/?peek={structured}"),
    "runs-nothing-found": at("/runs/?q=zebra&status=completed"),
    "batches": at("/batches/"),
    "batch": at("/batches/{batch}/"),
    "library": at("/library/"),
    "library-found": at("/library/?q=united"),
    "library-nothing-found": at("/library/?q=zebra"),
    "library-page": at("/library/france/"),
    "library-marked": at("/runs/{structured}/", follow_citation),
    "sources": at("/sources/"),
    "sources-found": at("/sources/?q=capital+of+Kenya"),
    "sources-nothing-found": at("/sources/?q=zeppelin"),
    "source-new": at("/sources/new/"),
    "source-files": at("/sources/new/?kind=file"),
    "source-refused": at("/sources/new/", press("Add the source"), refused),
    "confidence": at("/sources/confidence/"),
    "api-docs": at("/api/docs"),
    "account": at("/settings/account/"),
    "providers": at(PROVIDERS),
    "provider-new": at(f"{PROVIDERS}new/"),
    "provider-refused": at(f"{PROVIDERS}new/", refuse_provider),
    "provider-engine": at(f"{PROVIDERS}engine/"),
    "tokens": at(TOKENS),
    "tokens-made": at(TOKENS, make_token),
    "tokens-refused": at(TOKENS, refuse_token),
    "tokens-revoke": at(TOKENS, open_part("Revoke")),
    "tokens-revoked": at(TOKENS, make_token, revoke_token),
    "webhooks": at("/settings/webhooks/"),
    "webhooks-secret": at("/settings/webhooks/", press("Show the secret")),
    "password": at("/accounts/password/change/"),
    "sign-out": at("/accounts/logout/"),
    "not-found": at("/runs/nothing/"),
}  # fmt: skip
WHILE_ONE_WAITS: dict[str, State] = {
    "run-waiting": at("/runs/{waiting}/"),
    "runs-waiting": at("/runs/"),
}


def make_runs(api: httpx.Client) -> dict[str, str]:
    """The runs that the states are about, all of them ended."""
    known = {
        "text": ask(api, "United Nations", FOUNDING_DATE, "core"),
        "structured": ask(api, "United Nations", COMPANY, "core"),
        "arrays": ask(api, "France", COUNTRY, "core"),
        "nothing": ask(api, "United Nations", UNKNOWN, "core"),
    }
    group = api.post("/v1/tasks/groups", json={"metadata": {"sheet": "countries"}}).json()["taskgroup_id"]
    sent = [
        {"input": name, "processor": "lite", "task_spec": {"output_schema": COUNTRY}}
        for name in ("France", "Kenya")
    ]
    added = api.post(f"/v1/tasks/groups/{group}/runs", json={"inputs": sent}).raise_for_status().json()
    for run_id in [*known.values(), *added["run_ids"]]:
        settle(api, run_id)
    return known | {"batch": group}
