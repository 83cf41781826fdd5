"""The sheet of all responses: rows, sums, legend, and what it refuses to print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.report.data import ReportData
from calc.report.document import Bullets, Caution, Document, LongTable, Panel, Text
from calc.report.tabulation import TITLE, appendix, tabulation
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.result import About
from calc.scoring.rollup import RollUp
from calc.scoring.tally import Tally

ABOUT = About(
    "Pemerintah Kabupaten Contoh", "Dinas Contoh", "contoh", "Jalan Contoh 1", period="Triwulan III 2026"
)
# A public worked sheet of 32 respondents: sums of U1 to U9, with NRR 3,28125 3,25 … and IKM 85,243…
SUMS = [105, 104, 110, 109, 113, 110, 111, 110, 110]


def of_sums(n, totals):
    rows = np.arange(n)
    return np.stack([t // n + (rows < t % n) for t in totals], axis=1).astype(np.uint8)


def report_data(scores, asked=None, chosen="exact"):
    asked = asked or instrument("skm-2017")
    scores = np.asarray(scores, np.uint8).reshape(-1, len(asked.items))
    complete = Tally.of_scores(scores[(scores > 0).all(axis=1)], asked.scale)
    tally = Tally.of_scores(scores, asked.scale)
    found = result(asked, tally, convention(chosen), complete_tally=complete, about=ABOUT)
    return ReportData(found, asked, scores=scores)


def part(document, kind):
    blocks = document.blocks if isinstance(document, Document) else document
    return next(block for block in blocks if isinstance(block, kind))


def words(document):
    return repr(document.blocks)


def test_the_sheet_has_a_row_for_every_respondent_and_the_sums_of_the_worked_example():
    sheet = tabulation(report_data(of_sums(32, SUMS)))
    table = part(sheet, LongTable)
    assert [column.head for column in table.columns] == ["No. Resp", *(f"U{i}" for i in range(1, 10))]
    rows = table.rows(0, 32)
    assert (
        table.count == len(rows) == 32 and rows[0] == ("1", *"444444444") and rows[31] == ("32", *"333333333")
    )
    last = {row[0]: row[1:] for row in table.last}
    assert last["Σ Nilai/Unsur"] == tuple(map(str, SUMS))
    assert last["Jumlah jawaban"] == ("32",) * 9
    assert last["NRR/Unsur"][:3] == ("3,2813", "3,2500", "3,4375")  # 105/32 = 3,28125
    assert last["NRR tertimbang/Unsur"][1] == "0,3611"  # 104/32/9 = 0,36111
    assert last["Jumlah NRR tertimbang *)"][-1] == "3,4097"  # 982/288 = 3,40972
    assert last["IKM unit pelayanan **)"][-1] == "85,24" and last["Mutu pelayanan"][-1] == "B"


def test_heading_and_head_say_whose_sheet_it_is():
    sheet = tabulation(report_data(of_sums(32, SUMS)))
    assert sheet.blocks[0].words == TITLE
    facts = dict(part(sheet, Panel).facts)
    assert facts["Unit pelayanan"] == "Dinas Contoh" and facts["Alamat"] == "Jalan Contoh 1"
    assert facts["Periode"] == "Triwulan III 2026" and facts["Responden"] == "32 orang"


def test_the_legend_and_the_table_of_grades_are_the_regulations():
    sheet = tabulation(report_data(of_sums(32, SUMS)))
    legend = part(sheet, Bullets).items
    assert "*) Jumlah NRR IKM tertimbang" in legend and "**) Jumlah NRR tertimbang × 25" in legend
    assert any("(1/9)" in line for line in legend)
    elements, grades = sheet.blocks[-1].left, sheet.blocks[-1].right
    assert [column.head for column in elements.columns][:3] == ["No.", "Unsur pelayanan", "Nilai rata-rata"]
    assert grades.rows[0] == ("A", "Sangat Baik", "88,31 – 100,00")
    assert grades.rows[3] == ("D", "Tidak Baik", "25,00 – 64,99")
    assert grades.marked == 1


@pytest.mark.parametrize(("name", "shown"), [("0.111", "0,111"), ("0.11", "0,11"), ("exact", "1/9")])
def test_the_legend_names_the_weight_that_was_multiplied(name, shown):
    assert f"bobot ({shown})" in words(tabulation(report_data(of_sums(32, SUMS), chosen=name)))


def test_a_blank_is_a_dash_and_not_in_the_divisor():
    scores = of_sums(32, SUMS)
    scores[0, 0] = 0
    table = part(tabulation(report_data(scores)), LongTable)
    assert table.rows(0, 1) == [("1", "–", *"44444444")]
    last = {row[0]: row[1:] for row in table.last}
    assert last["Σ Nilai/Unsur"][0] == "101" and last["Jumlah jawaban"][:2] == ("31", "32")
    assert last["NRR/Unsur"][0] == "3,2581"  # 101/31 = 3,25806
    assert "tidak dihitung nol" in table.note


def test_rows_are_made_piece_by_piece_and_numbered_on():
    table = part(appendix(report_data(of_sums(1234, [4000] * 9))), LongTable)
    assert [row[0] for row in table.rows(998, 1001)] == ["999", "1.000", "1.001"]


def test_nobody_answered_is_said_and_no_table_is_drawn():
    sheet = tabulation(report_data(np.zeros((0, 9))))
    assert "belum ada isian" in part(sheet, Text).words and part(sheet, Panel).value == "Belum ada nilai"
    assert not any(isinstance(block, LongTable) for block in sheet.blocks)


def test_an_element_that_nobody_answered_leaves_no_index_and_the_sheet_says_why():
    scores = of_sums(32, SUMS)
    scores[:, 3] = 0
    sheet = tabulation(report_data(scores))
    last = {row[0]: row[1:] for row in part(sheet, LongTable).last}
    assert last["NRR/Unsur"][3] == "–" and last["IKM unit pelayanan **)"][-1] == "–"
    assert "unsur U4 belum punya jawaban" in part(sheet, Caution).words


def two_elements():
    """The first two elements, the first with two questions."""
    asked = instrument("skm-2017")
    (one, two, *_), (first, second, *_) = asked.elements, asked.items
    elements = (replace(one, weight=Fraction(1, 4)), replace(two, weight=Fraction(3, 4)))
    items = (first, replace(first, key="lagi"), second)
    assert [item.element for item in items] == [one.key, one.key, two.key]
    return replace(asked, elements=elements, items=items)


def test_several_questions_of_one_element_stand_beside_each_other():
    table = part(tabulation(report_data([[4, 2, 1], [3, 0, 2]], two_elements())), LongTable)
    assert [column.head for column in table.columns][1:] == ["U1.1", "U1.2", "U2"]
    last = {row[0]: row[1:] for row in table.last}
    assert last["Σ Nilai/Unsur"] == ("9", "", "3") and last["Jumlah jawaban"] == ("3", "", "2")
    assert "kolom pertama" in table.note


def test_fourteen_elements_have_fourteen_columns():
    asked = instrument("ikm-2004")
    table = part(tabulation(report_data([[3] * 14] * 3, asked)), LongTable)
    assert len(table.columns) == 15 and all(len(row) == 15 for row in (*table.last, *table.rows(0, 3)))


def test_without_the_responses_there_is_no_sheet():
    with pytest.raises(ValueError, match="belum dimuat"):
        tabulation(replace(report_data(of_sums(32, SUMS)), scores=None))


def test_other_responses_than_the_counted_ones_are_refused():
    made = report_data(of_sums(32, SUMS))
    other = made.scores.copy()
    other[0, 0] = 1
    for scores in (made.scores[:31], other):
        with pytest.raises(ValueError, match="bukan isian yang dihitung"):
            tabulation(replace(made, scores=scores))


def test_names_are_words_also_where_they_look_like_markup():
    made = report_data(of_sums(5, [15] * 9))
    about = replace(ABOUT, unit="<b>Dinas</b>", start=date(2026, 7, 1), end=date(2026, 9, 30))
    sheet = tabulation(replace(made, result=replace(made.result, about=about)))
    assert dict(part(sheet, Panel).facts)["Unit pelayanan"] == "<b>Dinas</b>"


def test_a_value_of_another_roll_up_is_named_beside_the_recomputed_one():
    made = report_data(of_sums(32, SUMS))
    rolled = replace(made.result, roll_up="services", converted=made.result.converted + 1)
    rule = RollUp("services", "rata-rata layanan", rolled.converted, "B", chosen=True)
    sheet = tabulation(replace(made, result=rolled, roll_ups=(rule,)))
    assert part(sheet, Panel).value == "85,24" and part(sheet, Panel).label == "IKM semua isian **)"
    assert "86,24 menurut aturan rata-rata layanan" in part(sheet, Caution).words
