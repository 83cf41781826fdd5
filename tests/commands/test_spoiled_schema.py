"""A database whose tables are not ours any more: pages and sums may be right, and still no answer would be kept as it came.

Each is seen wherever somebody looks: `skm restore`, `skm backup`, `skm doctor`, `/healthz/ready` and every start.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey.domain.account import Account
from survey.operations import installation, readiness

Skm = Callable[..., SimpleNamespace]


def rebuilt(connection: Any, change: Callable[[str], str], table: str = "response") -> None:
    """The table made anew from a changed description, with all its rows, as a repair tool does it."""
    connection.execute("PRAGMA foreign_keys = OFF")
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.execute(change(sql).replace(f"CREATE TABLE {table}", "CREATE TABLE other"))
    connection.execute(f"INSERT INTO other SELECT * FROM {table}")
    connection.execute(f"DROP TABLE {table}")
    connection.execute(f"ALTER TABLE other RENAME TO {table}")


def a_view(connection: Any) -> None:
    connection.execute("ALTER TABLE response RENAME TO kept")
    connection.execute("CREATE VIEW response AS SELECT * FROM kept")


def no_key(connection: Any) -> None:
    rebuilt(
        connection,
        lambda sql: re.sub(r"PRIMARY KEY \(unit, id\),?", "", sql).replace(",\n            )", ")"),
    )


def no_index(connection: Any) -> None:
    connection.execute("DROP INDEX response_remark")


def all_ones(connection: Any) -> None:
    connection.execute(
        "CREATE TRIGGER better AFTER INSERT ON response BEGIN "
        "UPDATE response SET answers = '111111111' WHERE id = new.id; END"
    )


def no_trace(connection: Any) -> None:
    connection.execute("CREATE TRIGGER quiet AFTER INSERT ON session BEGIN DELETE FROM audit; END")


def all_admins(connection: Any) -> None:
    connection.execute(
        "CREATE TRIGGER kind AFTER INSERT ON session BEGIN UPDATE account SET role = 'admin'; END"
    )


def one_of_a_kind(connection: Any) -> None:
    connection.execute("CREATE UNIQUE INDEX one ON response (unit)")


SPOILED = {
    "response": [a_view, no_key, no_index, all_ones],
    "session": [no_trace, all_admins],
}
CASES = [(table, spoil) for table, spoils in SPOILED.items() for spoil in spoils]
NAMES = [spoil.__name__ for _, spoil in CASES]


@pytest.fixture
def saved(skm: Skm, answered: list[Any], store: Any, tmp_path: Path) -> Path:
    store.save_account(Account("pengelola", "admin", "argon2:x", (), True))
    path = tmp_path / "usb" / "skm.db"
    path.parent.mkdir()
    assert skm("backup", "-o", str(path)).code == 0
    return path


def change(path: Path, spoil: Callable[[Any], None]) -> None:
    """Spoil a database and say in its checksum that this is how it was."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        spoil(connection)
    finally:
        connection.close()
    sums = path.with_name(path.name + ".sha256")
    if sums.exists():
        rest = sums.read_text().splitlines()[1:]
        first = f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"
        sums.write_text("\n".join([first, *rest]) + "\n")


@pytest.mark.parametrize(("table", "spoil"), CASES, ids=NAMES)
def test_a_backup_with_other_tables_is_not_restored(
    skm: Skm, saved: Path, tmp_path: Path, table: str, spoil: Any
) -> None:
    change(saved, spoil)
    new = tmp_path / "baru"
    for options in (["--dry-run"], []):
        found = skm("--instance", str(new), "restore", *options, str(saved))
        assert found.code != 0 and "Dipulihkan" not in found.out
        assert table in found.err and "Pakai cadangan yang lain" in found.err
    assert not new.exists()


@pytest.mark.parametrize(("table", "spoil"), CASES, ids=NAMES)
def test_a_database_with_other_tables_is_noticed_wherever_somebody_looks(
    skm: Skm, client: Any, instance: Path, answered: list[Any], monkeypatch: Any, table: str, spoil: Any
) -> None:
    monkeypatch.setattr(readiness, "FRESH", 0.0)
    assert client.get("/healthz/ready").status_code == 200
    change(instance / "skm.db", spoil)
    assert client.get("/healthz/ready").status_code == 503
    for command in (["doctor"], ["backup"], ["verify"]):
        found = skm(*command)
        assert found.code != 0 and table in found.err + found.out, command


def test_an_index_that_lets_only_one_answer_in_is_noticed(skm: Skm, instance: Path) -> None:
    change(instance / "skm.db", one_of_a_kind)
    found = skm("doctor")
    assert found.code != 0 and "indeks one" in found.err + found.out


def test_tables_and_views_of_the_office_s_own_are_no_fault(skm: Skm, instance: Path) -> None:
    def more(connection: Any) -> None:
        connection.execute("CREATE TABLE catatan_kantor (kata TEXT)")
        connection.execute("CREATE VIEW isian AS SELECT unit, answers FROM response")
        connection.execute("CREATE INDEX cepat ON response (service)")

    change(instance / "skm.db", more)
    assert skm("doctor").code == 0


def test_ready_means_that_an_answer_was_kept_and_taken_back(
    client: Any, store: Any, answered: list[Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr(readiness, "FRESH", 0.0)
    before = store.rows("SELECT * FROM tally ORDER BY unit, service, month, answered")
    assert client.get("/healthz/ready").status_code == 200
    assert store.rows("SELECT * FROM tally ORDER BY unit, service, month, answered") == before and len(
        list(store.responses(None, None, None))
    ) == len(answered)

    def refuse(*_: Any) -> Any:
        raise sqlite3.OperationalError("no such column: seconds")

    monkeypatch.setattr(type(store), "_statuses", refuse)
    assert client.get("/healthz/ready").status_code == 503


def test_a_store_that_keeps_other_answers_than_were_sent_is_not_ready(
    client: Any, store: Any, answered: list[Any], monkeypatch: Any
) -> None:
    from dataclasses import replace

    monkeypatch.setattr(readiness, "FRESH", 0.0)
    keep = type(store)._statuses
    monkeypatch.setattr(
        type(store),
        "_statuses",
        lambda self, connection, sent: keep(self, connection, [replace(r, answers="1" * 9) for r in sent]),
    )
    assert client.get("/healthz/ready").status_code == 503


def test_the_settings_beside_a_backup_are_taken_over_only_as_they_were_written(
    skm: Skm, saved: Path, tmp_path: Path
) -> None:
    settings = saved.with_name(saved.name + ".toml")
    settings.write_text('BASE_URL = "http://evil.example"\nPROXIES = 9\n')
    found = skm("--instance", str(tmp_path / "baru"), "restore", str(saved))
    assert found.code == 0
    assert "skm.db.toml tidak sama dengan saat dibuat" in found.err
    config = installation.load_config(tmp_path / "baru")
    assert (config.base_url, config["PROXIES"]) == (installation.load_config(tmp_path / "baru").base_url, 0)
    assert "evil" not in (tmp_path / "baru" / "config.toml").read_text()


def test_settings_that_no_checksum_covers_are_not_taken_over(skm: Skm, saved: Path, tmp_path: Path) -> None:
    """As beside a backup of an older version, or one whose checksum was lost."""
    sums = saved.with_name(saved.name + ".sha256")
    first, _ = sums.read_text().splitlines()
    saved.with_name(saved.name + ".toml").write_text("PROXIES = 9\n")
    for left in (f"{first}\n", None):
        sums.write_text(left) if left else sums.unlink()
        new = tmp_path / f"baru{bool(left)}"
        found = skm("--instance", str(new), "restore", str(saved))
        assert found.code == 0
        assert "skm.db.toml tidak dipakai" in found.err
        assert installation.load_config(new)["PROXIES"] == 0


def test_the_checksum_file_is_one_that_sha256sum_reads(saved: Path) -> None:
    lines = saved.with_name(saved.name + ".sha256").read_text().splitlines()
    found = {name: sum for sum, name in (line.split("  ") for line in lines)}
    assert found == {
        name: hashlib.sha256((saved.parent / name).read_bytes()).hexdigest()
        for name in ("skm.db", "skm.db.toml")
    }


def test_settings_that_are_nested_without_end_are_refused_in_words(skm: Skm, instance: Path) -> None:
    (instance / "config.toml").write_text("a=" + "[" * 5000)
    found = skm("doctor")
    assert found.code == 2
    assert "config.toml tidak dapat dibaca" in found.err


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_functions_that_a_file_brings_are_not_trusted(instance: Path, store: Any, journal: str) -> None:
    assert store.rows("PRAGMA trusted_schema") == [(0,)]


UNREADABLE = {
    "a profile of letters that are none": """UPDATE response SET profile = '{"usia": "\\ud800"}'""",
    "a profile a hundred thousand deep": f"UPDATE response SET profile = '{'[' * 100_000}'",
    "a time that is none": f"UPDATE response SET received_at = '{'x' * 27}'",
    "answers of another length": "UPDATE response SET answers = answers || '-'",
    "letters that are none": "UPDATE response SET remark = CAST(x'ff41' AS TEXT)",
    "a key of papers that is none": f"UPDATE paper_key SET key = '{'z' * 64}'",
    "a beginning that is none": f"UPDATE schema_step SET applied_at = '{'x' * 27}'",
}


@pytest.mark.parametrize("sql", UNREADABLE.values(), ids=UNREADABLE)
def test_a_backup_that_nobody_could_read_is_refused_with_a_sentence_and_not_by_accident(
    skm: Skm, saved: Path, tmp_path: Path, sql: str
) -> None:
    if "||" in sql:
        sql += " WHERE id = (SELECT min(id) FROM response)"
    change(saved, lambda connection: connection.execute(sql))
    found = skm("--instance", str(tmp_path / "baru"), "restore", str(saved))
    assert found.code == 1 and saved.name in found.err, found.err
    assert "Pakai cadangan yang lain" in found.err and "tak terduga" not in found.err
    assert not (tmp_path / "baru").exists()
