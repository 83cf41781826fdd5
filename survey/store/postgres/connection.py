"""The way to a PostgreSQL server: statements as it wants them, connections, and its errors as sentences."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown
from psycopg_pool import ConnectionPool, PoolTimeout

from survey.store import StoreBusy, StoreError, StoreRefused

PATIENCE = 5.0  # seconds that a write waits for a connection or for a row before it gives up
HURRY = 0.5  # seconds instead, while the server is known to be away: an answer at once lets the device keep its own
POOL = 16  # connections of one process: its threads write while they hold a snapshot
NUL = "\N{SYMBOL FOR NULL}"  # PostgreSQL's text has no character 0; no key and no name has this one

# What an address may say itself. A dead machine is noticed within 20 s, not after hours.
USUAL = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "skm",
}
# A page that takes longer is not waited for; a client that fell silent inside a transaction must not hold rows.
SESSION = f"""
    SELECT set_config('lock_timeout', '{PATIENCE:g}s', false), set_config('statement_timeout', '30s', false),
           set_config('idle_in_transaction_session_timeout', '60s', false)
"""

_CORRUPT = ("XX001", "XX002")
_LOST = ("57P01", "57P02", "57P03")
_REPEAT = ("40001", "40P01")  # serialization failure, deadlock: the same work succeeds when it is done again
_REASONS = {
    "25006": "hanya dapat dibaca; periksa apakah DATABASE menunjuk server utama",
    "42501": "menolak karena hak akses kurang; jadikan pengguna di DATABASE pemilik pangkalan datanya",
    "53100": "tidak dapat menulis karena disk penuh; kosongkan disk server itu",
    "53200": "kehabisan memori",
    "53300": "kehabisan sambungan; naikkan max_connections",
    "55P03": "sedang dipakai proses lain",
    "57014": "terlalu lama menjawab",
    "57P03": "sedang menyala atau berhenti",
}

logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())  # what went wrong is said by StoreBusy


class _Text(StrDumperUnknown):
    """Text as the server takes it."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", NUL) if "\0" in obj else obj)


@lru_cache(maxsize=1000)
def spoken(sql: str) -> str:
    """A statement of ours with psycopg's marks in place of question marks."""
    return sql.replace("%", "%%").replace("?", "%s")


class Statements:
    """A connection inside a transaction, as the shared SQL knows one: `execute` and `executemany` with ``?``."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor:
        return self._connection.execute(spoken(sql), values)

    def each(self, sql: str, rows: Iterable[Sequence[Any]]) -> list[int]:
        """Rows touched by a statement with each of many values, all sent before the first answer is waited for."""
        rows = list(rows)
        if len(rows) == 1:
            return [self.execute(sql, rows[0]).rowcount]
        with self._connection.pipeline():
            cursors = [self.execute(sql, row) for row in rows]
        return [cursor.rowcount for cursor in cursors]

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> psycopg.Cursor:
        cursor = self._connection.cursor()
        cursor.executemany(spoken(sql), rows)
        return cursor


def arguments(url: str) -> dict[str, Any]:
    """What `psycopg.connect` is given for an address.

    Raises
    ------
    StoreRefused
        When the address cannot be read; without repeating it, since it may hold a password.
    """
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        raise StoreRefused(
            "DATABASE: alamat PostgreSQL tidak dapat dibaca. "
            "Contoh: postgresql://skm:kata-sandi@server.kantor/skm; tanda baca di kata sandi ditulis %XX."
        ) from None
    return {**USUAL, **given, "client_encoding": "UTF8", "autocommit": True}


def prepare(connection: psycopg.Connection) -> None:
    """Set a new connection up for the shared SQL."""
    connection.adapters.register_dumper(str, _Text)
    connection.adapters.register_dumper(int, Int8Dumper)  # one type, so one prepared statement
    connection.execute(SESSION)


def connect(url: str) -> psycopg.Connection:
    """One connection outside any pool.

    Raises
    ------
    StoreRefused, StoreBusy
        When the server does not let us in, or is not there.
    """
    wanted = arguments(url)
    try:
        connection = psycopg.connect(**wanted)
    except psycopg.Error as error:
        raise not_connected(error, wanted) from None
    try:
        prepare(connection)
    except psycopg.Error as error:
        connection.close()
        raise explained(error) from error
    return connection


class Connections:
    """The connections of one store: a pool for each process that uses it, opened when first needed."""

    def __init__(self, url: str) -> None:
        self._arguments = arguments(url)
        self._pools: dict[int, ConnectionPool] = {}  # a forked process keeps its parent's untouched
        self._patience = PATIENCE
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[psycopg.Connection]:
        """Borrow a connection; what is still open in it is rolled back. StoreBusy when there is none."""
        pool = self._pool()
        try:
            connection = pool.getconn(timeout=self._patience)
        except PoolTimeout:
            self._patience = HURRY
            raise StoreBusy(
                "Server PostgreSQL tidak dapat dihubungi atau terlalu sibuk. Coba lagi sebentar."
            ) from None
        self._patience = PATIENCE
        try:
            yield connection
        finally:
            roll_back(connection)
            pool.putconn(connection)

    def renew(self) -> None:
        """Replace the connections that a stopped server left dead."""
        self._pool().check()

    def close(self) -> None:
        self._closed = True
        pool = self._pools.pop(os.getpid(), None)
        if pool is not None:
            pool.close()

    def _pool(self) -> ConnectionPool:
        if self._closed:
            raise StoreBusy("Penyimpanan PostgreSQL sudah ditutup.")
        pool = self._pools.get(os.getpid())
        if pool is None:
            made = ConnectionPool(
                kwargs=self._arguments,
                min_size=1,
                max_size=POOL,
                configure=prepare,
                reconnect_timeout=PATIENCE,  # then the next request tries anew, without the pool's growing pauses
                open=False,
            )
            pool = self._pools.setdefault(os.getpid(), made)
            pool.open()
        return pool


def roll_back(connection: psycopg.Connection) -> None:
    """End a transaction that did not come to its end; a lost connection has none any more."""
    if connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection is gone: nothing that was not committed was kept."""
    return error.sqlstate in _LOST or (error.sqlstate is None and isinstance(error, psycopg.OperationalError))


def is_worth_repeating(error: psycopg.Error) -> bool:
    """Whether the whole transaction may succeed when it is done again."""
    return error.sqlstate in _REPEAT or is_lost(error)


def was_decided(error: psycopg.Error) -> bool:
    """Whether an error at COMMIT says for sure that nothing was kept."""
    return error.sqlstate in _REPEAT or isinstance(error, psycopg.IntegrityError)


def explained(error: psycopg.Error) -> StoreError:
    """The server's error as a sentence with its cure, without the values it was about."""
    said = error.diag.message_primary or type(error).__name__
    if isinstance(error, (psycopg.IntegrityError, psycopg.DataError)):
        return StoreError(f"Data ditolak oleh aturan pangkalan data ({said}). Tidak ada yang berubah.")
    if error.sqlstate in _CORRUPT:
        return StoreRefused(
            "Pangkalan data PostgreSQL rusak. Hentikan server dan pulihkan dari cadangan terakhir."
        )
    reason = _REASONS.get(error.sqlstate or "", "terputus" if is_lost(error) else f"gagal ({said})")
    return StoreBusy(f"Penyimpanan PostgreSQL {reason}. Tidak ada yang tersimpan; coba lagi.")


def not_connected(error: psycopg.Error, wanted: dict[str, Any]) -> StoreError:
    """Why nobody let us in. Before a login the server gives no code, only words, and libpq none of the password."""
    words, name = str(error), wanted.get("dbname", "")
    at = f"{wanted.get('host', 'komputer ini')}:{wanted.get('port', 5432)}"
    if "database" in words and "does not exist" in words:
        return StoreRefused(
            f"Pangkalan data '{name}' belum ada di server PostgreSQL {at}. "
            f"Buat dengan: createdb --encoding=UTF8 --template=template0 --owner={wanted.get('user', 'skm')} {name}"
        )
    if any(sign in words for sign in ("password", "authentication failed", "role ")):
        return StoreRefused(
            f"Server PostgreSQL {at} menolak pengguna atau kata sandinya. Periksa DATABASE di config.toml."
        )
    if "pg_hba.conf" in words:
        return StoreRefused(
            f"Server PostgreSQL {at} tidak menerima sambungan dari komputer ini. Izinkan di pg_hba.conf."
        )
    if "too many" in words or "connection slots" in words:
        return StoreBusy(
            f"Server PostgreSQL {at} kehabisan sambungan. Naikkan max_connections, atau coba lagi."
        )
    return StoreBusy(
        f"Server PostgreSQL {at} tidak dapat dihubungi. Periksa apakah server itu menyala dan DATABASE benar."
    )
