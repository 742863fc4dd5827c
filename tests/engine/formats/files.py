"""Files of each kind, written by hand so that they can be broken at will."""

import io
import zipfile
import zlib

import docx

_SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def archive(members: dict[str, str | bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return body.getvalue()


def xlsx(sheets: dict[str, list[list[object]] | str]) -> bytes:
    """Sheets of rows, or of XML."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{_TYPE}/worksheet" Target="worksheets/s{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts = {
        "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="r1" Type="{_TYPE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_SPREADSHEET} xmlns:r="{_TYPE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {_RELATIONS}>{related}</Relationships>",
    }
    for at, rows in enumerate(sheets.values(), 1):
        said = rows if isinstance(rows, str) else "".join(_row(at, row) for at, row in enumerate(rows, 1))
        parts[f"xl/worksheets/s{at}.xml"] = (
            f"<worksheet {_SPREADSHEET}><sheetData>{said}</sheetData></worksheet>"
        )
    return archive(parts)


def _row(number: int, row: list[object]) -> str:
    cells = (_cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(name: str, value: object) -> str:
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{name}"><v>{value}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""


def ods(rows: str) -> bytes:
    """A sheet of the rows, given as XML of ``table:table-row``."""
    spaces = " ".join(f'xmlns:{name}="{_OPEN}:{name}:1.0"' for name in ("office", "table", "text"))
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OPEN}:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Ports">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        }
    )


def ods_row(*cells: str) -> str:
    said = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{said}</table:table-row>"


def word(body: str, head: str = "") -> bytes:
    """A document of Word whose body is this XML, with a head such as a document type before it."""
    written = io.BytesIO()
    docx.Document().save(written)
    with zipfile.ZipFile(written) as kept:
        parts = {name: kept.read(name) for name in kept.namelist()}
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts["word/document.xml"] = f"{head}<w:document {space}><w:body>{body}</w:body></w:document>".encode()
    return archive(parts)


def pdf(*pages: list[tuple[float, str]], info: str = "", extra: str = "") -> bytes:
    """A PDF whose pages are lines of text, each of a size in points, from the top down."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for at, lines in enumerate(pages):
        content, top = "", 800.0
        for size, line in lines:
            top -= size * 1.3
            content += f"BT /F1 {size} Tf 50 {top:.1f} Td ({line}) Tj ET\n" if line else ""
        packed = zlib.compress(content.encode())
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * at} 0 R >>"
        )
        objects.append(
            f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed.decode('latin-1')}\nendstream"
        )
    objects.append(f"<< {info} >>")
    body, places = "%PDF-1.7\n", []
    for number, said in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{said}\nendobj\n"
    start, listed = len(body), "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{listed}"
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R {extra} >>"
    return f"{body}trailer\n{trailer}\nstartxref\n{start}\n%%EOF".encode("latin-1")
