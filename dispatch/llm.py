"""The language model that this installation was given, if any, and so the level at which its engine works."""

from typing import Any

from django.conf import settings

from engine import neural
from engine.llm.endpoint import Llm
from engine.output import Output
from engine.research import research


def configured() -> Llm | None:
    if not settings.LLM_BASE_URL:
        return None
    return Llm(
        base_url=settings.LLM_BASE_URL,
        model=settings.LLM_MODEL,
        key=settings.LLM_API_KEY,
        price_in=settings.LLM_PRICE_IN,
        price_out=settings.LLM_PRICE_OUT,
    )


def level() -> str:
    """The highest level at which the engine works here, by the word that the health page has for it."""
    if configured():
        return "llm"
    return "reader" if neural.available() else "keyless"


def research_here(**asked: Any) -> Output:
    """The engine's research with the language model of this installation."""
    return research(**asked, llm=configured())
