"""Many rows at once, past the objects of the ORM, for the few places where thousands come together.

Values are given as Python holds them, and stored and read as the model's fields would do it.
"""

import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

ROWS_A_STATEMENT = 200
Change = Callable[[Any], Any]
Changes = Sequence[tuple[int, Change]]
"""At which places of a row a value is another one in the database."""


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
    if not all(among.values()):
        return []
    database = here()
    mark, table = mark_of(database), layout(model, tuple(columns), database.vendor)
    named = layout(model, (*among, *(after or ())), database.vendor)
    conditions = [
        f"{column} IN ({', '.join([mark] * len(wanted))})"
        for column, wanted in zip(named.columns, among.values(), strict=False)
    ]
    conditions += [f"{column} > {mark}" for column in named.columns[len(among) :]]
    stores = dict(named.stores)
    values: list[Any] = []
    for place, wanted in enumerate([*among.values(), *([moment] for moment in (after or {}).values())]):
        store = stores.get(place)
        values += [store(value) for value in wanted] if store else wanted
    ending = " FOR UPDATE" if lock and database.vendor == "postgresql" else ""
    statement = (
        f"SELECT {', '.join(table.selected)} FROM {table.name} WHERE {' AND '.join(conditions)} "  # noqa: S608  names of fields alone
        f"ORDER BY {table.key}{ending}"
    )
    rows = execute(database, statement, values, wants_rows=True)
    return [changed(row, table.reads) for row in rows]


def read(found: models.QuerySet[Any], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """These columns of a query's rows, without Django's converters, which take longer than the database."""
    database = here()
    reads = layout(found.model, tuple(columns), database.vendor).reads
    statement = found.values_list(*columns).query.get_compiler(connection=database).as_sql()
    with database.cursor() as cursor:
        cursor.execute(*statement)
        return [changed(row, reads) for row in cursor.fetchall()]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add these rows; `columns` are the names of fields, and every field without a default must be named."""
    database = here()
    table = layout(model, tuple(columns), database.vendor)
    stored = [changed(row, table.stores) for row in rows]
    begin = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES "  # noqa: S608  names of fields alone
    marks = f"({', '.join([mark_of(database)] * len(columns))})"
    for start in range(0, len(stored), ROWS_A_STATEMENT):
        some = stored[start : start + ROWS_A_STATEMENT]
        values = [value for row in some for value in row]
        execute(database, begin + ", ".join([marks] * len(some)), values)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Give each row these values; the last value of a row is the key of the object that is changed."""
    database = here()
    mark, table = mark_of(database), layout(model, (*columns, model._meta.pk.name), database.vendor)
    stored = [changed(row, table.stores) for row in rows]
    changes = ", ".join(f"{column} = {mark}" for column in table.columns[:-1])
    statement = f"UPDATE {table.name} SET {changes} WHERE {table.key} = {mark}"  # noqa: S608  names of fields alone
    if stored:
        execute(database, statement, stored, many=True)


def update_all(model: type[models.Model], changes: Mapping[str, Any], keys: Sequence[Any]) -> None:
    """Give all objects with these keys the same values."""
    if not keys:
        return
    database = here()
    mark, table = mark_of(database), layout(model, tuple(changes), database.vendor)
    store = storing(model._meta.pk, database.vendor)
    statement = (
        f"UPDATE {table.name} SET {', '.join(f'{column} = {mark}' for column in table.columns)} "  # noqa: S608  names of fields alone
        f"WHERE {table.key} IN ({', '.join([mark] * len(keys))})"
    )
    values = changed(tuple(changes.values()), table.stores)
    execute(database, statement, [*values, *(map(store, keys) if store else keys)])


def reserve_ids(model: type[models.Model], number: int) -> Iterable[int]:
    """So many ids for new rows, inside the transaction that adds them."""
    table, column = model._meta.db_table, model._meta.pk.column
    database = here()
    mark = mark_of(database)
    if database.vendor == "sqlite":  # one writer at a time, and AUTOINCREMENT goes on after the highest
        statement = f"SELECT seq FROM sqlite_sequence WHERE name = {mark}"  # noqa: S608  a mark alone
        rows = execute(database, statement, [table], wants_rows=True)
        first = (rows[0][0] if rows else 0) + 1
        return range(first, first + number)
    statement = f"SELECT nextval(pg_get_serial_sequence({mark}, {mark})) FROM generate_series(1, {mark})"  # noqa: S608  marks alone
    return [row[0] for row in execute(database, statement, [table, column, number], wants_rows=True)]


def here() -> BaseDatabaseWrapper:
    """This thread's connection, without the proxy that would look it up at every step."""
    return connections[DEFAULT_DB_ALIAS]


def execute(
    database: BaseDatabaseWrapper,
    statement: str,
    values: Sequence[Any],
    *,
    many: bool = False,
    wants_rows: bool = False,
) -> list[tuple[Any, ...]]:
    """Carry out a statement, whose places for values are ``mark_of``; `many`: once for each of the rows.

    On SQLite by the driver itself, unless statements are logged: Django's cursor translates each and goes
    through eight calls for it, which for one row takes several times what SQLite takes.
    """
    if mark_of(database) == "%s":
        with database.cursor() as cursor:
            (cursor.executemany if many else cursor.execute)(statement, values)
            return cursor.fetchall() if wants_rows else []
    if database.connection is None:
        database.ensure_connection()
    database.validate_no_broken_transaction()
    try:
        driver = database.connection
        done = (driver.executemany if many else driver.execute)(statement, values)
        return done.fetchall() if wants_rows else []
    except sqlite3.Error as error:
        with database.wrap_database_errors:
            raise error


def mark_of(database: BaseDatabaseWrapper) -> str:
    """How a statement marks the place of a value."""
    by_driver = database.vendor == "sqlite" and not database.queries_logged and not database.execute_wrappers
    return "?" if by_driver else "%s"


@dataclass(frozen=True, slots=True)
class Layout:
    """Some fields of a model as its table knows them."""

    name: str
    key: str
    columns: tuple[str, ...]
    selected: tuple[str, ...]
    stores: Changes
    reads: Changes


@cache
def layout(model: type[models.Model], names: tuple[str, ...], vendor: str) -> Layout:
    meta = model._meta
    fields = [meta.get_field(name) for name in names]
    return Layout(
        meta.db_table,
        meta.pk.column,
        tuple(field.column for field in fields),
        tuple(selected(field, vendor) for field in fields),
        [(place, store) for place, field in enumerate(fields) if (store := storing(field, vendor))],
        [(place, read) for place, field in enumerate(fields) if (read := reading(field, vendor))],
    )


def changed(row: Sequence[Any], changes: Changes) -> tuple[Any, ...]:
    if not changes:
        return tuple(row)
    values = list(row)
    for place, change in changes:
        values[place] = change(values[place])
    return tuple(values)


def storing(field: models.Field, vendor: str) -> Change | None:
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


def reading(field: models.Field, vendor: str) -> Change | None:
    """How a stored value of this field becomes Python's; None where it is that already."""
    target = field.target_field if field.is_relation else field
    if isinstance(target, models.JSONField):
        return json_value
    if vendor != "sqlite":
        return None
    return next((read for kind, read in READ_FROM_SQLITE.items() if isinstance(target, kind)), None)


def selected(field: models.Field, vendor: str) -> str:
    """JSON is read as text: psycopg would parse it by itself."""
    is_json = isinstance(field, models.JSONField)
    return f"{field.column}::text" if is_json and vendor == "postgresql" else field.column


def json_value(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def uuid_of(text: str | None) -> uuid.UUID | None:
    return None if text is None else uuid.UUID(int=int(text, 16))


def moment_of(stored: datetime | None) -> datetime | None:
    """SQLite's moments are in UTC, and the driver reads them without saying so."""
    return None if stored is None else stored.replace(tzinfo=UTC)


READ_FROM_SQLITE: dict[type[models.Field], Change] = {
    models.UUIDField: uuid_of,
    models.DateTimeField: moment_of,
}


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
