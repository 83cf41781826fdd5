"""A record of ours stays one record, and words stay words, in every program that reads CSV."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import replace

import pytest

from calc.render.plain import as_csv
from calc.text import csv_cell, csv_record, csv_safe
from tests.report_data import report_data

HOSTILE = [
    "bagus\n=cmd|'/c calc'!A1",  # no separator and no quote: nothing but the line end asks for quotes
    "a\r\n=1+1",
    "a\rb",
    "\r=1+1",
    "\t=1+1",
    "  @SUM(A1:A9)",
    "＝1+1",
    "baris\n＋62\n－5\n＠x",
    "a;=1+1",
    'a,"=1+1',
    'a\t"+1+1',
    'kutip " dan "" dua',
    "\u00a0=1",
    "\ufeff=1",
    "-1\n\n-2",
    "'=1",
    "",
    " ujung ",
]


@pytest.mark.parametrize(
    "words",
    [
        "=1",
        "+62",
        "-5",
        "@SUM(A1)",
        " =1",
        "\u00a0=1",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        "﹦1",
        "\t=1",
        "\t1",
        "\r1",
        "\ufeff=1",
        "\u200b =1",
    ],
)
def test_every_beginning_of_a_formula_is_guarded(words):
    assert csv_safe(words) == "'" + words


def test_every_line_of_a_cell_is_guarded():
    assert csv_safe("bagus\n=1\r\n +2\r@3\n\n- antre") == "bagus\n'=1\r\n' +2\r'@3\n\n'- antre"


@pytest.mark.parametrize(
    "words", ["bagus = baik", "Rp5.000,-", "a;b", "loket 3-4", "e-mail: a@b.id", "senyum ;-)"]
)
def test_words_that_begin_nothing_stay_as_they_are(words):
    assert next(csv.reader([csv_cell(words)])) == [words]


def test_a_number_is_no_word():
    assert csv_record([-5, None, 3.5, "-5"]) == "-5,,3.5,'-5\r\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_python_reads_every_record_as_one_and_no_cell_begins_a_formula(separator):
    text = "".join(csv_record([at, words, "akhir"], separator) for at, words in enumerate(HOSTILE))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert [row[0] for row in rows] == [str(at) for at in range(len(HOSTILE))]
    assert {row[2] for row in rows} == {"akhir"}
    for row in rows:
        for line in row[1].splitlines():
            assert not line.lstrip("\ufeff \u00a0\t").startswith(tuple("=+-@＝＋－＠"))
    # what was guarded is what was said, but for the apostrophes
    assert [row[1].replace("'", "") for row in rows] == [words.replace("'", "") for words in HOSTILE]


def test_a_group_with_a_line_end_is_one_record_in_the_csv_of_calc():
    text = as_csv([replace(report_data(40).result, group="loket\n=1+1")])
    assert {len(row) for row in csv.reader(io.StringIO(text, newline=""))} == {15}


def _written(folder, separator=","):
    path = folder / "isian.csv"
    body = csv_record(["nomor", "saran", "akhir"], separator)
    body += "".join(csv_record([at, words, "akhir"], separator) for at, words in enumerate(HOSTILE, start=1))
    path.write_bytes(body.encode("utf-8-sig"))
    return path


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice tidak terpasang")
def test_libreoffice_finds_no_formula_and_as_many_rows_as_records(tmp_path):
    """Cut at comma, semicolon and tab at once, as its dialogue offers: what is cut may not compute either."""
    openpyxl = pytest.importorskip("openpyxl")
    for name, cut, width in (("satu", "44", 3), ("semua", "44/59/9", None)):
        folder = tmp_path / name
        folder.mkdir()
        path = _written(folder)
        command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
        command += [f"--infilter=CSV:{cut},34,76,1", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
        subprocess.run(
            [*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=180
        )
        rows = list(openpyxl.load_workbook(folder / "isian.xlsx").active.iter_rows())
        assert [cell for row in rows for cell in row if cell.data_type == "f"] == []
        assert len(rows) == len(HOSTILE) + 1
        assert [row[0].value for row in rows[1:]] == list(range(1, len(HOSTILE) + 1))
        if width:
            assert {len(row) for row in rows} == {width}
            assert {row[2].value for row in rows} == {"akhir"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R tidak terpasang")
@pytest.mark.parametrize(("separator", "reader"), [(",", "read.csv"), (";", "read.csv2")])
def test_r_reads_as_many_rows_as_records(tmp_path, separator, reader):
    path = _written(tmp_path, separator)
    code = (
        f'd <- {reader}("{path}", fileEncoding = "UTF-8-BOM"); cat(nrow(d), ncol(d), all(d$akhir == "akhir"))'
    )
    found = subprocess.run(["Rscript", "-e", code], check=True, capture_output=True, text=True, timeout=60)
    assert found.stdout.split() == [str(len(HOSTILE)), "3", "TRUE"]
