"""Files of every kind: what is read of them, and what is said of those that can't be."""

import io
from datetime import UTC, date, datetime, time

import docx
import pytest

from engine.document import Document
from engine.fetched import Unreadable, document_of_file, documents_of, documents_of_file
from engine.formats import archives, tables
from engine.formats.kinds import kind_of
from engine.formats.word import BROKEN
from engine.formats.workbook import printed
from engine.net import Fetched
from tests.engine.formats.files import archive, ods, ods_row, pdf, word, xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FAR_XLSX = xlsx({"A": '<row r="9"><c r="XFD1048576"><v>1</v></c></row>'})
FAR_ODS = ods(ods_row("x").replace("table-cell ", 'table-cell table:number-columns-repeated="9999999" '))
PORTS = [["Name", "Ships", "Rate"], ["Antwerp", 5, 2.5], ["Genoa", 7, None]]


def blocks(name: str, body: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document_of_file(name, body).blocks]


def records(name: str, body: bytes) -> list[Document]:
    """The documents behind the overview."""
    return list(documents_of_file(name, body, path="/files/x"))[1:]


def test_a_pdf_is_read_page_by_page_with_its_headings_and_facts() -> None:
    first = [
        *[(20, "Of ports"), (11, "Ships moor here and they pay for it, as is the cus-")],
        *[(11, "tom in all ports."), (11, ""), (11, "Founded: 1945"), (11, "- first"), (11, "- second")],
    ]
    body = pdf(first, [(11, "Here it ends.")], info="/Title (Ports) /CreationDate (D:20240506120000Z)")
    document = document_of_file("a.pdf", body)
    assert (document.title, document.as_of, document.kind) == ("Ports", date(2024, 5, 6), "document")
    assert blocks("a.pdf", body) == [
        ("heading", "Page 1"),
        ("heading", "Of ports"),
        ("paragraph", "Ships moor here and they pay for it, as is the custom in all ports."),
        ("fact", "Founded: 1945"),
        ("item", "first"),
        ("item", "second"),
        ("heading", "Page 2"),
        ("paragraph", "Here it ends."),
    ]


def test_a_word_document_keeps_headings_items_and_tables() -> None:
    made = docx.Document()
    made.core_properties.modified = datetime(2024, 5, 6, tzinfo=UTC)
    made.add_heading("Ports", 0)
    made.add_paragraph("Ships moor here.")
    made.add_heading("Fees", 2)
    made.add_paragraph("first", style="List Bullet")
    made.add_paragraph("Founded: 1945")
    for rows in (["Seat", "Paris"], ["Area", "5 km"]), (["City", "Ships", "Size"], ["Genoa", "7", "8"]):
        table = made.add_table(rows=2, cols=len(rows[0]))
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                table.cell(at, place).text = cell
    body = io.BytesIO()
    made.save(body)
    document = document_of_file("a.docx", body.getvalue())
    assert (document.title, document.as_of) == ("Ports", date(2024, 5, 6))
    assert blocks("a.docx", body.getvalue()) == [
        ("paragraph", "Ships moor here."),
        ("heading", "Fees"),
        ("item", "first"),
        ("fact", "Founded: 1945"),
        ("fact", "Seat: Paris"),
        ("fact", "Area: 5 km"),
        ("fact", "Genoa - Ships: 7"),
        ("fact", "Genoa - Size: 8"),
    ]


def test_markdown_keeps_headings_items_code_and_tables() -> None:
    said = """---
title: "Of ports"
date: 2024-05-06
---
# Of ports

Ships *moor* [here](https://a.example) & `there`.

## Fees

- **Founded:** 1945
- second
  line

| Property | Value |
|---|---|
| Seat | Paris |

| City | Ships | 2023 |
|---|---|---|
| Genoa | 7 | 8 |

```py
x = 1
```
<div>raw <b>html</b></div>
"""
    document = document_of_file("a.md", said.encode())
    assert (document.title, document.as_of) == ("Of ports", date(2024, 5, 6))
    assert blocks("a.md", said.encode()) == [
        ("paragraph", "Ships moor here & there."),
        ("heading", "Fees"),
        ("fact", "Founded: 1945"),
        ("item", "second line"),
        ("fact", "Seat: Paris"),
        ("fact", "Genoa - Ships: 7"),
        ("fact", "Genoa (2023): 8"),
        ("code", "x = 1"),
        ("paragraph", "raw html"),
    ]


def test_plain_text_keeps_its_lines_but_for_labels_and_headings() -> None:
    said = b"PORTS\n\nShips moor\nhere.\n\nFounded: 1945\nSeat: Paris\n\nHe said: go."
    assert blocks("a.txt", said) == [
        ("heading", "PORTS"),
        ("paragraph", "Ships moor\nhere."),
        ("fact", "Founded: 1945"),
        ("fact", "Seat: Paris"),
        ("paragraph", "He said: go."),
    ]


def test_a_text_of_labelled_lines_may_have_long_labels_and_values() -> None:
    label, value = "Major watersheds (area sq km) - those of the Atlantic Ocean", "It is long. " * 40
    said = f"Founded: 1945\n\nSeat: Paris\n\nSize: 5 km\n\n{label}: {value}"
    assert document_of_file("a.txt", said.encode()).blocks[3].label == label


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.csv", b"Name,Ships,Rate\nAntwerp,5,2.5\nGenoa,7,\n"),
        ("a.csv", b"Name;Ships;Rate\r\nAntwerp;5;2.5\r\nGenoa;7;\r\n"),
        ("a.tsv", b"Name\tShips\tRate\nAntwerp\t5\t2.5\nGenoa\t7\n"),
        ("a.csv", "Name|Ships|Rate\nAntwerp|5|2.5\nGenoa|7|".encode("utf-16")),
        ("a.csv", b'\xef\xbb\xbf"Name","Ships","Rate"\n\n"Antwerp","5","2.5"\n"Genoa",7,""'),
        ("a.xlsx", xlsx({"Sheet": PORTS})),
        ("a.xlsx", xlsx({"Sheet": [["All ports of 2024"], [], *PORTS]})),
        (
            "a.ods",
            ods(ods_row("Name", "Ships", "Rate") + ods_row("Antwerp", "5", "2.5") + ods_row("Genoa", "7")),
        ),
    ],
)
def test_each_row_of_a_table_is_a_record(name: str, body: bytes) -> None:
    found = records(name, body)
    assert [(one.title, one.kind) for one in found] == [("Antwerp", "record"), ("Genoa", "record")]
    facts = [[(block.label, block.text) for block in one.blocks if block.kind == "fact"] for one in found]
    assert facts[0] == [("Name", "Name: Antwerp"), ("Ships", "Ships: 5"), ("Rate", "Rate: 2.5")]
    assert facts[1] == [("Name", "Name: Genoa"), ("Ships", "Ships: 7")]
    assert len({one.path for one in found}) == 2
    assert all(one.path.startswith("/files/x#row=") for one in found)


def test_the_overview_of_a_table_names_its_columns() -> None:
    overview = next(documents_of_file("a.csv", b"Name,Ships\nGenoa,7"))
    assert (overview.kind, overview.text) == ("table", "Columns: Name, Ships")
    assert overview.blocks[0].values == ("Name", "Ships")


def test_a_table_as_one_document_holds_all_of_its_rows() -> None:
    assert blocks("a.csv", b"Name,Ships\nGenoa,7")[1:] == [
        ("heading", "Genoa"),
        ("fact", "Name: Genoa"),
        ("fact", "Ships: 7"),
    ]


def test_rows_are_named_by_the_column_that_tells_them_apart() -> None:
    body = b"Symbol,Security,Sector\nMMM,3M,Industry\nAOS,A. O. Smith,Industry\nABT,Abbott,Health"
    assert [(one.title, one.aliases) for one in records("a.csv", body)] == [
        ("3M", ("MMM",)),
        ("A. O. Smith", ("AOS",)),
        ("Abbott", ("ABT",)),
    ]


def test_rows_without_a_name_have_their_number() -> None:
    found = records("a.csv", b"1,2\n3,4")
    assert [one.title for one in found] == ["a.csv, row 1", "a.csv, row 2"]
    assert found[0].text == "Column 1: 1\nColumn 2: 2"


def test_columns_without_a_name_or_with_anothers_have_their_number() -> None:
    found = records("a.xlsx", xlsx({"A": [["Name", "Ships", "Ships"], ["Genoa", 1, 2]]}))
    assert found[0].text == "A\nName: Genoa\nShips: 1\nShips (2): 2"
    assert records("a.csv", b"Name,,Size\nGenoa,1,2")[0].text == "Name: Genoa\nColumn 2: 1\nSize: 2"


def test_each_sheet_of_a_workbook_is_a_table() -> None:
    body = xlsx({"Ports": PORTS, "Fees": [["Fee", "2023"], ["crane", 4]], "Empty": []})
    overview, *found = documents_of_file("a.xlsx", body, path="/x")
    assert [block.text for block in overview.blocks if block.kind == "heading"] == ["Ports", "Fees"]
    assert [one.path for one in found] == ["/x#sheet=1&row=2", "/x#sheet=1&row=3", "/x#sheet=2&row=2"]
    assert found[2].text == "Fees\nFee: crane\n2023: 4"


def test_a_long_table_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    body = b"Name,Ships\n" + b"".join(b"port %c,1\n" % (97 + at) for at in range(9))
    overview, *found = documents_of_file("a.csv", body)
    assert len(found) == 3
    assert overview.blocks[-1].text == "Only the first 3 rows were read."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(5.0, "5"), (0.1 + 0.2, "0.3"), (-2.5, "-2.5"), (1e20, "1e+20"), (7, "7"), ("x", "x")],
        *[(True, "yes"), (False, "no"), (date(2024, 5, 6), "2024-05-06"), (time(8, 30), "08:30:00")],
        *[(datetime(2024, 5, 6, tzinfo=UTC), "2024-05-06"), ("", "")],
        (datetime(2024, 5, 6, 8, 30, tzinfo=UTC), "2024-05-06 08:30"),
    ],
)
def test_values_of_cells_are_printed_as_a_person_writes_them(value: object, expected: str) -> None:
    assert printed(value) == expected


@pytest.mark.parametrize(
    ("name", "body", "error_type", "told"),
    [
        ("a.pdf", b"Dear reader", "broken", "it is none"),
        ("a.pdf", b"%PDF-1.7 and nothing", "broken", "print it to a new PDF"),
        ("a.pdf", pdf([(11, "")]), "no_content", "text recognition"),
        (
            "a.pdf",
            pdf(
                [(11, "x")],
                extra=f"/Encrypt << /Filter /Standard /V 1 /R 2 /O ({'o' * 32}) /U ({'u' * 32}) /P -4 >>",
            ),
            "locked",
            "without one",
        ),
        ("a.docx", b"PK\x03\x04 and nothing", "broken", "cannot be unpacked"),
        ("a.docx", archive({"word/document.xml": "<a/>"}), "broken", "save it again as .docx"),
        ("a.docx", archive({"word/document.xml": " " * 200_000}), "too_large", "unpacks to more"),
        ("a.zip", archive({"a.txt": "x"}), "unsupported_content", "Unpack it first"),
        ("a.xlsx", b"Dear reader", "broken", "save it again as .xlsx"),
        ("a.xlsx", FAR_XLSX, "too_large", "reaches over more"),
        ("a.ods", FAR_ODS, "too_large", "reaches over more"),
        ("a.xls", OLE + b"x" * 600 + "Workbook".encode("utf-16-le"), "broken", "save it again"),
        ("a.xlsx", OLE + b"x" * 600 + "EncryptedPackage".encode("utf-16-le"), "locked", "without one"),
        ("a.doc", OLE + b"x" * 600, "unsupported_content", "Save it as .docx"),
        ("a.exe", b"MZ\0\0", "unsupported_content", "What can: HTML, text"),
        ("a.csv", b"\n\n", "no_content", "holds no text"),
        ("a.md", b"\n", "no_content", "holds no text"),
        ("a.html", b"<nav>menu", "no_content", "holds no text"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    name: str, body: bytes, error_type: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 100_000)
    with pytest.raises(Unreadable, match=told) as caught:
        documents_of_file(name, body)
    assert caught.value.error_type == error_type
    assert str(caught.value).endswith(".")


def test_an_archive_that_lies_about_its_sizes_is_not_believed() -> None:
    body = archive({"word/document.xml": "x" * 1_000_000})
    lying = body.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "MOST_UNPACKED", 500_000)
        with pytest.raises(Unreadable, match="unpacks to more"):
            document_of_file("a.docx", lying)


_ENTITIES = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 12))


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (f'<!DOCTYPE d [<!ENTITY e0 "ten bytes!">{_ENTITIES}]>', "&e11;"),
        ('<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;"),
    ],
)
def test_entities_of_a_word_document_are_not_followed(head: str, text: str) -> None:
    body = word(f"<w:p><w:r><w:t>before</w:t><w:t>{text}</w:t></w:r></w:p>", head)
    try:
        said = document_of_file("a.docx", body).text
    except Unreadable as error:
        said = str(error)
    assert said in ("before", BROKEN)


@pytest.mark.parametrize(
    "body",
    [
        *(piece * 3_000 for piece in (b"> ", b"- ", b"[", b"*a ", b"[a](", b"<a ", b"`", b"[a]: b\n")),
        b"|a|b|\n|-|-|\n" * 500,
    ],
)
def test_hostile_markdown_is_read_to_its_end(body: bytes) -> None:
    assert document_of_file("a.md", body + b"\n\nThe end.").blocks


@pytest.mark.parametrize(
    "body", [b'a,"b\n' + b"x,y\n" * 1_000, b"a," * 10_000, b"a\0,b\n1,2", b'"' * 999, b",,,\n,,,x"]
)
def test_hostile_tables_are_read_within_their_caps(body: bytes) -> None:
    for document in documents_of_file("a.csv", body):
        assert len(document.blocks) <= tables.MOST_COLUMNS + 1


@pytest.mark.parametrize(
    ("body", "content_type", "name", "kind"),
    [
        (b"%PDF-1.4", "text/html", "", "pdf"),
        (b"<p>x", "application/octet-stream", "a.html", "web"),
        (b"# x", "text/plain", "README.md", "markdown"),
        (b"a,b", "text/html", "a.csv", "web"),
        (b"a,b", "text/plain", "a.csv", "separated"),
        (b"a,b", "text/csv", "", "separated"),
        (b"<p>x", "", "", "web"),
        (b"x", "", "notes", "plain"),
        (b"{}", "application/ld+json", "a", "plain"),
        (b"<p>x", "text/html", "a.pdf", "web"),
        (b"x.y", "", "v1.2 notes", "plain"),
    ],
)
def test_the_kind_is_told_by_bytes_then_type_then_name(
    body: bytes, content_type: str, name: str, kind: str
) -> None:
    assert kind_of(body, content_type=content_type, name=name) == kind


def test_a_fetched_table_is_records_too() -> None:
    fetched = Fetched("https://a.example/ports.csv", 200, "text/csv", b"Name,Ships\nGenoa,7", "")
    overview, genoa = documents_of(fetched)
    assert (overview.title, overview.path) == ("ports.csv", "https://a.example/ports.csv")
    assert (genoa.title, genoa.path) == ("Genoa", "https://a.example/ports.csv#row=2")


@pytest.mark.parametrize(
    ("charset", "said"),
    [
        ("latin-1", "Name,Größe\nKöln,5\nMünchen,6"),
        ("utf-8", "Name,Größe\nKöln,5"),
        ("utf-16", "Name,Größe\nKöln,5"),
        ("utf-8-sig", "Name,Größe\nKöln,5"),
        ("cp1251", "Имя,Размер\n" + "Порт Новороссийск и другие порты,5\n" * 9),
        ("shift_jis", "名前,大きさ\n" + "港はとても大きくて船がたくさんある,5\n" * 9),
    ],
)
def test_the_charset_of_a_file_is_found_out(charset: str, said: str) -> None:
    overview = next(documents_of_file("a.csv", said.encode(charset)))
    assert overview.text == f"Columns: {said.partition(chr(10))[0].replace(',', ', ')}"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The ships of the port are in the harbour and it is for them that this is said.", "en"),
        (
            "Die Schiffe liegen in dem Hafen und das ist nicht für die Fischer.",
            "de",
        ),
        ("Les navires sont dans le port et il est dans la ville que les marins ont pour eux.", "fr"),
        ("港はとても大きくて船がたくさんある。", "ja"),
        ("Xq zrt.", ""),
    ],
)
def test_the_language_is_told_by_its_commonest_words(text: str, language: str) -> None:
    assert document_of_file("a.txt", text.encode()).language == language
