"""Bytes to text: by what the server says, by the marks in the bytes, and by what they look like last."""

import codecs
import re

from charset_normalizer import from_bytes

_READABLE = re.compile(
    r"utf[-_]?(?:8|16|32)|ascii|iso8859|cp\d|koi8|gb|big5|shift_jis|euc_|mac-|iso2022|windows|tis|latin|hz$|johab"
)
"""Codecs of pages; Python has others, such as punycode, that take minutes over a long text."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{1,40})"
    rb"|<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([\w-]{1,40})",
    re.I,
)
_DECLARED_WITHIN = 4_096
_LOOKED_AT = 20_000
"""Bytes from which a charset is guessed."""
_ENOUGH = 24
"""Bytes outside ASCII that a guess needs; fewer are read as Western European."""


def decoded(body: bytes, charset: str = "") -> str:
    """The body as text with line feeds at its line ends; what its codec cannot read is replaced.

    ``charset`` is what the server named, if it named any.
    """
    text = body.decode(_codec_of(body, charset), "replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _codec_of(body: bytes, charset: str) -> str:
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    declared = _DECLARED.search(body[:_DECLARED_WITHIN])
    named = (declared[1] or declared[2]).decode("ascii") if declared else ""
    for name in (marked, charset, named):
        if codec := _readable(name):
            return codec
    return "utf-8" if _is_utf_8(body) else _guessed(body)


def _readable(name: str) -> str:
    """The codec of that name, if it is one in which pages are written."""
    try:
        codec = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    return ("cp1252" if codec in ("iso8859-1", "ascii") else codec) if _READABLE.match(codec) else ""


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guessed(body: bytes) -> str:
    """Of bytes that are no UTF-8: the likeliest codec; UTF-8 again where nearly all of them are."""
    whole = body.decode("utf-8", "replace")
    if whole.count("\ufffd") * 20 < sum(character > "\x7f" for character in whole):
        return "utf-8"
    first = next((at for at, byte in enumerate(body) if byte > 0x7F), 0)
    sample = body[max(0, first - _LOOKED_AT // 2) : first + _LOOKED_AT // 2]
    best = from_bytes(sample).best() if sum(byte > 0x7F for byte in sample) >= _ENOUGH else None
    return (_readable(best.encoding) if best else "") or "cp1252"
