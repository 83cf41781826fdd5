"""Tables of elements as several papers print them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from calc.display import NO_DATA, number, percent, whole
from calc.report.document import Column, Table
from calc.report.wording.sentences import ROUNDED, rounded
from calc.scoring.result import ElementResult, Result

EXPLAINED = (
    "NRR: nilai rata-rata unsur = Σ nilai / jumlah jawaban. Indeks (NI) dihitung dari nilai penuh dan dibulatkan satu "
    "kali; karena itu dapat berbeda di angka terakhir dari jumlah angka yang tercetak."
)
AVERAGED = (
    "Jawaban dan Σ nilai dijumlahkan dari semua isian; NRR unsur adalah rata-rata NRR layanan menurut aturan gabungan, "
    "sehingga tidak sama dengan Σ nilai / jumlah jawaban. Indeks (NI) dibulatkan satu kali."
)


def element_table(result: Result, caption: str) -> Table:
    """The regulation's table; its last row is the index itself, never a sum of printed parts."""
    means = column([e.mean for e in result.elements])
    weighted = column([e.weighted for e in result.elements])
    rows = [
        _element(element, mean, share)
        for element, mean, share in zip(result.elements, means, weighted, strict=True)
    ]
    order = f" Urutan kolom U8/U9 yang dibaca: {result.order}." if result.order else ""
    return Table(
        columns=(
            Column("Kode", 11.5, strong=True),
            Column("Unsur pelayanan", 47),
            Column("Jawaban", 16, "right"),
            Column("Σ nilai", 14, "right"),
            Column("NRR", 13.5, "right"),
            Column("NRR tertimbang", 20, "right"),
            Column("Konversi", 16.5, "right", strong=True),
            Column("Mutu", 11, "centre", strong=True),
            Column("Kinerja", 24.5),
        ),
        rows=(*rows, _last(result)),
        caption=caption,
        total=True,
        note=(EXPLAINED if result.roll_up == "pooled" else AVERAGED) + order,
    )


def answer_table(result: Result, caption: str) -> Table:
    """How many gave each score, with their share of the answers to that element."""
    scale = max((len(e.counts) for e in result.elements), default=0)
    room = 22 if max((max(e.counts, default=0) for e in result.elements), default=0) < 10_000 else 26
    return Table(
        columns=(
            Column("Kode", 11.5, strong=True),
            Column("Unsur pelayanan", 134 - scale * room),
            *(Column(f"Nilai {score}", room, "right") for score in range(1, scale + 1)),
            Column("Jawaban", 16, "right"),
        ),
        rows=tuple(
            (e.code, e.name, *(_share(count, e.n) for count in e.counts), whole(e.n)) for e in result.elements
        ),
        caption=caption,
        note=ROUNDED if any(rounded(e.counts, e.n) for e in result.elements) else "",
    )


def grade_table(result: Result, caption: str) -> Table:
    """The regulation's table of grades with the result's own row marked."""
    grades = [band[2] for band in result.bands]
    own = grades.index(result.grade) if result.grade in grades else None
    return Table(
        columns=(
            Column("Nilai persepsi", 26, "centre"),
            Column("Nilai interval (NI)", 34, "centre"),
            Column("Nilai konversi (NIK)", 36, "centre"),
            Column("Mutu", 16, "centre", strong=True),
            Column("Kinerja unit pelayanan", 62),
        ),
        rows=tuple(
            (
                str(len(grades) - position),
                ni,
                nik,
                grade,
                f"{performance}   ◄ hasil ini" if position == own else performance,
            )
            for position, (ni, nik, grade, performance, _) in enumerate(result.bands)
        ),
        caption=caption,
        marked=own,
    )


def decimals_of(values: Sequence[Fraction | None], most: int = 4) -> int:
    """Decimals (2 to `most`) that print a column: as few as show every value exactly, else `most`.

    A convention that rounds means to two decimals is so printed with two.
    """
    known = [value for value in values if value is not None]
    for decimals in range(2, most):
        if all((value * 10**decimals).denominator == 1 for value in known):
            return decimals
    return most


def column(values: Sequence[Fraction | None]) -> list[str]:
    """The values of one column, all with the same number of decimals."""
    decimals = decimals_of(values)
    return [number(value, decimals) for value in values]


def _element(element: ElementResult, mean: str, share: str) -> tuple[str, ...]:
    return (
        element.code,
        element.name,
        whole(element.n),
        whole(element.total),
        mean,
        share,
        number(element.converted),
        element.grade or NO_DATA,
        element.performance or NO_DATA,
    )


def _last(result: Result) -> tuple[str, ...]:
    return (
        "",
        "Indeks (NI) dan nilai konversi (IKM)",
        "",
        "",
        "",
        number(result.index, 4),
        number(result.converted),
        result.grade or NO_DATA,
        result.performance or NO_DATA,
    )


def _share(count: int, of: int) -> str:
    return f"{whole(count)} ({percent(count, of)})" if of else NO_DATA
