"""A copy of a database holds one moment of it, whole, whatever the database is and whoever writes meanwhile."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from calc.report.data import FollowUp
from survey.domain.account import Account, Invitation, Session
from survey.domain.organisation import Link
from survey.operations import backup, installation, restore
from survey.store import StoreError, StoreRefused, schema
from survey.store.sqlite.copy import AtRest
from tests.background import asked, made

from .conftest import NOON
from .test_issued_papers import paper

CHANGED_BY_RESTORING = {"session", "invitation", "kept_form", "upkeep", "audit"}


@pytest.fixture
def filled(office: Any, answer: Callable[..., Any]) -> Any:
    """The office with a row in every table, and words that are hard to copy."""
    store = office.store
    odd = answer(remark='\'; -- "kutip"\nbaris dua \U0001f44d\U0001f3fe \\N \\x00', profile={"usia": "18-30"})
    store.keep(odd)
    store.keep(dataclasses.replace(odd, answers="111111111", remark=""))  # set aside
    store.keep_many(answer(service="ktp-el", counter="loket-1", seconds=40) for _ in range(50))
    store.keep_many(answer(unit="rsud", answers="4-4-4-4-4") for _ in range(20))
    store.add_link(Link("DKC2QR47", "dukcapil", "qr", NOON))
    store.save_free_period("2026-07-01..2026-07-31", "Juli")
    store.save_account(Account("kepala", "unit_head", "argon2:rahasia", ("dukcapil",), True))
    store.add_session(Session("a" * 64, "kepala", NOON, NOON))
    store.add_invitation(Invitation("b" * 64, "", "admin", (), NOON + timedelta(days=7), None))
    store.add_login_failure("account:kepala", NOON)
    store.audit(NOON, "kepala", "login")
    store.note_upkeep("verify", NOON, "baik")
    store.save_report_text("", "", "foreword", "Baris satu\nbaris 'dua' \\N", NOON, "kepala")
    store.save_follow_up(
        "rsud", "2026-TW3", FollowUp(0, "waktu", "Menambah loket", 2026, 4, ""), NOON, "kepala"
    )
    store.keep_issued_paper(paper())
    store.keep_form("c" * 64, "kepala", "/meja/", "{}", NOON)
    made(store, asked(store, NOON), b"%PDF-\x00\xff")
    return office


def rows_of(read: Callable[[str], list[Any]]) -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    return {
        name: sorted((tuple(row) for row in read(f"SELECT * FROM {name}")), key=repr)
        for name in ["schema_step", *schema.tables()]
    }


def rows_of_file(path: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(path)
    try:
        return rows_of(lambda sql: connection.execute(sql).fetchall())
    finally:
        connection.close()


def copied(office: Any, target: Path) -> Path:
    target.touch()
    installation.copy_database(office.config, target, lambda size: None)
    return target


def test_a_copy_has_every_row_of_every_table(filled: Any, tmp_path: Path) -> None:
    there = rows_of(filled.store.rows)
    assert [
        name for name, rows in there.items() if not rows
    ] == []  # else this shows nothing about that table
    assert rows_of_file(copied(filled, tmp_path / "copy.db")) == there


def test_a_copy_has_the_tables_rules_and_indexes_of_a_new_database(
    filled: Any, tmp_path: Path, settings_of: Any
) -> None:
    fresh = settings_of(DATABASE="fresh.db")
    installation.create_store(fresh).close()

    def rules(path: Path) -> list[Any]:
        connection = sqlite3.connect(path)
        try:
            return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql <> ''"))
        finally:
            connection.close()

    assert rules(copied(filled, tmp_path / "copy.db")) == rules(fresh.database)


def test_a_copy_is_one_file_that_can_be_read_where_nothing_can_be_written(
    filled: Any, tmp_path: Path
) -> None:
    copy = copied(filled, tmp_path / "copy.db")
    assert (
        copy.read_bytes()[18:20] == b"\x01\x01"
    )  # https://www.sqlite.org/fileformat2.html#file_format_version_numbers
    before = hashlib.sha256(copy.read_bytes()).hexdigest()
    assert backup.check(copy, filled.config.zone) == 71
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == before
    assert list(tmp_path.glob("copy.db-*")) == []


def test_a_copy_made_while_ratings_come_in_is_a_beginning_of_what_was_acknowledged(
    office: Any, answer: Callable[..., Any], tmp_path: Path
) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()

    def resident() -> None:
        while not stop.is_set():
            sent = answer()
            office.store.keep(sent)
            acknowledged.append(sent.id)

    office.store.keep_many(answer(remark="Baik sekali. " * 30) for _ in range(2000))
    before = {row[0] for row in office.store.rows("SELECT id FROM response")}
    writer = threading.Thread(target=resident)
    writer.start()
    try:
        for number in range(5):
            known = len(acknowledged)
            copy = copied(office, tmp_path / f"{number}.db")
            assert backup.check(copy, office.config.zone) >= len(before) + known  # counters and all
            ids = {row[1] for row in rows_of_file(copy)["response"]} - before
            assert known <= len(ids)
            while len(acknowledged) < len(ids):  # the last one may be on its way back
                pass
            assert ids == set(acknowledged[: len(ids)])
    finally:
        stop.set()
        writer.join()
    assert len(acknowledged) > 5


def test_a_counter_that_is_wrong_is_found_in_the_copy(filled: Any, tmp_path: Path) -> None:
    filled.store.do("UPDATE unit_tally SET scores = scores WHERE unit = 'rsud'", ())
    filled.store.do("DELETE FROM tally WHERE unit = 'rsud'", ())
    with pytest.raises(backup.BackupFailed, match=r"unit rsud.*isian 20, rekap tidak ada"):
        backup.check(copied(filled, tmp_path / "copy.db"), filled.config.zone)


def test_a_reference_to_nothing_is_found_in_the_copy(filled: Any, tmp_path: Path) -> None:
    copy = copied(filled, tmp_path / "copy.db")
    connection = sqlite3.connect(copy)
    connection.execute("DELETE FROM service")
    connection.commit()
    connection.close()
    with pytest.raises(backup.BackupFailed, match="kunci asing"):
        backup.check(copy, filled.config.zone)


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, settings_of: Any) -> Any:
    """The settings of an installation without a database."""
    if request.param == "sqlite":
        return settings_of(DATABASE="elsewhere.db")
    return settings_of(DATABASE=request.getfixturevalue("other_database"))


@pytest.fixture
def other_database(postgres: Any) -> Any:
    with postgres.schema() as url:
        yield url


def restored(copy: Path, config: Any, folder: Path) -> Any:
    """A store over what was restored."""
    folder.mkdir()
    contents = restore.prepare(copy, folder, config, NOON + timedelta(days=1))
    if config.on_server:
        installation.load_copy(config, contents.path, lambda size: None)
    else:
        contents.path.rename(config.database)
    return installation.open_store(config)


def test_what_is_restored_is_what_was_backed_up_row_for_row(
    filled: Any, elsewhere: Any, tmp_path: Path
) -> None:
    there = rows_of(filled.store.rows)
    store = restored(copied(filled, tmp_path / "copy.db"), elsewhere, tmp_path / "stage")
    try:
        again = rows_of(store.rows)
        assert store.recount() == store.check_integrity() == []
        assert store.keep(next(store.responses(["rsud"], None, None))).status == "again"
    finally:
        store.close()
    for name in set(there) - CHANGED_BY_RESTORING:
        assert again[name] == there[name], name
    assert again["audit"][:-1] == there["audit"] and again["audit"][-1][3] == "restore"


def test_after_a_restore_every_session_and_unused_code_has_ended(
    filled: Any, elsewhere: Any, tmp_path: Path
) -> None:
    store = restored(copied(filled, tmp_path / "copy.db"), elsewhere, tmp_path / "stage")
    try:
        assert store.session("a" * 64) is None
        assert store.open_invitations(NOON) == []
        assert store.account("kepala").password_hash == "argon2:rahasia"
    finally:
        store.close()


def test_what_came_after_a_restore_is_numbered_on(filled: Any, elsewhere: Any, tmp_path: Path) -> None:
    store = restored(copied(filled, tmp_path / "copy.db"), elsewhere, tmp_path / "stage")
    try:
        store.audit(NOON, "kepala", "logout")
        store.add_login_failure("account:kepala", NOON)
        assert [entry[2] for entry in store.audit_log(3)] == ["logout", "restore", "login"]
    finally:
        store.close()


def test_a_database_that_holds_something_is_not_loaded_over(filled: Any, tmp_path: Path) -> None:
    if not filled.config.on_server:
        pytest.skip("a file is put into place, not loaded")
    copy, before = copied(filled, tmp_path / "copy.db"), rows_of(filled.store.rows)
    with pytest.raises(StoreRefused, match="tidak ditimpa"):
        installation.load_copy(filled.config, copy, lambda size: None)
    assert rows_of(filled.store.rows) == before


def test_what_cannot_be_loaded_to_the_end_leaves_the_database_empty(
    filled: Any, tmp_path: Path, other_database: str, settings_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey.store.postgres import dump

    copy, target = copied(filled, tmp_path / "copy.db"), settings_of(DATABASE=other_database)

    def fail(connection: Any) -> None:
        raise StoreError("the server went away")

    with monkeypatch.context() as last_step:
        last_step.setattr(dump, "_number_on", fail)
        with pytest.raises(StoreError):
            installation.load_copy(target, copy, lambda size: None)
    with pytest.raises(StoreRefused, match="masih kosong"):
        installation.open_store(target)
    installation.load_copy(target, copy, lambda size: None)  # and can be done again
    installation.open_store(target).close()


def test_all_copies_of_one_installation_and_no_other_are_of_one_birth(
    filled: Any, tmp_path: Path, settings_of: Any
) -> None:
    other = settings_of(DATABASE="other.db")
    installation.create_store(other).close()
    births = []
    for path in (copied(filled, tmp_path / "1.db"), copied(filled, tmp_path / "2.db"), other.database):
        copy = AtRest(path, filled.config.zone)
        births.append(copy.born())
        copy.close()
    assert births[0] == births[1] != births[2]
