from django.urls import reverse

from runs.models import Run
from runs.services import request_of
from runs.status import Status
from tests.runs.making import completed, failed

TASK = {"output_schema": "The capital"}


def retry(run):
    return reverse("runs:retry", args=[run.pk])


def test_the_same_is_asked_again_as_a_new_run(client, member, start):
    former = failed(
        start(
            {"country": "France"},
            task_spec=TASK,
            metadata={"n": 1},
            source_policy={"include_domains": [".gov"]},
        )
    )
    client.post(retry(former))
    again = Run.objects.get(retry_of=former)
    assert request_of(again) == request_of(former)
    assert (again.status, again.made_by, again.provider) == (Status.PENDING, member, former.provider)


def test_the_new_run_is_shown_and_names_the_former(client, start):
    former = completed(start())
    page = client.post(retry(former), follow=True)
    again = Run.objects.get(retry_of=former)
    assert page.redirect_chain == [(again.get_absolute_url(), 302)]
    assert former.get_absolute_url() in page.content.decode()


def test_the_former_run_stays_as_it_was(client, start):
    former = completed(start())
    client.post(retry(former))
    assert Run.objects.get(pk=former.pk).status == Status.COMPLETED
    assert former.result.content == {"capital": "Paris"}


def test_a_script_s_run_is_repeated_by_whoever_asks_for_it(client, member, start, token):
    former = completed(start(token=token))
    client.post(retry(former))
    again = Run.objects.get(retry_of=former)
    assert (again.made_by, again.token) == (member, None)


def test_a_request_that_is_refused_today_is_not_repeated_and_that_is_said(client, start):
    former = failed(start())
    Run.objects.filter(pk=former.pk).update(processor="retired")
    page = client.post(retry(former), follow=True)
    assert "This run can&#x27;t be repeated as it was" in page.content.decode()
    assert Run.objects.count() == 1


def test_a_run_that_is_not_there_is_not_found(client):
    assert client.post("/runs/trun_00000000000000000000000000000000/retry/").status_code == 404


def test_over_htmx_the_browser_is_led_to_the_new_run(client, runs_in_every_state):
    former = runs_in_every_state["completed"]
    answer = client.post(f"{former.get_absolute_url()}retry/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == former.retries.get().get_absolute_url()
