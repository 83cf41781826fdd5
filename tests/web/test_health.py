"""/healthz: alive, ready to keep answers, and what needs a person; each trouble is seen, and so is its end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey.domain.account import Account
from survey.operations import installation, readiness
from survey.store import schema
from survey.store.sqlite import store as sqlite
from survey.system import disk

ALL_WELL = {"status": "ok", "checks": {"store": "ok", "schema": "ok", "disk": "ok"}, "warnings": []}


@pytest.fixture(autouse=True)
def _always_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FRESH", 0.0)


@pytest.fixture
def ready(client: Any) -> Callable[..., tuple[int, str]]:
    """Status code and word of /healthz/ready; /healthz/live must answer whatever happens."""

    def ask(query: str = "") -> tuple[int, str]:
        assert client.get("/healthz/live").status_code == 200
        reply = client.get(f"/healthz/ready{query}")
        assert (reply.status_code == 503) == ("Retry-After" in reply.headers)
        assert reply.headers["Cache-Control"] == "no-store"
        return reply.status_code, reply.json["status"]

    return ask


def warnings(client: Any) -> list[str]:
    reply = client.get("/healthz/ready")
    assert reply.status_code == 200
    return list(reply.json["warnings"])


def test_a_fresh_installation_is_ready_and_needs_nothing(client: Any) -> None:
    for query in ("", "?strict=1"):
        reply = client.get(f"/healthz/ready{query}")
        assert (reply.status_code, reply.json) == (200, ALL_WELL)


def test_health_names_no_version_no_path_and_no_name(
    client: Any, instance: Path, store: Any, clock: Any
) -> None:
    store.note_upkeep("backup failed", clock.now, f"Ruang di {instance} tidak cukup")
    for path in ("/healthz/live", "/healthz/ready", "/healthz/ready?strict=1"):
        reply = client.get(path)
        said = f"{reply.headers}{reply.text}".lower()
        assert not re.search(r"uvicorn|werkzeug|python|sqlite|\d+\.\d+\.\d+", said)
        assert str(instance) not in said and "contoh" not in said


def test_a_closed_store_is_not_ready(ready: Any, store: Any) -> None:
    store.close()
    assert ready() == (503, "store")


def test_a_locked_database_is_not_ready_until_it_is_free(
    ready: Any, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.2)
    other = sqlite3.connect(instance / "skm.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert ready() == (503, "store")
    other.execute("ROLLBACK")
    other.close()
    assert ready() == (200, "ok")


def test_a_database_that_was_taken_away_is_not_ready(ready: Any, instance: Path) -> None:
    (instance / "skm.db").rename(instance / "lain.db")
    assert ready() == (503, "store")
    (instance / "lain.db").rename(instance / "skm.db")
    assert ready() == (200, "ok")


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: b"\0" * len(body),
        lambda body: body[:4096],
        lambda body: body[:100] + os.urandom(4000) + body[4100:],
    ],
    ids=["zeros", "cut", "first page"],
)
def test_a_database_that_was_damaged_under_the_server_is_not_ready(
    ready: Any, instance: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = instance / "skm.db"
    assert ready() == (200, "ok")
    whole = path.read_bytes()
    with path.open("r+b") as file:
        file.write(damage(whole))
        file.truncate(len(damage(whole)))
    assert ready() == (503, "store")
    path.write_bytes(whole)
    assert ready() == (200, "ok")


def test_an_older_and_a_newer_schema_are_not_ready(
    ready: Any, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.do("INSERT INTO schema_step VALUES ('9999 besok', '2030-01-01T00:00:00.000000Z')", ())
    assert ready()[0] == 503
    store.do("DELETE FROM schema_step WHERE name LIKE '9999%'", ())
    assert ready() == (200, "ok")
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, schema.Step("9998 baru", ())))
    assert ready() == (503, "schema")


def test_a_nearly_full_disk_is_not_ready(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=2**40, free=200 * 2**20 - 1)  # the floor is 200 MB
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage)
    assert ready() == (503, "disk")
    usage.free = 2**30
    assert ready() == (200, "ok")
    usage.total, usage.free = 2 * 2**30, 150 * 2**20  # of a small memory card, a twentieth must be free
    assert ready() == (200, "ok")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A real file system of 8 MB."""
    folder = Path(tempfile.mkdtemp())
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        folder.rmdir()
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
def on_small_disk(small_disk: Path, instance: Path, clock: Any) -> Iterator[Any]:
    """A client of a server whose installation lies on the small disk."""
    from survey.app import create_app

    folder = Path(shutil.copytree(instance, small_disk / "instance"))
    config = installation.load_config(folder)
    store = installation.open_store(config)
    app = create_app(config, store=store, clock=clock)
    yield app.test_client()
    store.close()


def test_a_full_disk_is_not_ready_until_there_is_room(on_small_disk: Any, small_disk: Path) -> None:
    assert on_small_disk.get("/healthz/ready").status_code == 200
    with (small_disk / "sampah").open("wb") as file:
        while True:
            try:
                os.write(file.fileno(), b"x" * 65536)
            except OSError:
                break
    assert on_small_disk.get("/healthz/ready").status_code == 503
    assert on_small_disk.get("/healthz/live").status_code == 200
    (small_disk / "sampah").unlink()
    assert on_small_disk.get("/healthz/ready").status_code == 200


def test_a_database_that_can_only_be_read_is_not_ready_until_it_can_be_written(
    ready: Any, store: Any, place: Any, code: str, client: Any
) -> None:
    store._writer.execute("PRAGMA query_only = ON")  # SQLite's answer on a disk that was remounted read-only
    assert ready() == (503, "store")
    assert client.get(f"/s/{code}").status_code == 200
    store._writer.execute("PRAGMA query_only = OFF")
    assert ready() == (200, "ok")


def test_an_old_backup_is_a_warning_and_only_a_strict_monitor_hears_503(
    client: Any, ready: Any, store: Any, clock: Any
) -> None:
    clock.now = store.made_at()
    clock.forward(hours=25)
    assert ready() == ready("?strict=1") == (200, "ok")  # 24 hours, and a little patience
    clock.forward(hours=2)
    assert warnings(client) == ["backup"]
    assert (ready(), ready("?strict=1")) == ((200, "ok"), (503, "backup"))
    store.note_upkeep("backup", clock.now, "x")
    assert ready("?strict=1") == (200, "ok")
    clock.forward(hours=27)
    assert ready("?strict=1") == (503, "backup")


def test_an_office_that_makes_its_backups_otherwise_is_not_warned(
    instance: Path, store: Any, clock: Any
) -> None:
    from survey.operations import maintenance

    clock.now = store.made_at() + timedelta(days=20)
    assert maintenance.warnings(store, installation.load_config(instance, BACKUP_EVERY=0), clock.now) == []


def test_a_backup_that_failed_is_a_warning_until_one_succeeds(client: Any, store: Any, clock: Any) -> None:
    store.note_upkeep("backup", clock.now, "x")
    store.note_upkeep("backup failed", clock.forward(hours=1), "Disk penuh.")
    assert warnings(client) == ["backup failed"]
    store.note_upkeep("backup", clock.forward(hours=1), "x")
    assert warnings(client) == []


def test_counters_that_were_found_wrong_or_not_counted_for_long_are_a_warning(
    client: Any, store: Any, clock: Any
) -> None:
    clock.now = store.made_at()
    store.note_upkeep("verify", clock.now, "unit dukcapil: isian 3, rekap 4")
    assert warnings(client) == ["verify failed"]
    store.note_upkeep("verify", clock.now, "")
    assert warnings(client) == []
    clock.forward(days=36)
    store.note_upkeep("backup", clock.now, "x")
    assert warnings(client) == ["verify"]


def test_a_clock_that_was_set_back_is_a_warning(
    client: Any, store: Any, clock: Any, place: Any, response: Callable[..., Any]
) -> None:
    store.keep(response(received_at=clock.now))
    clock.forward(minutes=-4)
    assert warnings(client) == []
    clock.forward(minutes=-2)
    assert warnings(client) == ["clock"]


@pytest.fixture
def response() -> Callable[..., Any]:
    from survey.domain.response import Response

    def make(**changes: Any) -> Response:
        usual = {
            "id": "00000000-0000-4000-8000-000000000001",
            "unit": "dukcapil",
            "service": "",
            "counter": "",
            "channel": "qr",
            "instrument": "skm-2017",
            "answers": "343434344",
            "profile": {},
        }
        return Response(**{**usual, **changes})

    return make


def test_without_room_for_the_next_backup_there_is_a_warning(
    client: Any, monkeypatch: pytest.MonkeyPatch, instance: Path
) -> None:
    size = (instance / "skm.db").stat().st_size
    usage = SimpleNamespace(total=2**40, free=200 * 2**20 + size - 1)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage)
    assert warnings(client) == ["room"]
    usage.free += 1
    assert warnings(client) == []


def test_many_probes_make_one_look(client: Any, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FRESH", 60.0)
    looks: list[int] = []
    monkeypatch.setattr(store, "check_writable", lambda: looks.append(1))
    for _ in range(20):
        client.get("/healthz/ready")
    assert len(looks) == 1


def test_a_look_that_takes_long_keeps_only_one_waiting() -> None:
    """A locked file holds the first one who asks; the others get the last look at once."""
    import threading

    go = threading.Event()
    looks: list[int] = []

    def slow() -> int:
        looks.append(1)
        if len(looks) > 1:
            go.wait(5)
        return len(looks)

    look = readiness.Look(slow)
    assert look() == 1
    waiting = threading.Thread(target=look)
    waiting.start()
    while len(looks) < 2:
        time.sleep(0.001)
    assert [look() for _ in range(5)] == [1] * 5
    go.set()
    waiting.join()


def test_the_secretariat_reads_what_needs_doing_and_nobody_else_does(
    client: Any, store: Any, clock: Any, place: Any, app: Any
) -> None:
    from survey.desk import access

    store.save_account(Account("pengelola", "admin", "x"))
    store.save_account(Account("kepala", "unit_head", "x", ("dukcapil",)))
    store.note_upkeep("backup failed", clock.now, "Ruang di /cadangan tidak cukup.")

    def overview(name: str) -> str:
        from survey.domain import account as people

        token, session = people.new_session(name, clock.now)
        store.add_session(session)
        with client.session_transaction() as cookie:
            cookie["token"] = token
        reply = client.get("/meja/")
        assert reply.status_code == 200
        return str(reply.text)

    assert access.ADMIN == {"admin"}
    assert "Cadangan terakhir gagal: Ruang di /cadangan tidak cukup." in overview("pengelola")
    assert "skm backup" in overview("pengelola")
    assert "Cadangan" not in overview("kepala")
    store.note_upkeep("backup", clock.forward(minutes=1), "x")
    assert "Cadangan" not in overview("pengelola")


def test_a_probe_does_not_take_away_the_locks_of_a_write_under_way(config: Any, store: Any) -> None:
    """Closing a file drops all locks that the process has on it: https://www.sqlite.org/howtocorrupt.html, 2.2."""
    store.close()
    writer = sqlite3.connect(config.database, isolation_level=None)
    writer.execute("PRAGMA journal_mode = DELETE")
    writer.execute("BEGIN IMMEDIATE")
    try_to_write = (
        "import sys; from sqlite_utils.utils import sqlite3;"
        "sqlite3.connect(sys.argv[1], timeout=0.1, isolation_level=None).execute('BEGIN IMMEDIATE')"
    )

    def another_process_may_write() -> bool:
        command = [sys.executable, "-c", try_to_write, str(config.database)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert not another_process_may_write()
    installation.look(config)
    assert not another_process_may_write()
    config.database.read_bytes()  # what a look must not do: the test can fail
    assert another_process_may_write()
    writer.close()
