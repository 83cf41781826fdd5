"""One file, several processes: who may serve it, and what a process that splits in two (fork) may still do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from survey.store import StoreRefused

ADAPTERS = ("sqlite-wal", "sqlite-delete")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

HEAD = """
import os, sys, threading
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo
from datetime import UTC, datetime
from uuid import uuid4
from survey.domain.response import Response
from survey.store import StoreError
from survey.store.sqlite import connection, store as sqlite

connection.durable_mode = lambda *_: {mode!r}
connect, opened_here = sqlite.connect, []
sqlite.connect = lambda *given: opened_here.append(os.getpid()) or connect(*given)
store = sqlite.SqliteStore(Path({path!r}), ZoneInfo("Asia/Makassar"))

def keep(store=store):
    return store.keep(Response(str(uuid4()), "dukcapil", "", "", "qr", "skm-2017", "343434344",
                               datetime(2026, 8, 12, 4, tzinfo=UTC), profile={{}})).status

def child(work):
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
        code = 0
    except StoreError as error:
        print(error)
        code = 9
    sys.stdout.flush()
    os._exit(code)

def ended(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


@pytest.fixture
def script(office: Any) -> Any:
    """Run a script on the office's file in a process of its own; what it printed."""
    from survey.store.sqlite import connection

    def run(body: str) -> str:
        head = HEAD.format(mode=connection.durable_mode(), path=str(office.config.database))
        done = subprocess.run(
            [sys.executable, "-c", head + body], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_after_a_fork_each_process_has_connections_of_its_own(script, office, count):
    """gunicorn --preload: the application is built, then its workers are split off."""
    told = script("""
keep(); store.units()
def work():
    opened_here.clear()
    keep(); store.units()
    assert opened_here == [os.getpid()] * 2, opened_here
first = child(work)
assert ended(first) == 0
opened_here.clear()
keep(); store.units()
assert opened_here == [os.getpid()] * 2, opened_here
assert ended(child(work)) == 0
print(len(list(store.responses(None, None, None))), store.check_integrity())
""")
    assert told == "4 []\n"
    assert count(office.open()) == 4


def test_a_child_split_off_in_the_middle_of_work_is_refused(script, office, count):
    """Another thread reads while the process splits: its connection cannot be closed, nor be used by the child."""
    told = script("""
reading, over = threading.Event(), threading.Event()
def read():
    with store.snapshot() as query:
        query("SELECT count(*) FROM unit").fetchone()
        reading.set()
        over.wait()
thread = threading.Thread(target=read); thread.start(); reading.wait()
assert ended(child(lambda: store.units())) == 9
assert ended(child(lambda: keep())) == 9
assert ended(child(lambda: sqlite.SqliteStore(store.path, store.zone))) == 9
over.set(); thread.join()
keep()
""")
    assert told.count("dibelah (fork)") == 3 and told.count("\n") == 3
    assert count(office.open()) == 1


def test_one_of_two_workers_split_off_from_a_server_serves_and_the_other_is_refused(script, office):
    told = script("""
store.claim()
asked, answer = os.pipe(), os.pipe()
def serve():
    keep()
    os.write(answer[1], b"!")
    os.read(asked[0], 1)
first = child(serve)
os.read(answer[0], 1)
assert ended(child(keep)) == 9
os.write(asked[1], b"!")
assert ended(first) == 0
assert ended(child(keep)) == 0  # when the first is gone, the next may
""")
    assert told.startswith("Server untuk skm.db sudah berjalan (proses nomor ") and told.count("\n") == 1


def test_a_second_process_that_would_serve_is_refused_by_number(script, office, count):
    office.store.claim()
    told = script("""
try:
    store.claim()
except StoreError as error:
    print(error)
keep()  # a command beside the server may write
""")
    assert told.startswith(f"Server untuk skm.db sudah berjalan (proses nomor {os.getpid()}).")
    assert count(office.store) == 1
    office.store.close()
    assert script("store.claim(); keep(); print('boleh')") == "boleh\n"


def test_the_parts_of_one_process_may_share_the_claim(office):
    """Two applications built in one process, as tests and notebooks do; the last one to close lets go."""
    office.store.claim()
    office.store.claim()
    second = office.open()
    second.claim()
    office.store.close()
    lock = office.config.database.with_name("serve.lock")
    assert lock.read_text().split() == [str(os.getpid())]
    assert second.units()


def test_the_claim_is_on_the_file_wherever_it_is_reached_from(office, settings_of, tmp_path, script):
    """A link in another folder leads to the same file."""
    other: Path = tmp_path / "lain"
    other.mkdir()
    (other / "skm.db").symlink_to(office.config.database)
    office.store.claim()
    told = script(f"""
second = sqlite.SqliteStore(Path({str(other / "skm.db")!r}), store.zone)
try:
    second.claim()
except StoreError as error:
    print(error)
""")
    assert "sudah berjalan" in told


def test_a_store_that_was_forgotten_lets_go_of_its_claim(office, script):
    office.open().claim()
    del office.opened[-1]
    import gc

    gc.collect()
    assert script("store.claim(); print('boleh')") == "boleh\n"


def test_a_refused_store_says_so_without_a_second_error(office, monkeypatch):
    from survey.store.sqlite import fork_guard

    monkeypatch.setattr(fork_guard, "_split_from_work", True)
    with pytest.raises(StoreRefused, match="fork"):
        office.open()
