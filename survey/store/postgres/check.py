"""Looking at a PostgreSQL database before it is used for work, without changing anything in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import psycopg

from survey.store import StoreBusy, StoreRefused, schema
from survey.store.schema import shape

OLDEST = 14  # the oldest version that its makers cared for in 2026
SAFE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}
CURES = {
    "fsync": "ALTER SYSTEM SET fsync = on, lalu SELECT pg_reload_conf()",
    "full_page_writes": "ALTER SYSTEM SET full_page_writes = on, lalu SELECT pg_reload_conf()",
    "synchronous_commit": "ALTER ROLE CURRENT_USER SET synchronous_commit = on",
}
_LOOK = """
    SELECT version(), current_setting('server_version_num', true), current_setting('server_encoding', true),
           current_setting('transaction_read_only', true), current_setting('fsync', true),
           current_setting('full_page_writes', true), current_setting('synchronous_commit', true),
           current_setting('data_checksums', true)
"""
_TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
"""
# What a table owner can switch off, and what a broken index or a restore in the wrong order leaves behind.
_UNGUARDED = """
    SELECT 'kunci asing tidak dijaga di tabel ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND t.tgisinternal AND t.tgenabled = 'D'
    UNION SELECT 'aturan ' || n.conname || ' belum diperiksa' FROM pg_constraint n
    WHERE n.connamespace = current_schema()::regnamespace AND NOT n.convalidated
    UNION SELECT 'indeks ' || c.relname || ' rusak' FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)
    UNION SELECT 'halaman rusak di disk: ' || checksum_failures FROM pg_stat_database
    WHERE datname = current_database() AND checksum_failures > 0
    ORDER BY 1
"""


TABLES = ("r", "p")  # pg_class.relkind of an ordinary and of a partitioned table
_COLUMNS = """
    SELECT c.relname, c.relkind::text, array_agg(a.attname::text) FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    GROUP BY c.relname, c.relkind
"""
_UNIQUE = """
    SELECT c.relname, array_agg(a.attname::text) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
    WHERE c.relnamespace = current_schema()::regnamespace AND i.indisunique GROUP BY c.relname, i.indexrelid
"""
_ADDED = """
    SELECT 'pemicu ' || t.tgname || ' di tabel ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
    UNION SELECT 'aturan ' || r.rulename || ' di tabel ' || c.relname
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    ORDER BY 1
"""


class Server(NamedTuple):
    """engine : 'PostgreSQL', or what else speaks its language

    settings : as this session has them; None for one that the engine does not know
    """

    engine: str
    version: str
    number: int
    encoding: str
    read_only: bool
    settings: Mapping[str, str | None]

    @property
    def weak(self) -> list[str]:
        """Settings that let a power cut take answers. Other engines keep their data by rules of their own."""
        if self.engine != "PostgreSQL":
            return []
        return [name for name, safe in SAFE.items() if self.settings[name] not in safe]


def look(connection: psycopg.Connection) -> Server:
    """What kind of server is at the other end."""
    [(words, number, encoding, read_only, *settings)] = connection.execute(_LOOK).fetchall()
    engine, version = "PostgreSQL", words.split()[1]
    if words.startswith("CockroachDB"):
        engine, version = "CockroachDB", next((w for w in words.split() if w.startswith("v")), "")
    elif "-YB-" in words:
        engine, version = "YugabyteDB", version.partition("-YB-")[2]
    names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
    return Server(
        engine,
        version,
        int(number or 0),
        encoding or "",
        read_only == "on",
        dict(zip(names, settings, strict=True)),
    )


def refuse_unfit(server: Server) -> None:
    """StoreRefused for a server that could not keep answers as they are, each with its cure."""
    if server.engine == "PostgreSQL" and server.number < OLDEST * 10000:
        raise StoreRefused(
            f"PostgreSQL {server.version} terlalu tua. Pakai versi {OLDEST} atau yang lebih baru."
        )
    if server.encoding not in ("UTF8", ""):
        raise StoreRefused(
            f"Pangkalan data ini memakai pengodean {server.encoding}, sehingga sebagian huruf tidak dapat disimpan. "
            "Buat yang baru dengan: createdb --encoding=UTF8 --template=template0"
        )
    if server.read_only:
        raise StoreBusy(
            "Server PostgreSQL ini hanya dapat dibaca. Periksa apakah DATABASE menunjuk server utama."
        )
    refuse_weak(server)


def refuse_weak(server: Server) -> None:
    """StoreRefused naming the setting that a power cut would make us pay for."""
    for name in server.weak:
        raise StoreRefused(
            f"PostgreSQL memakai {name}={server.settings[name]}, sehingga isian dapat hilang saat listrik padam. "
            f"Jalankan di server itu: {CURES[name]}"
        )


def tables(connection: psycopg.Connection) -> list[str]:
    """Names of the tables where ours are, or would be."""
    return [row[0] for row in connection.execute(_TABLES).fetchall()]


def inspect(connection: psycopg.Connection, *, complete: bool = True) -> set[str]:
    """Names of the schema steps that a database has.

    Parameters
    ----------
    complete : refuse a database that lacks steps of this version, too

    Raises
    ------
    StoreRefused
        Unfit server, empty, foreign, written by a newer version, or not upgraded yet.
    """
    refuse_unfit(look(connection))
    there = tables(connection)
    if not there:
        _refuse("masih kosong. Buat instalasi dengan: skm init, atau isi dari cadangan dengan: skm restore")
    if "schema_step" not in there:
        _refuse(f"milik aplikasi lain (tabel {there[0]}). Periksa setelan DATABASE")
    applied = {row[0] for row in connection.execute("SELECT name FROM schema_step").fetchall()}
    if newer := schema.unknown(applied):
        _refuse(f"ditulis oleh versi yang lebih baru ({newer[-1]}). Pasang versi itu atau yang lebih baru")
    if complete and (lacking := schema.pending(applied)):
        _refuse(f"belum diperbarui ({lacking[0].name}). Jalankan: skm upgrade")
    return applied


def unguarded(connection: psycopg.Connection) -> list[str]:
    """What the server's own books say is wrong: guards that are off, unchecked rules, broken indexes and pages."""
    if look(connection).engine != "PostgreSQL":  # other engines keep other books
        return []
    there = tables(connection)
    lost = [f"tabel {name} tidak ada" for name in schema.tables() if name not in there]
    return lost + [str(row[0]) for row in connection.execute(_UNGUARDED).fetchall()]


def other_tables(connection: psycopg.Connection) -> list[str]:
    """Tables that are not as the schema steps make them, as words: no table, other columns or keys, triggers, rules."""
    if look(connection).engine != "PostgreSQL":  # other engines keep other books
        return []
    there = {
        name: (kind, frozenset(columns)) for name, kind, columns in connection.execute(_COLUMNS).fetchall()
    }
    unique: dict[str, set[frozenset[str]]] = defaultdict(set)
    for name, columns in connection.execute(_UNIQUE).fetchall():
        unique[name].add(frozenset(columns))
    wrong = []
    for name, table in shape.tables(step.name for step in schema.STEPS).items():
        kind, columns = there.get(name, ("", frozenset()))
        if kind not in TABLES:
            wrong.append(f"tabel {name} tidak ada")
        elif columns != table.columns or unique[name] != table.unique:
            wrong.append(f"tabel {name} berbeda")
    return wrong + [str(row[0]) for row in connection.execute(_ADDED).fetchall()]


def durability(server: Server) -> str:
    """One sentence: which server, and what keeps an answer that was confirmed."""
    if server.engine != "PostgreSQL":
        return (
            f"{server.engine} {server.version}: ketahanannya diatur mesin itu sendiri, "
            "tidak dengan fsync dan synchronous_commit PostgreSQL."
        )
    sums = "menyala" if server.settings["data_checksums"] == "on" else "mati"
    return (
        f"PostgreSQL {server.version} dengan fsync=on, full_page_writes=on dan "
        f"synchronous_commit={server.settings['synchronous_commit']}; pemeriksaan halaman disk (data_checksums) {sums}."
    )


def _refuse(why: str) -> None:
    raise StoreRefused(f"Pangkalan data PostgreSQL {why}. Isinya tidak diubah.")
