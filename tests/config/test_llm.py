"""What is wrong with the settings of a language model is said at the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import settings
from config.settings import check_llm, dollars, env

URL = "https://llm.example.org/v1"


@pytest.fixture
def given(monkeypatch):
    def given(base_url="", model="", key=""):
        for name, value in (("BASE_URL", base_url), ("MODEL", model), ("API_KEY", key)):
            monkeypatch.setattr(settings, f"LLM_{name}", value)

    return given


@pytest.mark.parametrize(
    "values", [(), (URL, "m"), ("http://localhost:11434/v1", "m", "sk-1"), ("http://[::1]:8000", "m")]
)
def test_what_is_right_is_taken(values, given):
    given(*values)
    check_llm()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((URL,), "not LLM_MODEL"),
        (("", "m"), "LLM_BASE_URL has to be"),
        (("llm.example.org/v1", "m"), "LLM_BASE_URL has to be"),
        (("file:///etc/passwd", "m"), "LLM_BASE_URL has to be"),
        (("https://user:sk-secret@llm.example.org", "m"), "LLM_BASE_URL has to be"),
        ((f"{URL}?key=sk-secret", "m"), "LLM_BASE_URL has to be"),
        ((URL, "m", "sk-\n1"), "LLM_API_KEY holds"),
    ],
)
def test_what_is_wrong_is_a_sentence_without_the_key(values, said, given):
    given(*values)
    with pytest.raises(ImproperlyConfigured, match=said) as told:
        check_llm()
    assert "sk-" not in str(told.value)


def test_prices_are_dollars(monkeypatch):
    monkeypatch.setenv("LLM_PRICE_IN", "0.15")
    assert dollars("LLM_PRICE_IN") == 0.15
    assert dollars("LLM_PRICE_OUT") == 0
    monkeypatch.setenv("LLM_PRICE_IN", "-1")
    with pytest.raises(ImproperlyConfigured, match="LLM_PRICE_IN is '-1'"):
        dollars("LLM_PRICE_IN")


def test_the_key_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("sk-of-the-file\n")
    monkeypatch.setenv("LLM_API_KEY_FILE", str(tmp_path / "key"))
    assert env("LLM_API_KEY") == "sk-of-the-file"
