import re

import pytest

from playground.drafts import draft_of
from runs.models import Run
from teams.providers import create_hosted_provider, make_default, remove_provider
from tests.playground.filling import HTMX, RUN, errors_in, filled

PAGE = "/playground/"


@pytest.fixture
def parallel(workspace):
    return create_hosted_provider(
        workspace=workspace, name="Parallel", base_url="https://api.parallel.ai", key="k"
    )


def chosen_in(html):
    """The provider that is chosen; None where there is no choice."""
    found = re.search(r'<select id="provider".*?</select>', html, re.S)
    return found and re.findall(r'<option value="([^"]+)" selected', found[0])


def test_where_there_is_one_provider_there_is_no_choice(client):
    assert chosen_in(client.get(PAGE).text) is None


def test_the_default_is_chosen_at_first(client, parallel):
    assert chosen_in(client.get(PAGE).text) == ["engine"]
    make_default(provider=parallel)
    assert chosen_in(client.get(PAGE).text) == ["parallel"]


def test_the_chosen_one_gets_the_run(client, parallel):
    client.post(RUN, filled(provider="parallel"))
    client.post(RUN, filled(provider="engine"))
    client.post(RUN, filled())
    assert [run.provider.slug for run in Run.objects.order_by("created_at")] == [
        "parallel",
        "engine",
        "engine",
    ]


@pytest.mark.parametrize("name", ["nobody", "<b>", "x" * 300])
def test_one_that_is_not_there_is_told_of(client, parallel, name):
    answer = client.post(RUN, filled(provider=name), headers=HTMX)
    assert answer.status_code == 422
    assert errors_in(answer) == [("provider", "This provider was removed. Choose another one.")]
    assert not Run.objects.exists()


def test_another_workspaces_provider_gets_no_run(outside, parallel):
    assert outside.post(RUN, filled(provider="parallel"), headers=HTMX).status_code == 422


def test_a_removed_one_is_not_offered(client, parallel):
    remove_provider(provider=parallel)
    assert "Parallel</option>" not in client.get(PAGE).text


def test_a_choice_is_there_again_after_a_reload(client, member, parallel):
    client.post(RUN, filled(provider="parallel", provider_default="engine"))
    assert draft_of(member)["provider"] == ["parallel"]
    assert chosen_in(client.get(PAGE).text) == ["parallel"]


def test_who_chose_nothing_follows_the_default(client, parallel):
    client.post(RUN, filled(provider="engine", provider_default="engine"))
    make_default(provider=parallel)
    assert chosen_in(client.get(PAGE).text) == ["parallel"]


def test_what_was_refused_keeps_the_choice(client, parallel):
    form = filled(provider="parallel", provider_default="engine", input_text="")
    assert chosen_in(client.post(RUN, form).text) == ["parallel"]


def test_a_duplicate_goes_to_the_provider_of_the_former_run(client, start, parallel):
    run = start()
    Run.objects.filter(pk=run.pk).update(provider=parallel)
    assert chosen_in(client.get(PAGE, {"from": run.run_id}).text) == ["parallel"]


def test_each_option_says_whether_it_costs_anything(client, parallel):
    assert '<option value="parallel"  data-hosted="Parallel">' in client.get(PAGE).text


def test_the_code_to_copy_names_a_provider_that_is_not_the_default(client, parallel):
    snippets = "/playground/snippets/"
    assert "x-groundwork-provider" in client.post(snippets, filled(provider="parallel")).text
    assert "x-groundwork-provider" not in client.post(snippets, filled(provider="engine")).text
    make_default(provider=parallel)
    assert "x-groundwork-provider" not in client.post(snippets, filled(provider="parallel")).text
