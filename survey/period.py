"""The office's calendar: the days a report covers, as a half-open interval of local days.

Keys people type and addresses carry: ``2026-07`` (bulan), ``2026-TW3`` (triwulan; ``2026-Q3`` is read too),
``2026-S2`` (semester), ``2026`` (tahun), ``2026-07-15..2026-08-20`` (free, both days included).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Period:
    """start : first day; end : first day after it (half-open, rule 10)."""

    key: str
    name: str  # 'Triwulan III Tahun 2026'
    kind: str  # bulan, triwulan, semester, tahun, bebas
    start: date
    end: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a key. ValueError carries a sentence that lists the forms."""
        raise NotImplementedError  # H2

    @classmethod
    def at(cls, kind: str, day: date) -> Period:
        """The period of that kind that holds a day."""
        raise NotImplementedError  # H2

    @property
    def last_day(self) -> date:
        raise NotImplementedError  # H2

    @property
    def months(self) -> tuple[str, ...] | None:
        """('2026-07', '2026-08', '2026-09'); None for a free range that is not whole months."""
        raise NotImplementedError  # H2

    def previous(self) -> Period:
        """The period of the same kind just before (a free range: as many days just before)."""
        raise NotImplementedError  # H2

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The half-open interval in UTC."""
        raise NotImplementedError  # H2
