"""What elements are for: which hold text, which surround it, and what their classes say of them."""

import re

HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr"]
)
_IN_A_LINE = """
a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong
sub sup time tt u var wbr
"""
INLINE = frozenset(_IN_A_LINE.split())
CELLS = frozenset({"td", "th", "dt", "dd"})
CLOSED_BY_ITSELF = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "option"})
CLOSED_BY_CELLS = {"td": {"th"}, "th": {"td"}, "dt": {"dd"}, "dd": {"dt"}, "tr": {"td", "th"}}
WHOLE = frozenset({"html", "body", "main", "article"})
"""Elements whose classes tell of the page as such."""

BITS = NEVER, ASIDE, CONTENT, LINK, BOLD = 1, 2, 4, 8, 16
"""What a text stands in: what is not read, what is beside the page's own text, that text, a link, bold."""
LABEL, VALUE = 32, 64
"""By its class: the name of what the next element with a value gives."""
_BY_NAME = {
    **dict.fromkeys(("nav", "footer", "button", "select", "svg", "dialog", "menu"), NEVER),
    **dict.fromkeys(("aside", "form", "header"), ASIDE),
    **dict.fromkeys(("main", "article"), CONTENT),
    "a": LINK,
    **dict.fromkeys(("b", "strong"), BOLD),
}
_BY_ROLE = {
    **dict.fromkeys(
        ("navigation", "menu", "menubar", "search", "dialog", "alertdialog", "contentinfo"), NEVER
    ),
    **dict.fromkeys(("banner", "complementary", "form"), ASIDE),
    **dict.fromkeys(("main", "article"), CONTENT),
}
_HIDDEN = re.compile(r"(?:^|\s)hidden(?:\s|=|/|$)|display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden")
_SEEN_AFTER_ALL = re.compile(r"hidden\s{0,3}=\s{0,3}[\"']?(?:until-found|false)")
_BESIDE = """
ad ads advert advertisement advertising banner breadcrumb breadcrumbs byline comments comment consent cookie
cookies disclaimer disqus editsection footer gdpr hatnote legal login menu metadata modal nav navbar navbox
navigation newsletter noprint overlay pager pagination popup promo promotion recommended related rss search
share sharing sidebar signup skip social sponsor sponsored subscribe subscription teaser toolbar toc widget
"""
_BESIDE_WORDS = frozenset(_BESIDE.split())
_OWN = frozenset(
    [
        "articlebody",
        "article-body",
        "article-content",
        "article__body",
        "content-body",
        "entry-content",
        "main-content",
        "maincontent",
        "mw-content-text",
        "mw-parser-output",
        "page-content",
        "post-body",
        "post-content",
        "post__content",
        "story-body",
    ]
)
_LABELS = frozenset({"label", "key", "term"})
_VALUES = frozenset({"value", "val", "data", "detail"})
_WORDS = re.compile(r"[a-z]+")


def role_of(name: str, attributes: dict[str, str], said: str) -> int:
    """The bits of an element; ``said`` is its tag's text, for attributes without a value."""
    bits = _BY_NAME.get(name, 0)
    if not said:
        return bits
    if ("hidden" in said or "none" in said) and _is_hidden(said, attributes) and name not in WHOLE:
        return NEVER
    named = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower()
    words = frozenset(_WORDS.findall(named))
    if not words.isdisjoint(_LABELS):
        bits |= LABEL
    elif not words.isdisjoint(_VALUES):
        bits |= VALUE
    if name in INLINE:
        return bits
    bits |= _BY_ROLE.get(attributes.get("role", ""), 0)
    if attributes.get("itemprop") == "articleBody" or not _OWN.isdisjoint(named.split()):
        return bits | CONTENT
    if name not in WHOLE and name not in HEADINGS and not words.isdisjoint(_BESIDE_WORDS):
        bits |= ASIDE
    return bits


def _is_hidden(said: str, attributes: dict[str, str]) -> bool:
    """A page may show its reader one text and a program another; what no reader sees is not read."""
    if attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style", "").lower()
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", said)
    return bool(_HIDDEN.search(style) or (_HIDDEN.search(bare) and not _SEEN_AFTER_ALL.search(said)))
