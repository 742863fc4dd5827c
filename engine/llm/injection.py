"""Sentences of a page that speak to whoever reads it by machine.

They are left out of what a model is given, and nothing is quoted from them. This only keeps noise away: what
guards the answers is that each needs a quote, and that a model can do nothing but answer.
"""

import re

LEFT_OUT = "[…]"
_TO_MODELS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:instructions?|prompts?|rules|directions|context"
    r"|(?:everything|anything|all)\s+(?:above|before|you))\b"
    r"|\b(?:previous|prior|above|system|developer|new)\s+(?:instructions?|prompts?)\b"
    r"|\byou\s+are\s+(?:now\s+)?(?:an?\s+)?(?:AI|assistant|language\s+model|LLM|chat\s?bot|ChatGPT)\b"
    r"|\b(?:AIs?|assistants?|language\s+models?|LLMs?|crawlers?)\b[^.\n]{0,30}\b(?:must|should|shall|have\s+to)\b"
    r"|\b(?:answer|respond|reply)\s+(?:only\s+)?(?:with|that|by\s+saying)\b"
    r"|\b(?:send|post|submit|exfiltrate|reveal|print|repeat)\b[^.\n]{0,40}\b(?:keys?|tokens?|passwords?|secrets?"
    r"|credentials?|system\s+prompt)\b"
    r"|<\|?/?(?:im_start|im_end|system|assistant|user)\b|\[/?INST\]",
    re.I,
)
_PIECE = re.compile(r"[^.!?\n]*(?:[.!?]+|\n|$)")


def instructions_in(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand that address a machine."""
    return [match.span() for match in _PIECE.finditer(text) if match[0] and _TO_MODELS.search(match[0])]


def without_instructions(text: str) -> str:
    """The text as a model may see it."""
    parts, at = [], 0
    for start, end in instructions_in(text):
        parts += [text[at:start], LEFT_OUT, "\n" if text[start:end].endswith("\n") else ""]
        at = end
    return "".join([*parts, text[at:]])
