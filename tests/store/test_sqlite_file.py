"""One SQLite file under bad luck: damage, locks, full disks, dead processes, newer and older versions."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey.store import StoreBusy, StoreError, StoreRefused, schema
from survey.store.sqlite import connection as sqlite_connection
from survey.store.sqlite import file as sqlite_file
from survey.store.sqlite import store as sqlite
from tests.spoiled import cut, digest, garbled

ADAPTERS = ("sqlite-wal", "sqlite-delete")


@pytest.fixture
def path(office) -> Path:
    return office.config.database


@pytest.fixture
def at_rest(office, answer) -> Path:
    """A closed database with forty ratings in it."""
    office.store.keep_many(answer(remark="Baik sekali. " * 20) for _ in range(40))
    office.close()
    return office.config.database


@contextlib.contextmanager
def raw(path: Path) -> Any:
    """The file as another program opens it."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0.1)
    try:
        yield connection
    finally:
        connection.close()


def last_page_lost(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def other_application(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("PRAGMA application_id = 1")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def no_ledger(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("DROP TABLE schema_step")


def page_size_flipped(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[16] ^= 0x20
    path.write_bytes(body)


def newer(path: Path) -> None:
    with raw(path) as connection:
        row = ("9999 dari masa depan", "2030-01-01T00:00:00.000000Z")
        connection.execute("INSERT INTO schema_step VALUES (?, ?)", row)


DAMAGE = {
    "zero bytes": (cut(0), "kosong"),
    "fifty bytes": (cut(50), "terpotong"),
    "head only": (cut(100), "terpotong"),
    "first page only": (cut(4096), "terpotong"),
    "last page lost": (last_page_lost, "terpotong"),
    "pages garbled": (garbled, "rusak"),
    "a head of nonsense": (page_size_flipped, "rusak|terpotong"),
    "a text file": (lambda path: path.write_text("nama,nilai\n" * 900), "bukan pangkalan data"),
    "another program's database": (other_application, "milik aplikasi lain"),
    "no schema list": (no_ledger, "rusak"),
    "a newer version": (newer, "lebih baru"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_foreign_file_is_refused_by_name_and_not_touched(office, at_rest, damage):
    spoil, words = DAMAGE[damage]
    spoil(at_rest)
    before = digest(at_rest)
    with pytest.raises(StoreRefused, match=rf"^skm\.db .*({words})"):
        office.open()
    assert digest(at_rest) == before


def test_a_whole_file_is_opened(office, at_rest, count):
    """The test above can pass a file, too."""
    assert count(office.open()) == 40


def test_a_missing_file_is_not_replaced_by_an_empty_one(office, at_rest):
    at_rest.unlink()
    with pytest.raises(StoreRefused, match="tidak ada"):
        office.open()
    assert not at_rest.exists()


def test_a_folder_is_not_a_database(office, at_rest):
    at_rest.unlink()
    at_rest.mkdir()
    with pytest.raises(StoreRefused, match="folder"):
        office.open()


def test_making_a_database_never_overwrites_one(office, at_rest):
    before = digest(at_rest)
    with pytest.raises(StoreRefused, match="sudah ada"):
        sqlite.create_store(office.config)
    assert digest(at_rest) == before


def test_a_journal_without_its_file_is_not_given_to_a_new_database(office, at_rest):
    at_rest.rename(at_rest.with_name("other.db"))
    at_rest.with_name("skm.db-journal").write_bytes(b"x" * 600)
    with pytest.raises(StoreRefused, match="jurnal"):
        sqlite.create_store(office.config)


def test_making_a_database_leaves_nothing_when_it_fails(settings_of, tmp_path, monkeypatch):
    broken = (*schema.STEPS, schema.Step("9998 rusak", ("CREATE TABLE x (a NOSUCHTYPE) STRICT",)))
    monkeypatch.setattr(schema, "STEPS", broken)
    with pytest.raises(StoreRefused, match="tidak dapat dibuat"):
        sqlite.create_store(settings_of())
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_the_file(office, answer, path):
    office.store.keep(answer())
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob("skm.db*")}
    assert modes == {0o600}


def test_a_table_takes_no_other_type_than_it_says(store):
    with pytest.raises(StoreError):
        store.do("UPDATE unit SET population = 'banyak'", ())


# SQLite's own list: the WAL-reset bug is in 3.7.0 to 3.51.2, fixed in 3.51.3, 3.50.7 and 3.44.6
@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), ("delete", "EXTRA")),
        ((3, 44, 5), ("delete", "EXTRA")),
        ((3, 44, 6), ("wal", "FULL")),
        ((3, 45, 0), ("delete", "EXTRA")),
        ((3, 50, 6), ("delete", "EXTRA")),
        ((3, 50, 7), ("wal", "FULL")),
        ((3, 51, 2), ("delete", "EXTRA")),
        ((3, 51, 3), ("wal", "FULL")),
        ((3, 53, 4), ("wal", "FULL")),
    ],
)
def test_the_journal_follows_the_version_of_sqlite(version, mode):
    assert sqlite_connection.durable_mode(version) == mode


def test_a_store_is_closed_after_the_query_that_runs(office, monkeypatch):
    """Below a running query SQLite's connection must not be closed: it takes the process along."""
    store, order, told = office.store, [], []
    begun, closing = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert closing.wait(60)
        order.append("read")
        return 1

    def read() -> None:
        with store._reading() as reader:
            reader.create_function("slow", 0, slow)
        told.extend(store.rows("SELECT slow() FROM (VALUES (1), (2), (3))"))

    def close(self: Any) -> None:
        closing.set()
        real(self)

    real = sqlite_connection.Reader.close
    monkeypatch.setattr(sqlite_connection.Reader, "close", close)
    thread = threading.Thread(target=read)
    thread.start()
    assert begun.wait(60)
    store.close()
    order.append("closed")
    thread.join()
    assert (order, told) == (["read", "read", "read", "closed"], [(1,), (1,), (1,)])


def test_every_connection_is_as_durable_as_its_journal_needs(office):
    store = office.store
    journal, synchronous = sqlite_connection.durable_mode()
    level = {"FULL": 2, "EXTRA": 3}[synchronous]  # https://www.sqlite.org/pragma.html#pragma_synchronous
    with store._reading() as reader:
        for connection in (store._writer, reader):
            told = [
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "mmap_size")
            ]
            assert told == [journal, level, 1, 0]


OTHER = {"wal": ("delete", "EXTRA"), "delete": ("wal", "FULL")}
IGNORED = {
    "synchronous =": "PRAGMA synchronous = NORMAL",
    "foreign_keys =": "SELECT 1",
    "journal_mode =": "SELECT 1",
}


@pytest.mark.parametrize("setting", IGNORED)
def test_a_sqlite_that_does_not_take_a_setting_is_refused(office, at_rest, monkeypatch, setting):
    class Deaf(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> Any:
            return super().execute(IGNORED[setting] if setting in sql else sql, *values)

    if setting == "journal_mode =":  # the file is in the other journal, and stays there
        other = OTHER[sqlite_connection.durable_mode()[0]]
        monkeypatch.setattr(sqlite_connection, "durable_mode", lambda *_: other)
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite.sqlite3, "connect", lambda *args, **named: connect(*args, **{**named, "factory": Deaf})
    )
    with pytest.raises(StoreRefused, match="tidak cukup aman"):
        office.open()


def test_an_affected_sqlite_takes_a_wal_file_back_to_the_rollback_journal(
    office, at_rest, count, monkeypatch
):
    monkeypatch.setattr(sqlite_connection, "durable_mode", lambda *_: ("delete", "EXTRA"))
    again = office.open()
    assert (again.journal, count(again)) == ("delete", 40)


def read_then_write(office: Any) -> list[str]:
    """Two programs, each reading a number and writing it back one higher, twenty times: what went wrong."""
    stores, failures = (office.store, office.open()), []

    def add_one(connection: Any) -> None:
        ((now,),) = connection.execute(
            "SELECT coalesce(population, 0) FROM unit WHERE key = 'rsud'"
        ).fetchall()
        threading.Event().wait(0.002)
        connection.execute("UPDATE unit SET population = ? WHERE key = 'rsud'", (now + 1,))

    def work(store: Any) -> None:
        for _ in range(20):
            try:
                store.write(add_one)
            except StoreBusy as error:
                failures.append(str(error))

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_two_programs_that_read_and_then_write_wait_for_each_other(office):
    assert read_then_write(office) == []
    assert office.store.unit("rsud").population == 40


def test_with_a_plain_begin_they_would_fail(office, monkeypatch):
    """The test above can fail."""
    monkeypatch.setattr(sqlite, "BEGIN", "BEGIN")
    assert read_then_write(office) != []


def test_a_locked_file_says_so_and_keeps_nothing(office, answer, path, count, monkeypatch):
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    store, sent = office.open(), answer()
    with raw(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="dipakai proses lain"):
            store.keep(sent)
        with pytest.raises(StoreBusy):
            store.check_writable()
        assert count(store) == 0  # reading still works
    assert store.keep(sent).status == "kept"
    store.check_writable()


def test_a_file_locked_at_the_start_is_refused_untouched(office, at_rest):
    with raw(at_rest) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        connect = sqlite3.connect
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", lambda *a, **n: connect(*a, **{**n, "timeout": 0.05}))
            with pytest.raises(StoreRefused, match="dikunci proses lain"):
                office.open()


def test_a_full_disk_keeps_what_it_acknowledged_and_recovers(office, answer, count, everything):
    store, kept = office.store, []
    pages = store._writer.execute("PRAGMA page_count").fetchone()[0]
    store._writer.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(StoreBusy, match="disk penuh"):
        while True:
            sent = answer(remark="Baik sekali. " * 100)
            store.keep(sent)
            kept.append(sent.id)
    assert sorted(r.id for r in everything(store)) == sorted(kept)
    with pytest.raises(StoreBusy):  # and again, without a second error from the rollback
        store.keep(sent)
    store._writer.execute("PRAGMA max_page_count = 1000000")
    assert store.keep(sent).status == "kept"
    assert count(store) == len(kept) + 1
    assert store.recount() == []


def test_a_read_only_file_is_read_and_takes_no_ratings(office, at_rest):
    """As another user, because root may write everything."""
    if os.getuid() != 0:
        at_rest.chmod(0o400)
        folder = None
    else:
        folder = tempfile.TemporaryDirectory()
        os.chmod(folder.name, 0o777)
        shutil.copy(at_rest, folder.name)
        at_rest = Path(folder.name) / "skm.db"
        at_rest.chmod(0o444)
    script = f"""
import os, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from calc.instruments.reader import shipped
from survey.store import StoreBusy
from survey.store.sqlite import store as sqlite, connection as sqlite_connection, file as sqlite_file
sqlite_connection.durable_mode = lambda *_: {sqlite_connection.durable_mode()!r}
shipped()  # root's Python may be closed to others
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
store = sqlite.SqliteStore(Path({str(at_rest)!r}), ZoneInfo("Asia/Makassar"))
print(sum(row.n for row in store.tallies(None, None)))
try:
    store.check_writable()
except StoreBusy as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[0] == "40", done.stderr
    assert "hanya dapat dibaca" in done.stdout
    if folder:
        folder.cleanup()


KEEPER = """
import sys, uuid
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from survey.domain.response import Response
from survey.store.sqlite import store as sqlite, connection as sqlite_connection, file as sqlite_file
sqlite_connection.durable_mode = lambda *_: ({0!r}, {1!r})
store = sqlite.SqliteStore(Path({2!r}), ZoneInfo("Asia/Makassar"))
while True:
    id = str(uuid.uuid4())
    store.keep(Response(id, "dukcapil", "", "", "qr", "skm-2017", "343434344", datetime.now(UTC)))
    print(id, flush=True)
"""


@pytest.mark.slow
def test_what_was_acknowledged_is_there_after_the_process_was_killed(office, path, everything, count):
    office.close()
    acknowledged = []
    script = KEEPER.format(*sqlite_connection.durable_mode(), str(path))
    for acks in (3, 20):
        server = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        acknowledged += [server.stdout.readline().strip() for _ in range(acks)]
        server.kill()
        acknowledged += server.stdout.read().split()
        server.wait()
        server.stdout.close()
    again = office.open()
    assert set(acknowledged) <= {response.id for response in everything(again)}
    assert len(acknowledged) >= 23
    assert again.recount() == again.check_integrity() == []


def test_work_that_a_dead_process_left_half_done_is_undone(office, at_rest, everything):
    """A power cut in the middle of a transaction that had reached the file already."""
    script = f"""
import os
from sqlite_utils.utils import sqlite3
c = sqlite3.connect({str(at_rest)!r}, isolation_level=None)
c.execute("PRAGMA cache_size = 1")
c.execute("PRAGMA cache_spill = 1")
c.execute("BEGIN IMMEDIATE")
c.execute("UPDATE response SET remark = remark || 'diubah'")
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", script], timeout=60)
    if sqlite_connection.durable_mode()[0] == "delete":
        assert (
            at_rest.with_name("skm.db-journal").stat().st_size > 0
        )  # a hot journal, else this shows nothing
    found = everything(office.open())
    assert len(found) == 40
    assert not any("diubah" in response.remark for response in found)


def test_a_file_cut_short_while_its_journal_was_folded_in_is_completed(office, answer, path, count):
    if sqlite_connection.durable_mode()[0] != "wal":
        pytest.skip("only a write-ahead log is folded in later")
    store = office.store
    store._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old = path.stat().st_size
    store._writer.execute("PRAGMA wal_autocheckpoint = 0")
    store.keep_many(answer(remark="Baik sekali. " * 100) for _ in range(100))
    log = path.with_name("skm.db-wal").read_bytes()
    office.close()  # folds everything in
    whole = path.read_bytes()
    assert len(whole) > old
    path.write_bytes(whole[:old])  # the head says all pages, the file has the old ones
    path.with_name("skm.db-wal").write_bytes(log)
    assert count(office.open()) == 100


@pytest.mark.parametrize("loss", ["removed", "replaced"])
def test_a_file_taken_away_under_the_server_takes_no_more_ratings(office, answer, path, loss):
    office.store.keep(answer())
    copy = shutil.copy(path, path.with_name("copy.db"))
    path.unlink()
    if loss == "replaced":
        os.rename(copy, path)
    with pytest.raises(StoreBusy, match="hilang atau diganti"):
        office.store.keep(answer())


def test_a_closed_store_says_so(office, answer):
    office.close()
    for use in (lambda s: s.keep(answer()), lambda s: s.units(), lambda s: s.check_writable()):
        with pytest.raises(StoreBusy, match="sudah ditutup"):
            use(office.store)


def test_a_thread_that_ends_gives_its_connection_back(office):
    threads = [threading.Thread(target=office.store.units) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(office.store._readers) <= 1


NEW_STEP = schema.Step("9997 catatan", ("CREATE TABLE note (id {serial}, words TEXT NOT NULL){strict}",))


def test_an_older_database_waits_for_its_upgrade(office, at_rest, count, monkeypatch):
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEW_STEP))
    before = digest(at_rest)
    with pytest.raises(StoreRefused, match="skm upgrade"):
        office.open()
    assert sqlite.pending_steps(office.config) == ["9997 catatan"]
    assert digest(at_rest) == before
    assert sqlite.upgrade(office.config) == ["9997 catatan"]
    again = office.open()
    assert (count(again), again.rows("SELECT count(*) FROM note")) == (40, [(0,)])
    assert sqlite.upgrade(office.config) == []


def test_an_upgrade_step_that_fails_leaves_nothing_of_itself(office, at_rest, monkeypatch):
    broken = schema.Step("9998 rusak", ("CREATE TABLE half (a TEXT)", "INSERT INTO nowhere VALUES (1)"))
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEW_STEP, broken))
    with pytest.raises(StoreError):
        sqlite.upgrade(office.config)
    assert sqlite.pending_steps(office.config) == ["9998 rusak"]
    monkeypatch.setattr(schema, "STEPS", schema.STEPS[:-1])
    tables = {name for (name,) in office.open().rows("SELECT name FROM sqlite_master")}
    assert "note" in tables
    assert "half" not in tables


UPGRADER = """
import pickle, sys
from survey.store import schema
from survey.store.sqlite import store as sqlite
config, step = pickle.loads(sys.stdin.buffer.read())
schema.STEPS = (*schema.STEPS, step)
print(sqlite.upgrade(config))
"""


@pytest.mark.slow
def test_two_upgrades_at_once_do_the_work_once(office, at_rest):
    command = [sys.executable, "-c", UPGRADER]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)]
    for process in running:
        process.stdin.write(pickle.dumps((office.config, NEW_STEP)))
        process.stdin.close()
    done = [process.stdout.read().decode().strip() for process in running]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    assert sorted(done) == ["['9997 catatan']", "[]", "[]", "[]"]


def test_a_file_that_grows_while_it_is_looked_at_is_not_called_cut_off(office, at_rest, monkeypatch):
    whole, opening = at_rest.stat().st_size, Path.open

    def after_a_commit(self: Path, *arguments: Any) -> Any:
        if self == at_rest and at_rest.stat().st_size == whole:
            with raw(at_rest) as connection:
                connection.execute("CREATE TABLE other AS SELECT randomblob(99999) AS room")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return opening(self, *arguments)

    monkeypatch.setattr(Path, "open", after_a_commit)
    sqlite_file.check_head(at_rest)
    assert at_rest.stat().st_size > whole


def test_the_same_steps_read_as_postgresql(office):
    """Every word in braces has its PostgreSQL counterpart; the statements themselves run in the next adapter."""
    for step in schema.STEPS:
        for statement in (*step.statements, schema.LEDGER):
            assert "{" not in statement.format_map(schema.POSTGRES)
