"""How the value moved from period to period."""

from __future__ import annotations

from calc.display import number
from calc.report.data import ReportData, TrendPoint
from calc.report.wording import sentences
from calc.report.wording.phrases import period_of, signed
from calc.scoring.comparison import Change
from calc.scoring.result import Result


def trend(data: ReportData) -> str:
    """4.3 Tren Nilai SKM."""
    points = [point for point in data.trend if point.result.converted is not None]
    if not points:
        return "Belum ada nilai yang dapat dibandingkan dari periode ke periode."
    if len(points) == 1 and data.inside:
        only = points[0].result
        return (
            f"Nilai {preliminary(only)}{period_of(only)} adalah {number(only.converted)}. Periode sejenis sebelumnya "
            f"belum mempunyai nilai untuk dibandingkan. {_inside(data)}"
        ).strip()
    if len(points) == 1:
        only = points[0].result
        return (
            f"Baru ada nilai dari satu periode, yaitu {period_of(only)} dengan nilai {preliminary(only)}"
            f"{number(only.converted)}, "
            "sehingga tren belum dapat dinilai."
        )
    if data.result.converted is None:
        return (
            f"Periode ini belum mempunyai nilai. Tabel berikut memuat nilai {len(points)} periode sebelumnya."
        )
    words = f"{change_words(points[-1], points[-2])} Tabel berikut memuat nilai {len(points)} periode yang tercatat."
    return f"{words}\n\n{_inside(data)}" if data.inside else words


def kind_inside(data: ReportData) -> str:
    """'triwulan di dalam Tahun 2026': what the shorter periods of the report are, and of what."""
    word = period_of(data.inside[0].result).split()[0].lower()
    return f"{word} di dalam {period_of(data.result)}"


def _inside(data: ReportData) -> str:
    """How the value moved inside half a year or a year."""
    points = [point for point in data.inside if point.result.converted is not None]
    if len(points) < 2:
        return f"Baru satu {kind_inside(data)} yang mempunyai nilai." if points else ""
    return f"{change_words(points[-1], points[-2])} Tabel berikut memuat nilai setiap {kind_inside(data)}."


def verdict(change: Change | None) -> str:
    """Whether a change is more than chance, for a table cell."""
    if change is None:
        return "Belum dapat dinilai"
    if not change.real:
        return "Tidak berbeda nyata"
    return "Naik nyata" if change.difference > 0 else "Turun nyata"


def unlike(now: Result, then: Result) -> str:
    """What forbids to compare two periods: 'Kuesioner', 'Cara hitung' or 'Aturan gabungan layanan'; '' for nothing."""
    if now.instrument != then.instrument:
        return "Kuesioner"
    if now.convention != then.convention:
        return "Cara hitung"
    return "Aturan gabungan layanan" if now.roll_up != then.roll_up else ""


def preliminary(result: Result) -> str:
    """'sementara ' before what a running period has so far."""
    return "sementara " if sentences.is_running(result) else ""


def change_words(this: TrendPoint, before: TrendPoint) -> str:
    now, then = this.result, before.result
    start = f"Nilai {preliminary(now)}{period_of(now)} adalah {number(now.converted)}, "
    if now.converted == then.converted:
        start += f"sama dengan nilai {period_of(then)}."
    else:
        start += f"sedangkan nilai {period_of(then)} adalah {number(then.converted)}."
    if other := unlike(now, then):
        return f"{start} {other} kedua periode berbeda, sehingga kedua nilai tidak dibandingkan."
    change = this.change
    if now.converted == then.converted and (change is None or not change.real):
        return start
    if change is None:
        return f"{start} Data belum cukup untuk menilai apakah perbedaannya lebih dari kebetulan."
    spread = f"{signed(change.difference)} (selang kepercayaan 95%: {signed(change.low)} sampai {signed(change.high)})"
    if not change.real:
        return f"{start} Perubahan sebesar {spread} masih dapat terjadi karena kebetulan."
    way = "Kenaikan" if change.difference > 0 else "Penurunan"
    ends = sorted((abs(change.low), abs(change.high)))  # both on the same side of 0
    size = f"{number(abs(change.difference))} (selang kepercayaan 95%: {number(ends[0])} sampai {number(ends[1])})"
    return f"{start} {way} sebesar {size} lebih besar daripada yang dapat terjadi karena kebetulan."
