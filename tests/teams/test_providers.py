import pytest
from django.test import override_settings

from teams.models import Provider
from teams.providers import (
    EngineStays,
    change_provider,
    create_hosted_provider,
    forget_secrets,
    make_default,
    remove_provider,
)
from teams.secrets import Unreadable
from teams.services import set_up_first_workspace
from teams.tokens import create_token

URL = "https://api.parallel.ai"


@pytest.fixture
def parallel(workspace):
    return create_hosted_provider(workspace=workspace, name="Parallel", base_url=URL, key="first key")


@pytest.fixture
def environment(settings, tmp_path):
    """What the environment says of Parallel: ``environment("key", "https://…")``."""
    settings.DATA_DIR = tmp_path

    def environment(key: str, base_url: str = URL) -> None:
        settings.PARALLEL_API_KEY, settings.PARALLEL_BASE_URL = key, base_url

    return environment


@pytest.fixture
def start_again(django_capture_on_commit_callbacks):
    def start_again():
        with django_capture_on_commit_callbacks(execute=True):
            return set_up_first_workspace()

    return start_again


def defaults(workspace) -> list[str]:
    return list(workspace.providers.filter(is_default=True).values_list("name", flat=True))


def test_a_hosted_provider_keeps_its_key_encrypted(parallel):
    stored = Provider.objects.get(pk=parallel.pk)
    assert "first key" not in stored.sealed_key
    assert stored.key == "first key"
    assert stored.webhook_secret == ""
    assert (stored.slug, stored.is_default) == ("parallel", False)


def test_a_key_is_not_read_with_another_secret_key(parallel):
    with override_settings(SECRET_KEY="another"), pytest.raises(Unreadable, match="Enter the key again"):
        _ = parallel.key


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Parallel", "parallel-2"),
        ("New", "new-2"),
        ("日本", "provider"),
        ("x" * 100, "x" * 40),
        ("A & B", "a-b"),
    ],
)
def test_a_provider_has_an_address_of_its_own(workspace, parallel, name, slug):
    assert create_hosted_provider(workspace=workspace, name=name, base_url=URL, key="k").slug == slug


def test_another_workspace_may_use_the_same_address(outsider, parallel):
    made = create_hosted_provider(workspace=outsider.workspace, name="Parallel", base_url=URL, key="k")
    assert made.slug == "parallel"


def test_an_empty_key_keeps_the_stored_one(parallel):
    before = parallel.changed_at
    change_provider(provider=parallel, key="", name="Mine", most_in_flight=7)
    stored = Provider.objects.get(pk=parallel.pk)
    assert (stored.key, stored.name, stored.most_in_flight) == ("first key", "Mine", 7)
    assert stored.slug == "parallel"
    assert stored.changed_at > before


def test_a_new_key_replaces_the_stored_one(parallel):
    change_provider(provider=parallel, key="second", webhook_secret="whsec")
    stored = Provider.objects.get(pk=parallel.pk)
    assert (stored.key, stored.webhook_secret) == ("second", "whsec")


def test_one_provider_is_the_default(workspace, parallel):
    make_default(provider=parallel)
    assert defaults(workspace) == ["Parallel"]
    make_default(provider=parallel)
    assert defaults(workspace) == ["Parallel"]


def test_a_default_elsewhere_stays(outsider, parallel):
    make_default(provider=parallel)
    assert defaults(outsider.workspace) == ["Built-in engine"]


def test_a_removed_provider_gets_no_runs_and_frees_its_name(workspace, parallel):
    remove_provider(provider=parallel)
    stored = Provider.objects.get(pk=parallel.pk)
    assert stored.removed_at
    assert stored not in workspace.providers.usable()
    assert stored.key == "first key"  # what it has is still fetched
    again = create_hosted_provider(workspace=workspace, name="Parallel", base_url=URL, key="k")
    assert again.slug == "parallel"


def test_a_removed_provider_can_forget_its_secrets_and_no_other_does(workspace, parallel):
    change_provider(provider=parallel, webhook_secret="whsec")
    forget_secrets(provider=parallel)
    assert Provider.objects.get(pk=parallel.pk).key == "first key"
    remove_provider(provider=parallel)
    forget_secrets(provider=parallel)
    stored = Provider.objects.get(pk=parallel.pk)
    assert (stored.sealed_key, stored.sealed_webhook_secret) == ("", "")


def test_when_the_default_is_removed_the_engine_takes_over(workspace, parallel):
    make_default(provider=parallel)
    remove_provider(provider=parallel)
    assert defaults(workspace) == ["Built-in engine"]


def test_a_removed_provider_is_not_changed_any_more(parallel):
    remove_provider(provider=parallel)
    change_provider(provider=parallel, key="late")
    assert Provider.objects.get(pk=parallel.pk).key == "first key"


def test_the_engine_stays(workspace):
    with pytest.raises(EngineStays):
        remove_provider(provider=workspace.providers.get())
    assert defaults(workspace) == ["Built-in engine"]


# From the environment


def test_without_a_key_in_the_environment_there_is_the_engine_alone(db, environment, start_again):
    environment("")
    assert [provider.kind for provider in start_again().providers.all()] == ["engine"]


def test_a_key_in_the_environment_brings_a_provider_that_is_the_default(db, environment, start_again):
    environment("from outside")
    made = start_again().providers.hosted().get()
    assert (made.name, made.key, made.base_url, made.is_default) == ("Parallel", "from outside", URL, True)


def test_a_token_of_this_installation_in_the_environment_brings_none(db, environment, start_again):
    """A script's shell has it; runs that went there would come back, and be sent again."""
    environment("")
    _, text = create_token(workspace=start_again(), name="A script")
    environment(text)
    assert not start_again().providers.hosted().exists()


def test_later_starts_leave_what_an_admin_did(db, environment, start_again):
    environment("from outside")
    workspace = start_again()
    parallel = workspace.providers.hosted().get()
    make_default(provider=workspace.providers.get(kind="engine"))
    change_provider(provider=parallel, key="by hand", name="Ours")
    start_again()
    parallel.refresh_from_db()
    assert (parallel.key, parallel.name) == ("by hand", "Ours")
    assert defaults(workspace) == ["Built-in engine"]


def test_what_an_admin_removed_does_not_come_back(db, environment, start_again):
    environment("from outside")
    remove_provider(provider=start_again().providers.hosted().get())
    assert not start_again().providers.usable().hosted().exists()


@pytest.mark.parametrize(
    ("key", "base_url"), [("another", URL), ("from outside", "https://groundwork.example")]
)
def test_another_key_or_address_in_the_environment_is_taken_over(db, environment, start_again, key, base_url):
    environment("from outside")
    workspace = start_again()
    make_default(provider=workspace.providers.get(kind="engine"))
    environment(key, base_url)
    start_again()
    changed = workspace.providers.hosted().get()
    assert (changed.key, changed.base_url) == (key, base_url)
    assert defaults(workspace) == ["Built-in engine"]


def test_a_key_that_can_not_be_read_any_more_is_taken_from_the_environment_again(
    db, environment, start_again, tmp_path
):
    environment("from outside")
    parallel = start_again().providers.hosted().get()
    (tmp_path / "provider.version").unlink()
    with override_settings(SECRET_KEY="another"):
        start_again()
        parallel.refresh_from_db()
        assert parallel.key == "from outside"


def test_a_start_without_a_note_of_the_last_one_changes_nothing_either(
    db, environment, start_again, tmp_path
):
    environment("from outside")
    before = start_again().providers.hosted().get()
    (tmp_path / "provider.version").unlink()
    assert start_again().providers.hosted().get().changed_at == before.changed_at


def test_the_note_of_what_was_seen_does_not_hold_the_key(db, environment, start_again, tmp_path):
    environment("from outside")
    start_again()
    assert "from outside" not in (tmp_path / "provider.version").read_text()
