"""Sheets, reports and exports: complete files or none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from survey.domain.response import Response

Skm = Callable[..., SimpleNamespace]

HEAD = "id,unit,service,counter,channel,instrument,date".split(",")
ITEMS = "persyaratan,prosedur,waktu,biaya,produk,kompetensi,perilaku".split(",")


def _pages(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_sheet_holds_a_code_for_every_qr_link_that_leads_to_the_base_address(
    skm: Skm, place: Any, tmp_path: Path
) -> None:
    made = skm("sheet", "dukcapil", "-o", str(tmp_path / "lembar.pdf"))
    assert made.code == 0, made.err
    document = pypdfium2.PdfDocument(tmp_path / "lembar.pdf")
    read = [zxingcpp.read_barcodes(page.render(scale=2).to_pil())[0].text for page in document]
    document.close()
    assert {url.upper() for url in read} == {
        "HTTP://127.0.0.1:8000/S/DKC2QR47",
        "HTTP://127.0.0.1:8000/S/DKC4KTP7",
    }


def test_a_sheet_of_one_link_can_be_a_small_one(skm: Skm, place: Any, tmp_path: Path) -> None:
    made = skm("sheet", "dukcapil", "-o", str(tmp_path / "a6.pdf"), "--size", "a6", "--code", "dkc7tab4")
    assert made.code == 0, made.err
    (page,) = PdfReader(tmp_path / "a6.pdf").pages
    assert [round(float(x) / 72 * 25.4) for x in page.mediabox[2:]] == [105, 148]  # ISO 216


def test_tablets_have_a_sheet_of_their_own_for_staff(skm: Skm, place: Any, tmp_path: Path) -> None:
    made = skm("sheet", "dukcapil", "-o", str(tmp_path / "tablet.pdf"), "--kind", "kiosk")
    assert made.code == 0 and "1 lembar pasang tablet" in made.err
    words = " ".join(_pages((tmp_path / "tablet.pdf").read_bytes()).split())
    assert "UNTUK PETUGAS" in words and "Kode tautan: DKC7TAB4" in words
    both = skm("sheet", "dukcapil", "-o", "-", "--kind", "kiosk", "--code", "DKC7TAB4")
    assert both.code == 2 and "Pilih salah satu" in both.err


def test_a_unit_without_links_gets_no_sheet(skm: Skm, tmp_path: Path) -> None:
    skm("unit", "add", "baru", "--name", "Baru", "--no-link")
    made = skm("sheet", "baru", "-o", str(tmp_path / "x.pdf"))
    assert made.code == 2 and "belum mempunyai tautan QR" in made.err
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize("kind", ["summary", "notice"])
def test_a_report_says_the_unit_the_period_and_the_index(
    skm: Skm, answered: list[Response], response: Any, store: Any, tmp_path: Path, kind: str
) -> None:
    for number in range(10, 14):  # below five answers a notice shows no value
        store.keep(response(number, "3" * 9))
    made = skm("report", "dukcapil", "2026-TW3", "--kind", kind, "-o", str(tmp_path / "x.pdf"))
    assert made.code == 0, made.err
    text = _pages((tmp_path / "x.pdf").read_bytes())
    # Elements by hand, six answers: four people gave 3 everywhere, one 3-3333333, one 343434343.
    # 2nd element: five answers, (4 + 4x3) / 5 = 3,2; 4th, 6th, 8th: (4 + 5x3) / 6 = 19/6; the five others 3.
    # (16/5 + 3 x 19/6 + 5 x 3) / 9 x 25 = 76,9444... -> 76,94
    assert "76,94" in text
    assert "triwulan iii" in text.lower() and "kependudukan" in text.lower()


def test_a_report_of_a_kind_that_does_not_exist_is_refused(
    skm: Skm, answered: list[Response], tmp_path: Path
) -> None:
    made = skm("report", "dukcapil", "2026-TW3", "--kind", "poster", "-o", str(tmp_path / "x.pdf"))
    assert made.code == 2 and "Jenis laporan 'poster' tidak ada. Yang ada: notice" in made.err
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("report", "tidak-ada", "2026-TW3"), "Unit 'tidak-ada' tidak ditemukan"),
        (("report", "dukcapil", "2026-TW5"), "Periode '2026-TW5' tidak dikenal"),
        (("report", "dukcapil", "2026-TW3", "--service", "sim"), "Layanan 'sim' tidak ada"),
        (("report", "dukcapil", "2026-TW3", "--convention", "0,12"), "0,12"),
        (("export", "--unit", "tidak-ada"), "Unit 'tidak-ada' tidak ditemukan"),
        (("export", "--period", "kemarin"), "Periode 'kemarin' tidak dikenal"),
        (("export", "--format", "sav"), "bukan salah satu dari"),
    ],
)
def test_a_mistake_leaves_the_old_file_as_it_was(
    skm: Skm, answered: list[Response], tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    target = tmp_path / "lama.pdf"
    target.write_text("isi lama", encoding="utf-8")
    found = skm(*arguments, "-o", str(target))
    assert found.code == 2 and sentence in found.err and found.err.count("\n") == 1, found.err
    assert target.read_text(encoding="utf-8") == "isi lama"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("target", ["tidak-ada/x.csv", "."])
def test_a_place_that_cannot_be_written_is_named(
    skm: Skm, answered: list[Response], tmp_path: Path, target: str
) -> None:
    found = skm("export", "-o", str(tmp_path / target))
    assert found.code == 2 and found.err.count("\n") == 1
    assert "folder" in found.err.lower()


def test_an_export_has_one_row_per_response_with_the_day_only(
    skm: Skm, answered: list[Response], tmp_path: Path
) -> None:
    assert skm("export", "--format", "csv", "-o", str(tmp_path / "x.csv")).code == 0
    raw = (tmp_path / "x.csv").read_bytes()
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8")))
    assert header[: len(HEAD)] == HEAD
    assert header[len(HEAD) : len(HEAD) + 7] == ITEMS
    assert set(header[len(HEAD) + 7 :]) == {
        "sarana",
        "pengaduan",
        "jenis_kelamin",
        "usia",
        "pendidikan",
        "pekerjaan",
    }
    assert not re.search(rb"\d\d:\d\d", raw)  # no time of day
    by_id = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    first = by_id[answered[0].id]
    assert first["date"] == "2026-08-12"  # 16.30 UTC is already the next day in WITA
    assert [first[key] for key in ITEMS] == list("3434343")
    assert (first["counter"], first["channel"], first["jenis_kelamin"], first["usia"]) == (
        "loket-1",
        "kiosk",
        "P",
        "",
    )
    assert by_id[answered[1].id]["prosedur"] == ""  # not answered is empty, never 0


def test_an_export_can_be_of_one_unit_and_period(skm: Skm, answered: list[Response]) -> None:
    found = skm("export", "--unit", "dukcapil", "--period", "2026-TW3", "-o", "-")
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert {row["id"] for row in rows} == {answered[0].id, answered[1].id}


def test_an_export_for_excel_guards_cells_against_formulas(
    skm: Skm, answered: list[Response], tmp_path: Path
) -> None:
    assert skm("export", "--format", "csv-id", "--remarks", "-o", str(tmp_path / "x.csv")).code == 0
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    remarks = {row["id"]: row["saran"] for row in rows}
    assert remarks[answered[1].id] == '\'=1+1;"kutip"\nbaris dua'


def test_an_export_for_machines_guards_them_too(  # its name ends in .csv: a double click opens it in a spreadsheet
    skm: Skm, answered: list[Response], tmp_path: Path
) -> None:
    skm("export", "--remarks", "-o", str(tmp_path / "x.csv"))
    rows = csv.DictReader(io.StringIO((tmp_path / "x.csv").read_bytes().decode(), newline=""))
    assert '\'=1+1;"kutip"\nbaris dua' in {row["saran"] for row in rows}


def test_an_export_without_answers_is_a_header(skm: Skm, place: Any) -> None:
    found = skm("export", "-o", "-")
    assert found.code == 0 and len(found.out.splitlines()) == 1 and found.out.startswith(",".join(HEAD))


def test_what_was_exported_gives_the_same_index_as_the_report(
    skm: Skm, answered: list[Response], tmp_path: Path
) -> None:
    import json

    skm("export", "--period", "2026-TW3", "-o", str(tmp_path / "x.csv"))
    computed = json.loads(skm("calc", str(tmp_path / "x.csv"), "--format", "json").out)
    # by hand: 1st, 3rd, 5th, 7th, 9th element 3; 2nd 4 (one answer); 4th, 6th, 8th 3,5
    # (5 x 3 + 4 + 3 x 3,5) / 9 x 25 = 81,944... -> 81,94
    assert (computed["n"], computed["converted"]) == (2, "81.94")


def test_counters_that_agree_with_the_answers_pass(skm: Skm, answered: list[Response]) -> None:
    found = skm("verify")
    assert found.code == 0 and "3 isian" in found.out


def test_a_difference_between_counters_and_answers_is_named_and_fails(
    skm: Skm, answered: list[Response], config: Any, store: Any
) -> None:
    from sqlite_utils.utils import sqlite3

    store.close()
    connection = sqlite3.connect(config.database)
    connection.execute("DELETE FROM response WHERE id = ?", (answered[0].id,))
    connection.commit()
    connection.close()
    found = skm("verify")
    assert found.code == 1 and "dukcapil" in found.err and found.err.count("\n") == 1


def test_a_pipe_is_written_to_and_a_link_is_followed(tmp_path: Any) -> None:
    import os
    import threading

    from survey.commands.base import whole_file

    pipe, link, target = tmp_path / "pipa", tmp_path / "tautan", tmp_path / "berkas"
    os.mkfifo(pipe)
    link.symlink_to(target)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    for path in (pipe, link):
        with whole_file(path) as file:
            file.write(b"isi")
    reader.join(10)
    assert read == [b"isi"] and pipe.is_fifo()
    assert link.is_symlink() and target.read_bytes() == b"isi"


def test_a_period_that_has_not_begun_gives_no_paper(skm: Any, place: Any, tmp_path: Any) -> None:
    made = skm("report", "dukcapil", "2099", "-o", str(tmp_path / "x.pdf"))
    assert made.code == 2 and "belum dimulai" in made.err and list(tmp_path.glob("x.pdf")) == []
