"""Workbooks (XLSX, XLS, ODS): every sheet a table, its values printed as a person would write them."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from engine.formats.archives import check_archive
from engine.formats.contents import Contents, Unreadable
from engine.formats.extents import check_extents
from engine.formats.tables import table_of

MOST_SHEETS = 50
_LOCKED = "The workbook is locked with a password. Save it without one, and add it again."
_BROKEN = "The workbook is broken. Open it, save it again as .xlsx, and add it once more."


def read_workbook(body: bytes) -> Contents:
    """The tables of the sheets that are shown; raises ``Unreadable``."""
    if body.startswith(b"PK"):
        check_archive(body)
        check_extents(body)
    try:
        return Contents((), tables=tuple(_tables(CalamineWorkbook.from_filelike(io.BytesIO(body)))))
    except PasswordError as error:
        raise Unreadable("locked", _LOCKED) from error
    except CalamineError as error:
        raise Unreadable("broken", _BROKEN) from error


def _tables(workbook: CalamineWorkbook) -> Iterator:
    shown = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    for name in shown[:MOST_SHEETS]:
        sheet = workbook.get_sheet_by_name(name)
        table = table_of(name, ([printed(cell) for cell in row] for row in sheet.iter_rows()))
        if table and table.rows:
            yield table


def printed(cell: object) -> str:
    """A value of a cell: no ``.0`` behind whole numbers, no midnight behind days, yes and no for truth."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:.15g}" if not cell.is_integer() or abs(cell) >= 1e15 else str(int(cell))
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell)
