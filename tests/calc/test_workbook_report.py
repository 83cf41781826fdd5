"""The workbook of a report: four sheets with live formulas, our values stored, hostile words only words."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from calc.render.xlsx import WorkbookError, book, report
from calc.scoring.rollup import RollUp
from tests.report_data import ABOUT, HOSTILE, report_data

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
# A public worked sheet of 32 respondents: sums of U1 to U9; it prints NRR 3,28125 …, NI 3,4097 and IKM 85,243
SUMS = [105, 104, 110, 109, 113, 110, 111, 110, 110]


def worked(**more):
    rows = np.arange(32)
    answers = np.stack([t // 32 + (rows < t % 32) for t in SUMS], axis=1).astype(np.uint8)
    return report_data(answers=answers, services=0, **more)


def opened(data, **more):
    return openpyxl.load_workbook(io.BytesIO(data), **more)


def by_label(sheet):
    return {row[0]: row[1:] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], str)}


def test_stored_values_are_those_of_the_worked_example():
    rows = by_label(opened(book(worked()), data_only=True)["Pengolahan data"])
    assert rows["Jumlah jawaban"][:9] == (32,) * 9
    # the instrument asks U9 before U8; both have the sum 110 here
    assert rows["Σ Nilai/Unsur"][:9] == tuple(SUMS)
    assert rows["NRR/Unsur"][0] == 3.28125 and rows["Nilai/Unsur"][0] == 82.03
    assert rows["Jumlah NRR tertimbang *)"][0] == pytest.approx(982 / 288)
    assert rows["IKM unit pelayanan **)"][0] == 85.24 and rows["Mutu pelayanan"][0] == "B"


def test_all_that_follows_from_the_answers_is_a_formula():
    rows = by_label(opened(book(worked()))["Pengolahan data"])
    for label in (
        "Σ Nilai/Unsur",
        "Jumlah jawaban",
        "NRR/Unsur",
        "Bobot",
        "NRR tertimbang/Unsur",
        "Mutu/Unsur",
    ):
        assert all(str(cell).startswith("=") for cell in rows[label][:9]), label
    for label in ("Jumlah NRR tertimbang *)", "IKM unit pelayanan **)", "Mutu pelayanan"):
        assert str(rows[label][0]).startswith("="), label


def test_there_are_four_sheets_with_fixed_heads_on_a4():
    found = opened(book(report_data(60, 2)))
    assert found.sheetnames == ["Pengolahan data", "Layanan", "Profil", "Metode"]
    assert found["Pengolahan data"].freeze_panes == "B9" and found["Layanan"].freeze_panes == "B6"
    assert all(sheet.page_setup.paperSize == 9 for sheet in found.worksheets)
    assert found["Pengolahan data"]["A1"].value.startswith("PENGOLAHAN DATA SURVEI KEPUASAN MASYARAKAT")


def test_a_blank_answer_is_an_empty_cell():
    made = report_data(5, 0, blanks=0.4)
    sheet = opened(book(made))["Pengolahan data"]
    cells = list(sheet.iter_rows(min_row=9, max_row=13, min_col=2, max_col=10, values_only=True))
    assert sum(cell is None for row in cells for cell in row) == (made.scores == 0).sum() > 0


def test_the_method_sheet_says_convention_cut_code_and_what_others_would_give():
    made = worked()
    words = [
        str(cell) for row in opened(book(made))["Metode"].iter_rows(values_only=True) for cell in row if cell
    ]
    text = "\n".join(words)
    assert "Bobot setiap unsur 1/9 (eksak)" in text and "1 Oktober 2026 pukul 08.05 WITA" in text
    assert made.fingerprint in words and made.verify in words and made.version in words
    assert "0.11" in words and "84.39" in words  # the published sheet's sums with weight 0,11: 84,3906
    assert "tidak dihitung nol" in text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_names_stay_words(words):
    made = report_data(6, 1)
    about = replace(made.result.about, unit=words, organisation=words, address=words, period=words)
    service = replace(made.services[0], about=replace(about, service=words))
    made = replace(
        made,
        result=replace(made.result, about=about),
        services=(service,),
        roll_ups=(RollUp("pooled", words, None, None, reason=words),),
        channels=((words, 6),),
        verify=words,
        version=words,
    )
    data = book(made)
    with zipfile.ZipFile(io.BytesIO(data)) as inside:
        assert not [name for name in inside.namelist() if "external" in name.lower()]
        for name in inside.namelist():
            assert b"<hyperlink " not in inside.read(name)
    formulas = [
        cell.value
        for sheet in opened(data).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    known = r"=(IF|SUM|COUNT|COUNTIF|ROUND|[A-Z]{1,2}\d+$|\d+/\d+$)"
    assert formulas and all(re.match(known, str(formula)) for formula in formulas)


def test_equal_report_data_gives_equal_bytes():
    assert book(report_data(40, 2)) == book(report_data(40, 2))


def test_without_the_answers_there_is_no_workbook():
    with pytest.raises(ValueError, match="belum dimuat"):
        book(report_data(10, scores=False))


def test_more_answers_than_a_sheet_holds_are_refused_by_name(monkeypatch):
    monkeypatch.setattr(report, "LARGEST_SHEET", 9)
    with pytest.raises(WorkbookError, match="terlalu banyak untuk satu lembar"):
        book(report_data(10))


def two_services():
    """Two services of different size and value, and what the three rules make of them, computed by hand below."""
    made = report_data(30, 2, population=None)
    first, second = made.services
    first = replace(
        first, index=Fraction(3), converted=Decimal("75.00"), about=replace(first.about, population=900)
    )
    second = replace(
        second, index=Fraction(7, 2), converted=Decimal("87.50"), about=replace(second.about, population=100)
    )
    rules = (
        RollUp("services", "rata-rata layanan", Decimal("81.25"), "B", chosen=True),  # (3 + 3,5) / 2 x 25
        RollUp("visits", "menurut kunjungan", Decimal("76.25"), "C"),  # (3 x 900 + 3,5 x 100) / 1000 x 25
    )
    return replace(made, services=(first, second), roll_ups=rules)


def test_rules_that_combine_services_are_live_formulas():
    rows = by_label(opened(book(two_services()))["Layanan"])
    assert rows["rata-rata layanan"][2] == "=ROUND(AVERAGE(C6:C7)*25,2)"
    assert rows["menurut kunjungan"][2] == "=ROUND(SUMPRODUCT(C6:C7,F6:F7)/SUM(F6:F7)*25,2)"
    assert rows["rata-rata layanan"][4] == "ya"


def test_a_value_that_the_table_does_not_lead_to_is_a_number_not_a_wrong_formula():
    made = two_services()
    rounded = replace(made.roll_ups[0], converted=Decimal("81.26"))
    rows = by_label(opened(book(replace(made, roll_ups=(rounded,))))["Layanan"])
    assert rows["rata-rata layanan"][2] == 81.26


def test_the_reason_for_a_missing_value_and_answers_without_a_service_are_said():
    made = report_data(30, 3)
    rules = (RollUp("visits", "menurut kunjungan", None, None, reason="Kunjungan belum dicatat."),)
    words = list(by_label(opened(book(replace(made, services=made.services[:2], roll_ups=rules)))["Layanan"]))
    assert any("10 isian tidak menyebut layanan" in one for one in words)
    assert "Kunjungan belum dicatat." in words


def test_another_rule_than_all_answers_together_is_named_on_the_sheet_of_answers():
    made = report_data(91, 4, rule="services")
    found = opened(book(made), data_only=True)
    rows = by_label(found["Pengolahan data"])
    assert "IKM semua isian **)" in rows and "IKM unit pelayanan **)" not in rows
    assert any("menurut aturan rata-rata nilai layanan" in words for words in rows)
    rules = by_label(found["Layanan"])
    assert rules["rata-rata nilai layanan"][2:5] == (float(made.result.converted), made.result.grade, "ya")
    assert made.result.roll_up_words in {row[0] for row in by_label(found["Metode"]).values()}


def test_a_long_name_and_address_are_not_cut_at_the_edge_of_the_paper():
    """Nine columns of nine letters: 160 letters need three lines of 15 points, and stand in one cell over all nine."""
    name = "Dinas Pengendalian Penduduk dan Keluarga Berencana " * 3
    own = report_data(5, about=replace(ABOUT, unit=name.strip()))
    sheet = opened(book(own))["Pengolahan data"]
    assert "B2:J2" in [str(one) for one in sheet.merged_cells.ranges]
    assert sheet["B2"].value == name.strip() and sheet["B2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height >= 2 * 15
    short = opened(book(report_data(5)))["Pengolahan data"]
    assert not short.merged_cells.ranges
