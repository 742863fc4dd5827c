"""Writing many rows at once, past the objects of the ORM, for the few places where thousands come together.

Values are given as Python holds them; they are stored as the model's fields would store them.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from django.db import connection, models

ROWS_A_STATEMENT = 200


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add these rows; `columns` are the names of fields, and every field without a default must be named."""
    stored = prepared(model, columns, rows)
    if not stored:
        return
    table, names = model._meta.db_table, [model._meta.get_field(name).column for name in columns]
    begin = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608  names of fields alone
    marks = f"({', '.join(['%s'] * len(names))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(begin + marks, stored)
            return
        for start in range(0, len(stored), ROWS_A_STATEMENT):
            some = stored[start : start + ROWS_A_STATEMENT]
            values = [value for row in some for value in row]
            cursor.execute(begin + ", ".join([marks] * len(some)), values)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Give each row these values; the last value of a row is the key of the object that is changed."""
    key = model._meta.pk
    stored = prepared(model, [*columns, key.name], rows)
    if not stored:
        return
    changes = ", ".join(f"{model._meta.get_field(name).column} = %s" for name in columns)
    statement = f"UPDATE {model._meta.db_table} SET {changes} WHERE {key.column} = %s"  # noqa: S608  names of fields alone
    with connection.cursor() as cursor:
        cursor.executemany(statement, stored)


def reserve_ids(model: type[models.Model], number: int) -> Iterable[int]:
    """So many ids for new rows, inside the transaction that adds them."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # one writer at a time, and AUTOINCREMENT goes on after the highest
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            first = (row[0] if row else 0) + 1
            return range(first, first + number)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, number],
        )
        return [row[0] for row in cursor.fetchall()]


def prepared(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[tuple[Any, ...]]:
    stores = [storing(model._meta.get_field(name), connection.vendor) for name in columns]
    if not any(stores):
        return [tuple(row) for row in rows]
    return [
        tuple(store(value) if store else value for store, value in zip(stores, row, strict=True))
        for row in rows
    ]


@cache
def storing(field: models.Field, vendor: str) -> Callable[[Any], Any] | None:
    """How a value of this field is stored; None where it is stored as it is."""
    target = field.target_field if field.is_relation else field
    if isinstance(target, models.JSONField):
        return json_text
    if vendor != "sqlite":
        return None
    if isinstance(target, models.UUIDField):
        return hex_of
    if isinstance(target, models.DateTimeField):
        return moment_text
    return None


def json_text(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def hex_of(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex


def moment_text(value: datetime | None) -> str | None:
    """A moment in UTC as SQLite keeps it."""
    return None if value is None else value.replace(tzinfo=None).isoformat(" ")
