"""Strong and weak elements, and where importance and performance part."""

from __future__ import annotations

from collections.abc import Iterator

from calc.display import NO_DATA, number, whole
from calc.dossier import Dossier, Priority
from calc.paper import charts
from calc.paper.document import Block, Bullets, Column, Figure, Heading, Table, Text
from calc.paper.numbering import section
from calc.paper.phrases import all_equal, joined
from calc.paper.plots import QUADRANTS, ROMAN
from calc.paper.sentences import INDICATIVE
from calc.paper.texts import blocks_of
from calc.result import Result

MEANING = {
    1: "penting bagi responden, kinerja di bawah rata-rata: didahulukan",
    2: "penting bagi responden, kinerja baik: dipertahankan",
    3: "kurang penting bagi responden, kinerja di bawah rata-rata: diperbaiki setelah yang utama",
    4: "kurang penting bagi responden, kinerja baik: cukup dijaga",
}
SOURCES = {
    "turunan": (
        "Kepentingan tidak ditanyakan, melainkan diturunkan dari jawaban: makin erat hubungan suatu unsur dengan unsur "
        "lainnya, makin penting unsur itu bagi penilaian responden."
    ),
    "pernyataan": "Kepentingan setiap unsur ditanyakan kepada responden dengan skala yang sama.",
}


def analysis(dossier: Dossier) -> tuple[Block, ...]:
    """Analisis Permasalahan/Kelemahan dan Kelebihan Unsur Layanan."""
    result = dossier.result
    return (
        section("Analisis Permasalahan/Kelemahan dan Kelebihan Unsur Layanan", "analisis"),
        *blocks_of(dossier, "kelemahan"),
        *_order(result),
        *_quadrants(dossier),
    )


def _order(result: Result) -> Iterator[Block]:
    known = [e for e in result.lowest_first if e.mean is not None]
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
                whole(1 + sum((other.mean or 0) < (e.mean or 0) for other in known)),
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


def _quadrants(dossier: Dossier) -> Iterator[Block]:
    if not dossier.result.n:
        return
    yield Heading("Kepentingan dan kinerja", 3, "kuadran")
    priority = dossier.priority
    if priority is None or not priority.elements:
        yield Text(
            "Diagram kepentingan dan kinerja belum dapat dibuat: diperlukan sedikitnya tiga isian lengkap dengan "
            "jawaban yang beragam."
        )
        return
    yield Text(f"{SOURCES.get(priority.source, '')} {priority.rule}{_few(dossier.result)}".strip())
    yield Bullets(
        tuple(f"{QUADRANTS[q]} ({MEANING[q]}): {_members(priority, q)}." for q in QUADRANTS),
        tuple(f"{ROMAN[q]}." for q in QUADRANTS),
    )
    yield Figure(charts.quadrant(priority), "Diagram kepentingan dan kinerja")
    yield _placed(priority)


def _few(result: Result) -> str:
    """That few people move the points of the diagram; only whole responses can be correlated."""
    complete = result.n - result.incomplete
    if complete >= INDICATIVE:
        return ""
    return (
        f" Karena hanya ada {whole(complete)} isian lengkap, letak unsur mudah berubah oleh satu atau dua isian dan "
        "sebaiknya dibaca sebagai petunjuk awal."
    )


def _members(priority: Priority, quadrant: int) -> str:
    found = [f"{e.short} ({e.code})" for e in priority.elements if e.quadrant == quadrant]
    return joined(found) if found else "tidak ada"


def _placed(priority: Priority) -> Table:
    gaps = any(e.gap is not None for e in priority.elements)
    last = (Column("Selisih", 22, "right"),) if gaps else ()
    return Table(
        columns=(
            Column("Kode", 16, strong=True),
            Column("Unsur pelayanan", 58),
            Column("Kinerja (NRR)", 26, "right"),
            Column("Kepentingan", 26, "right"),
            *last,
            Column("Kuadran", 48),
        ),
        rows=tuple(
            (
                e.code,
                e.short,
                number(e.performance, 4),
                number(e.importance, 3),
                *((number(e.gap, 3),) if gaps else ()),
                f"{ROMAN[e.quadrant]}. {QUADRANTS[e.quadrant]}",
            )
            for e in priority.elements
        ),
        caption="Kepentingan dan kinerja per unsur pelayanan",
        note=f"Garis pembagi: kinerja {number(priority.performance_line, 4)}; kepentingan "
        f"{number(priority.importance_line, 4)}.",  # one more than the values: none only seems to lie on it
    )
