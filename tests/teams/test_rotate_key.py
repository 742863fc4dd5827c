import io

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from teams.models import Provider
from teams.providers import create_hosted_provider, forget_secrets, remove_provider

URL = "https://api.parallel.ai"


@pytest.fixture
def parallel(workspace):
    return create_hosted_provider(
        workspace=workspace, name="Parallel", base_url=URL, key="pk-1", webhook_secret="whsec"
    )


@pytest.fixture
def folder(settings, tmp_path):
    """A data folder whose secret key is the present one."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret_key").write_text(settings.SECRET_KEY)
    return tmp_path


def printed(*words: str) -> str:
    out = io.StringIO()
    call_command("rotate-key", *words, stdout=out)
    return out.getvalue()


def test_what_an_older_key_encrypted_is_encrypted_with_the_present_one(settings, parallel):
    with override_settings(SECRET_KEY="next", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert printed().startswith("2 stored secrets are encrypted")
    with override_settings(SECRET_KEY="next", SECRET_KEY_FALLBACKS=[]):
        stored = Provider.objects.get(pk=parallel.pk)
        assert (stored.key, stored.webhook_secret) == ("pk-1", "whsec")


def test_nothing_to_encrypt_is_no_error(workspace):
    assert printed().startswith("0 stored secrets")


def test_a_provider_that_forgot_its_secrets_has_none_to_encrypt(parallel):
    remove_provider(provider=parallel)
    forget_secrets(provider=parallel)
    assert printed().startswith("0 stored secrets")


def test_it_names_what_no_known_key_opens_and_encrypts_the_rest(workspace, parallel):
    with override_settings(SECRET_KEY="lost"):
        create_hosted_provider(workspace=workspace, name="Other", base_url=URL, key="pk-2")
    with pytest.raises(CommandError, match=r"2 stored secrets .* those of Other \(workspace default\)"):
        printed()
    assert Provider.objects.get(pk=parallel.pk).key == "pk-1"


def test_it_says_who_is_signed_out(parallel):
    assert "signs in again" in printed()


def test_a_new_key_is_made_beside_the_old_one(settings, folder, parallel):
    said = printed("--new")
    new, old = (folder / "secret_key").read_text(), (folder / "secret_key.old").read_text()
    assert (len(new) >= 50, old) == (True, settings.SECRET_KEY)
    assert new not in said
    assert "Restart the server" in said
    assert "signs in again" in said
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir() if "." in path.name} == {0}
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]):
        assert Provider.objects.get(pk=parallel.pk).key == "pk-1"


def test_a_second_new_key_would_lose_the_first(folder):
    printed("--new")
    (folder / "secret_key").write_text(folder.joinpath("secret_key.old").read_text())
    with pytest.raises(CommandError, match="still there from the last time"):
        printed("--new")


def test_a_key_from_the_environment_is_changed_there(settings, folder):
    (folder / "secret_key").write_text("another")
    with pytest.raises(CommandError, match="SECRET_KEY comes from the environment"):
        printed("--new")
    assert not (folder / "secret_key.old").exists()
