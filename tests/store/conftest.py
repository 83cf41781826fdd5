"""A fresh store of every adapter with two units in it, and answers to put there."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from survey import config as settings
from survey.domain.organisation import Counter, Organisation, Service, Unit
from survey.domain.response import Response
from survey.operations import installation
from survey.store.sqlite import connection as sqlite_connection

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)  # 12.00 WITA
ADAPTERS = (
    "sqlite-wal",
    "sqlite-delete",  # both journals: which one is used depends on the SQLite version
    "postgres",
)


class Office:
    """One adapter's database: `open()` it as often as you like; every store is closed after the test."""

    def __init__(
        self, config: settings.Config, begin: Callable[[settings.Config], Any] = installation.create_store
    ) -> None:
        self.config = config
        self.opened: list[Any] = [begin(config)]

    @property
    def store(self) -> Any:
        """The store that the test began with."""
        return self.opened[0]

    def open(self) -> Any:
        """The same database through a store of its own, as another process would see it."""
        self.opened.append(installation.open_store(self.config))
        return self.opened[-1]

    def loose(self) -> Any:
        """The store's writing connection without a transaction: each statement stands alone."""
        if not self.config.on_server:
            return self.store._writer
        from survey.store.postgres.connection import Statements, connect

        connection = connect(self.config["DATABASE"])
        self.opened.append(connection)
        return Statements(connection)

    def close(self) -> None:
        for store in self.opened:
            store.close()


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[..., settings.Config]:
    """The settings of an installation in a folder of its own."""

    def make(**overrides: Any) -> settings.Config:
        return settings.load(tmp_path, {}, **overrides)

    return make


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every adapter, or those that a file about one of them names as its ADAPTERS."""
    if "adapter" in metafunc.fixturenames:
        named = getattr(metafunc.module, "ADAPTERS", ADAPTERS)
        metafunc.parametrize("adapter", named, indirect=True)


@pytest.fixture
def adapter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which database the test runs on; a new adapter is one more name here."""
    if request.param == "postgres":
        request.getfixturevalue("postgres")
    elif request.param == "sqlite-wal":
        if sqlite_connection.durable_mode()[0] != "wal":
            pytest.skip("this SQLite has the WAL-reset bug, so WAL is never used")
    else:
        monkeypatch.setattr(sqlite_connection, "durable_mode", lambda *_: ("delete", "EXTRA"))
    return str(request.param)


class Tables:
    """A schema on the server with our tables, which tests use in turn: to make it takes 150 ms of CPU, to empty it 10.

    A test that changed anything of it but rows was its last.
    """

    def __init__(self, config: settings.Config) -> None:
        self.address = config["DATABASE"]
        installation.create_store(config).close()
        with self._connected() as connection:
            self.made = self._look(connection)
            names = [name for name, kind in connection.execute(RELATIONS).fetchall() if kind == "r"]
            self.rows = {name: connection.execute(f"TABLE {name}").fetchall() for name in names}

    def emptied(self) -> bool:
        """Whether it has again exactly the rows that it was made with."""
        import psycopg

        try:
            with self._connected() as connection:
                if self._look(connection) != self.made:
                    return False
                for name, kind in connection.execute(RELATIONS).fetchall():
                    if kind == "S":
                        connection.execute(f"ALTER SEQUENCE {name} RESTART")
                for name, rows in self.rows.items():
                    if connection.execute(f"TABLE {name}").fetchall() == rows:
                        continue
                    connection.execute(f"DELETE FROM {name}")
                    for row in rows:
                        connection.execute(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(row))})", row)
        except psycopg.errors.LockNotAvailable:  # somebody left a lock
            return False
        return True

    def _connected(self) -> Any:
        import psycopg

        # replica: rows may go in any order, without looks at what they refer to
        return psycopg.connect(f"{self.address}%20-clock_timeout%3D5s%20-csession_replication_role%3Dreplica")

    def _look(self, connection: Any) -> list[Any]:
        return [connection.execute(question).fetchall() for question in (RELATIONS, *SHAPE)]


OURS = "relnamespace = current_schema()::regnamespace"
RELATIONS = f"SELECT relname, relkind::text FROM pg_class WHERE {OURS} AND relkind IN ('r', 'S') ORDER BY 1"
SHAPE = (
    f"SELECT c::text FROM (SELECT relname, relkind, relacl, relowner, relhasrules, relpersistence FROM pg_class WHERE {OURS}) c ORDER BY 1",
    f"""SELECT a::text FROM (SELECT attrelid, attname, atttypid, attnotnull, attcollation, atthasdef, attacl FROM pg_attribute
        WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE {OURS})) a ORDER BY 1""",
    f"""SELECT i::text FROM (SELECT indexrelid, indrelid, indkey, indisunique, indisvalid, indisready FROM pg_index
        WHERE indrelid IN (SELECT oid FROM pg_class WHERE {OURS})) i ORDER BY 1""",
    """SELECT conname, contype::text, convalidated FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace ORDER BY 1""",
    f"""SELECT tgname, tgenabled::text FROM pg_trigger
        WHERE tgrelid IN (SELECT oid FROM pg_class WHERE {OURS}) ORDER BY 1""",
    "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1",
)


@pytest.fixture(scope="session")
def _tables(postgres: Any) -> Iterator[SimpleNamespace]:
    with contextlib.ExitStack() as schemas:
        yield SimpleNamespace(now=None, new=lambda: schemas.enter_context(postgres.schema()))


@pytest.fixture
def tables(_tables: SimpleNamespace, settings_of: Any) -> str:
    """The address of a schema with our tables, as `create_store` makes them."""
    if _tables.now is None or not _tables.now.emptied():
        _tables.now = Tables(settings_of(DATABASE=_tables.new()))
    return str(_tables.now.address)


@pytest.fixture
def office(adapter: str, request: pytest.FixtureRequest, settings_of: Any) -> Iterator[Office]:
    """A database with units dukcapil (service ktp-el, counter loket-1) and rsud (no services)."""
    if adapter == "postgres":
        made = Office(settings_of(DATABASE=request.getfixturevalue("tables")), installation.open_store)
    else:
        made = Office(settings_of())
    store = made.store
    store.save_organisation(Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"))
    store.save_unit(Unit("dukcapil", "Dinas Kependudukan dan Pencatatan Sipil"))
    store.save_unit(Unit("rsud", "Rumah Sakit Umum Daerah"))
    store.save_service(Service("dukcapil", "ktp-el", "KTP elektronik"))
    store.save_counter(Counter("dukcapil", "loket-1", "Loket 1", service="ktp-el"))
    yield made
    made.close()


@pytest.fixture
def store(office: Office) -> Any:
    return office.store


@pytest.fixture
def answer() -> Callable[..., Response]:
    """A response of unit dukcapil with an id of its own: ``answer(answers="4444-4444")``."""

    def make(**changes: Any) -> Response:
        usual = Response(
            id=str(uuid4()),
            unit="dukcapil",
            service="",
            counter="",
            channel="qr",
            instrument="skm-2017",
            answers="343434344",
            received_at=NOON,
            profile={},
        )
        return dataclasses.replace(usual, **changes)

    return make


@pytest.fixture
def count() -> Callable[..., int]:
    """How many responses the counters of a store hold."""
    return lambda store, **where: sum(row.n for row in store.tallies(None, None, **where))


@pytest.fixture
def everything() -> Callable[[Any], list[Response]]:
    """Every response of a store."""
    return lambda store: list(store.responses(None, None, None))
