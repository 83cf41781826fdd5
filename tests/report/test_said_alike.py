"""A paper read from end to end by somebody in an office: no two of its sentences and figures contradict each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from calc.report.document import Document, Figure, Table, Together
from calc.report.full import full
from calc.report.wording.sentences import period_words
from calc.statistics.ranking import highest, lowest
from calc.statistics.sample import Sample
from tests.report.test_full import table, words
from tests.report.test_true_sentences import document
from tests.report_data import ABOUT, RUNNING, report_data


def nearly_alike() -> np.ndarray:
    """8,000 responses: U1 half 2 half 3 (62,50), all others 3; one of them 4 for U3 (75 + 25/8000 = 75,003)."""
    rows = np.full((8000, 9), 3, np.uint8)
    rows[:4000, 0] = 2
    rows[0, 2] = 4
    return rows


def test_elements_with_the_same_printed_value_have_the_same_place() -> None:
    own = report_data(answers=nearly_alike(), former=0)
    paper = full(own)
    rows = table(paper, "Unsur pelayanan dari nilai terendah").rows
    assert [(row[0], row[3]) for row in rows] == [("1", "62,50")] + [("2", "75,00")] * 8
    assert [e.code for e in lowest(own.result).elements] == ["U1"]
    assert highest(own.result).elements == ()
    assert "Delapan unsur sama-sama bernilai 75,00" in words(paper, "analisis")


def test_elements_that_all_print_the_same_value_are_not_ordered() -> None:
    rows = nearly_alike()
    rows[:, 0] = 3
    found = words(full(report_data(answers=rows, former=0)), "analisis")
    assert "Semua unsur memperoleh nilai yang sama, yaitu 75,00." in found
    assert "Nilai tertinggi" not in found


def summary_of(shown: int, total: int) -> str:
    own = report_data(40)
    remarks = tuple((date(2026, 9, 30 - at), f"Saran nomor {at}.") for at in range(shown))
    return document("summary", replace(own, result=replace(own.result, remarks=remarks), remark_count=total))


def test_a_summary_with_some_of_the_remarks_says_of_how_many() -> None:
    assert "Dimuat 10 saran terbaru dari 34 yang ditulis." in summary_of(10, 34)
    assert "terbaru dari" not in summary_of(10, 10)


def test_the_chart_of_the_trend_stays_with_its_table() -> None:
    kept = [
        {type(inner) for inner in block.blocks} >= {Table, Figure}
        for block in full(report_data(300)).blocks
        if isinstance(block, Together) and any("dari periode ke periode" in said_of(b) for b in block.blocks)
    ]
    assert kept == [True]


def said_of(block: object) -> str:
    return str(getattr(block, "caption", ""))


def of_services(unit: int | None, users: int, n: int) -> Document:
    known = (Sample("", 40, unit, None, None, None), Sample("Izin Trayek", n, users, 196, None, None))
    return full(
        report_data(40, population=unit, samples=(*known, Sample("Uji Kendaraan", 1, None, None, None, None)))
    )


def test_unknown_users_of_the_unit_are_not_said_to_be_unknown_for_every_service() -> None:
    """Krejcie and Morgan for 400 users: 196 (table of 1970)."""
    found = words(of_services(None, 400, 22), "responden")
    assert "Jumlah pengguna layanan belum dicatat" not in found
    assert "Jumlah pengguna seluruh layanan unit belum dicatat" in found
    advice = words(of_services(None, 400, 22), "saran")
    assert "Jumlah pengguna seluruh layanan unit dicatat" in advice


def test_a_service_with_more_respondents_than_users_is_not_just_called_enough() -> None:
    rows = table(of_services(None, 400, 2493), "Jumlah responden terhadap jumlah minimum").rows
    assert rows[1][-1] == "Melebihi pengguna layanan; periksa angkanya"
    enough = table(of_services(None, 2493, 2493), "Jumlah responden terhadap jumlah minimum").rows
    assert enough[1][-1] == "Terpenuhi"


def test_the_foreword_promises_no_repairs_where_none_are_needed_or_planned() -> None:
    own = report_data(answers=np.full((40, 9), 4, np.uint8), follow_up=False, former=0)
    found = words(full(own), "pengantar")
    assert "perlu diperbaiki" not in found
    assert "analisis unsur pelayanan, dan tindak lanjutnya" in found


@pytest.mark.parametrize(("n", "said"), [(1, True), (29, True), (30, False)])
def test_few_respondents_of_unknown_users_are_to_become_thirty(n: int, said: bool) -> None:
    found = words(full(report_data(n, population=None)), "saran")
    assert ("ditambah sampai sedikitnya 30 orang" in found) is said


def test_the_only_value_of_a_running_period_is_called_provisional() -> None:
    found = words(full(report_data(40, about=RUNNING, former=0)), "tren")
    assert "dengan nilai sementara" in found


def test_a_promise_without_somebody_responsible_is_not_said_to_have_one_later() -> None:
    own = report_data(300)
    open_ones = tuple(replace(one, owner="", status="planned") for one in own.former_follow_up)
    found = words(full(replace(own, former_follow_up=open_ones)), "tindak-lanjut")
    assert "tanggung jawab" not in found.split("Pelaksanaan rencana")[0]


def test_more_respondents_than_needed_are_not_some_of_the_needed() -> None:
    """N = 12 000: 372 (see test_full)."""
    found = document("summary", report_data(400))
    assert "400 dari 372" not in found
    assert "400 responden; paling sedikit 372 (terpenuhi)" in found


def test_the_days_of_a_free_range_are_said_once() -> None:
    about = replace(ABOUT, period="8 Juni – 14 Juli 2026", period_key="2026-06-08..2026-07-14")
    about = replace(about, start=date(2026, 6, 8), end=date(2026, 7, 14))
    assert period_words(report_data(40, about=about).result) == "8 Juni 2026 s.d. 14 Juli 2026"
    found = words(full(report_data(40, about=about)), "waktu")
    assert "Survei dilaksanakan pada 8 Juni – 14 Juli 2026. Data" in found


def test_a_free_range_with_a_name_of_its_own_keeps_it() -> None:
    about = replace(ABOUT, period="Pekan Layanan", period_key="2026-06-08..2026-07-14")
    about = replace(about, start=date(2026, 6, 8), end=date(2026, 7, 14))
    assert (
        period_words(report_data(40, about=about).result) == "Pekan Layanan (8 Juni 2026 s.d. 14 Juli 2026)"
    )
    found = words(full(report_data(40, about=about)), "waktu")
    assert "pada Pekan Layanan, yaitu 8 Juni 2026 sampai dengan 14 Juli 2026." in found
