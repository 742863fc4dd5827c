"""One spelling for each web address, so that a page is fetched and kept once (RFC 3986, section 6.2)."""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST = 2_048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(?:utm_\w+|gclid|gbraid|wbraid|dclid|fbclid|msclkid|yclid|twclid|ttclid|igshid|mc_[ce]id|_ga|_gl"
    r"|_hs(?:enc|mi)|mkt_tok|vero_id|oly_(?:anon|enc)_id|phpsessid|jsessionid|aspsessionid\w*)(?:=|$)",
    re.I,
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.I)
_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PATH_SAFE, _QUERY_SAFE = "%!$&'()*+,;=:@/-._~", "%!$&'()*+,;=:@/-._~?"


@lru_cache(4_096)
def canonical(url: str) -> str:
    """The address as it is kept: no fragment, no tracking, nothing that may be left out; "" if it is none.

    ``HTTP://Example.org:80/a/../b?utm_source=x&q=1#top`` is ``http://example.org/b?q=1``.
    """
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme, _host(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError):
        return ""
    if scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        return ""
    netloc = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    path = _escaped(_SESSION.sub("", parts.path), _PATH_SAFE) or "/"
    if "/." in path:
        path = urlsplit(urljoin(f"{scheme}://{netloc}", path)).path
    address = urlunsplit((scheme, netloc, path, _query(parts.query), ""))
    return address if len(address) <= LONGEST else ""


def joined(base: str, link: str) -> str:
    """What a link on the page at ``base`` leads to, canonical; "" if that is no web address."""
    link = link.strip()
    if len(link) > LONGEST or link[:1] == "#":
        return ""
    try:
        return canonical(urljoin(base, link.replace("\n", "").replace("\t", "")))
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """Scheme, host and port of a canonical address, as in ``https://example.org``."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def site_of(address: str) -> str:
    """The host and port without ``www.``: what http and https, with it or without, have in common."""
    return urlsplit(address).netloc.removeprefix("www.")


def _host(host: str) -> str:
    host = host.rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode()
    return f"[{host}]" if ":" in host else host


def _query(query: str) -> str:
    kept = "&".join(part for part in query.split("&") if part and not _TRACKING.match(part))
    return _escaped(kept, _QUERY_SAFE)


def _escaped(text: str, safe: str) -> str:
    """With escapes for all that needs one, and for nothing that does not."""
    if _PLAIN.fullmatch(text):
        return text
    return quote(_ESCAPE.sub(_escape, text), safe=safe)


def _escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.match(character) else f"%{found[1].upper()}"
