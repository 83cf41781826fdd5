"""The value from period to period, and whether it changed by more than chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.display import NO_DATA, number, whole
from calc.report import charts
from calc.report.data import ReportData, TrendPoint
from calc.report.document import Block, Column, Figure, Table, Together
from calc.report.numbering import section
from calc.report.texts import blocks_of
from calc.report.wording.phrases import period_of, signed
from calc.report.wording.sentences import is_running
from calc.report.wording.trend import kind_inside, unlike, verdict

EXPLAINED = (
    "Selang: selang kepercayaan 95%. Perubahan dihitung terhadap nilai sebelumnya; 'nyata' berarti selang perubahan "
    "tidak memuat 0, sehingga perubahan lebih besar daripada yang dapat terjadi karena kebetulan."
)


def trend(data: ReportData) -> tuple[Block, ...]:
    """Tren Nilai SKM."""
    blocks: list[Block] = [section("Tren Nilai SKM", "tren"), *blocks_of(data, "tren")]
    if len(data.trend) > 1:  # one row would only repeat the sentence
        blocks += _told(data, data.trend, "Nilai IKM dari periode ke periode")
    if data.inside:
        blocks += _told(data, data.inside, f"Nilai IKM per {kind_inside(data)}")
    return tuple(blocks)


def _told(data: ReportData, points: Sequence[TrendPoint], caption: str) -> Iterator[Block]:
    picture = charts.trend(points)
    if picture is None:
        yield _table(data, points, caption)
    else:
        yield Together((_table(data, points, caption), Figure(picture, caption)))


def _table(data: ReportData, points: Sequence[TrendPoint], caption: str) -> Table:
    return Table(
        columns=(
            Column("Periode", 119),
            Column("Responden", 58, "right"),
            Column("IKM", 44, "right", strong=True),
            Column("Mutu", 30, "centre", strong=True),
            Column("Selang", 76, "right"),
            Column("Perubahan", 58, "right"),
            Column("Keterangan", 108),
        ),
        rows=tuple(_row(point, _before(points[:at])) for at, point in enumerate(points)),
        caption=caption,
        note=EXPLAINED if len(points) > 1 else "Selang: selang kepercayaan 95%.",
        marked=len(points) - 1 if points[-1].result == data.result else None,
    )


def _before(points: Sequence[TrendPoint]) -> TrendPoint | None:
    """The last of them that has a value: what a change is told against."""
    return next((point for point in reversed(points) if point.result.converted is not None), None)


def _row(point: TrendPoint, before: TrendPoint | None) -> tuple[str, ...]:
    result, change = point.result, point.change
    interval = result.interval
    return (
        period_of(result) + (" (sementara)" if is_running(result) else ""),
        whole(result.n),
        number(result.converted),
        result.grade or NO_DATA,
        f"{number(interval.low)} – {number(interval.high)}" if interval else NO_DATA,
        signed(change.difference) if change else NO_DATA,
        _judged(point, before),
    )


def _judged(point: TrendPoint, before: TrendPoint | None) -> str:
    if before is None:
        return NO_DATA
    other = unlike(point.result, before.result)
    return f"{other} berbeda" if other else verdict(point.change)
