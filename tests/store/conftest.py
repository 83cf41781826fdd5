"""A fresh store of every adapter with two units in it, and answers to put there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
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

    def __init__(self, config: settings.Config) -> None:
        self.config = config
        self.opened: list[Any] = []
        self.opened.append(installation.create_store(config))

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


@pytest.fixture
def address(adapter: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """Where this adapter's database is: nothing to say for a file; else a fresh, empty one on the server."""
    return {"DATABASE": request.getfixturevalue("fresh_database")} if adapter == "postgres" else {}


@pytest.fixture
def office(address: dict[str, str], settings_of: Any) -> Iterator[Office]:
    """A database with units dukcapil (service ktp-el, counter loket-1) and rsud (no services)."""
    made = Office(settings_of(**address))
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
