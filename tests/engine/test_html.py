"""Web pages read as blocks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import Block
from engine.html import LONGEST, read_html
from engine.markdown import markdown_of

PAGE = """<!doctype html><html><head><title>Ports &amp; harbours</title>
<meta property="article:published_time" content="2026-03-04T10:00:00Z"><style>p{}</style></head><body>
<nav><ul><li><a href=/>Home</a></ul></nav><!-- <p>hidden</p> -->
<main><h1>Ports</h1><p>One <b>bold</b> word &lt; two.<p>Another, <a href=x>linked</a> once.
<ul><li>first<li>second</ul><h2>Facts</h2><table><tr><th>Capital<td>Paris<tr><th>Area</th><td>643 km</td></tr>
</table><dl><dt>Founded:</dt><dd>1945</dd></dl><pre>def f():
    return 1 &lt; 2
</pre><script>document.write("<p>no</p>")</script></main><footer>Copyright</footer></body></html>"""


def blocks(markup: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_html(markup).blocks]


def test_it_reads_what_a_page_has_to_say() -> None:
    assert blocks(PAGE) == [
        ("heading", "Ports"),
        ("paragraph", "One bold word < two."),
        ("paragraph", "Another, linked once."),
        ("item", "first"),
        ("item", "second"),
        ("heading", "Facts"),
        ("fact", "Capital: Paris"),
        ("fact", "Area: 643 km"),
        ("fact", "Founded: 1945"),
        ("code", "def f():\n    return 1 < 2"),
    ]


def test_it_knows_the_title_and_the_day() -> None:
    article = read_html(PAGE)
    assert (article.title, article.published) == ("Ports & harbours", date(2026, 3, 4))


@pytest.mark.parametrize("day", ["yesterday", "2026-13-40", ""])
def test_a_day_that_is_none_is_left_out(day: str) -> None:
    assert read_html(f'<meta name="date" content="{day}"><p>Text').published is None


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("plain words", ["plain words"]),
        ("<p>1 < 2 and 3 > 2</p>", ["1 < 2 and 3 > 2"]),
        ('<p title="a > b">said</p>', ["said"]),
        ("<p>one<br>two", ["one two"]),
        ("<div>one<div>two</div>three</div>", ["one", "two", "three"]),
        ("<p>one</b></i></p></p>two", ["one", "two"]),
        ("<p>a<!-- <p>no -- > no -->b", ["ab"]),
        ("<script>if (a < b) { '</p>' }</script><p>x", ["x"]),
        ("<title>A <b> title</title><p>x", ["x"]),
        ("<th>lonely</th><p>text", ["lonely", "text"]),
        ("", []),
        ("<p> </p><nav>menu</nav>", []),
    ],
)
def test_it_copes_with_any_markup(markup: str, expected: list[str]) -> None:
    assert [text for _, text in blocks(markup)] == expected


def test_lists_of_links_are_left_out() -> None:
    links = "".join(f"<li><a href={at}>Another page</a>" for at in range(9))
    assert blocks(f"<p>Said.</p><ul>{links}</ul>") == [("paragraph", "Said.")]


def test_a_heading_goes_with_the_links_below_it() -> None:
    links = "<li><a href=x>Next</a><li><a href=y>Up</a>"
    markup = f"<h1>Ports¶</h1><h2>Navigation</h2>{links}<h2>Fees</h2><p>Paid.<h2>See also</h2>"
    assert [text for _, text in blocks(markup)] == ["Ports", "Fees", "Paid."]


def test_a_small_article_does_not_stand_for_a_large_page() -> None:
    assert ("paragraph", "x " * 99 + "x") in blocks(f"<article>Teaser</article><p>{'x ' * 100}")


@pytest.mark.parametrize("piece", ["<", "<!--", "<a ", '<a x="', "<div>", "<script>", "</a ", "<li>a", "&#"])
def test_a_hostile_page_is_read_to_its_end(piece: str) -> None:
    assert read_html(piece * 20_000 + "<p>end") is not None


def test_a_page_is_read_up_to_a_limit() -> None:
    assert blocks("<p>a</p>" + " " * LONGEST + "<p>b</p>") == [("paragraph", "a")]


@given(st.text(alphabet="<>/!-ap='\" &;tdli\n", max_size=300))
def test_no_markup_breaks_it(markup: str) -> None:
    for block in read_html(markup).blocks:
        assert block.text.strip()


def test_markdown_keeps_headings_lists_and_code() -> None:
    assert markdown_of(read_html(PAGE).blocks) == (
        "## Ports\n\nOne bold word < two.\n\nAnother, linked once.\n\n- first\n- second\n\n## Facts\n\n"
        "- Capital: Paris\n- Area: 643 km\n- Founded: 1945\n\n```\ndef f():\n    return 1 < 2\n```"
    )


def test_a_fence_is_longer_than_any_inside() -> None:
    assert markdown_of([Block("code", "```` x")]) == "`````\n```` x\n`````"
