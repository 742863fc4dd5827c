import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from teams.models import Token
from teams.tokens import create_token, find_token, revoke_token, usable_ids


def test_a_token_is_recognised_by_its_text(token):
    assert find_token(token.text) == token


def test_only_a_digest_of_it_is_stored(token):
    stored = Token.objects.values().get()
    assert token.text not in map(str, stored.values())
    assert token.text[len(token.prefix) :] not in str(stored)


def test_no_two_tokens_are_alike(workspace):
    texts = {create_token(workspace=workspace, name="n")[1] for _ in range(20)}
    assert len(texts) == 20
    assert all(text.startswith("gw_") and len(text) == 63 for text in texts)


def test_a_revoked_token_opens_nothing(token):
    Token.objects.update(revoked_at=timezone.now())
    assert find_token(token.text) is None


def test_a_token_is_revoked_once_and_keeps_the_time_of_it(token):
    assert revoke_token(token=token)
    first = Token.objects.get().revoked_at
    assert not revoke_token(token=token)
    assert Token.objects.get().revoked_at == first
    assert find_token(token.text) is None


def test_revoking_one_token_leaves_the_others(token, workspace):
    _, text = create_token(workspace=workspace, name="Weekly")
    revoke_token(token=token)
    assert find_token(text).name == "Weekly"


def test_an_expired_token_opens_nothing(token):
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert find_token(token.text) is None


def test_a_token_that_expires_later_still_opens(token):
    Token.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert find_token(token.text) == token


@pytest.mark.parametrize("cut", [0, 3, 12, 62])
def test_a_part_of_a_token_opens_nothing(token, cut):
    assert find_token(token.text[:cut]) is None


def test_its_use_is_noted(token):
    before = timezone.now()
    find_token(token.text)
    assert Token.objects.get().last_used_at >= before


def test_its_use_is_noted_once_a_minute(token):
    lately = timezone.now() - timedelta(seconds=30)
    Token.objects.update(last_used_at=lately)
    find_token(token.text)
    assert Token.objects.get().last_used_at == lately


def test_its_use_is_noted_again_after_a_minute(token):
    earlier = timezone.now() - timedelta(seconds=61)
    Token.objects.update(last_used_at=earlier)
    find_token(token.text)
    assert Token.objects.get().last_used_at > earlier


def test_a_wrong_text_is_no_use(token):
    find_token(token.text[:-1] + "x")
    assert Token.objects.get().last_used_at is None


def test_the_usable_ones_among_many_are_found_in_one_query(workspace, django_assert_num_queries):
    usable, revoked, expired, unasked = (create_token(workspace=workspace, name="n")[0] for _ in range(4))
    revoke_token(token=revoked)
    Token.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    with django_assert_num_queries(1):
        assert usable_ids({usable.pk, revoked.pk, expired.pk, 10**9}) == {usable.pk}
    assert usable_ids({unasked.pk}) == {unasked.pk}
    assert usable_ids(set()) == set()


def test_those_that_still_work_are_listed_first(workspace):
    old, revoked, expired, new = (create_token(workspace=workspace, name="n")[0] for _ in range(4))
    revoke_token(token=revoked)
    Token.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    listed = list(Token.objects.listed())
    assert listed == [new, old, expired, revoked]
    assert [token.is_usable for token in listed] == [True, True, False, False]


def printed(*words: str) -> str:
    out = io.StringIO()
    call_command("createtoken", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["nightly", "two words", "ünïcode 🔑", "x" * 200, ""])
def test_the_command_prints_the_token_as_its_last_word(workspace, name):
    token = find_token(printed("--workspace", "default", "--name", name).split()[-1])
    assert (token.workspace, token.name, token.role) == (workspace, name[:100], "editor")


def test_the_command_gives_the_role_that_was_asked_for(workspace):
    assert find_token(printed("--name", "n", "--role", "viewer").split()[-1]).role == "viewer"


def test_the_command_makes_a_token_that_expires(workspace):
    token = find_token(printed("--name", "n", "--expires", "30").split()[-1])
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)


def test_a_token_of_the_command_never_expires_unless_asked(workspace):
    assert find_token(printed("--name", "n").split()[-1]).expires_at is None


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "soon", "36501", ""])
def test_the_command_says_how_long_a_token_may_work(workspace, days):
    with pytest.raises(CommandError, match="a whole number of days from 1 to 36,500"):
        printed("--name", "n", f"--expires={days}")
    assert not Token.objects.exists()


def test_the_command_names_the_workspaces_there_are(workspace):
    with pytest.raises(CommandError, match=r"no workspace 'defualt'\. Known workspaces: default"):
        printed("--workspace", "defualt", "--name", "n")
    assert not Token.objects.exists()


def test_the_command_says_when_there_is_no_workspace_yet(db):
    with pytest.raises(CommandError, match="run script/server once"):
        printed("--name", "n")


@pytest.mark.parametrize("words", [["--name", "n", "--role", "king"], []])
def test_the_command_refuses_what_it_does_not_know(workspace, words):
    with pytest.raises(CommandError):
        printed(*words)
