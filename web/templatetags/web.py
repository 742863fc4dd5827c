"""Template tags that every page may use."""

from datetime import datetime
from functools import cache

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from web.text import duration_text

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decorative icon of static/icons.svg; the words beside it say what it means."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """A time: in UTC as sent, in the reader's own once the script has run, in full when pointed at."""
    if at is None:
        return ""
    iso = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, iso, at.strftime("%Y-%m-%d %H:%M"))


@register.simple_tag
def clock(at: datetime) -> SafeString:
    """A time of day to the millisecond, for what happens within seconds."""
    iso = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    shown = at.strftime("%H:%M:%S.%f")[:-3]
    return format_html('<time datetime="{}" title="{}" data-clock>{}</time>', iso, iso, shown)


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds in words; nothing for None."""
    return "" if seconds is None else duration_text(seconds)


@register.simple_tag
def select(field: BoundField) -> SafeString:
    """A choice field as a labelled select; Django's widget renders a template for every option."""
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, " selected" if value == field.value() else "", word) for value, word in field.field.choices),
    )
    return format_html('<select name="{}" aria-label="{}">{}</select>', field.html_name, field.label, options)
