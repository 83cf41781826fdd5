"""The workbook: our figures as stored values, and formulas that find the same."""

from __future__ import annotations

import io

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.render.xlsx import WorkbookError, workbook
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.tally import Tally

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
SKM = instrument("skm-2017")
SUMS = [105, 104, 110, 109, 113, 110, 111, 110, 110]  # public worked sheet, 32 respondents


def _group(scores, name=None, chosen="exact", asked=SKM):
    scores = np.asarray(scores, np.uint8).reshape(-1, len(asked.items))
    complete = Tally.of_scores(scores[(scores > 0).all(axis=1)], 4)
    found = result(asked, Tally.of_scores(scores, 4), convention(chosen), group=name, complete_tally=complete)
    return found, scores


def _book(data, **more):
    return openpyxl.load_workbook(io.BytesIO(data), **more)


def _figures(sheet):
    """Label in column B -> values of columns C to I."""
    return {
        row[1]: row[2:9]
        for row in sheet.iter_rows(max_row=18, max_col=9, values_only=True)
        if row[1] and row[1] != "Unsur"
    }


def test_stored_values_are_the_printed_ones(scores_of):
    data = workbook([_group(scores_of(32, SUMS))], SKM, convention("exact"))
    figures = _figures(_book(data, data_only=True).active)
    assert figures["IKM"][4] == 85.24 and figures["Mutu pelayanan"][4] == "B"
    assert figures["Persyaratan"] == (
        105,
        32,
        pytest.approx(1 / 9),
        3.28125,
        pytest.approx(105 / 288),
        82.03,
        "B",
    )


def test_every_result_is_a_formula_and_every_answer_a_number(scores_of):
    sheet = _book(workbook([_group(scores_of(32, SUMS))], SKM, convention("exact"))).active
    for name, cells in _figures(sheet).items():
        assert all(str(cell).startswith("=") for cell in cells if cell is not None), name
    answers = list(sheet.iter_rows(min_row=21, min_col=3, max_col=11, values_only=True))
    assert answers[-32:] == [tuple(row) for row in scores_of(32, SUMS).tolist()]


@pytest.mark.parametrize(
    "name", ["=1+1", "+62", "@x", "http://contoh.go.id", "a/b:[c]*?", "x" * 60, "History", "'", ""]
)
def test_a_group_of_any_name_gets_a_sheet_and_stays_words(name):
    groups = [_group([[3] * 9], name), _group([[4] * 9], name.upper())]
    book = _book(workbook(groups, SKM, convention("exact")))
    assert len(book.sheetnames) == 2 and all(0 < len(title) <= 31 for title in book.sheetnames)
    cell = book.worksheets[0]["A3"]
    assert cell.data_type != "f" and cell.hyperlink is None


def test_equal_answers_give_equal_bytes():
    first, second = (workbook([_group([[3] * 9])], SKM, convention("exact")) for _ in range(2))
    assert first == second


def test_too_many_groups_are_refused():
    groups = [_group([[3] * 9], str(i)) for i in range(201)]
    with pytest.raises(WorkbookError, match="201 kelompok terlalu banyak"):
        workbook(groups, SKM, convention("exact"))
