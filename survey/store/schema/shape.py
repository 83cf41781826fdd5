"""Whether the tables of a database are those that the schema steps make.

A backup, a repair tool or a hand may have changed them.

Pages, references and sums can all be right in a database that keeps no answer, or another one than was sent: a view in
the place of a table, a table without its key, a trigger. Tables, views and plain indexes that an
office added are its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils.utils import sqlite3

from survey.store import schema

KINDS = {"table": "tabel", "index": "indeks", "view": "view", "trigger": "pemicu"}


class Table(NamedTuple):
    """columns : in no order; unique : sets of columns of which no two rows have the same"""

    columns: frozenset[str]
    unique: frozenset[frozenset[str]]


class _Entry(NamedTuple):
    kind: str
    table: str
    sql: str


def differences(connection: sqlite3.Connection, applied: Iterable[str]) -> list[str]:
    """What a SQLite database with these schema steps has in another form, as words; empty when all is as it must be."""
    wanted, found = _of_steps(frozenset(applied)), _entries(connection)
    ours = {entry.table for entry in wanted.values()}
    lost = [
        f"{KINDS[entry.kind]} {name} {'berbeda' if name in found else 'tidak ada'}"
        for name, entry in wanted.items()
        if found.get(name) != entry
    ]
    more = [
        f"{KINDS[entry.kind]} {name} di tabel {entry.table}"
        for name, entry in found.items()
        if name not in wanted and (entry.kind == "trigger" or (entry.table in ours and _is_unique(entry)))
    ]
    return lost + more


def tables(applied: Iterable[str]) -> Mapping[str, Table]:
    """The tables that these steps make, for databases that describe theirs in other words."""
    with contextlib.closing(_made(frozenset(applied))) as connection:
        names = [name for name, entry in _entries(connection).items() if entry.kind == "table"]
        return {name: _table(connection, name) for name in names}


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
    unique = {frozenset(column for column, key in columns if key)}
    for (index,) in connection.execute('SELECT name FROM pragma_index_list(?) WHERE "unique"', (name,)):
        unique.add(
            frozenset(row[0] for row in connection.execute("SELECT name FROM pragma_index_info(?)", (index,)))
        )
    return Table(frozenset(column for column, _ in columns), frozenset(unique))


@lru_cache(8)
def _of_steps(applied: frozenset[str]) -> Mapping[str, _Entry]:
    with contextlib.closing(_made(applied)) as connection:
        return _entries(connection)


def _made(applied: frozenset[str]) -> sqlite3.Connection:
    """An empty database with these steps, in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(schema.LEDGER.format_map(schema.SQLITE))
    for step in schema.STEPS:
        if step.name in applied:
            for statement in step.statements:
                connection.execute(statement.format_map(schema.SQLITE))
    return connection


def _entries(connection: sqlite3.Connection) -> dict[str, _Entry]:
    """Everything that somebody made, by name; SQLite's own entries have no text or a name of its own."""
    rows = connection.execute(
        "SELECT name, type, tbl_name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'"
    )
    return {name: _Entry(kind, table, " ".join(sql.split())) for name, kind, table, sql in rows}


def _is_unique(entry: _Entry) -> bool:
    return entry.kind == "index" and entry.sql.split()[1].upper() == "UNIQUE"
