import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import HostedGroup, Submission, Twin, Upstream
from runs.models import Run
from teams.models import Provider
from teams.providers import create_hosted_provider, make_default
from teams.tokens import create_token
from tests.conftest import signed_in
from tests.runs.making import completed, running

LIST = "/settings/providers/"
NEW, ONE, ENGINE = f"{LIST}new/", f"{LIST}parallel/", f"{LIST}engine/"
POSTS = [f"{ONE}use/", f"{ONE}retry/", f"{ONE}remove/"]
URL = "https://api.parallel.ai"
SAVE = {"HX-Request": "true", "HX-Target": "provider-form"}
TEST = {"HX-Request": "true", "HX-Target": "provider-test"}
REFUSED = "The provider refuses this key. Check that it is whole and not revoked."
AWAY = "The provider does not answer. Check the address."


@pytest.fixture
def admin(owner):
    return signed_in(owner)


@pytest.fixture
def parallel(workspace):
    return create_hosted_provider(workspace=workspace, name="Parallel", base_url=URL, key="stored key")


@pytest.fixture
def tried(monkeypatch):
    """The connections that were tried; ``tried.says`` is what comes of the next."""

    class Tried(list):
        says = ""

    tried = Tried()

    def test_connection(base_url, key):
        tried.append((base_url, key))
        return tried.says

    monkeypatch.setattr("home.views.providers.fault_of_connection", test_connection)
    return tried


@pytest.fixture
def ask(start, parallel):
    """A run that waits for the hosted provider."""

    def ask(input="France"):
        run = start(input)
        Run.objects.filter(pk=run.pk).update(provider=parallel)
        return Run.objects.get(pk=run.pk)

    return ask


def form(**changes):
    return {"name": "Parallel", "base_url": URL, "key": "new-key"} | changes


def text_of(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def row_of(html, name):
    return next(body for body in re.findall(r"<tbody>.*?</tbody>", html, re.S) if name in body)


# The list


def test_every_member_sees_how_the_providers_stand(viewer, parallel):
    page = viewer.get(LIST).text
    assert "Takes runs" in row_of(page, "Parallel")
    assert "default" in row_of(page, "Built-in engine")
    assert NEW not in page
    assert ONE not in page


def test_an_admin_is_led_to_adding_and_changing_one(admin, parallel):
    page = admin.get(LIST).text
    assert f'href="{NEW}"' in page
    assert f'href="{ONE}"' in page
    assert f'href="{ENGINE}"' in page


def test_a_token_of_this_installation_is_no_key_of_a_provider(admin, workspace):
    """Its runs would come back here, and be sent again."""
    _, text = create_token(workspace=workspace, name="A script")
    answer = admin.post(NEW, form(key=text), headers=SAVE)
    assert answer.status_code == 422
    assert "This is a token of this installation." in text_of(answer)


def test_htmx_gets_the_list_alone_and_asks_for_it_again(client, parallel):
    part = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "provider-list"}).text
    assert part.strip().startswith('<section id="provider-list"')
    assert f'hx-get="{LIST}" hx-trigger="every 2s"' in part


def test_the_list_tells_what_holds_runs_back(client, parallel, ask):
    Provider.objects.filter(pk=parallel.pk).update(most_in_flight=1)
    until = timezone.now() + timedelta(seconds=30.4)
    error = {"last_error": "It answered 503.", "last_error_at": timezone.now()}
    Upstream.objects.create(provider=parallel, state="failing", until=until, **error)
    running(ask())
    ask()
    Twin.objects.create(run=completed(ask("Atlantis")), provider=parallel, upstream_id="trun_2")
    group = HostedGroup.objects.create(provider=parallel, upstream_id="tgrp_1", owner="w", lease_until=until)
    Submission.objects.create(provider=parallel, group=group, size=3, doubt="The answer was cut off.")
    said = text_of(client.get(LIST))
    assert "Does not answer tried again in 30 s" in said
    assert "1 waits for the limit of 1 in flight." in said
    assert "3 runs: not known yet whether they were taken; found out in 1 min." in said
    assert "1 run it has twice, and may charge for twice: Atlantis ." in said
    assert "It answered 503." in said


def test_no_key_is_on_any_page(admin, parallel):
    for url in (LIST, ONE):
        page = admin.get(url).text
        assert "stored key" not in page
        assert parallel.sealed_key not in page


def test_another_workspaces_providers_are_not_there(outside, parallel):
    assert "Parallel<" not in outside.get(LIST).text
    assert outside.get(ONE).status_code == 404


def test_who_is_signed_out_is_asked_to_sign_in(visitor):
    assert visitor.get(LIST).url == f"/accounts/login/?next={LIST}"


def test_more_runs_take_no_more_queries(client, ask):
    counts = []
    for _ in range(2):
        for _ in range(10):
            completed(ask())
            ask()
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("url", [NEW, ONE, *POSTS])
def test_only_an_admin_changes_anything(client, viewer, parallel, tried, url):
    for browser in (client, viewer):
        assert browser.post(url, form()).status_code == 403
    assert Provider.objects.hosted().get().key == "stored key"
    assert not tried


@pytest.mark.parametrize("url", POSTS)
def test_nothing_is_changed_by_a_link(admin, parallel, url):
    assert admin.get(url).status_code == 405


@pytest.mark.parametrize("url", POSTS)
def test_another_workspaces_provider_is_not_changed(outside, parallel, url):
    assert outside.post(url).status_code == 404
    assert outside.post(ONE, form()).status_code == 404


# A new one


def test_a_provider_that_answers_is_added(admin, workspace, tried):
    answer = admin.post(NEW, form(most_in_flight="100", usd_per_day="12.50", make_default="on"), headers=SAVE)
    assert answer["HX-Redirect"] == LIST
    assert tried == [(URL, "new-key")]
    made = workspace.providers.hosted().get()
    assert (made.key, made.most_in_flight, str(made.usd_per_day)) == ("new-key", 100, "12.50")
    assert made.is_default
    assert "Parallel is added" in admin.get(LIST).text


def test_without_a_script_it_leads_to_the_list(admin, tried):
    assert admin.post(NEW, form()).url == LIST


def test_the_form_begins_with_the_hosted_api(admin):
    page = admin.get(NEW).text
    assert f'value="{URL}"' in page
    assert 'type="password"' in page


@pytest.mark.parametrize(("says", "field"), [(REFUSED, "key"), (AWAY, "base_url")])
def test_one_that_can_not_be_reached_is_told_of_in_its_place(admin, workspace, tried, says, field):
    tried.says = says
    answer = admin.post(NEW, form(name="Mine", runs_per_minute="7"), headers=SAVE)
    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}_error" role="alert">{re.escape(says)}', answer.text)
    assert 'value="Mine"' in answer.text
    assert 'value="7"' in answer.text
    assert "new-key" not in answer.text
    assert answer.text.count(" autofocus") == 1
    assert not workspace.providers.hosted().exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Give the provider a name."),
        ({"name": "built-in ENGINE"}, "Another provider has this name."),
        ({"key": ""}, "Enter the API key that the provider gave you."),
        ({"key": "a b"}, "A key has no spaces or accents."),
        ({"key": "schlüssel"}, "A key has no spaces or accents."),
        ({"key": "a\nb"}, "A key has no spaces or accents."),
        ({"base_url": ""}, "Give the address of its API"),
        ({"base_url": "api.parallel.ai"}, "Give an address that begins with https://"),
        ({"base_url": "http://api.parallel.ai"}, "Use https"),
        ({"runs_per_minute": "0"}, "greater than or equal to 1"),
        ({"most_in_flight": "many"}, "Enter a whole number."),
        ({"usd_per_day": "-1"}, "greater than or equal to 0.01"),
        ({"usd_per_day": "1.234"}, "2 decimal places"),
    ],
)
def test_what_can_not_be_is_told_of_before_anything_is_tried(admin, workspace, tried, changes, sentence):
    answer = admin.post(NEW, form(**changes), headers=SAVE)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert not tried
    assert not workspace.providers.hosted().exists()


def test_a_test_saves_nothing_and_touches_nothing_else_on_the_page(admin, workspace, tried):
    answer = admin.post(NEW, form(test="yes"), headers=TEST)
    assert answer.text.strip().startswith('<div id="provider-test"')
    assert "It answers and takes the key." in answer.text
    assert not workspace.providers.hosted().exists()


def test_a_test_that_fails_says_why(admin, tried):
    tried.says = AWAY
    answer = admin.post(NEW, form(test="yes"), headers=TEST)
    assert (answer.status_code, "Base URL: The provider does not answer." in answer.text) == (422, True)


def test_without_a_script_a_test_is_told_of_in_the_page(admin, tried):
    page = admin.post(NEW, form(test="yes"))
    assert "<html" in page.text
    assert "Nothing is saved yet." in page.text


def test_a_webhook_secret_is_asked_where_webhooks_can_arrive(admin, settings, workspace, tried):
    assert "webhook_secret" not in admin.get(NEW).text
    settings.PUBLIC_URL = "https://work.example"
    assert "https://work.example/webhooks/parallel" in admin.get(NEW).text
    admin.post(NEW, form(webhook_secret="whsec_1"))
    assert workspace.providers.hosted().get().webhook_secret == "whsec_1"


def test_a_name_is_shown_as_it_is_written(admin, tried):
    admin.post(NEW, form(name="<b>ünïcode</b> 🔑"))
    page = admin.get(LIST).text
    assert "&lt;b&gt;ünïcode&lt;/b&gt; 🔑" in page
    assert "<b>ünïcode" not in page


# Changing one


def test_limits_are_changed_without_asking_the_provider(admin, parallel, tried):
    tried.says = AWAY
    assert admin.post(ONE, form(key="", runs_per_minute="60"), headers=SAVE)["HX-Redirect"] == LIST
    parallel.refresh_from_db()
    assert (parallel.runs_per_minute, parallel.key) == (60, "stored key")
    assert not tried


def test_a_new_key_is_tried_and_ends_a_pause(admin, parallel, tried):
    later = timezone.now() + timedelta(minutes=9)
    Upstream.objects.create(provider=parallel, state="key_refused", until=later)
    admin.post(ONE, form(), headers=SAVE)
    parallel.refresh_from_db()
    assert (parallel.key, parallel.upstream.state, tried) == ("new-key", "open", [(URL, "new-key")])


def test_a_key_that_is_refused_leaves_the_stored_one(admin, parallel, tried):
    tried.says = REFUSED
    assert admin.post(ONE, form(), headers=SAVE).status_code == 422
    parallel.refresh_from_db()
    assert parallel.key == "stored key"


def test_a_stored_key_is_not_sent_to_another_address(admin, parallel, tried):
    answer = admin.post(ONE, form(key="", base_url="https://elsewhere.example"), headers=SAVE)
    assert answer.status_code == 422
    assert "Enter the key again" in answer.text
    assert not tried


def test_the_stored_key_can_be_tested(admin, parallel, tried):
    assert admin.post(ONE, form(key="", test="yes"), headers=TEST).status_code == 200
    assert tried == [(URL, "stored key")]


def test_a_key_that_can_not_be_read_any_more_is_asked_again(admin, parallel, tried):
    sealed = Provider.objects.filter(pk=parallel.pk)
    with override_settings(SECRET_KEY="another"):
        create_hosted_provider(workspace=parallel.workspace, name="Lost", base_url=URL, key="k")
    sealed.update(sealed_key=Provider.objects.get(name="Lost").sealed_key)
    answer = admin.post(ONE, form(key="", test="yes"), headers=TEST)
    assert answer.status_code == 422
    assert "Enter the key again" in answer.text


def test_a_paused_provider_says_why_and_what_to_do(admin, parallel):
    Upstream.objects.create(provider=parallel, state="no_credit", until=timezone.now())
    page = admin.get(ONE).text
    assert "says that the account is out of credit" in page
    assert f'action="{ONE}retry/"' in page


def test_the_engine_has_nothing_to_set(admin, workspace):
    page = admin.get(ENGINE).text
    assert "There is nothing to set." in page
    assert 'id="provider-form"' not in page
    assert admin.post(ENGINE, form()).status_code == 405


@pytest.mark.parametrize("action", ["remove", "retry"])
def test_the_engine_is_neither_removed_nor_paused(admin, workspace, action):
    assert admin.post(f"{ENGINE}{action}/").status_code == 404


# What else is done with one


def test_new_runs_are_given_to_another(admin, workspace, parallel):
    assert admin.post(f"{ONE}use/").url == LIST
    assert workspace.providers.get(is_default=True) == parallel
    admin.post(f"{ENGINE}use/")
    assert workspace.providers.get(is_default=True).kind == "engine"


def test_a_paused_provider_is_tried_again_on_asking(admin, parallel):
    later = timezone.now() + timedelta(minutes=9)
    Upstream.objects.create(provider=parallel, state="no_credit", until=later)
    admin.post(f"{ONE}retry/")
    assert not Upstream.objects.get().blocks(timezone.now())


def test_removing_says_what_becomes_of_its_runs_and_does_that(admin, workspace, parallel, ask):
    waiting, sent = ask(), running(ask())
    make_default(provider=parallel)
    said = text_of(admin.get(ONE))
    assert "1 run that waits for it is cancelled. 1 run in flight is still fetched; then" in said
    assert "New runs go to the built-in engine." in said
    assert admin.post(f"{ONE}remove/").url == LIST
    statuses = [Run.objects.get(pk=run.pk).status for run in (waiting, sent)]
    assert statuses == ["cancelled", "running"]
    assert "Parallel is removed" in admin.get(LIST).text
    assert admin.get(ONE).status_code == 404
    assert workspace.providers.get(is_default=True).kind == "engine"


@pytest.mark.parametrize("url", POSTS)
def test_a_removed_provider_is_not_found(admin, parallel, url):
    admin.post(f"{ONE}remove/")
    assert admin.post(url).status_code == 404


# Home


def test_home_tells_of_providers_where_one_is_hosted(client, workspace):
    assert "<h2" not in client.get("/").text.partition('id="run-list"')[0]
    create_hosted_provider(workspace=workspace, name="Parallel", base_url=URL, key="k")
    page = client.get("/").text
    assert "Parallel Takes runs 0 in flight, 0 waiting, 0 sent in the last minute" in text_of(client.get("/"))
    assert f'href="{LIST}"' in page


def test_homes_lines_come_again_by_themselves(client, parallel):
    part = client.get("/", headers={"HX-Request": "true", "HX-Target": "provider-lines"}).text
    assert part.strip().startswith('<div id="provider-lines"')
    assert 'hx-trigger="every 5s"' in part
    assert 'id="run-list"' not in part
