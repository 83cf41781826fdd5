"""Papers made by command are rows like those of the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from survey.domain.response import Response
from survey.store import StoreBusy
from survey.store.sqlite.store import SqliteStore

Skm = Callable[..., SimpleNamespace]
COLUMNS = "unit, kind, form, period, service, convention, account"


def rows(store: Any) -> Any:
    return store.rows(f"SELECT {COLUMNS} FROM issued_paper ORDER BY unit, kind, form, convention")


def test_reports_by_command_are_written_down(
    skm: Skm, answered: list[Response], store: Any, tmp_path: Path
) -> None:
    for options in (
        ("--kind", "certificate", "-o", str(tmp_path / "a.pdf")),
        ("--kind", "certificate", "-o", str(tmp_path / "b.pdf"), "--convention", "0.11-weighted2"),
        ("--kind", "summary", "-o", str(tmp_path / "c.json"), "--service", "ktp-el"),
    ):
        assert skm("report", "dukcapil", "2026-TW3", *options).code == 0
    assert rows(store) == [
        ("dukcapil", "certificate", "pdf", "2026-TW3", None, "0.11-weighted2", ""),
        ("dukcapil", "certificate", "pdf", "2026-TW3", None, "exact", ""),
        ("dukcapil", "summary", "json", "2026-TW3", "ktp-el", "exact", ""),
    ]


def test_reports_of_all_units_are_written_down_one_by_one(
    skm: Skm, answered: list[Response], store: Any, tmp_path: Path
) -> None:
    assert skm("report", "--all", "2026-TW3", "--kind", "notice", "-o", str(tmp_path)).code == 0
    assert rows(store) == [("dukcapil", "notice", "pdf", "2026-TW3", None, "exact", "")]


def test_a_report_whose_row_cannot_be_kept_is_no_file(
    skm: Skm, answered: list[Response], tmp_path: Path, monkeypatch: Any
) -> None:
    def busy(*_: Any) -> None:
        raise StoreBusy("Disk penuh.")

    monkeypatch.setattr(SqliteStore, "keep_issued_paper", busy)
    one = skm("report", "dukcapil", "2026-TW3", "-o", str(tmp_path / "a.html"))
    every = skm("report", "--all", "2026-TW3", "--format", "html", "-o", str(tmp_path))
    for found in (one, every):
        assert found.code == 1 and "setiap laporan dicatat dahulu" in found.err and "Disk penuh" in found.err
    assert list(tmp_path.glob("*.html")) == []


def test_a_file_that_is_not_overwritten_leaves_no_row(
    skm: Skm, answered: list[Response], store: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_text("bukan PDF")
    assert skm("report", "dukcapil", "2026-TW3", "-o", str(tmp_path / "a.pdf")).code == 2
    assert rows(store) == []
