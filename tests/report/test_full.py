"""The full report says the right thing for nobody, few and many, and never shows a hole in its wording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from calc.report.data import FollowUp, ReportData, TrendPoint
from calc.report.document import (
    Beside,
    Block,
    Bullets,
    Caution,
    Cover,
    Document,
    Figure,
    Heading,
    LongTable,
    Panel,
    Signature,
    Table,
    Text,
    Together,
)
from calc.report.full import OUTLINES, full
from calc.report.kinds import TEMPLATES
from calc.report.summary import summary
from calc.scoring.comparison import Change
from calc.scoring.result import About
from tests.report_data import ABOUT, HOSTILE, RUNNING, report_data

SIZES = (0, 1, 3, 4, 29, 30, 300, 20_000)


def flat(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Together):
            yield from flat(block.blocks)
        elif isinstance(block, Beside):
            yield from flat([part for part in (block.left, block.right) if part is not None])
        else:
            yield block


def said(words: object) -> str:
    return "".join(words) if isinstance(words, tuple) else str(words)


def sentences_of(document: Document) -> Iterator[str]:
    """Every word of the paper that people wrote or we did, a block or cell at a time."""
    yield from (document.title, document.author, document.head, document.foot)
    for block in flat(document.blocks):
        match block:
            case Heading() | Text() | Caution():
                yield said(block.words)
            case Bullets():
                yield from map(said, block.items)
            case Table() | LongTable():
                yield from (block.caption, block.note, *(column.head for column in block.columns))
                rows = block.rows(0, block.count) if isinstance(block, LongTable) else block.rows
                yield from (said(cell) for row in rows for cell in row)
            case Figure():
                yield from (block.caption, block.picture.words)
            case Panel():
                yield from (block.label, block.value, *block.lines)
                yield from (part for fact in block.facts for part in fact)
            case Cover():
                yield from (block.overline, block.title, *block.lines, *block.foot, *block.value_lines)
            case Signature():
                yield from (block.place_and_date, block.role)


def section(document: Document, key: str) -> list[Block]:
    """The blocks from a heading to the next of its level or higher."""
    blocks = list(flat(document.blocks))
    start = next(i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.key == key)
    level = blocks[start].level  # type: ignore[union-attr]
    rest = blocks[start + 1 :]
    end = next((i for i, b in enumerate(rest) if isinstance(b, Heading) and b.level <= level), len(rest))
    return rest[:end]


def words(document: Document, key: str) -> str:
    return " ".join(
        sentences_of(
            replace(document, title="", author="", head="", foot="", blocks=tuple(section(document, key)))
        )
    )


def table(document: Document, caption: str) -> Table:
    return next(b for b in flat(document.blocks) if isinstance(b, Table) and b.caption.endswith(caption))


@pytest.fixture(
    scope="module", params=[(n, k) for n in SIZES for k in (0, 1, 12)], ids=lambda p: f"{p[0]}-{p[1]}"
)
def any_report(request: pytest.FixtureRequest) -> Document:
    n, services = request.param
    blanks = 0.05 if n >= 29 else 0.0
    return full(report_data(n, services, blanks=blanks, follow_up=n != 30))


PLACEHOLDER = re.compile(r"None|\bnan\b|[{}]|Fraction|Decimal|  +(?!◄)|\s[.,;:]|\.\.|,,|\(\)|^\s|\bdan dan\b")


def holes(document: Document) -> list[str]:
    return [s for s in sentences_of(document) if PLACEHOLDER.search(s.replace("   ◄", " ◄"))]


def test_no_sentence_has_a_hole_or_a_double_blank(any_report: Document) -> None:
    assert not holes(any_report)


def test_paragraphs_end_as_sentences_do(any_report: Document) -> None:
    paragraphs = [said(b.words) for b in flat(any_report.blocks) if isinstance(b, Text) and b.style == "body"]
    assert all(paragraph.endswith((".", ":")) for paragraph in paragraphs), paragraphs


def test_no_heading_stands_without_anything_below_it(any_report: Document) -> None:
    blocks = [b for b in flat(any_report.blocks)]
    for this, following in zip(blocks, [*blocks[1:], None], strict=True):
        if isinstance(this, Heading):
            assert following is not None
            assert not isinstance(following, Heading) or following.level > this.level, this


def test_a_list_or_table_follows_every_colon(any_report: Document) -> None:
    blocks = list(flat(any_report.blocks))
    for this, following in pairwise(blocks):
        if isinstance(this, Text) and said(this.words).endswith(":"):
            assert isinstance(following, Bullets | Table) or (
                isinstance(following, Text) and following.style == "lead"
            )


def test_every_row_has_as_many_cells_as_columns(any_report: Document) -> None:
    for block in flat(any_report.blocks):
        if isinstance(block, Table):
            assert {len(row) for row in block.rows} == {len(block.columns)}, block.caption


def test_headings_have_keys_of_their_own(any_report: Document) -> None:
    keys = [b.key for b in flat(any_report.blocks) if isinstance(b, Heading)]
    assert len(keys) == len(set(keys))


def test_tables_and_figures_are_numbered_in_order(any_report: Document) -> None:
    captions = [
        b.caption for b in flat(any_report.blocks) if isinstance(b, Table | LongTable | Figure) and b.caption
    ]
    for word in ("Tabel", "Gambar"):
        numbers = [int(c.split()[1].rstrip(".")) for c in captions if c.startswith(word)]
        assert numbers == list(range(1, len(numbers) + 1))
    assert all(re.match(r"(Tabel|Gambar) \d+\. \S", caption) for caption in captions)


def test_every_figure_says_in_words_what_it_shows(any_report: Document) -> None:
    assert all(b.picture.words.endswith(".") for b in flat(any_report.blocks) if isinstance(b, Figure))


def test_the_new_outline_is_the_one_of_the_reports_since_2022() -> None:
    # outline of reports in the style of the ministry: five chapters, sections 1.1 to 4.3
    headings = [
        b for b in flat(full(report_data(30)).blocks) if isinstance(b, Heading) and b.number and b.level < 3
    ]
    assert [f"{h.number} {h.words}" for h in headings] == [
        "BAB I PENDAHULUAN",
        "1.1 Latar Belakang",
        "1.2 Dasar Pelaksanaan SKM",
        "1.3 Maksud dan Tujuan",
        "BAB II PENGUMPULAN DATA SKM",
        "2.1 Pelaksana SKM",
        "2.2 Metode Pengumpulan Data",
        "2.3 Lokasi Pengumpulan Data",
        "2.4 Waktu Pelaksanaan SKM",
        "2.5 Penentuan Jumlah Responden",
        "BAB III HASIL PENGOLAHAN DATA SKM",
        "3.1 Jumlah Responden SKM",
        "3.2 Indeks Kepuasan Masyarakat",
        "BAB IV ANALISIS HASIL SKM",
        "4.1 Analisis Permasalahan/Kelemahan dan Kelebihan Unsur Layanan",
        "4.2 Rencana Tindak Lanjut",
        "4.3 Tren Nilai SKM",
        "4.4 Tindak Lanjut Periode Sebelumnya",
        "BAB V PENUTUP",
        "5.1 Kesimpulan",
        "5.2 Saran",
        "Lampiran 1 Kuesioner",
        "Lampiran 2 Pengolahan Data per Responden",
        "Lampiran 3 Saran dan Masukan Responden",
        "Lampiran 4 Daftar Istilah",
        "Lampiran 5 Lembar Metode",
    ]


def test_the_older_outline_has_four_chapters_and_the_same_sections() -> None:
    new, old = (full(report_data(30), template) for template in ("five-chapters", "four-chapters"))
    chapters = [b.words for b in flat(old.blocks) if isinstance(b, Heading) and b.number.startswith("BAB")]
    assert chapters == [
        "PENDAHULUAN",
        "METODOLOGI",
        "HASIL SURVEI KEPUASAN MASYARAKAT",
        "KESIMPULAN DAN SARAN",
    ]
    sections = [{b.key for b in flat(d.blocks) if isinstance(b, Heading) and b.level > 1} for d in (new, old)]
    assert sections[0] == sections[1]


def test_there_is_an_outline_for_every_template_that_can_be_chosen() -> None:
    assert OUTLINES.keys() == TEMPLATES.keys()


def test_an_unknown_outline_is_refused_by_name_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'kuno'.*'five-chapters'.*'four-chapters'"):
        full(report_data(3), "kuno")


def test_the_same_report_data_gives_the_same_report() -> None:
    assert list(sentences_of(full(report_data(30)))) == list(sentences_of(full(report_data(30))))


def test_nobody_answered_and_the_report_says_so_without_a_number() -> None:
    report = full(report_data(0))
    assert "belum ada isian" in words(report, "indeks")
    assert "belum ada isian" in words(report, "kesimpulan")
    assert "Belum ada nilai" in report.foot
    assert not [b for b in section(report, "jumlah-responden") if isinstance(b, Figure)]


@pytest.mark.parametrize("n", [1, 3, 4])
def test_fewer_than_five_are_marked_as_not_for_the_public(n: int) -> None:
    report = full(report_data(n))
    cover = next(b for b in report.blocks if isinstance(b, Cover))
    assert "Tidak untuk dipublikasikan" in cover.value_lines
    assert "tidak dipublikasikan" in words(report, "kesimpulan")


@pytest.mark.parametrize(("n", "indicative"), [(5, True), (29, True), (30, False), (300, False)])
def test_fewer_than_thirty_are_called_indicative(n: int, indicative: bool) -> None:
    report = full(report_data(n))
    cover = next(b for b in report.blocks if isinstance(b, Cover))
    assert ("Nilai indikatif" in cover.value_lines) == indicative
    assert ("bersifat indikatif" in words(report, "kesimpulan")) == indicative


def test_small_classes_of_respondents_are_withheld_with_a_mark() -> None:
    # of 30 respondents 29 stated their sex: 29 * 2 * 2 // 6 = 19 and 29 * 1 * 2 // 6 = 9, one left to the first;
    # nobody is below five there, but the seven ages are: 1 of 29 in the oldest class
    report = full(report_data(30))
    assert "Tidak ditampilkan" in table(report, "usia").note
    assert any(row[1:] == ("*", "") for row in table(report, "usia").rows)
    assert "*" not in [row[1] for row in table(report, "jenis kelamin").rows]


def test_a_running_period_is_called_provisional_wherever_the_value_stands() -> None:
    report = full(report_data(300, about=RUNNING))
    cover = next(b for b in report.blocks if isinstance(b, Cover))
    assert "Nilai sementara" in cover.value_lines
    assert "sementara" in report.foot
    for key in ("waktu", "indeks", "kesimpulan"):
        assert "sementara" in words(report, key), key
    assert "sementara" not in words(full(report_data(300)), "kesimpulan")


def test_an_unanswered_element_leaves_no_index_and_is_named() -> None:
    answers = report_data(40).scores
    assert answers is not None
    answers = answers.copy()
    answers[:, 3] = 0  # nobody answered the question on costs
    report = full(report_data(40, answers=answers, blanks=0))
    assert "unsur Biaya/Tarif (U4) belum memperoleh jawaban" in words(report, "indeks")
    assert next(b for b in flat(report.blocks) if isinstance(b, Panel)).value == "Belum dapat dihitung"
    assert not holes(report)


def test_equal_elements_are_not_called_all_while_one_is_unanswered() -> None:
    answers = np.full((40, 9), 3, np.uint8)
    answers[:, 3] = 0
    assert "Semua unsur yang sudah dinilai memperoleh nilai yang sama" in words(
        full(report_data(40, answers=answers)), "analisis"
    )


@pytest.mark.parametrize(("complete", "warned"), [(29, True), (30, False)])
def test_a_diagram_made_of_few_whole_responses_says_so(complete: int, warned: bool) -> None:
    own = report_data(60)
    assert own.scores is not None
    answers = own.scores.copy()
    answers[complete:, 0] = 0
    found = words(full(report_data(60, answers=answers)), "kuadran")
    assert (f"hanya ada {complete} isian lengkap" in found) == warned


def test_an_element_below_the_line_does_not_seem_to_lie_on_it() -> None:
    """Importance 0.841, 0.841, 0.842: the line is 0.84133, and two of three lie below it."""
    own = report_data(60)
    assert own.priority is not None
    line = Fraction("2.524") / 3
    placed = tuple(
        replace(e, importance=Fraction(words), quadrant=4 if Fraction(words) < line else 2)
        for e, words in zip(own.priority.elements, ("0.841", "0.841", "0.842"), strict=False)
    )
    priority = replace(own.priority, importance_line=line, elements=placed)
    found = table(full(replace(own, priority=priority)), "Kepentingan dan kinerja per unsur pelayanan")
    assert [row[3] for row in found.rows] == ["0,841", "0,841", "0,842"]
    assert "kepentingan 0,8413." in found.note


def test_the_last_day_of_a_period_is_not_over_yet() -> None:
    """30 September 23.59 still lets answers in; 1 October 00.00 does not."""
    zone = ABOUT.cut.tzinfo if ABOUT.cut else None
    for cut, running in ((datetime(2026, 9, 30, 23, 59), True), (datetime(2026, 10, 1), False)):
        found = full(report_data(60, about=replace(ABOUT, cut=cut.replace(tzinfo=zone))))
        assert ("sementara" in found.foot) == running


def test_numbers_in_doubts_have_the_points_of_all_others() -> None:
    own = report_data(1300, population=1200, scores=False)
    assert "yang tercatat (1.200) lebih kecil" in words(full(own), "responden")


def test_equal_elements_have_no_lowest_three() -> None:
    report = full(report_data(50, answers=np.full((50, 9), 3, np.uint8), follow_up=False))
    analysis = words(report, "analisis")
    assert "Semua unsur memperoleh nilai yang sama, yaitu 75,00" in analysis
    assert "terendah" not in words(report, "kesimpulan")
    assert [row[1] for row in table(report, "Rencana tindak lanjut").rows] == ["", "", ""]


def test_a_tie_at_the_third_place_names_all_of_them_and_says_so() -> None:
    # means 1, 2, 3, 3, 4, 4, 4, 4, 4: third and fourth are equal, four of nine are less than half
    answers = np.tile(np.array([1, 2, 3, 3, 4, 4, 4, 4, 4], np.uint8), (40, 1))
    analysis = words(full(report_data(40, answers=answers)), "analisis")
    lowest = "Persyaratan (U1; 25,00), Sistem, Mekanisme, dan Prosedur (U2; 50,00), Waktu Penyelesaian (U3; 75,00), dan Biaya/Tarif (U4; 75,00)"
    assert lowest in analysis
    assert "Dua unsur sama-sama bernilai 75,00, sehingga disebutkan bersama." in analysis
    assert (
        "Tidak ada unsur yang menonjol sebagai yang tertinggi. Lima unsur sama-sama bernilai 100,00"
        in analysis
    )


def test_no_element_is_singled_out_of_many_equal_ones_by_its_place_in_the_list() -> None:
    # one is low, eight are equal: only the low one is a reason for repair (U9, the facilities, is asked eighth)
    answers = np.tile(np.array([3, 3, 3, 3, 3, 3, 3, 2, 3], np.uint8), (40, 1))
    plan = table(full(report_data(40, answers=answers, follow_up=False)), "Rencana tindak lanjut")
    assert [row[1] for row in plan.rows] == ["Sarana dan Prasarana (U9)"]


def test_elements_below_good_are_named() -> None:
    # 76.61 is the lower border of B: a mean of 3 (75.00) misses it, 4 does not
    one_weak = np.tile(np.array([4, 4, 4, 4, 4, 4, 4, 3, 4], np.uint8), (40, 1))
    found = words(full(report_data(40, answers=one_weak)), "analisis")
    assert "Sarana dan Prasarana (U9; 75,00)" in found
    assert "Hanya unsur terendah tersebut yang bermutu di bawah B (Baik)." in found


def test_a_fourth_element_below_good_is_named_beside_the_three_lowest() -> None:
    # means 1, 2, 2.5 and 3, converted 25, 50, 62.50 and 75; the others 4, converted 100
    answers = np.tile(np.array([[1, 2, 2, 3, 4, 4, 4, 4, 4], [1, 2, 3, 3, 4, 4, 4, 4, 4]], np.uint8), (20, 1))
    found = words(full(report_data(40, answers=answers)), "analisis")
    assert "yang juga bermutu di bawah B (Baik) adalah Biaya/Tarif (U4; 75,00)." in found


def test_promised_repairs_stand_by_quarter_with_year_and_owner() -> None:
    promise = FollowUp(1, "waktu", "Menambah loket", 2027, 2, "Sekretaris")
    report = full(replace(report_data(60), follow_up=(promise,)))
    assert table(report, "Rencana tindak lanjut").rows == (
        ("1", "Waktu Penyelesaian (U3)", "Menambah loket", "", "2027", "", "", "Sekretaris"),
    )


def test_without_promises_the_three_lowest_have_room_to_write_and_the_report_says_so() -> None:
    own = report_data(300, follow_up=False)
    rows = table(full(own), "Rencana tindak lanjut").rows
    assert [row[1] for row in rows] == [f"{e.name} ({e.code})" for e in own.result.lowest_first[:3]]
    assert all(not any(row[2:]) for row in rows)
    assert "belum dicatat" in words(full(own), "rencana")


def test_what_became_of_former_promises_is_counted() -> None:
    # one done, one running, one planned in tests/report_data.py
    assert "1 telah selesai, 1 sedang dilaksanakan, dan 1 belum dilaksanakan" in words(
        full(report_data(60)), "tindak-lanjut"
    )
    rows = table(full(report_data(60)), "tindak lanjut Triwulan II Tahun 2026").rows
    assert [row[5] for row in rows] == ["Selesai", "Sedang dilaksanakan", "Belum dilaksanakan"]


def trending(own: ReportData, change: Change | None) -> Document:
    before = replace(
        own.result,
        about=replace(own.result.about, period="Triwulan II Tahun 2026"),
        converted=Decimal("70.00"),
    )
    return full(replace(own, trend=(TrendPoint(before), TrendPoint(own.result, change))))


@pytest.mark.parametrize(
    ("change", "verdict", "sentence"),
    [
        (Change(Decimal("3.00"), Decimal("1.00"), Decimal("5.00"), True), "Naik nyata", "Kenaikan sebesar 3,00"),
        (Change(Decimal("-3.00"), Decimal("-5.00"), Decimal("-1.00"), True), "Turun nyata", "Penurunan sebesar 3,00"),
        (Change(Decimal("0.40"), Decimal("-2.00"), Decimal("2.80"), False), "Tidak berbeda nyata", "masih dapat terjadi karena kebetulan"),
        (None, "Belum dapat dinilai", "Data belum cukup"),
    ],
)  # fmt: skip
def test_a_change_is_called_real_only_when_it_is_more_than_chance(
    change: Change | None, verdict: str, sentence: str
) -> None:
    report = trending(report_data(300), change)
    assert table(report, "Nilai IKM dari periode ke periode").rows[-1][-1] == verdict
    assert sentence in words(report, "tren")


def test_another_questionnaire_is_not_compared() -> None:
    own = report_data(300)
    before = replace(own.result, instrument="skm-2014", converted=Decimal("70.00"))
    report = full(replace(own, trend=(TrendPoint(before), TrendPoint(own.result))))
    assert "Kuesioner kedua periode berbeda" in words(report, "tren")
    assert table(report, "Nilai IKM dari periode ke periode").rows[-1][-1] == "Kuesioner berbeda"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("roll_up", "services", "Aturan gabungan layanan"), ("convention", "0.11", "Cara hitung")],
)
def test_values_made_in_another_way_are_not_compared_and_the_reason_is_named(
    field: str, value: str, said: str
) -> None:
    own = report_data(300)
    before = replace(own.result, converted=Decimal("70.00"), **{field: value})  # type: ignore[arg-type]
    report = full(replace(own, trend=(TrendPoint(before), TrendPoint(own.result))))
    assert f"{said} kedua periode berbeda" in words(report, "tren")
    assert "Data belum cukup" not in words(report, "tren")
    assert table(report, "Nilai IKM dari periode ke periode").rows[-1][-1] == f"{said} berbeda"


def test_a_change_stands_beside_the_last_period_that_had_a_value() -> None:
    """In the period between, another questionnaire gave no value; the change is to the one before it."""
    own = report_data(300)
    none = replace(own.result, instrument="ikm-2004", converted=None, index=None, grade=None)
    change = Change(Decimal("3.00"), Decimal("1.00"), Decimal("5.00"), True)
    report = full(
        replace(own, trend=(TrendPoint(own.result), TrendPoint(none), TrendPoint(own.result, change)))
    )
    assert table(report, "Nilai IKM dari periode ke periode").rows[-1][-1] == "Naik nyata"


def test_a_first_period_has_no_trend_yet() -> None:
    report = full(report_data(300, former=0))
    assert "Baru ada nilai dari satu periode" in words(report, "tren")
    assert not [b for b in section(report, "tren") if isinstance(b, Figure)]


def test_the_sample_is_compared_with_the_population_and_never_a_divisor() -> None:
    # N = 12 000: S = 3.841 * 12000 / 4 / (0.0025 * 11999 + 3.841 / 4) = 11523 / 30.95775 = 372.2
    text = words(full(report_data(300)), "responden")
    assert "paling sedikit 372 responden" in text
    assert "masih kurang 72 responden" in text
    assert "tidak pernah menjadi pembagi" in text
    assert "jumlah minimum itu terpenuhi" in words(full(report_data(400)), "responden")


def test_an_unknown_population_is_said_and_nothing_is_compared() -> None:
    text = words(full(report_data(300, population=None)), "responden")
    assert "Jumlah pengguna layanan belum dicatat" in text
    assert "372" not in text


def test_services_are_compared_and_the_rule_of_combining_them_is_named() -> None:
    report = full(report_data(300, 12))
    assert len(table(report, "Nilai per layanan").rows) == 12
    assert "semua isian digabung" in words(report, "gabungan")
    assert not [
        b
        for b in flat(full(report_data(300, 0)).blocks)
        if isinstance(b, Heading) and b.key == "nilai-layanan"
    ]


def test_fourteen_elements_of_services_are_parted_into_two_tables() -> None:
    report = full(report_data(60, 3, key="ikm-2004"))
    parts = [
        b for b in section(report, "nilai-layanan") if isinstance(b, Table) and "konversi unsur" in b.caption
    ]
    assert [[c.head for c in part.columns[2:]] for part in parts] == [
        [f"U{i}" for i in range(1, 8)],
        [f"U{i}" for i in range(8, 15)],
    ]


def test_only_the_row_of_the_own_grade_is_marked() -> None:
    own = report_data(300)
    grades = table(full(own), "(PermenPANRB Nomor 14 Tahun 2017)")
    assert grades.marked is not None
    assert grades.rows[grades.marked][3] == own.result.grade
    assert table(full(report_data(0)), "(PermenPANRB Nomor 14 Tahun 2017)").marked is None


@pytest.mark.parametrize(
    ("n", "carried", "asked", "printed"),
    [
        (300, True, None, True),
        (300, False, None, False),
        (300, True, False, False),
        (1001, True, None, False),
        (1001, True, True, True),
    ],
)
def test_every_response_is_printed_when_they_are_few_or_asked_for(
    n: int, carried: bool, asked: bool | None, printed: bool
) -> None:
    report = full(report_data(n, scores=carried), respondents=asked)
    found = [b for b in section(report, "lampiran-tabulasi") if isinstance(b, LongTable)]
    assert bool(found) == printed
    if not printed:
        assert "lembar tersendiri" in words(report, "lampiran-tabulasi")


def test_responses_that_the_report_data_does_not_carry_are_not_promised() -> None:
    with pytest.raises(ValueError, match="Isian per responden belum dimuat"):
        full(report_data(300, scores=False), respondents=True)


def test_the_questions_are_printed_as_they_were_asked() -> None:
    own = report_data(30)
    rows = table(full(own), "Pertanyaan dan pilihan jawaban").rows
    assert [row[2] for row in rows] == [item.question["id"] for item in own.instrument.items]
    # the annex asks for facilities eighth and complaints ninth; the list of elements has them the other way round
    assert [row[1] for row in rows][-2:] == ["U9", "U8"]


def test_remarks_that_broke_other_writers_stand_there_as_words() -> None:
    report = full(report_data(60, hostile=True))
    quoted = [said(b.words) for b in flat(report.blocks) if isinstance(b, Text) and b.style == "quote"]
    assert set(HOSTILE) <= set(quoted)


def test_a_remark_written_often_stands_once_with_its_count() -> None:
    assert "Petugas ramah dan cepat. (12 kali)" in words(full(report_data(60)), "lampiran-saran")


def test_the_method_sheet_names_all_that_a_checker_needs() -> None:
    sheet = words(full(report_data(300)), "lampiran-metode")
    for needed in (
        "Konvensi hitung",
        "1/9",
        "Gabungan layanan",
        "5f5f 5f5f",
        "periksa?periode=2026-TW3",
        "0.1.0",
        "bobot 0,11",
    ):
        assert needed in sheet, needed


def test_only_laws_that_were_read_are_cited() -> None:
    legal = words(full(report_data(30)), "dasar")
    assert re.findall(r"Nomor (\d+) Tahun (\d+)", legal) == [
        ("25", "2009"),
        ("96", "2012"),
        ("25", "2009"),
        ("14", "2017"),
    ]
    older = full(report_data(30, key="ikm-2004"))
    assert "KEP/25/M.PAN/2/2004" in words(older, "dasar")
    assert "2017" not in " ".join(sentences_of(older))


def test_answers_from_a_bare_file_make_a_report_without_empty_names() -> None:
    report = full(report_data(60, 0, about=About(), population=None))
    assert not holes(report)
    assert "Unit penyelenggara pelayanan melaksanakan" in words(report, "latar-belakang")


def test_a_service_alone_is_called_by_its_unit_too() -> None:
    report = full(report_data(60, 0, about=replace(ABOUT, service="KTP-el")))
    assert "layanan KTP-el pada Dinas Kependudukan dan Pencatatan Sipil" in words(report, "kesimpulan")


@pytest.mark.parametrize("rule", ["services", "visits"])
def test_an_average_of_services_is_explained_wherever_the_value_is_made(rule: str) -> None:
    report = full(report_data(300, 12, rule=rule))
    for key in ("pengolahan", "gabungan", "lampiran-metode"):
        assert "rata-rata nilai 12 kelompok layanan" in words(report, key), key
    # the mean of an element is no longer the sum over the number of answers, and the table must not claim it
    assert "tidak sama dengan Σ nilai / jumlah jawaban" in table(report, "Nilai per unsur pelayanan").note
    assert not holes(report)


def test_the_summary_singles_out_the_same_elements_as_the_report() -> None:
    """One is low and eight are equal: none of the eight is a priority because of its place in the list."""
    answers = np.tile(np.array([3, 3, 3, 3, 3, 3, 3, 2, 3], np.uint8), (40, 1))
    parts = flat(summary([report_data(40, answers=answers).result]).blocks)
    found = next(b for b in parts if isinstance(b, Table) and b.columns[0].head == "Unsur tertinggi")
    assert [tuple(map(said, row)) for row in found.rows] == [
        ("Tidak ada yang menonjol", "U9 Sarana – 50,00 (D, Tidak Baik)")
    ]
