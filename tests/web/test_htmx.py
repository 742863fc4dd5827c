"""Every part of a page that htmx may ask for, by its own name and by that of others."""

import ast
from pathlib import Path

import pytest
from django.template.loader import get_template

from engine.sources import add_url
from tests.conftest import signed_in

ROOT = Path(__file__).resolve().parent.parent.parent


def listed_partials() -> list[tuple[str, str]]:
    """The (template, partial) pairs that views list when they call ``page``."""
    found = []
    for path in sorted(ROOT.glob("*/views/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "page":
                template, *partials = (text_of(node.args[at]) for at in (1, *range(3, len(node.args))))
                found += [(template, partial) for partial in partials]
    return found


def text_of(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant), "name templates and partials in the call itself"
    return node.value


PAIRS = listed_partials()
WHERE = {
    "home/home.html": "/",
    "home/library.html": "/library/",
    "home/provider.html": "/settings/providers/new/",
    "home/providers.html": "/settings/providers/",
    "home/source.html": "/sources/{source}/",
    "home/source_new.html": "/sources/new/",
    "home/sources.html": "/sources/",
    "home/tokens.html": "/settings/tokens/",
    "home/webhooks.html": "/settings/webhooks/",
    "runs/history.html": "/runs/",
    "runs/run.html": "{run}",
    "runs/details.html": "{run}details/",
    "playground/playground.html": "/playground/",
}


def test_every_page_with_parts_is_looked_at_here():
    assert {template for template, _ in PAIRS} == set(WHERE)


@pytest.mark.parametrize(("template", "partial"), PAIRS)
def test_every_part_that_a_view_lists_is_there(template, partial):
    assert get_template(f"{template}#{partial}")


@pytest.mark.parametrize(("template", "partial"), [pair for pair in PAIRS if pair[1] != "run-errors"])
def test_htmx_gets_the_part_alone(owner, start, template, partial):
    run = start()
    source = add_url(f"workspace-{run.workspace_id}", "https://widgets.example/")
    url = WHERE[template].format(run=run.get_absolute_url(), source=source.pk)
    part = signed_in(owner).get(url, headers={"HX-Request": "true", "HX-Target": partial})
    assert part.status_code == 200
    assert f'id="{partial}"' in part.text
    assert "<html" not in part.text


@pytest.mark.parametrize("target", ["run-row", "main", "../account/login.html", "run-live#run-live", "%00"])
def test_a_part_that_the_view_does_not_list_is_not_given_out(client, target):
    whole = client.get("/runs/", headers={"HX-Request": "true", "HX-Target": target})
    assert whole.status_code == 200
    assert "<html" in whole.text


def test_a_cache_keeps_page_and_part_apart(client):
    assert {"HX-Request", "HX-Target"} <= {*client.get("/runs/").headers["Vary"].split(", ")}
