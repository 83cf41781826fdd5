"""Another program holds the database: waited for, then 503, never 500; readers and writers do not stop each other."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from survey.store import StoreBusy
from survey.store.sqlite import store as sqlite
from tests.faults.judge import judge
from tests.faults.residents import CODES, Crowd, Ledger, Line, crowd
from tests.faults.site import Site, unread, until

JOURNALS = {"wal": (), "rollback": ("rollback-journal",)}
LARGEST_LOG = 20_000_000  # bytes of -wal, however long it goes on
LOG_OF_SECONDS = 8_000_000  # twice the thousand pages after which SQLite folds it in
WRITERS, WRITES = 8, 50


@contextlib.contextmanager
def locked(site: Site) -> Iterator[None]:
    """Everything is held: in WAL writers wait, with a rollback journal readers too."""
    with site.raw() as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_database_that_stays_locked_gives_503_in_time_and_recovers(
    new_site: Callable[..., Site], journal: str, long: bool, figures: Any
) -> None:
    site = new_site(changes=(*JOURNALS[journal], *(() if long else ("impatient",))))
    site.serve()
    with crowd(site.port, devices=8) as residents:
        residents.wait_for(30)
        with locked(site):
            until(lambda: residents.ledger.replies[503] >= 8)
            if long:
                time.sleep(30)
            if journal == "wal":
                with contextlib.closing(Line(site.port)) as line:
                    assert [line.get(page).status for page in (f"/s/{CODES[0]}", "/hasil")] == [200, 200]
            refused = residents.ledger.replies[503]
        residents.wait_for(len(residents.ledger.acknowledged) + 30)
        ledger = residents.finish()
    verdict = judge(site, ledger)
    figures(**verdict.figures, refused=refused, slowest=f"{ledger.slowest:.1f}")
    assert verdict.faults == {}
    assert refused >= 8


def lock_for_a_moment(site: Site, change: str, enough: Callable[[Crowd], bool]) -> Ledger:
    """enough : whether what the test is about has happened, so that the lock can go"""
    site.serve(changes=(change,))
    with crowd(site.port, devices=4) as residents:
        residents.wait_for(20)
        with locked(site):
            until(lambda: enough(residents))
        return residents.finish()


def test_a_short_lock_is_waited_for(site: Site) -> None:
    def all_wait(residents: Crowd) -> bool:
        return residents.ledger.replies[503] > 0 or (residents.waiting == 4 and unread(site.port) == 0)

    ledger = lock_for_a_moment(site, "patient", all_wait)
    assert ledger.replies[503] == 0
    assert judge(site, ledger).faults == {}


def test_a_server_without_patience_is_seen(site: Site) -> None:
    ledger = lock_for_a_moment(site, "no-patience", lambda residents: residents.ledger.replies[503] > 0)
    assert ledger.replies[503] > 0


class Programs:
    """Other programs on the same file: some read a number and write it back one higher, one reads all answers slowly."""

    def __init__(self, site: Site, *, one_long_read: bool = False) -> None:
        self.site, self.one_long_read = site, one_long_read
        self.failures: list[str] = []
        self.read = 0
        self.enough = threading.Event()
        self._writers = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        self._reader = threading.Thread(target=self._export)

    def start(self) -> None:
        for thread in (*self._writers, self._reader):
            thread.start()

    def finish(self) -> None:
        for thread in self._writers:
            thread.join()
        self.enough.set()
        self._reader.join()

    def _write(self) -> None:
        with self.site.store() as store:
            for _ in range(WRITES):
                try:
                    store.write(_one_more)
                except StoreBusy as error:
                    self.failures.append(str(error))

    def _export(self) -> None:
        with self.site.store() as store:
            with store.snapshot() if self.one_long_read else contextlib.nullcontext():
                while not self.enough.wait(0.01):
                    for _ in store.responses(None, None, None):
                        self.read += 1
                        if self.read % 500 == 0:
                            self.enough.wait(0.05)


def _one_more(connection: Any) -> None:
    ((count,),) = connection.execute("SELECT coalesce(population, 0) FROM unit WHERE key = 'rsud'").fetchall()
    time.sleep(0.002)
    connection.execute("UPDATE unit SET population = ? WHERE key = 'rsud'", (count + 1,))


def read_and_write_at_once(site: Site, programs: Programs, receipts: int) -> tuple[Ledger, int]:
    """What residents were told, and the largest size of the write-ahead log."""
    log, largest = site.database.with_name("skm.db-wal"), 0
    site.serve(changes=("patient",))
    with crowd(site.port, devices=8, remark="Pelayanan baik sekali. " * 80) as residents:
        residents.wait_for(30)
        programs.start()
        while len(residents.ledger.acknowledged) < receipts:
            time.sleep(0.05)
            largest = max(largest, log.stat().st_size if log.exists() else 0)
        programs.finish()
        return residents.finish(), largest


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits in turn gets a turn, however slow the disk is; who began too early fails at once all the same."""
    monkeypatch.setattr(sqlite, "PATIENCE", 60.0)


@pytest.mark.usefixtures("_patient")
def test_readers_and_writers_do_not_stop_each_other(site: Site, long: bool, figures: Any) -> None:
    programs = Programs(site)
    ledger, log = read_and_write_at_once(site, programs, 10_000 if long else 600)
    verdict = judge(site, ledger)
    figures(**verdict.figures, read=programs.read, log=f"{log / 1e6:.1f} MB", slowest=f"{ledger.slowest:.2f}")
    assert (verdict.faults, programs.failures, ledger.replies[503]) == ({}, [], 0)
    assert site.rows("SELECT population FROM unit WHERE key = 'rsud'") == [(WRITERS * WRITES,)]
    assert programs.read > 600
    assert log < (LARGEST_LOG if long else LOG_OF_SECONDS)


@pytest.mark.usefixtures("_patient")
def test_programs_that_begin_without_the_lock_for_writing_are_seen(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BEGIN", "BEGIN")
    programs = Programs(site)
    read_and_write_at_once(site, programs, 300)
    assert any("dipakai proses lain" in failure for failure in programs.failures)


@pytest.mark.usefixtures("_patient")
def test_an_export_in_one_long_read_is_seen(site: Site) -> None:
    """The log cannot be folded in while somebody still reads the state before it."""
    _, log = read_and_write_at_once(site, Programs(site, one_long_read=True), 600)
    assert log > LOG_OF_SECONDS
