"""Markdown: headings, paragraphs, items, code and tables."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.document import Block
from engine.formats.contents import LONGEST, Contents
from engine.formats.grids import blocks_of_grid
from engine.formats.labels import line_block

_PARSER = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
_FRONT = re.compile(r"---[ \t]*\n(.{0,4000}?)\n---[ \t]*(?:\n|$)", re.S)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.{1,300}?)[\"']?[ \t]*$", re.M)
_FRONT_DATE = re.compile(r"^(?:date|published|updated):[ \t]*[\"']?(\d{4}-\d\d-\d\d)", re.M)
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]{0,500}>", re.S)


def read_markdown(text: str) -> Contents:
    """The first heading of the first level is the title; raw HTML is read without its tags."""
    text = text[:LONGEST]
    front = _FRONT.match(text)
    head, body = (front[1], text[front.end() :]) if front else ("", text)
    blocks = list(_blocks(_PARSER.parse(body)))
    named = _FRONT_TITLE.search(head)
    title = named[1] if named else next((b.text for b in blocks if b.kind == "heading" and b.level == 1), "")
    if blocks and blocks[0].kind == "heading" and blocks[0].text == title:
        blocks = blocks[1:]
    return Contents(tuple(_shifted(blocks)), title=title, published=_day(_FRONT_DATE.search(head)))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    grid: list[list[str]] | None = None
    lists = 0
    for before, token in pairwise([Token("", "", 0), *tokens]):
        lists += token.nesting if token.type in ("bullet_list_open", "list_item_open") else 0
        lists += token.nesting if token.type in ("bullet_list_close", "list_item_close") else 0
        match token.type:
            case "table_open":
                grid = []
            case "tr_open" if grid is not None:
                grid.append([])
            case "table_close":
                yield from blocks_of_grid(grid or [], headed=True)
                grid = None
            case "inline" if grid:
                grid[-1].append(_said(token))
            case "inline":
                yield from _line(before, _said(token), in_list=lists > 0)
            case "fence" | "code_block":
                if code := token.content.strip("\n").rstrip():
                    yield Block("code", code)
            case "html_block":
                if said := " ".join(_TAG.sub(" ", token.content).split()):
                    yield Block("paragraph", said)


def _line(before: Token, said: str, *, in_list: bool) -> Iterator[Block]:
    if not said:
        return
    if before.type == "heading_open":
        yield Block("heading", said, level=int(before.tag[1:]))
    else:
        yield line_block("item" if in_list else "paragraph", said)


def _said(token: Token) -> str:
    """The text of a line, without marks, tags and addresses."""
    pieces = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                pieces.append(child.content)
            case "softbreak" | "hardbreak":
                pieces.append(" ")
            case "image":
                pieces.append(child.content)
    return " ".join("".join(pieces).split())


def _shifted(blocks: list[Block]) -> Iterator[Block]:
    """Headings from the second level to the fourth."""
    for block in blocks:
        if block.kind == "heading":
            yield Block("heading", block.text, level=min(max(block.level, 2), 4))
        else:
            yield block


def _day(found: re.Match[str] | None) -> date | None:
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
