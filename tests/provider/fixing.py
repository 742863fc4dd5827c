"""What a click on a fix does to the text, as the browser does it."""

from provider.json_tree import Fix


def applied(text: str, fix: Fix) -> str:
    for start, end, insert in reversed(fix.changes):
        text = text[:start] + insert + text[end:]
    return text
