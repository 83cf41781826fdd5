"""Submissions that wait share one wait for the disk, and each of them still stands or falls alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey.store import StoreBusy, StoreError, write_queue
from survey.store.sqlite import store as sqlite

ADAPTERS = ("sqlite-wal", "sqlite-delete")
PATIENCE = 60.0  # seconds that a busy machine gets for what must happen


class Gate:
    """A write that holds the connection until `open()`; those who come meanwhile queue behind it."""

    def __init__(self, store: Any, pool: ThreadPoolExecutor) -> None:
        self.store, self._pool = store, pool
        self._entered, self._opened = threading.Event(), threading.Event()
        self.future = pool.submit(store.write, self._hold)
        assert self._entered.wait(PATIENCE)

    def _hold(self, connection: Any) -> str:
        self._entered.set()
        assert self._opened.wait(PATIENCE)
        return "dijaga"

    def open(self) -> None:
        self._opened.set()

    def behind(self, *writes: Callable[[], Any]) -> list[Future[Any]]:
        """Start writes and return when all of them wait, in this order."""
        futures = []
        for write in writes:
            waiting = len(self.store._turns._waiting)
            futures.append(self._pool.submit(write))
            until(lambda waiting=waiting: len(self.store._turns._waiting) > waiting)
        return futures


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.001)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as made:
        yield made


@pytest.fixture
def said(store: Any) -> Iterator[list[str]]:
    """What the writing connection was told, first words only."""
    heard: list[str] = []
    store._writer.set_trace_callback(lambda sql: heard.append(" ".join(sql.split()[:2]).rstrip(";")))
    yield heard
    store._writer.set_trace_callback(None)


def test_many_who_wait_share_one_commit(store, answer, pool, said, everything, count):
    gate = Gate(store, pool)
    kept = gate.behind(*[lambda: store.keep(answer()) for _ in range(30)])
    gate.open()
    assert [future.result(PATIENCE).status for future in kept] == ["kept"] * 30
    assert said.count("COMMIT") == 2  # the gate's own, and one for all who stood behind it
    assert (len(everything(store)), count(store), store.recount()) == (30, 30, [])


def test_nobody_is_told_before_the_commit(store, answer, pool, everything):
    """While the commit does not come, no reply comes either; the reader beside it sees nothing."""
    told, hold = threading.Event(), threading.Event()

    class Slow:
        """The writing connection, whose commit takes as long as we like."""

        def __init__(self, real: Any) -> None:
            self._real = real

        def execute(self, sql: str, *values: Any) -> Any:
            if sql == "COMMIT":
                told.set()
                assert hold.wait(PATIENCE)
            return self._real.execute(sql, *values)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    real, store._writer = store._writer, Slow(store._writer)
    gate = Gate(store, pool)
    futures = gate.behind(*[lambda: store.keep(answer()) for _ in range(8)])
    gate.open()
    assert told.wait(PATIENCE)
    time.sleep(0.05)
    assert [future for future in [gate.future, *futures] if future.done()] == []
    assert everything(store) == []
    hold.set()
    assert {future.result(PATIENCE).status for future in futures} == {"kept"}
    assert len(everything(store)) == 8
    store._writer = real


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_bad_answer_does_not_hurt_its_neighbours(store, answer, pool, everything, count, place):
    """An answer of a unit that does not exist, in front, between and behind good ones."""
    sent = [answer() for _ in range(3)]
    sent[place] = answer(unit="tidak-ada")
    gate = Gate(store, pool)
    futures = gate.behind(*[lambda each=each: store.keep(each) for each in sent])
    gate.open()
    with pytest.raises(StoreError, match="ditolak"):
        futures.pop(place).result(PATIENCE)
    assert [future.result(PATIENCE).status for future in futures] == ["kept", "kept"]
    assert (len(everything(store)), count(store), store.recount()) == (2, 2, [])


def test_each_gets_its_own_receipt_and_its_own_error(store, answer, pool):
    sent = [answer(unit="tidak-ada") if number % 3 == 0 else answer() for number in range(20)]
    gate = Gate(store, pool)
    futures = gate.behind(*[lambda each=each: store.keep(each) for each in sent])
    gate.open()
    assert gate.future.result(PATIENCE) == "dijaga"
    errors = []
    for each, future in zip(sent, futures, strict=True):
        if each.unit == "dukcapil":
            assert (future.result(PATIENCE).id, future.result(PATIENCE).status) == (each.id, "kept")
        else:
            errors.append(future.exception(5))
    assert len(set(map(id, errors))) == 7 and {type(error) for error in errors} == {StoreError}


def test_the_same_answer_twice_in_one_transaction_is_kept_once(store, answer, pool, everything, count):
    sent = answer()
    gate = Gate(store, pool)
    futures = gate.behind(*[lambda: store.keep(sent) for _ in range(5)])
    gate.open()
    assert sorted(future.result(PATIENCE).status for future in futures) == ["again"] * 4 + ["kept"]
    assert (everything(store), count(store)) == ([sent], 1)


def test_a_commit_that_fails_fails_all_and_nothing_is_counted(store, answer, pool, everything, count):
    class Broken:
        """The writing connection on a disk that fails at the commit."""

        def __init__(self, real: Any) -> None:
            self._real = real

        def execute(self, sql: str, *values: Any) -> Any:
            if sql == "COMMIT":
                raise sqlite3.OperationalError("disk I/O error")
            return self._real.execute(sql, *values)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    real, store._writer = store._writer, Broken(store._writer)
    gate = Gate(store, pool)
    sent = [answer() for _ in range(6)]
    futures = gate.behind(*[lambda each=each: store.keep(each) for each in sent])
    gate.open()
    for future in [gate.future, *futures]:
        with pytest.raises(StoreBusy, match="Tidak ada yang tersimpan"):
            future.result(PATIENCE)
    store._writer = real
    assert (everything(store), count(store)) == ([], 0)
    assert store.keep(sent[0]).status == "kept"


def test_a_full_disk_that_ends_the_transaction_is_told_to_all_who_shared_it(
    store, answer, pool, everything, count, monkeypatch
):
    """SQLite rolls the whole transaction back when it cannot even go on: the first two are not kept either."""
    sent = [answer() for _ in range(4)]
    keep_all = store._keep_all

    def full(connection: Any, responses: Any) -> Any:
        if sent[2] not in responses:
            return keep_all(connection, responses)
        keep_all(connection, [each for each in responses if each is not sent[2]])
        connection.execute("ROLLBACK")  # what SQLite does by itself
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store, "_keep_all", full)
    gate = Gate(store, pool)
    futures = gate.behind(*[lambda each=each: store.keep(each) for each in sent])
    gate.open()
    for future in futures:
        with pytest.raises(StoreBusy, match="Tidak ada yang tersimpan"):
            future.result(PATIENCE)
    assert (everything(store), count(store)) == ([], 0)
    assert store.keep(sent[3]).status == "kept"


def test_who_was_told_that_it_is_busy_is_never_kept_afterwards(store, answer, pool, everything, monkeypatch):
    gate = Gate(store, pool)
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    (impatient,) = gate.behind(lambda: store.keep(answer()))
    with pytest.raises(StoreBusy, match="sibuk"):
        impatient.result(PATIENCE)
    gate.open()
    gate.future.result(PATIENCE)
    monkeypatch.setattr(sqlite, "PATIENCE", 5.0)
    store.keep(answer())
    assert len(everything(store)) == 1


def test_who_is_begun_when_patience_ends_is_told_what_became_of_it(store, answer, pool, monkeypatch):
    """The transaction takes longer than the patience of those in it: they wait for its end, for it may succeed."""
    add = store._count
    monkeypatch.setattr(store, "_count", lambda *values: time.sleep(0.4) or add(*values))
    gate = Gate(store, pool)
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    futures = gate.behind(lambda: store.keep(answer()), lambda: store.keep(answer()))
    gate.open()
    assert [future.result(PATIENCE).status for future in futures] == ["kept", "kept"]


def test_other_work_has_a_transaction_of_its_own(store, answer, pool, said):
    """A long import, or an account that is saved, shares nothing with the answers around it."""
    gate = Gate(store, pool)
    gate.behind(
        lambda: store.keep(answer()),
        lambda: store.do("UPDATE unit SET phone = '1'", ()),
        lambda: store.keep(answer()),
    )
    gate.open()
    until(lambda: said.count("COMMIT") == 4)


def test_time_in_the_queue_counts_against_the_lock_of_another_process(office, answer, pool, monkeypatch):
    """A write gives up after its patience in all, not after that once in the queue and once more at the lock."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(sqlite, "PATIENCE", 1.0)
    for module in (sqlite, write_queue):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    store, waits = office.open(), []
    gate = Gate(store, pool)
    (future,) = gate.behind(lambda: store.keep(answer()))
    clock.now += sqlite.PATIENCE - 0.4  # in the queue
    store._writer.set_trace_callback(lambda sql: waits.append(sql) if "busy_timeout" in sql else None)
    other = sqlite3.connect(office.config.database, isolation_level=None)
    try:
        gate.open()
        gate.future.result(PATIENCE)
        assert future.result(PATIENCE).status == "kept"
        assert waits == ["PRAGMA busy_timeout = 400"]  # milliseconds that are left for the lock
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            store.keep(answer())
        other.execute("ROLLBACK")
        assert store.keep(answer()).status == "kept"
    finally:
        other.close()


def test_nobody_is_left_behind_under_a_storm(store, answer, everything, count):
    """Sixteen threads, four hundred writes, a tenth of them refused: every one returns with its own outcome."""
    outcomes: list[str] = []

    def many(_: int) -> None:
        for number in range(25):
            if number % 10:
                outcomes.append(store.keep(answer()).status)
            else:
                with pytest.raises(StoreError, match="ditolak"):
                    store.keep(answer(unit="tidak-ada"))
                outcomes.append("refused")

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(many, range(16)))
    assert (outcomes.count("kept"), outcomes.count("refused")) == (16 * 22, 16 * 3)
    assert (len(everything(store)), count(store), store.recount()) == (16 * 22, 16 * 22, [])
