"""Many rows at once, past the objects of the ORM, for the few places where thousands come together.

Values are given as Python holds them, and stored and read as the model's fields would do it.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

ROWS_A_STATEMENT = 200


def select(
    model: type[models.Model],
    columns: Sequence[str],
    among: Mapping[str, Collection[Any]],
    *,
    after: Mapping[str, datetime] | None = None,
    lock: bool = False,
) -> list[tuple[Any, ...]]:
    """These columns of the rows whose fields are among these values, in the order of their keys.

    `after`: fields that must hold a later moment. `lock`: hold the rows until the transaction ends.
    """
    meta, database = model._meta, here()
    vendor = database.vendor
    fields = [meta.get_field(name) for name in columns]
    conditions, values = [], []
    for name, wanted in among.items():
        if not wanted:
            return []
        conditions.append(f"{meta.get_field(name).column} IN ({', '.join(['%s'] * len(wanted))})")
        store = storing(meta.get_field(name), vendor)
        values += [store(value) for value in wanted] if store else wanted
    for name, moment in (after or {}).items():
        conditions.append(f"{meta.get_field(name).column} > %s")
        values.append(moment_text(moment) if vendor == "sqlite" else moment)
    read = ", ".join(selected(field, vendor) for field in fields)
    ending = " FOR UPDATE" if lock and vendor == "postgresql" else ""
    statement = (
        f"SELECT {read} FROM {meta.db_table} WHERE {' AND '.join(conditions)} "  # noqa: S608  names of fields alone
        f"ORDER BY {meta.pk.column}{ending}"
    )
    reads = [reading(field, vendor) for field in fields]
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return [
        tuple(read(value) if read else value for read, value in zip(reads, row, strict=True)) for row in rows
    ]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add these rows; `columns` are the names of fields, and every field without a default must be named."""
    database = here()
    stored = prepared(model, columns, rows, database.vendor)
    if not stored:
        return
    table, names = model._meta.db_table, [model._meta.get_field(name).column for name in columns]
    begin = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608  names of fields alone
    marks = f"({', '.join(['%s'] * len(names))})"
    with database.cursor() as cursor:
        for start in range(0, len(stored), ROWS_A_STATEMENT):
            some = stored[start : start + ROWS_A_STATEMENT]
            values = [value for row in some for value in row]
            cursor.execute(begin + ", ".join([marks] * len(some)), values)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Give each row these values; the last value of a row is the key of the object that is changed."""
    key, database = model._meta.pk, here()
    stored = prepared(model, [*columns, key.name], rows, database.vendor)
    if not stored:
        return
    changes = ", ".join(f"{model._meta.get_field(name).column} = %s" for name in columns)
    statement = f"UPDATE {model._meta.db_table} SET {changes} WHERE {key.column} = %s"  # noqa: S608  names of fields alone
    with database.cursor() as cursor:
        cursor.executemany(statement, stored)


def update_all(model: type[models.Model], changes: Mapping[str, Any], keys: Sequence[Any]) -> None:
    """Give all objects with these keys the same values."""
    if not keys:
        return
    key, database = model._meta.pk, here()
    fields = [model._meta.get_field(name) for name in changes]
    values = prepared(model, list(changes), [tuple(changes.values())], database.vendor)[0]
    store = storing(key, database.vendor)
    statement = (
        f"UPDATE {model._meta.db_table} SET {', '.join(f'{field.column} = %s' for field in fields)} "  # noqa: S608  names of fields alone
        f"WHERE {key.column} IN ({', '.join(['%s'] * len(keys))})"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [*values, *(map(store, keys) if store else keys)])


def reserve_ids(model: type[models.Model], number: int) -> Iterable[int]:
    """So many ids for new rows, inside the transaction that adds them."""
    table, column = model._meta.db_table, model._meta.pk.column
    database = here()
    with database.cursor() as cursor:
        if database.vendor == "sqlite":  # one writer at a time, and AUTOINCREMENT goes on after the highest
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            first = (row[0] if row else 0) + 1
            return range(first, first + number)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, number],
        )
        return [row[0] for row in cursor.fetchall()]


def here() -> BaseDatabaseWrapper:
    """This thread's connection, without the proxy that would look it up at every step."""
    return connections[DEFAULT_DB_ALIAS]


def prepared(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], vendor: str
) -> list[tuple[Any, ...]]:
    stores = [
        (place, store)
        for place, name in enumerate(columns)
        if (store := storing(model._meta.get_field(name), vendor))
    ]
    return [stored_row(row, stores) for row in rows]


def stored_row(row: Sequence[Any], stores: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    """The row with the values at these places as they are stored."""
    if not stores:
        return tuple(row)
    values = list(row)
    for place, store in stores:
        values[place] = store(values[place])
    return tuple(values)


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


@cache
def reading(field: models.Field, vendor: str) -> Callable[[Any], Any] | None:
    """How a stored value of this field becomes Python's; None where it is that already."""
    target = field.target_field if field.is_relation else field
    if isinstance(target, models.JSONField):
        return json_value
    if vendor == "sqlite" and isinstance(target, models.UUIDField):
        return uuid_of
    return None


def selected(field: models.Field, vendor: str) -> str:
    """JSON is read as text: psycopg would parse it by itself."""
    is_json = isinstance(field, models.JSONField)
    return f"{field.column}::text" if is_json and vendor == "postgresql" else field.column


def json_value(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def uuid_of(text: str | None) -> uuid.UUID | None:
    return None if text is None else uuid.UUID(hex=text)


def json_text(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def hex_of(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex


def moment_text(value: datetime | None) -> str | None:
    """A moment in UTC as SQLite keeps it."""
    if value is None:
        return None
    there = value if value.tzinfo is UTC else value.astimezone(UTC)
    return there.replace(tzinfo=None).isoformat(" ")
