"""Reads JSON as people type it: a tree with positions, and every slip with its place and, where safe, a fix.

The tree is that of the text with all its slips repaired, so what is said of it stays true once they are.
"""

import re

from provider.json_tokens import Token, Unreadable, read_name, read_string, read_word, starts_string
from provider.json_tree import Change, Fix, Member, Node, Parsed, Path, Slip, remove_member
from provider.sound import MAX_DEPTH, quoted

MAX_SLIPS = 100

_SPACE = re.compile(r"[ \t\r\n]*")
_ODD_SPACE = re.compile(r"(?:[^\S \t\r\n]|[\u200b\u2060\ufeff])+")
_COMMENT = re.compile(r"(?://|#)[^\r\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_CLOSER = {"{": "}", "[": "]"}


def parse(text: str) -> Parsed:
    reader = _Reader(text)
    try:
        root = reader.document()
    except Unreadable as stop:
        root = None
        reader.slips.append(Slip(stop.rule, stop.message, stop.start, stop.end, tuple(reader.path)))
    return Parsed(root, reader.all_slips())


class _Reader:
    """Reads from `at`; `token_end` is the end of the last token, and `closers` what is still to come."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.token_end = 0
        self.closers: list[str] = []
        self.path: list[str | int] = []
        self.slips: list[Slip] = []
        self.duplicates: list[Slip] = []
        self.told_of_the_end = False

    def all_slips(self) -> list[Slip]:
        """Duplicates can be removed only once the rest is right: till then, where one ends may be a guess."""
        if not self.slips:
            return self.duplicates
        return self.slips + [slip._replace(fix=None) for slip in self.duplicates]

    def document(self) -> Node:
        if not self.peek():
            raise Unreadable("empty", "There is no schema yet. Start from a template or a JSON sample.", 0, 0)
        root = self.value()
        while self.next() == ",":
            self.drop("comma", "There is nothing left to separate here.")
        if self.next():
            message = "The JSON has ended before this place. Remove what follows."
            raise Unreadable("text-after-end", message, self.at, len(self.text))
        return root

    def value(self) -> Node:
        char, start = self.peek(), self.at
        if char in _CLOSER:
            return self.container(char)
        if not char:
            raise Unreadable("syntax", "The text ends where a value is expected.", self.token_end, start)
        token = self.take(
            read_string(self.text, start) if starts_string(char) else read_word(self.text, start)
        )
        return Node(_kind_of(token), start, token.end, token.value)

    def container(self, opener: str) -> Node:
        if len(self.closers) >= MAX_DEPTH:
            message = f"This is nested more than {MAX_DEPTH} levels deep. Flatten it."
            raise Unreadable("too-deep", message, self.at, self.at + 1)
        node = Node("object" if opener == "{" else "array", self.at, self.at)
        self.closers.append(_CLOSER[opener])
        self.skip(1)
        while self.next() == ",":
            self.drop("comma", "There is nothing before this comma.")
        while not self.closed():
            self.member(node) if opener == "{" else self.item(node)
            self.comma()
        self.closers.pop()
        node.end = self.token_end
        self.tell_duplicates(node)
        return node

    def member(self, node: Node) -> None:
        start = self.at
        token = self.take(read_name(self.text, start))
        name = str(token.value)
        self.colon()
        self.path.append(name)
        node.members.append(Member(name, start, token.end, self.value()))
        self.path.pop()

    def item(self, node: Node) -> None:
        self.path.append(len(node.items))
        node.items.append(self.value())
        self.path.pop()

    def colon(self) -> None:
        char, name_end = self.peek(), self.token_end
        if char == ":":
            self.skip(1)
        elif char == "=":
            start = self.at
            self.skip(2 if self.text.startswith("=>", start) else 1)
            self.slip(
                "colon", "JSON puts a colon behind a name.", Change(start, self.at, ":"), "Write a colon"
            )
        elif char and char not in ",;}]":
            self.slip(
                "colon", "A colon is missing behind this name.", Change(name_end, name_end, ": "), "Add it"
            )
        else:
            raise Unreadable(
                "syntax", "Behind this name a colon and a value are missing.", name_end - 1, name_end
            )

    def comma(self) -> None:
        """What stands between one member or item and the next, or the end."""
        start, before = self.at, self.token_end
        if self.next() != ",":
            if self.next() and self.next() not in "}]":
                self.slip("comma", "A comma is missing here.", Change(before, before, ","), "Add it")
            return
        start = self.at
        self.skip(1)
        while self.next() == ",":
            self.drop("comma", "One comma is enough.")
        if self.next() in ("", "}", "]"):
            message = "JSON allows no comma behind the last entry."
            self.slip("comma", message, Change(start, start + 1, ""), "Remove it")

    def closed(self) -> bool:
        """Whether the innermost container ends here, by its own bracket or for want of it."""
        char = self.next()
        if char == self.closers[-1]:
            self.skip(1)
            return True
        if char and char in "}]":
            self.tell_unclosed(self.closers[-1])
        elif not char and not self.told_of_the_end:
            self.told_of_the_end = True
            self.tell_unclosed("".join(reversed(self.closers)))
        return not char or char in "}]"

    def tell_unclosed(self, missing: str) -> None:
        message = f"Something opened before is not closed: {missing} is missing here."
        self.slip("unclosed", message, Change(self.token_end, self.token_end, missing), f"Add {missing}")

    def tell_duplicates(self, node: Node) -> None:
        last = {member.name: member for member in node.members}
        for member in node.members if len(last) < len(node.members) else ():
            if last[member.name] is not member and len(self.duplicates) < MAX_SLIPS:
                fix = Fix("Remove this one; the later one counts", (remove_member(node, member),))
                message = f"{quoted(member.name)} is here twice, and readers of JSON keep only the last one."
                path: Path = (*self.path, member.name)
                self.duplicates.append(
                    Slip("duplicate-name", message, member.start, member.name_end, path, fix)
                )

    def next(self) -> str:
        """The next character that means something; brackets that close nothing are dropped on the way."""
        while (char := self.peek()) and char in "}];" and char not in self.closers:
            self.drop("unopened", f"There is nothing open that this {char} could end.")
        return char

    def peek(self) -> str:
        """The next character behind spaces and comments, or nothing at the end of the text."""
        while True:
            self.at = _SPACE.match(self.text, self.at).end()
            if odd := _ODD_SPACE.match(self.text, self.at):
                message = (
                    "Only plain spaces, tabs and line breaks may stand here; this is an invisible character."
                )
                self.replace_all(odd, "odd-space", message, "Make it a space")
            elif comment := _COMMENT.match(self.text, self.at):
                message = "JSON has no comments. Say it in a description."
                self.replace_all(comment, "comment", message, "Remove the comment")
            else:
                return self.text[self.at : self.at + 1]

    def replace_all(self, found: re.Match[str], rule: str, message: str, label: str) -> None:
        self.at = found.end()
        self.slip(rule, message, Change(found.start(), found.end(), " "), label)

    def take(self, token: Token) -> Token:
        start, self.at = self.at, token.end
        self.token_end = token.end
        if token.repair is not None:
            change = Change(start, token.end, token.repair)
            self.slip(token.rule, token.message, change, f"Write {_short(token.repair)}")
        return token

    def skip(self, count: int) -> None:
        self.at += count
        self.token_end = self.at

    def drop(self, rule: str, message: str) -> None:
        # A space in its place keeps the words on both sides apart.
        self.slip(rule, message, Change(self.at, self.at + 1, " "), "Remove it")
        self.at += 1

    def slip(self, rule: str, message: str, change: Change, label: str) -> None:
        end = max(change.end, change.start + 1)
        self.keep(
            Slip(
                rule, message, change.start, min(end, len(self.text)), tuple(self.path), Fix(label, (change,))
            )
        )

    def keep(self, slip: Slip) -> None:
        if len(self.slips) >= MAX_SLIPS:
            message = "There are more mistakes than can be listed. Is this JSON?"
            raise Unreadable("too-many-mistakes", message, slip.start, slip.end)
        self.slips.append(slip)


def _short(json: str) -> str:
    return json if len(json) <= 30 else json[:29] + "…"


def _kind_of(token: Token) -> str:
    if isinstance(token.value, str):
        return "string"
    return "constant" if token.value is None or isinstance(token.value, bool) else "number"
