"""Secrets that must be read again are encrypted in the table, and only there."""

import pytest

from teams.models import Provider
from teams.providers import change_provider, create_hosted_provider
from teams.secrets import Unreadable, reseal, seal, unseal

KEY = "sk-Zoë-🙂-" + "x" * 500


def test_what_is_sealed_can_be_unsealed():
    assert unseal(seal(KEY)) == KEY


def test_what_is_sealed_does_not_show_what_it_is():
    assert KEY not in seal(KEY)
    assert seal(KEY) != seal(KEY)  # nor whether two are the same


def test_nothing_stays_nothing():
    assert (seal(""), unseal(""), reseal("")) == ("", "", "")


def test_under_another_secret_key_it_can_not_be_read(settings):
    sealed = seal(KEY)
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable, match="can't be read with the present SECRET_KEY"):
        unseal(sealed)


def test_an_earlier_secret_key_still_opens_it(settings):
    sealed, earlier = seal(KEY), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", ["none", earlier]
    assert unseal(sealed) == KEY


def test_what_is_sealed_anew_needs_the_earlier_key_no_more(settings):
    sealed, earlier = seal(KEY), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [earlier]
    anew = reseal(sealed)
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(anew) == KEY
    with pytest.raises(Unreadable):
        reseal(sealed)


@pytest.mark.parametrize("damage", ["x", "gAAAA", "é", "\0", " ", "gAAAAABm" + "A" * 100])
def test_what_was_never_sealed_can_not_be_read(damage):
    with pytest.raises(Unreadable):
        unseal(damage)


def test_what_was_changed_on_the_way_can_not_be_read():
    sealed = seal(KEY)
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    with pytest.raises(Unreadable):
        unseal(changed)


def test_a_providers_key_is_sealed_in_its_table(workspace):
    provider = create_hosted_provider(
        workspace=workspace,
        name="Parallel",
        base_url="https://api.example",
        key=KEY,
        webhook_secret="whsec_x",
    )
    row = Provider.objects.filter(pk=provider.pk).values().get()
    assert not [
        value for value in row.values() if isinstance(value, str) and (KEY in value or "whsec_x" in value)
    ]
    assert (Provider.objects.get(pk=provider.pk).key, provider.webhook_secret) == (KEY, "whsec_x")


def test_a_key_that_is_left_empty_stays(workspace):
    provider = create_hosted_provider(
        workspace=workspace, name="Parallel", base_url="https://api.example", key=KEY
    )
    change_provider(provider=provider, key="", most_in_flight=3)
    assert (Provider.objects.get(pk=provider.pk).key, provider.most_in_flight) == (KEY, 3)
