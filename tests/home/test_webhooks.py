import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.urls import reverse

from dispatch.delivery import collect_ended, deliver
from dispatch.models import Delivery
from dispatch.webhooks import rotate_secret, secret_of, signed_headers
from runs.services import cancel_run
from tests.conftest import signed_in

PAGE = "/settings/webhooks/"
SHOW, ROTATE = f"{PAGE}secret/", f"{PAGE}secret/rotate/"
HTMX = {"HX-Request": "true", "HX-Target": "webhook-secret"}


@pytest.fixture(autouse=True)
def nothing_allowed(settings):
    settings.ALLOW_PRIVATE_FETCH = frozenset()


@pytest.fixture
def admin(owner):
    return signed_in(owner)


@pytest.fixture
def make(start):
    """A delivery as the dispatch loop stores it."""

    def make(label="France", **more):
        run = start(label, webhook={"url": "https://receiver.example/hook"}, **more)
        cancel_run(run=run)
        collect_ended()
        return Delivery.objects.get(pk=run.pk)

    return make


def refused(*_, **__):
    return 503


def text_of(response):
    return response.content.decode()


# The secret


def test_the_page_holds_no_secret(admin, workspace):
    secret = secret_of(workspace)
    page = text_of(admin.get(PAGE))
    assert secret.text not in page
    assert "Show the secret" in page


def test_looking_at_the_page_makes_no_secret(admin, workspace):
    assert "It is made when it is first shown or needed." in text_of(admin.get(PAGE))
    assert not workspace.webhook_secrets.exists()


def test_an_admin_is_shown_the_secret_on_asking_and_no_cache_keeps_it(admin, workspace):
    answer = admin.post(SHOW)
    assert secret_of(workspace).text in text_of(answer)
    assert "no-store" in answer["cache-control"]


def test_replacing_the_secret_shows_the_new_one_and_tells_of_the_old(admin, workspace):
    old = secret_of(workspace).text
    page = text_of(admin.post(ROTATE, headers=HTMX))
    assert secret_of(workspace).text in page
    assert old not in page
    assert "This is the new secret." in page
    assert "still signs beside it" in text_of(admin.get(PAGE))


def test_without_htmx_a_replaced_secret_is_not_replaced_again_by_a_reload(admin, workspace):
    assert admin.post(ROTATE)["location"] == PAGE
    assert secret_of(workspace).text not in text_of(admin.get(PAGE))


def test_htmx_gets_the_secret_alone(admin):
    part = text_of(admin.post(SHOW, headers=HTMX))
    assert part.strip().startswith('<section id="webhook-secret"')
    assert "Deliveries" not in part


@pytest.mark.parametrize("url", [SHOW, ROTATE])
def test_an_editor_is_neither_shown_the_secret_nor_may_replace_it(client, workspace, url):
    assert client.post(url).status_code == 403
    assert not workspace.webhook_secrets.exists()
    assert "An admin of the workspace can show the secret" in text_of(client.get(PAGE))


@pytest.mark.parametrize("url", [SHOW, ROTATE])
def test_a_secret_is_not_to_be_had_by_a_link(admin, url):
    assert admin.get(url).status_code == 405


def test_the_code_on_the_page_checks_what_is_sent(client, workspace):
    code = unescape(re.search(r'<pre id="verify"[^>]*>(.*?)</pre>', text_of(client.get(PAGE)), re.S)[1])
    module = {}
    exec(code, module)
    old, new = secret_of(workspace).text, rotate_secret(workspace=workspace).text
    headers = signed_headers("whevent_1", b"{}", datetime.now(UTC), [new, old])
    assert module["is_genuine"](headers, b"{}", old)
    assert module["is_genuine"](headers, b"{}", new)
    assert not module["is_genuine"](headers, b"{ }", new)


# The log


def test_an_editor_sees_the_deliveries_newest_first(client, make):
    for label in ("France", "Kenya"):
        deliver(make(label).pk, refused)
    page = text_of(client.get(PAGE))
    assert page.index("Kenya") < page.index("France")
    assert page.count("https://receiver.example/hook</td>") == 2
    assert "503" in page


def test_a_page_without_deliveries_shows_how_to_get_one(client):
    page = unescape(text_of(client.get(PAGE)))
    assert '"webhook": {"url": "https://example.com/hook"}' in page


def test_viewers_and_visitors_do_not_see_the_log(viewer, visitor):
    assert viewer.get(PAGE).status_code == 403
    assert visitor.get(PAGE).status_code == 302


def test_another_workspaces_deliveries_are_not_there(outside, make):
    delivery = make("Atlantis")
    assert "Atlantis" not in text_of(outside.get(PAGE))
    assert outside.get(delivery.get_absolute_url()).status_code == 404
    assert outside.get(f"{PAGE}?before={delivery.pk}").status_code == 404


def test_a_long_log_comes_in_pages(client, make, monkeypatch):
    monkeypatch.setattr("home.views.webhooks.ROWS", 2)
    made = [make(f"number {number}") for number in range(5)]
    first = text_of(client.get(PAGE))
    assert ["number 4" in first, "number 3" in first, "number 2" in first] == [True, True, False]
    assert f"?before={made[3].pk}" in first
    last = text_of(client.get(f"{PAGE}?before={made[1].pk}"))
    assert ["number 1" in last, "number 0" in last, "Older" in last] == [False, True, False]


@pytest.mark.parametrize("before", ["no-uuid", "00000000-0000-4000-8000-000000000000"])
def test_a_place_that_is_not_in_the_log_is_not_found(client, workspace, before):
    assert client.get(f"{PAGE}?before={before}").status_code == 404


def test_more_deliveries_take_no_more_queries(client, make, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(20) as made:
            client.get(PAGE)
        return len(made)

    for _ in range(3):
        make()
    few = count()
    for _ in range(3):
        deliver(make().pk, refused)
    assert count() == few


# One delivery


def test_a_delivery_shows_its_attempts_and_what_is_sent(client, make):
    delivery = make()
    deliver(delivery.pk, refused)
    page = unescape(text_of(client.get(delivery.get_absolute_url())))
    assert "The receiver answered 503 instead of a 2xx." in page
    assert delivery.body in page
    assert delivery.event_id in page


def test_a_delivery_that_nobody_tried_says_so(client, make):
    assert "Not tried yet." in text_of(client.get(make().get_absolute_url()))


def test_redelivering_puts_it_back_among_what_is_due(client, make):
    delivery = make()
    deliver(delivery.pk, lambda *_, **__: 200)
    answer = client.post(reverse("home:redeliver", args=[delivery.pk]))
    assert answer["location"] == delivery.get_absolute_url()
    assert Delivery.objects.get(pk=delivery.pk).state == "pending"


def test_who_may_redeliver(viewer, outside, client, make):
    url = reverse("home:redeliver", args=[make().pk])
    answers = [viewer.post(url), outside.post(url), client.get(url)]
    assert [answer.status_code for answer in answers] == [403, 404, 405]


def test_a_label_from_outside_is_text(client, make):
    delivery = make("<script>alert(1)</script>")
    for url in (PAGE, delivery.get_absolute_url()):
        assert "<script>alert(1)" not in text_of(client.get(url))
