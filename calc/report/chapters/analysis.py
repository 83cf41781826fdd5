"""Strong and weak elements, and where importance and performance part."""

from __future__ import annotations

from collections.abc import Iterator

from calc.display import NO_DATA, joined, number, whole
from calc.report import charts
from calc.report.charts.priority import QUADRANTS, ROMAN
from calc.report.data import ReportData
from calc.report.document import Block, Bullets, Column, Figure, Heading, Table, Text
from calc.report.elements import column
from calc.report.numbering import section
from calc.report.texts import blocks_of
from calc.report.wording.phrases import all_equal, capital, good_enough, weak
from calc.report.wording.sentences import INDICATIVE
from calc.scoring.result import Result
from calc.statistics.certainty import FEWEST
from calc.statistics.priority import Placed, Priority
from calc.statistics.ranking import first, ordered

MEANING = {
    1: "penting bagi responden, nilai di bawah rata-rata unit",
    2: "penting bagi responden, nilai di atas rata-rata unit",
    3: "kurang penting bagi responden, nilai di bawah rata-rata unit",
    4: "kurang penting bagi responden, nilai di atas rata-rata unit",
}
ORDER = (
    "Urutan perbaikan dalam laporan ini mengikuti nilai unsur, yang terendah lebih dahulu; letak dalam diagram tidak "
    "mengubah urutan itu."
)
SURE = (
    "Letak disebut pasti bila jarak unsur ke kedua garis pembagi lebih besar daripada yang dapat terjadi karena "
    f"kebetulan (tingkat kepercayaan 95% untuk semua unsur sekaligus); dinilai mulai {FEWEST} isian lengkap."
)
SOURCES = {
    "turunan": (
        "Kepentingan tidak ditanyakan, melainkan diturunkan dari jawaban: makin erat hubungan suatu unsur dengan unsur "
        "lainnya, makin penting unsur itu bagi penilaian responden."
    ),
    "pernyataan": "Kepentingan setiap unsur ditanyakan kepada responden dengan skala yang sama.",
}


def analysis(data: ReportData) -> tuple[Block, ...]:
    """Analisis Permasalahan/Kelemahan dan Kelebihan Unsur Layanan."""
    result = data.result
    return (
        section("Analisis Permasalahan/Kelemahan dan Kelebihan Unsur Layanan", "analisis"),
        *blocks_of(data, "kelemahan"),
        *_order(result),
        *_quadrants(data),
    )


def _order(result: Result) -> Iterator[Block]:
    known = ordered(result)
    if not known or all_equal(result):
        return
    yield Table(
        columns=(
            Column("Urutan", 18, "centre"),
            Column("Kode", 16, strong=True),
            Column("Unsur pelayanan", 80),
            Column("Nilai konversi", 26, "right", strong=True),
            Column("Mutu", 16, "centre", strong=True),
            Column("Kinerja", 28),
        ),
        rows=tuple(
            (
                whole(1 + sum((other.converted or 0) < (e.converted or 0) for other in known)),
                e.code,
                e.name,
                number(e.converted),
                e.grade or NO_DATA,
                e.performance or NO_DATA,
            )
            for e in known
        ),
        caption="Unsur pelayanan dari nilai terendah",
        note="Unsur dengan nilai sama mendapat urutan yang sama.",
    )


def _quadrants(data: ReportData) -> Iterator[Block]:
    if not data.result.n:
        return
    yield Heading("Kepentingan dan kinerja", 3, "kuadran")
    priority = data.priority
    if priority is None or not priority.elements:
        yield Text(
            "Diagram kepentingan dan kinerja belum dapat dibuat: diperlukan sedikitnya tiga isian lengkap dengan "
            "jawaban yang beragam."
        )
        return
    yield Text(f"{SOURCES.get(priority.source, '')} {priority.rule}{_few(data.result)}".strip())
    yield from _members(priority)
    yield Text(" ".join(filter(None, (_still_weak(data, priority), ORDER, *_reconciled(data, priority)))))
    yield Figure(charts.quadrant(priority), "Diagram kepentingan dan kinerja")
    yield _placed(priority)


def _members(priority: Priority) -> Iterator[Block]:
    """Which elements lie in which field, as far as that is more than chance."""
    sure = [e for e in priority.elements if e.certain is not False]
    unsure = [_called(e) for e in priority.elements if e.certain is False]
    if sure:
        members = {q: joined([_called(e) for e in sure if e.quadrant == q]) or "tidak ada" for q in QUADRANTS}
        yield Bullets(
            tuple(f"{QUADRANTS[q]} ({MEANING[q]}): {members[q]}." for q in QUADRANTS),
            tuple(f"{ROMAN[q]}." for q in QUADRANTS),
        )
    if unsure and not sure:
        yield Text(
            "Letak semua unsur belum pasti: jaraknya ke garis pembagi masih dapat terjadi karena kebetulan. Diagram "
            "dan tabel berikut hanya petunjuk awal."
        )
    elif unsure:
        yield Text(
            f"Letak yang belum pasti: {joined(unsure)}. Jarak unsur tersebut ke garis pembagi masih dapat terjadi "
            "karena kebetulan."
        )


def _still_weak(data: ReportData, priority: Priority) -> str:
    """Above the unit's mean is not yet good."""
    under = {e.key for e in weak(data.result)}
    found = [_called(e) for e in priority.elements if e.quadrant in (2, 4) and e.key in under]
    if not found:
        return ""
    return (
        f"Nilai di atas rata-rata unit belum tentu baik: mutu {joined(found)} masih di bawah "
        f"{good_enough(data.result)}, sehingga tetap perlu diperbaiki."
    )


def _reconciled(data: ReportData, priority: Priority) -> Iterator[str]:
    """Where the fields would name other elements first than the report does."""
    begin = {e.key for e in first(data.result)}
    sure = [e for e in priority.elements if e.certain is not False]
    for quadrant in (2, 3, 4):
        if low := [_called(e) for e in sure if e.key in begin and e.quadrant == quadrant]:
            yield (
                f"{capital(joined(low))} tetap didahulukan karena nilainya terendah, walaupun terletak di kuadran "
                f"{ROMAN[quadrant]}."
            )
    if begin and (next_ones := [_called(e) for e in sure if e.key not in begin and e.quadrant == 1]):
        yield (
            f"{capital(joined(next_ones))} terletak di kuadran I tetapi tidak termasuk yang terendah, dan diperbaiki "
            "berikutnya."
        )


def _called(element: Placed) -> str:
    return f"{element.short} ({element.code})"


def _few(result: Result) -> str:
    """That few people move the points of the diagram; only whole responses can be correlated."""
    complete = result.n - result.incomplete
    if complete >= INDICATIVE:
        return ""
    return (
        f" Karena hanya ada {whole(complete)} isian lengkap, letak unsur mudah berubah oleh satu atau dua isian dan "
        "sebaiknya dibaca sebagai petunjuk awal."
    )


def _placed(priority: Priority) -> Table:
    means = column([e.performance for e in priority.elements])
    told = any(e.certain is not None for e in priority.elements)
    return Table(
        columns=(
            Column("Kode", 16, strong=True),
            Column("Unsur pelayanan", 42 if told else 58),
            Column("Kinerja (NRR)", 26, "right"),
            Column("Kepentingan", 26, "right"),
            Column("Kuadran", 46),
            *((Column("Letak", 24),) if told else ()),
        ),
        rows=tuple(
            (
                e.code,
                e.short,
                mean,
                number(e.importance, 3),
                f"{ROMAN[e.quadrant]}. {QUADRANTS[e.quadrant]}",
                *(("pasti" if e.certain else "belum pasti",) if told else ()),
            )
            for e, mean in zip(priority.elements, means, strict=True)
        ),
        caption="Kepentingan dan kinerja per unsur pelayanan",
        note=f"Garis pembagi: kinerja {number(priority.performance_line, 4)}; kepentingan "
        f"{number(priority.importance_line, 4)}."  # one more than the values: none only seems to lie on it
        + (f" {SURE}" if told else ""),
    )
