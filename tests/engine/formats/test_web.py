"""Web pages read as blocks, without what surrounds their own text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import Block
from engine.formats.web import Marks, marks_of, read_web
from engine.formats.web.outline import LONGEST
from engine.markdown import markdown_of

URL = "https://site.example/a/page"
PAGE = """<!doctype html><html lang=en-GB><head><title>Ports &amp; harbours</title>
<meta property="article:published_time" content="2026-03-04T10:00:00Z"><style>p{}</style></head><body>
<nav><ul><li><a href=/>Home</a></ul></nav><!-- <p>hidden</p> -->
<main><h1>Of ports</h1><p>One <b>bold</b> word &lt; two.<p>Another, <a href=x>linked</a> once.
<ul><li>first<li>second</ul><h2>Facts</h2><table><tr><th>Capital<td>Paris<tr><th>Area</th><td>643 km</td></tr>
</table><dl><dt>Founded:</dt><dd>1945</dd></dl><pre>def f():
    return 1 &lt; 2
</pre><script>document.write("<p>no</p>")</script></main><footer>Copyright</footer></body></html>"""


def read(markup: str) -> tuple[Block, ...]:
    return read_web(markup)[0].blocks


def blocks(markup: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(markup)]


def texts(markup: str) -> list[str]:
    return [block.text for block in read(markup)]


def marks(markup: str) -> Marks:
    return marks_of(read_web(markup)[1], URL)


def prose(word: str, times: int = 60) -> str:
    return f"The {word} of the port is long and it is told at length, as such things are, in one go. " * times


def test_it_reads_what_a_page_has_to_say() -> None:
    assert blocks(PAGE) == [
        ("heading", "Of ports"),
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


def test_it_knows_the_title_the_day_and_the_language() -> None:
    contents, _ = read_web(PAGE)
    assert (contents.title, contents.published, contents.language) == (
        "Ports & harbours",
        date(2026, 3, 4),
        "en",
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Ports - A Site</title><h1>Ports</h1>", "Ports"),
        ("<title>Ports - A Site</title><meta property=og:site_name content='A Site'>", "Ports"),
        ("<title>Ports - and more</title>", "Ports - and more"),
        ("<title>A Site: Ports</title><meta property=og:title content=Ports>", "Ports"),
        ("<h1>Ports</h1>", "Ports"),
        ("", ""),
    ],
)
def test_the_title_is_without_the_name_of_the_site(head: str, title: str) -> None:
    assert read_web(f"{head}<p>Text</p>")[0].title == title


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="date" content="2026-03-04">',
        '<meta itemprop="datePublished" content="2026/3/4 10:00">',
        '<time itemprop="datePublished" datetime="2026-03-04T08:00">4 March</time>',
        '<script type="application/ld+json">{"@graph": [{"datePublished": "2026-03-04"}]}</script>',
        '<meta property="article:modified_time" content="2026-03-04">',
    ],
)
def test_a_page_tells_its_day_in_many_ways(head: str) -> None:
    assert read_web(f"{head}<p>Text")[0].published == date(2026, 3, 4)


@pytest.mark.parametrize(
    "head",
    [
        *(f'<meta name="date" content="{day}">' for day in ("yesterday", "2026-13-40", "", "20260304")),
        '<script type="application/ld+json">{"datePublished": 4}</script>',
        f'<script type="application/ld+json">{"[" * 100_000}</script>',
        "<p>On 2026-03-04 it rained.",
    ],
)
def test_a_day_that_is_none_is_left_out(head: str) -> None:
    assert read_web(f"{head}<p>Text")[0].published is None


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
        ("<p>seen<p hidden>a<p style='display: none'>b<p aria-hidden=true>c", ["seen"]),
        ("<p data-note='hidden'>seen", ["seen"]),
    ],
)
def test_it_copes_with_any_markup(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<dl><dt>Seat</dt><dd>Paris</dd></dl>",
        "<dl><div><dt>Seat:<dd>Paris</div></dl>",
        "<table><tr><th>Seat</th><td>Paris</td></tr></table>",
        "<table><tbody><tr><td>Seat<td>Paris<tr><td>Founded<td>1945</table>",
        "<table><tr><td>Seat<td>Paris</table>",
        "<p><b>Seat:</b> Paris",
        "<p><strong>Seat</strong>: Paris<br><strong>Founded</strong>: 1945",
        "<li><b>Seat:</b> Paris <b>Founded:</b> 1945",
        "<p>Seat: Paris",
        "<p>Seat: Paris<br>Founded: 1945",
        "<div><span class='label'>Seat</span> <span class='value'>Paris</span></div>",
        "<h3 class='data-label'>Seat</h3><div class='data-value'>Paris</div>",
        "<table><tr><td><table><tr><td>Seat<td>Paris<tr><td>Founded<td>1945</table><td>more</table>",
    ],
)
def test_labels_with_values_are_facts(markup: str) -> None:
    fact = read(markup)[0]
    assert (fact.kind, fact.label, fact.text) == ("fact", "Seat", "Seat: Paris")


@pytest.mark.parametrize(
    "markup",
    [
        "<p>He said: go.",
        "<p>Note: the port is closed.",
        f"<p>The end: {prose('tale', 9)}",
        "<p>See http://a.example: it is long",
        "<p><b>Bold</b> text",
    ],
)
def test_not_every_colon_makes_a_fact(markup: str) -> None:
    assert [block.kind for block in read(markup)] == ["paragraph"]


def test_a_list_of_values_keeps_its_elements() -> None:
    markup = "<table><tr><th>Seats<td><ul><li>Paris<li>Lyon</ul><tr><th>Size<td>1 km<br>2 mi</table>"
    assert [(block.text, block.values) for block in read(markup)] == [
        ("Seats: Paris; Lyon", ("Paris", "Lyon")),
        ("Size: 1 km, 2 mi", ()),
    ]
    assert read("<dl><dt>Seats<dd>Paris<dd>Lyon</dl>")[0].values == ("Paris", "Lyon")


def test_a_wide_table_labels_each_cell_by_its_row_and_column() -> None:
    rows = "<tr><td>Lyon<td>5<td>6<tr><td>Lille<td><td>8"
    markup = f"<table><caption>Cities</caption><tr><th>City<th>People<th>2023</tr>{rows}</table>"
    assert texts(markup) == ["Cities", "Lyon - People: 5", "Lyon (2023): 6", "Lille (2023): 8"]


def test_a_header_of_two_rows_is_read_as_one() -> None:
    head = "<tr><th>City<th colspan=2>People<tr><th>City<th>men<th>women"
    assert texts(f"<table><thead>{head}</thead><tr><td>Lyon<td>1<td>2</table>") == [
        "Lyon - People men: 1",
        "Lyon - People women: 2",
    ]


def test_rows_that_are_not_closed_are_rows_beside_each_other() -> None:
    rows = "".join(f"<tr><td>Port {at}<td>{at}<td>x" for at in range(900))
    assert len(read(f"<table><tr><th>Name<th>Ships<th>Mark{rows}</table>")) == 1_800


def test_a_table_that_arranges_the_page_is_no_table() -> None:
    markup = f"<table><tr><td><h2>Left</h2><p>{prose('tale', 2)}<td>right</table>"
    assert [kind for kind, _ in blocks(markup)] == ["heading", "paragraph", "paragraph"]


def test_a_term_that_is_explained_at_length_is_no_fact() -> None:
    markup = f"<dl><dt>run()</dt><dd><p>{prose('tale', 2)}<pre>code</pre></dd><dt>Since<dd>1.2</dl>"
    assert [kind for kind, _ in blocks(markup)] == ["paragraph", "paragraph", "code", "fact"]


def test_lists_of_links_are_left_out() -> None:
    links = "".join(f"<li><a href={at}>Another page</a>" for at in range(9))
    assert blocks(f"<p>Said.</p><ul>{links}</ul>") == [("paragraph", "Said.")]


def test_linked_items_stay_where_they_are_what_the_page_says() -> None:
    markup = f"<main><p>{prose('tale', 2)}</p><ul><li><a href=x>Paris</a></ul></main>"
    assert texts(markup)[1:] == ["Paris"]


def test_a_heading_goes_with_the_links_below_it() -> None:
    links = "<li><a href=x>Next</a><li><a href=y>Up</a>"
    markup = f"<h1>Ports¶</h1><h2>Navigation</h2>{links}<h2>Fees</h2><p>Paid.<h2>See also</h2>"
    assert texts(markup)[-2:] == ["Fees", "Paid."]
    assert "Navigation" not in texts(markup)


def test_a_small_article_does_not_stand_for_a_large_page() -> None:
    assert ("paragraph", "x " * 99 + "x") in blocks(f"<article>Teaser</article><p>{'x ' * 100}")


@pytest.mark.parametrize(
    "beside",
    [
        "<aside>{}</aside>",
        "<div class='sidebar-left'>{}</div>",
        "<div role=complementary>{}</div>",
        "<section id=comments>{}</section>",
        "<div class='cookie-banner'>{}</div>",
    ],
)
def test_what_stands_beside_the_text_is_left_out(beside: str) -> None:
    assert texts(f"<p>{prose('tale')}</p>{beside.format('<p>Buy a crane today, they are cheap.')}") == [
        prose("tale").strip()
    ]


def test_a_page_that_is_all_beside_is_read_all_the_same() -> None:
    assert texts("<form><p>One.</form><aside>Two.</aside>") == ["One.", "Two."]


def test_on_a_long_page_without_marks_the_article_is_found() -> None:
    story = "".join(f"<p>{prose(f'tale{at}', 3)}</p>" for at in range(12))
    teasers = "".join(
        f"<div><h3><a href=/{at}>A crane number {at} for sale</a></h3><span>Cheap {at}</span></div>"
        for at in range(40)
    )
    facts = "<table><tr><td>Seat<td>Paris<tr><td>Founded<td>1945</table>"
    said = texts(f"<div><div><h1>Tales</h1>{story}{facts}</div><div>{teasers}</div></div>")
    assert len([text for text in said if "tale" in text]) == 12
    assert said[0] == "Tales"
    assert "Seat: Paris" in said
    assert not [text for text in said if "Cheap" in text]


def test_a_page_tells_crawlers_where_it_leads() -> None:
    links = "<a href=/b#part>b</a><a href='c?d=1'>c</a><a href=//other.example/>o</a><a href=/b>again</a>"
    others = "<a href=mailto:a@b.example>m</a><a href='javascript:x()'>j</a><a href='http://['>b</a><a>n</a>"
    untrusted = "<a rel='nofollow ugc' href=/spam>s</a>"
    found = marks(f"<link rel=canonical href=/a/>{links}{others}{untrusted}")
    assert found.links == (
        "https://site.example/b",
        "https://site.example/a/c?d=1",
        "https://other.example/",
    )
    assert found.canonical == "https://site.example/a/"


def test_links_start_from_the_base_that_the_page_gives() -> None:
    assert marks("<base href=https://else.example/d/><a href=x>x</a>").links == ("https://else.example/d/x",)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("noindex", (True, False)),
        ("NOFOLLOW", (False, True)),
        ("noindex, nofollow", (True, True)),
        ("none", (True, True)),
        ("index, follow", (False, False)),
    ],
)
def test_a_page_may_ask_not_to_be_indexed_or_followed(said: str, expected: tuple[bool, bool]) -> None:
    found = marks(f'<meta name="robots" content="{said}">')
    assert (found.noindex, found.nofollow) == expected


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<",
            "<!--",
            "<a ",
            '<a x="',
            "<div>",
            "<script>",
            "</a ",
            "<li>a",
            "&#",
            "<b>x:",
            "<br>",
            "<p a=1 ",
        ),
        *("<table><tr><td>x", "<dl><dt>x<dd>", "<dt>x", "<th colspan=99>", "<span class=label>", "<h1>x"),
    ],
)
def test_a_hostile_page_is_read_to_its_end(piece: str) -> None:
    assert read_web(piece * 10_000 + "<p>end") is not None


def test_a_tag_with_more_attributes_than_anyone_needs_is_read() -> None:
    attributes = " ".join(f"a{at}=1" for at in range(50_000))
    assert texts(f"<p {attributes}>said</p>") == ["said"]


def test_elements_below_the_deepest_are_read_and_close_nothing_above() -> None:
    deep = "<div>" * 5_000 + "deep" + "</div>" * 5_000
    assert texts(f"<main>{deep}<p>after</main><nav>menu</nav>") == ["deep", "after"]


def test_a_page_is_read_up_to_a_limit() -> None:
    assert blocks("<p>a</p>" + " " * LONGEST + "<p>b</p>") == [("paragraph", "a")]


@given(st.text(alphabet="<>/!-ap='\" &;tdhrli\n", max_size=300))
def test_no_markup_breaks_it(markup: str) -> None:
    for block in read(markup):
        assert block.text.strip()


@given(
    st.lists(
        st.sampled_from(
            [
                "<table>",
                "<tr>",
                "<td>",
                "<th>",
                "</td>",
                "</tr>",
                "</table>",
                "<dl>",
                "<dt>",
                "<dd>",
                "</dl>",
                "x",
                "<p>",
                "<b>y:</b>",
            ]
        )
    )
)
def test_every_word_of_a_table_is_kept_however_it_is_nested(tags: list[str]) -> None:
    said = " ".join(texts("".join(tags)))
    assert said.count("x") >= 1 if "x" in tags else True


def test_markdown_keeps_headings_lists_and_code() -> None:
    assert markdown_of(read(PAGE)) == (
        "## Of ports\n\nOne bold word < two.\n\nAnother, linked once.\n\n- first\n- second\n\n## Facts\n\n"
        "- Capital: Paris\n- Area: 643 km\n- Founded: 1945\n\n```\ndef f():\n    return 1 < 2\n```"
    )


def test_a_fence_is_longer_than_any_inside() -> None:
    assert markdown_of([Block("code", "```` x")]) == "`````\n```` x\n`````"
