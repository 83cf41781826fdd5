"""Nothing in a paper is untrue: what is provisional says so, weak is never called good, one rule says where to begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from calc.render import render
from calc.report.data import TrendPoint
from calc.report.document import Document, Figure, Table
from calc.report.full import full
from calc.report.wording.sentences import firmness
from calc.scoring.comparison import Change
from calc.statistics.ranking import first
from tests.report.test_full import flat, said, section, sentences_of, table, words
from tests.report_data import ABOUT, RUNNING, report_data

PROVISIONAL = "Periode survei masih berjalan; semua angka bersifat sementara."


def document(kind: str, own: object) -> str:
    return " ".join(sentences_of(render.document(kind, own)))  # type: ignore[arg-type]


def rows(scores: Sequence[int], times: int = 40) -> np.ndarray:
    return np.tile(np.array(scores, np.uint8), (times, 1))


# -- a period that still runs


@pytest.mark.parametrize("kind", ["summary", "tabulation", "full", "certificate"])
def test_every_paper_of_a_running_period_says_that_its_figures_are_provisional(kind: str) -> None:
    paper = render.document(kind, report_data(40, about=RUNNING))
    assert PROVISIONAL in document(kind, report_data(40, about=RUNNING))
    if kind != "certificate":
        assert "sementara" in paper.foot
    assert "sementara" not in document(kind, report_data(40))


def test_the_workbook_of_a_running_period_says_so_on_the_sheet_that_opens() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    from io import BytesIO

    def sheets(own: object) -> dict[str, str]:
        book = openpyxl.load_workbook(BytesIO(render.paper("workbook", "xlsx", own)))  # type: ignore[arg-type]
        return {
            sheet.title: " ".join(str(c.value) for row in sheet for c in row if c.value is not None)
            for sheet in book
        }

    running, closed = sheets(report_data(40, about=RUNNING)), sheets(report_data(40))
    assert PROVISIONAL in running["Pengolahan data"]
    assert PROVISIONAL in running["Metode"]
    assert all("sementara" not in words for words in closed.values())


def test_the_json_of_a_running_period_says_so() -> None:
    import json

    for about, running in ((RUNNING, True), (ABOUT, False)):
        told = json.loads(render.paper("full", "json", report_data(40, about=about)))
        assert told["about"]["provisional"] is running


# -- where to begin: one rule


def test_an_element_under_the_grade_good_is_never_called_good() -> None:
    """Three elements 'Tidak Baik' (2 x 25 = 50,00), the rest 'Tidak Baik' too: above the mean is not good."""
    paper = full(report_data(300, answers=np.minimum(report_data(300).scores, 2)))
    found = words(paper, "kuadran")
    assert "kinerja baik" not in found
    assert "cukup dijaga" not in found
    assert "di atas rata-rata unit" in found


def test_elements_above_the_line_that_are_still_under_good_are_named() -> None:
    own = report_data(300)
    placed = own.priority
    assert placed is not None
    sure = replace(placed, elements=tuple(replace(e, certain=True) for e in placed.elements))
    weak = {e.code for e in own.result.elements if e.grade in "CD"}
    above = [e for e in placed.elements if e.quadrant in (2, 4) and e.code in weak]
    found = words(full(replace(own, priority=sure)), "kuadran")
    for element in above:
        assert re.search(rf"masih di bawah B \(Baik\)[^.]*{element.code}", found), element.code


def test_the_report_begins_with_the_same_elements_in_every_place() -> None:
    """One is low and eight are equal: analysis, conclusion, advice and plan name that one and no other."""
    own = report_data(40, answers=rows([3, 3, 3, 3, 3, 3, 3, 2, 3]), follow_up=False)
    paper = full(own)
    assert [row[1] for row in table(paper, "Rencana tindak lanjut").rows] == ["Sarana dan Prasarana (U9)"]
    assert "Perbaikan didahulukan pada unsur Sarana dan Prasarana (U9)." in words(paper, "saran")
    assert [e.key for e in first(own.result)] == ["sarana"]


def test_where_the_diagram_and_the_order_differ_one_sentence_reconciles_them() -> None:
    own = report_data(300)
    assert own.priority is not None
    low = {e.key for e in own.result.lowest_first[:3]}
    # the lowest three lie in field III, and another element below the line in field I
    other = next(e.key for e in own.result.lowest_first[3:])
    elements = tuple(
        replace(e, certain=True, quadrant=3 if e.key in low else 1 if e.key == other else 2)
        for e in own.priority.elements
    )
    paper = full(replace(own, priority=replace(own.priority, elements=elements)))
    found = words(paper, "kuadran")
    assert "Urutan perbaikan dalam laporan ini mengikuti nilai unsur, yang terendah lebih dahulu" in found
    assert "diperbaiki setelah yang utama" not in found
    name = next(f"{e.short} ({e.code})" for e in elements if e.key == other)
    assert re.search(rf"{re.escape(name)}[^.]*berikutnya", found)


def test_recorded_plans_stand_in_the_order_of_the_elements_that_need_them_most() -> None:
    own = report_data(300)
    backwards = tuple(replace(one, number=4 - one.number) for one in reversed(own.follow_up))
    paper = full(replace(own, follow_up=backwards))
    named = [row[1] for row in table(paper, "Rencana tindak lanjut").rows]
    assert named == [f"{e.name} ({e.code})" for e in own.result.lowest_first[:3]]


def test_a_plan_without_somebody_responsible_is_not_said_to_have_one() -> None:
    own = report_data(300)
    assert "Setiap kegiatan mempunyai waktu pelaksanaan dan penanggung jawab." in words(full(own), "rencana")
    ownerless = replace(own, follow_up=(replace(own.follow_up[0], owner=""), *own.follow_up[1:]))
    said = words(full(ownerless), "rencana")
    assert (
        "Setiap kegiatan mempunyai waktu pelaksanaan; penanggung jawab 1 kegiatan belum ditetapkan." in said
    )
    advised = words(full(ownerless), "saran")
    assert "yang telah ditetapkan" not in advised and "penanggung jawabnya dilengkapi" in advised


def test_a_lowest_element_without_a_plan_is_named_above_the_plans() -> None:
    own = report_data(300)
    paper = full(replace(own, follow_up=own.follow_up[1:]))
    lowest = own.result.lowest_first[0]
    assert f"Belum ada rencana untuk unsur {lowest.name} ({lowest.code})" in words(paper, "rencana")
    assert "Belum ada rencana" not in words(full(own), "rencana")


def test_an_uncertain_place_in_the_diagram_is_not_stated_as_a_fact() -> None:
    own = report_data(60)  # far too few for nine correlations
    assert own.priority is not None
    assert not any(e.certain for e in own.priority.elements)
    found = section(full(own), "kuadran")
    assert "belum pasti" in words(full(own), "kuadran")
    assert not any("Pertahankan prestasi (" in said(getattr(b, "items", "")) for b in found)
    rows_of = table(full(own), "Kepentingan dan kinerja per unsur pelayanan").rows
    assert {said(row[-1]) for row in rows_of} == {"belum pasti"}


def test_the_axis_of_importance_ends_where_a_correlation_ends() -> None:
    """Four people: importance near 1; no mark of the axis is above 1,00."""
    answers = np.array([[4] * 9, [4] * 9, [2] * 9, [1, 2, 3, 3, 3, 3, 3, 3, 3]], np.uint8)
    own = report_data(4, answers=answers)
    assert own.priority is not None
    figure = next(b for b in section(full(own), "kuadran") if isinstance(b, Figure))
    marks = [s.words for s in figure.picture.shapes if re.fullmatch(r"[−-]?\d,\d+", getattr(s, "words", ""))]
    values = [float(mark.replace(",", ".").replace("−", "-")) for mark in marks]
    upright = values[3:6]  # three below, three beside
    assert max(upright) <= 1.0
    assert max(values[:3]) <= 4.0 and min(values[:3]) >= 1.0


# -- changes


def trending(own: object, low: str, middle: str, high: str) -> Document:
    result = own.result  # type: ignore[attr-defined]
    before = replace(
        result, about=replace(result.about, period="Triwulan II Tahun 2026"), converted=Decimal("90.00")
    )
    change = Change(*map(Decimal, (middle, low, high)), True)
    return full(replace(own, trend=(TrendPoint(before), TrendPoint(result, change))))  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("low", "middle", "high", "sentence"),
    [
        (
            "-25.10",
            "-20.95",
            "-16.80",
            "Penurunan sebesar 20,95 (selang kepercayaan 95%: 16,80 sampai 25,10)",
        ),
        ("2.60", "6.74", "10.88", "Kenaikan sebesar 6,74 (selang kepercayaan 95%: 2,60 sampai 10,88)"),
    ],
)
def test_a_fall_is_not_a_fall_of_minus(low: str, middle: str, high: str, sentence: str) -> None:
    paper = trending(report_data(300), low, middle, high)
    for key in ("tren", "kesimpulan"):
        assert sentence in words(paper, key)


# -- shares


def test_shares_that_do_not_sum_to_a_hundred_say_why() -> None:
    """Of 300: 145, 136, 19 are 48,3 + 45,3 + 6,3 = 99,9; 150 and 150 are 100,0."""
    own = report_data(300)
    fields = tuple(
        replace(field, classes=(("L", "Laki-laki", "L", a), ("P", "Perempuan", "P", b)), not_stated=c)
        for field, (a, b, c) in zip(own.result.profile[:2], ((145, 136, 19), (150, 150, 0)), strict=True)
    )
    paper = full(replace(own, result=replace(own.result, profile=fields)))
    first, second = (b for b in section(paper, "jumlah-responden") if isinstance(b, Table))
    assert "karena pembulatan" in first.note
    assert "pembulatan" not in second.note


def test_the_shares_of_answers_say_so_too() -> None:
    """Six people, scores 1 to 3 twice each: 33,3 three times is 99,9; all others 4: 100,0."""
    answers = rows([4] * 9, 6)
    paper = full(report_data(6, answers=answers))
    assert "pembulatan" not in table(paper, "Sebaran jawaban per unsur pelayanan").note
    answers[:, 0] = [1, 1, 2, 2, 3, 3]
    paper = full(report_data(6, answers=answers))
    assert "karena pembulatan" in table(paper, "Sebaran jawaban per unsur pelayanan").note


# -- blanks, and answers that are all alike


@pytest.mark.parametrize(("complete", "told"), [(4, False), (5, True)])
def test_the_index_of_the_complete_forms_says_of_how_many_and_is_left_out_under_five(
    complete: int, told: bool
) -> None:
    answers = report_data(35).scores.copy()  # type: ignore[union-attr]
    answers[complete:, 0] = 0
    for kind in ("full", "summary"):
        found = document(kind, report_data(35, answers=answers))
        assert (f"Dari {complete} isian lengkap saja" in found) == told, kind
        assert ("isian lengkap saja" in found) == told, kind


@pytest.mark.parametrize("kind", ["full", "summary"])
def test_answers_that_are_all_alike_are_said_to_be_so_where_the_interval_would_stand(kind: str) -> None:
    same = document(kind, report_data(40, answers=rows([4] * 8 + [3])))
    assert "Semua 40 responden memberi jawaban yang sama persis" in same
    assert "selang kepercayaan tidak dapat dihitung" in same
    assert "sama persis" not in document(kind, report_data(40))


def test_the_conclusion_on_answers_that_are_all_alike_says_it_beside_the_value() -> None:
    assert "jawaban yang sama persis" in words(full(report_data(40, answers=rows([4] * 9))), "kesimpulan")


def test_a_public_page_does_not_tell_that_all_answered_alike() -> None:
    """Who knows one of them would know what that one said."""
    assert "sama persis" not in document("certificate", report_data(40, answers=rows([4] * 8 + [3])))


def test_one_respondent_has_no_interval_and_the_reason_is_said() -> None:
    assert "baru satu responden" in words(full(report_data(1)), "lampiran-metode")


# -- nobody


def test_a_report_on_nobody_promises_no_results_and_instructs_nobody() -> None:
    paper = full(report_data(0))
    assert "memuat hasilnya" not in words(paper, "latar-belakang")
    assert "Periksa apakah" not in " ".join(sentences_of(paper))
    assert "Periksa apakah" not in document("summary", report_data(0))


def test_a_report_on_nobody_points_at_no_sheet_and_shows_no_table_of_dashes() -> None:
    paper = full(report_data(0), respondents=False)
    assert "disajikan dalam lembar tersendiri" not in words(paper, "lampiran-tabulasi")
    assert not [b for b in section(paper, "tren") if isinstance(b, Table)]
    assert "Data yang diolah" not in words(paper, "waktu")


@pytest.mark.parametrize("population", [12000, None])
def test_the_advice_where_nobody_answered_is_to_collect_answers(population: int | None) -> None:
    found = words(full(report_data(0, population=population)), "saran")
    assert "Kuesioner ditawarkan kepada setiap penerima layanan" in found
    assert "Rencana tindak lanjut ditetapkan" not in found


def test_questions_about_the_person_that_nobody_answered_fill_no_pages() -> None:
    own = report_data(40)
    silent = tuple(
        replace(f, classes=tuple((*c[:3], 0) for c in f.classes), not_stated=40) for f in own.result.profile
    )
    paper = full(replace(own, result=replace(own.result, profile=silent)))
    found = section(paper, "jumlah-responden")
    assert not [b for b in found if isinstance(b, Table | Figure)]
    assert "Tidak seorang pun menjawab" in words(paper, "jumlah-responden")
    partly = (own.result.profile[0], *silent[1:])
    paper = full(replace(own, result=replace(own.result, profile=partly)))
    assert len([b for b in section(paper, "jumlah-responden") if isinstance(b, Figure)]) == 1
    assert "usia" in words(paper, "jumlah-responden").lower()


def test_one_service_is_not_printed_beside_the_unit_as_if_there_were_two() -> None:
    own = report_data(40, 1)
    unit, service = own.samples
    for kept in (service.population, None):  # recorded with the service, or not
        paper = full(replace(own, samples=(unit, replace(service, population=kept))))
        assert len(table(paper, "Jumlah responden terhadap jumlah minimum").rows) == 1
    paper = full(own)
    assert not [b for b in flat(paper.blocks) if isinstance(b, Table) and "Nilai per layanan" in b.caption]
    assert "Semua isian berasal dari satu layanan" in words(paper, "indeks")


# -- words


def test_a_grade_is_certain_or_not_yet_in_office_words() -> None:
    for n in (31, 300):
        for kind in ("full", "summary"):
            found = document(kind, report_data(n))
            assert "kokoh" not in found
            assert re.search("dapat diandalkan|belum pasti", found), (n, kind)


def test_a_grade_of_few_answers_is_not_called_certain() -> None:
    """29 people whose whole interval lies in B: the value is indicative, and the grade no surer than it."""
    own = report_data(29).result
    inside = replace(
        own,
        converted=Decimal("80.00"),
        grade="B",
        interval=replace(own.interval, low=Decimal("77.00"), high=Decimal("83.00")),
    )
    assert firmness(inside) == ""
    assert "dapat diandalkan" in firmness(replace(inside, n=30))


def test_means_have_the_same_decimals_in_the_chapter_and_in_the_appendix() -> None:
    paper = full(report_data(40, answers=rows([3] * 9)))
    assert table(paper, "Nilai per unsur pelayanan").rows[0][4] == "3,00"
    assert table(paper, "Nilai rata-rata per unsur pelayanan").rows[0][2] == "3,00"


@pytest.mark.parametrize(
    ("load", "verdict"), [(0.0, "kurang andal"), (0.9, "andal")], ids=["noise", "one opinion"]
)
def test_alpha_has_a_verdict(load: float, verdict: str) -> None:
    rng = np.random.default_rng(4)
    person = rng.standard_normal((200, 1))
    raw = load * person + (1 - load) * rng.standard_normal((200, 9))
    answers = (1 + (raw > -0.8).astype(int) + (raw > 0) + (raw > 0.8)).astype(np.uint8)
    assert f"kuesioner ini {verdict}." in words(full(report_data(200, answers=answers)), "keandalan")


def test_alpha_of_few_forms_has_no_verdict() -> None:
    """Four people cannot show that a questionnaire is reliable, however alike they answer."""
    answers = np.array([[4] * 9, [3] * 9, [2] * 9, [4] * 8 + [3]], np.uint8)
    found = words(full(report_data(4, answers=answers)), "keandalan")
    assert "kuesioner ini" not in found
    assert "hanya petunjuk awal" in found


def test_three_grades_that_an_interval_reaches_are_listed_with_one_and() -> None:
    own = report_data(300).result
    wide = replace(own, interval=replace(own.interval, low=Decimal("58.88"), high=Decimal("95.27")))
    assert firmness(wide).endswith("selang juga mencapai mutu D, C, dan A.")


def test_the_questions_that_stand_in_another_order_than_the_elements_are_explained() -> None:
    assert "U9 ditanyakan sebelum U8" in words(full(report_data(30)), "lampiran-kuesioner")
    assert "ditanyakan sebelum" not in words(full(report_data(30, key="ikm-2004")), "lampiran-kuesioner")


def test_a_highest_element_that_is_still_weak_is_called_so() -> None:
    """All below 76,61 (B): means 2,75 to 1,00."""
    answers = np.array([[1, 2, 2, 2, 2, 2, 2, 2, 3], [1, 2, 2, 2, 2, 2, 2, 3, 3]] * 20, np.uint8)
    paper = full(report_data(40, answers=answers))
    for key in ("analisis", "kesimpulan"):
        assert "Walaupun tertinggi" in words(paper, key), key
    assert "Walaupun tertinggi" not in words(
        full(report_data(40, answers=rows([3, 4, 4, 4, 4, 4, 4, 3, 4]))), "analisis"
    )


@pytest.mark.parametrize(
    ("unit", "title"),
    [
        ("Kelurahan Tanjung Selor Hulu", "Lurah Tanjung Selor Hulu"),
        ("KECAMATAN TANJUNG PALAS", "Camat Tanjung Palas"),
        ("Kantor Camat Ulu Manna", "Camat Ulu Manna"),
        ("RSUD dr. H. Soemarno Sosroatmodjo", "Direktur RSUD dr. H. Soemarno Sosroatmodjo"),
        ("Dinas Kesehatan", "Kepala Dinas Kesehatan"),
        ("UPT Puskesmas Bumi Rahayu", "Kepala UPT Puskesmas Bumi Rahayu"),
        ("Sekretariat DPRD", "Sekretaris DPRD"),
        ("Inspektorat", "Inspektur"),
        ("Mal Pelayanan Publik", "Pimpinan Mal Pelayanan Publik"),
    ],
)
def test_the_head_of_a_unit_has_the_title_of_the_office(unit: str, title: str) -> None:
    from calc.report.texts import lines_of

    assert lines_of(report_data(5, about=replace(ABOUT, unit=unit)), "penandatangan")[0] == title


def test_remarks_that_are_a_part_are_said_to_be_the_newest() -> None:
    assert "25 terbaru di antaranya" in words(full(report_data(60, remark_count=4000)), "lampiran-saran")
