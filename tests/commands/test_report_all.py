"""Papers of every kind and form by command, and one paper of every unit at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from calc.report.kinds import KINDS
from survey.domain.organisation import Unit
from survey.domain.response import Response
from survey.jobs.renderer import NotRendered, render_all

Skm = Callable[..., SimpleNamespace]
EVERY = [(kind, form) for kind, one in KINDS.items() for form in one.forms]


@pytest.fixture
def offices(answered: list[Response], response: Any, store: Any) -> None:
    """dukcapil and rsud have answers in Triwulan III, arsip has none, lama is closed."""
    for key, name in (("rsud", "Rumah Sakit"), ("arsip", "Dinas Arsip"), ("lama", "Kantor Lama")):
        store.save_unit(Unit(key, name, active=key != "lama"))
    for number in range(20, 27):
        store.keep(response(number, unit="rsud", service="", counter=""))
        store.keep(response(number + 100, unit="lama", service="", counter=""))


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_every_paper_is_made_in_every_form_and_twice_the_same(
    skm: Skm, offices: None, tmp_path: Path, kind: str, form: str
) -> None:
    pytest.importorskip({"docx": "docx", "xlsx": "xlsxwriter"}.get(form, "calc"))
    made = []
    for name in ("satu", "dua"):
        found = skm("report", "rsud", "2026-TW3", "--kind", kind, "-o", str(tmp_path / f"{name}.{form}"))
        assert found.code == 0, found.err
        made.append((tmp_path / f"{name}.{form}").read_bytes())
    assert made[0] == made[1]
    assert len(made[0]) > 500


pytestmark = pytest.mark.slow


def test_the_ending_of_the_name_says_the_form_and_a_word_wins_over_it(
    skm: Skm, offices: None, tmp_path: Path
) -> None:
    skm("report", "rsud", "2026-TW3", "-o", str(tmp_path / "x.HTML"))
    skm("report", "rsud", "2026-TW3", "-o", str(tmp_path / "y.txt"), "--format", "pdf")
    skm("report", "rsud", "2026-TW3", "-o", str(tmp_path / "z"))
    assert (tmp_path / "x.HTML").read_bytes().startswith(b"<!")
    assert (tmp_path / "y.txt").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "z").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rsud", "2026-TW3", "-o", "x.odt"), "Akhiran '.odt' tidak dikenal"),
        (("rsud", "2026-TW3", "-o", "x.xlsx"), "tidak dibuat sebagai 'xlsx'"),
        (("rsud", "2026-TW3", "-o", "x.pdf", "--kind", "workbook"), "tidak dibuat sebagai 'pdf'"),
        (("2026-TW3", "-o", "x.pdf"), "skm report UNIT PERIODE"),
        (("rsud", "2026-TW3", "-o", "x", "--all"), "skm report --all PERIODE"),
        (("2026-TW3", "-o", "x", "--all", "--service", "ktp-el"), "tanpa --all"),
        (("2026-TW3", "-o", "x", "--all", "--convention", "0,12"), "0,12"),
        (("2099", "-o", "x", "--all"), "belum dimulai"),
        (("2026-TW3", "-o", "-", "--all"), "memerlukan folder"),
        (("rsud", "2026-TW3", "-o", "x/y.pdf"), "folder itu tidak ada"),
        (("rsud", "2026-TW3", "-o", "x.pdf", "--format", "html"), "tidak cocok dengan akhiran '.pdf'"),
        (("rsud", "2026-TW3", "-o", "x.pdf", "--kind", "full", "--size", "A3"), "hanya untuk --kind notice"),
        (("rsud", "2026-TW3", "-o", "x.pdf", "--template", "four-chapters"), "hanya untuk --kind full"),
        (("rsud", "2026-TW3", "-o", "x.pdf", "--template", "lama"), "hanya untuk --kind full"),  # as in 0.1.0
        (("rsud", "2026-TW3", "-o", "x.pdf", "--no-respondents"), "hanya untuk --kind full"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_sentence(
    skm: Skm,
    offices: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found = skm("report", *arguments)
    assert found.code == 2 and sentence in found.err and found.err.count("\n") == 1, found.err
    assert [path.name for path in tmp_path.iterdir()] == ["instance"]  # nothing was written


def test_a_file_that_is_no_paper_of_that_form_is_never_overwritten(
    skm: Skm, offices: None, tmp_path: Path
) -> None:
    (tmp_path / "surat.pdf").write_text("surat penting", encoding="utf-8")
    found = skm("report", "rsud", "2026-TW3", "-o", str(tmp_path / "surat.pdf"))
    assert found.code == 2 and "tidak ditimpa" in found.err
    assert (tmp_path / "surat.pdf").read_text(encoding="utf-8") == "surat penting"


def test_every_open_unit_with_answers_gets_its_file_and_the_others_are_named(
    skm: Skm, offices: None, tmp_path: Path
) -> None:
    folder = tmp_path / "laporan"
    found = skm("report", "--all", "2026-TW3", "--kind", "workbook", "-o", str(folder))
    assert found.code == 0, found.err
    assert sorted(path.name for path in folder.iterdir()) == [
        "dukcapil-2026-TW3-buku-kerja.xlsx",
        "rsud-2026-TW3-buku-kerja.xlsx",
    ]
    assert "2 laporan" in found.err and "Tanpa isian pada Triwulan III Tahun 2026: arsip." in found.err
    alone = tmp_path / "rsud.xlsx"
    skm("report", "rsud", "2026-TW3", "--kind", "workbook", "-o", str(alone))
    assert alone.read_bytes() == (folder / "rsud-2026-TW3-buku-kerja.xlsx").read_bytes()


def test_what_fails_is_named_at_the_end_and_the_others_are_made(
    skm: Skm, offices: None, store: Any, tmp_path: Path
) -> None:
    store.do("UPDATE tally SET scores = ? WHERE unit = 'dukcapil'", ("rusak",))
    (tmp_path / "rsud-2026-TW3-ringkasan.html").write_text("catatan saya", encoding="utf-8")
    found = skm("report", "--all", "2026-TW3", "--format", "html", "-o", str(tmp_path))
    assert found.code == 1
    assert "2 laporan gagal" in found.err
    assert "dukcapil-2026-TW3-ringkasan.html: " in found.err and "rekap rusak" in found.err
    assert "rsud-2026-TW3-ringkasan.html: " in found.err and "tidak ditimpa" in found.err
    assert (tmp_path / "rsud-2026-TW3-ringkasan.html").read_text(encoding="utf-8") == "catatan saya"


class Deadly:
    """Report data that ends the process which unpacks it, as the kernel does when memory is full."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


def test_a_drawing_process_that_dies_takes_no_other_paper_along(
    skm: Skm, offices: None, store: Any, config: Any
) -> None:
    from survey.domain.period import Period
    from survey.services.report_data import unit_report_data
    from survey.services.scope import Scope

    now = datetime(2026, 8, 12, tzinfo=UTC)
    good = unit_report_data(
        Scope(store, config, store.unit("rsud"), Period.parse("2026-TW3"), now), scores=True
    )
    papers = (
        (name, "paper", ("tabulation", "html", report_data), {})
        for name, report_data in (("a", good), ("b", Deadly()), ("c", good))
    )
    made = dict(render_all(papers))
    assert made["a"] == made["c"] and made["a"].startswith(b"<!")
    assert isinstance(made["b"], NotRendered) and "berhenti" in str(made["b"])
