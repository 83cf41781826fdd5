"""PostgreSQL to SQLite and back, table by table: a backup is the same kind of file for every database.

Which tables and columns there are is asked of the new SQLite file, so that none can be forgotten here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlite_utils.utils import sqlite3

from survey.store import StoreError, schema
from survey.store.postgres import check, store
from survey.store.postgres.connection import connect, explained, spoken
from survey.store.sqlite.copy import not_written

if TYPE_CHECKING:
    from survey.config import Config

BLOCK = 5000  # rows on their way at once: flat memory
ROW = 350  # bytes that a row of answers takes in the file, about, without its words

_SIZE = "SELECT count(*), coalesce(sum(octet_length(remark) + octet_length(profile)), 0) FROM response"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
_COLUMNS = "SELECT name FROM pragma_table_info(?)"
_NUMBERED = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE is_identity = 'YES' AND table_schema = current_schema()
"""

Done = Callable[[int], None]


class _Table:
    """name and columns of a table, in the words of a statement"""

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        self.name, names = name, ", ".join(columns)
        self.select = f"SELECT {names} FROM {name}"  # noqa: S608 (names of our own schema)
        self.insert = f"INSERT INTO {name} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
        self.copy = f"COPY {name} ({names}) FROM STDIN"


def size_of(config: Config) -> int:
    """Bytes that a copy takes, about."""
    with connect(config["DATABASE"]) as connection:
        check.inspect(connection, complete=False)
        try:
            [(rows, words)] = connection.execute(_SIZE).fetchall()
        except psycopg.Error as error:
            raise explained(error) from error
    return int(rows) * ROW + int(words)


def copy(config: Config, target: Path, done: Done = lambda size: None) -> None:
    """Copy one moment of the database into an empty SQLite file with the same schema steps.

    The moment is a REPEATABLE READ snapshot: nobody waits for it.

    Raises
    ------
    StoreError
        When the server cannot be read, or the target cannot be written; the target is then worthless.
    """
    with connect(config["DATABASE"]) as source, contextlib.closing(sqlite3.connect(target)) as new:
        applied = check.inspect(source, complete=False)
        try:
            for setting in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -65536"):
                new.execute(f"PRAGMA {setting}")
            _build(new, applied)
            source.execute(store.BEGIN_SNAPSHOT, prepare=False)
            for table in _tables(new):
                for block in _blocks(_stream(source, table)):
                    new.executemany(table.insert, block)
                    done(len(block) * ROW)
            new.commit()
        except psycopg.Error as error:
            raise explained(error) from error
        except sqlite3.IntegrityError as error:
            raise StoreError(f"Isi pangkalan data PostgreSQL melanggar aturan skemanya ({error}).") from error
        except sqlite3.Error as error:
            raise not_written(target, error) from error


def load(config: Config, file: Path, done: Done = lambda size: None) -> None:
    """Put everything that a complete SQLite file of ours holds into an empty database: all of it or nothing.

    Raises
    ------
    StoreRefused
        When something is there already; it stays as it is.
    """
    uri = f"{file.absolute().as_uri()}?mode=ro"
    with connect(config["DATABASE"]) as target, contextlib.closing(sqlite3.connect(uri, uri=True)) as source:
        server = store.refuse_filled(target)
        try:
            with target.transaction():
                target.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                store.make_tables(target, server, config.zone)
                for own in ("schema_step", "paper_key"):  # as the file has them, not as just made
                    target.execute(f"DELETE FROM {own}")  # noqa: S608 (names of our own schema)
                for table in _tables(source):
                    _load(target, table, iter(source.execute(table.select)), done)
                _number_on(target)
            target.execute("ANALYZE")
        except psycopg.Error as error:
            raise explained(error) from error


def _build(new: sqlite3.Connection, applied: set[str]) -> None:
    new.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    new.execute(schema.LEDGER.format_map(schema.SQLITE))
    for step in schema.STEPS:
        for statement in step.statements if step.name in applied else ():
            new.execute(statement.format_map(schema.SQLITE))


def _tables(file: sqlite3.Connection) -> list[_Table]:
    """In the order in which they were made: what others refer to comes first."""
    names = [name for (name,) in file.execute(_TABLES)]
    return [_Table(name, [column for (column,) in file.execute(_COLUMNS, (name,))]) for name in names]


def _stream(source: psycopg.Connection, table: _Table) -> Iterator[Sequence[Any]]:
    with source.cursor(name=f"skm_{table.name}") as cursor:
        cursor.itersize = BLOCK
        yield from cursor.execute(spoken(table.select))


def _blocks(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while block := list(islice(rows, BLOCK)):
        yield block


def _load(target: psycopg.Connection, table: _Table, rows: Iterator[Sequence[Any]], done: Done) -> None:
    with target.cursor() as cursor, cursor.copy(table.copy) as stream:
        for block in _blocks(rows):
            for row in block:
                stream.write_row(row)
            done(len(block) * ROW)


def _number_on(target: psycopg.Connection) -> None:
    """New rows of numbered tables continue behind those that came with their numbers."""
    for table, column in target.execute(_NUMBERED).fetchall():
        target.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"  # noqa: S608
        )
