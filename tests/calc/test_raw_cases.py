"""The public answer tables, read as files: sums, index, groups."""

from __future__ import annotations

import csv
import io

import pytest

from calc.instruments.reader import instrument
from calc.reading.reader import read_responses
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.tally import Tally, tallies

# sums of U1..U9 as stated with the tables
SUMS = {
    "b01-spkp-airawant": (32, [105, 104, 110, 109, 113, 110, 111, 110, 110]),
    "b02-polres-gianyar-skck-2020": (201, [693, 726, 672, 598, 683, 686, 683, 706, 765]),
    "b03-dpmptsp-pulang-pisau-2018-2023": (2008, [7297, 7304, 7167, 7234, 7250, 7271, 7292, 7272, 7437]),
}
# converted index by year, exact weights
YEARS = {"2018": "82.78", "2019": "81.05", "2020": "78.09", "2021": "89.06", "2022": "98.59", "2023": "97.21"}


@pytest.mark.parametrize("name", SUMS)
def test_a_public_table_has_its_stated_sums(cases, skm, name):
    responses = read_responses(cases / f"{name}.csv", skm, order="sarana,pengaduan")
    n, sums = SUMS[name]
    assert len(responses) == n
    # asked in the questionnaire's order, so item columns are U1..U9
    assert responses.scores.sum(axis=0, dtype=int).tolist() == sums


def test_the_worked_sheet_gives_its_printed_index(cases, skm):
    """Prints NI 3.4097222222 and IKM 85.24305556: 491/144."""
    responses = read_responses(cases / "b01-spkp-airawant.csv", skm)
    found = result(skm, Tally.of_scores(responses.scores, 4), convention("exact"))
    assert str(found.index) == "491/144"
    assert (str(found.converted), found.grade) == ("85.24", "B")
    assert [str(e.converted) for e in found.elements][:2] == ["82.03", "81.25"]


def test_a_table_of_six_years_gives_the_stated_index_of_each_year(cases):
    """Its list is that of 2014: U8 is maklumat. The day column is called 'waktu' like an element."""
    asked = instrument("skm-2014")
    rows = list(csv.reader(io.StringIO((cases / "b03-dpmptsp-pulang-pisau-2018-2023.csv").read_text())))
    day = rows[0].index("waktu")
    text = io.StringIO()
    csv.writer(text).writerows([[*row, "tahun" if i == 0 else row[day][:4]] for i, row in enumerate(rows)])
    responses = read_responses(text.getvalue().encode(), asked, by="tahun")
    found = tallies(responses.scores, responses.codes, len(responses.labels), 4)
    index = [str(result(asked, tally, convention("exact")).converted) for tally in found]
    assert dict(zip(responses.labels, index, strict=True)) == YEARS


def test_the_order_of_u8_and_u9_moves_two_elements_but_not_the_index(cases, skm):
    """b02 asks sarana 8th (706) and pengaduan 9th (765)."""
    path = cases / "b02-polres-gianyar-skck-2020.csv"
    totals, index = {}, set()
    for order in ("sarana,pengaduan", "pengaduan,sarana"):
        responses = read_responses(path, skm, order=order)
        found = result(skm, Tally.of_scores(responses.scores, 4), convention("exact"), order=responses.order)
        totals[found.order] = {e.key: e.total for e in found.elements if e.key in ("sarana", "pengaduan")}
        index.add(found.index)
    assert totals == {
        "sarana,pengaduan": {"sarana": 706, "pengaduan": 765},
        "pengaduan,sarana": {"sarana": 765, "pengaduan": 706},
    }
    assert len(index) == 1
