"""How a status and a confidence look: a shape and a word, so that neither needs its colour."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from runs.status import Status

register = template.Library()

STATUS_SHAPES = {
    Status.PENDING: "○",
    Status.SUBMITTING: "○",
    Status.QUEUED: "◌",
    Status.RUNNING: "◐",
    Status.ACTION_REQUIRED: "◪",
    Status.CANCELLING: "◍",
    Status.CANCELLED: "⊘",
    Status.COMPLETED: "✓",
    Status.FAILED: "✕",
}
CONFIDENCE_SHAPES = {
    "high": ("●●●", "high"),
    "medium": ("●●○", "medium"),
    "low": ("●○○", "low"),
    "none": ("○○○", "not found"),
}


@register.simple_tag
def status(value: str) -> SafeString:
    return format_html(
        '<span class="status status-{}"><span class="status-glyph" aria-hidden="true">{}</span>{}</span>',
        value, STATUS_SHAPES[Status(value)], Status(value).label,
    )  # fmt: skip


@register.simple_tag
def confidence(name: str) -> SafeString | str:
    """The confidence of a field; nothing if its provider gave none."""
    if name not in CONFIDENCE_SHAPES:
        return ""
    dots, word = CONFIDENCE_SHAPES[name]
    return format_html(
        '<span class="confidence confidence-{}">'
        '<span class="confidence-dots" aria-hidden="true">{}</span>{}</span>',
        name, dots, word,
    )  # fmt: skip
