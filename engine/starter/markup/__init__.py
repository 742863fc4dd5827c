"""Descriptions of packages, written in Markdown or reStructuredText, as blocks of plain text.

No full parsers: what matters is which words stand in one paragraph, and that no markup is left among them.
"""
