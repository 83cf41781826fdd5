"""The office's calendar: the days a report covers, as a half-open interval of local days.

Keys people type and addresses carry: ``2026-07`` (bulan), ``2026-TW3`` (triwulan; ``2026-Q3`` is read too),
``2026-S2`` (semester; ``2026-SM2`` is read too), ``2026`` (tahun), ``2026-07-15..2026-08-20`` (free, both
days included).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

INDONESIAN = {
    "month": "bulan",
    "quarter": "triwulan",
    "half_year": "semester",
    "year": "tahun",
}  # in Indonesian
FREE = "free"
FIRST_YEAR, LAST_YEAR = 1970, 9998  # the day after the last one must still be a date
# Ten years of days: an address cannot ask for the tallies of eight thousand.
LONGEST = 3660

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ROMAN = ("I", "II", "III", "IV")
LENGTH = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
FORMS = "2026-07 (bulan), 2026-TW3 (triwulan), 2026-S2 (semester), 2026 (tahun) atau 2026-07-15..2026-08-20"

# Digits are spelled out: \d would also read Arabic and full-width digits.
OFFICIAL = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|(?:TW|Q)([1-4])|SM?([12])))?")
RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")


@dataclass(frozen=True)
class Period:
    """start : first day; end : first day after it (half-open, rule 10)."""

    key: str
    name: str  # 'Triwulan III Tahun 2026'
    kind: str  # one of INDONESIAN, or FREE
    start: date
    end: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a key, in upper or lower case. ValueError carries a sentence that lists the forms."""
        key = text.strip().upper()
        if found := OFFICIAL.fullmatch(key):
            year, month, quarter, half = (int(part) if part else 0 for part in found.groups())
            if FIRST_YEAR <= year <= LAST_YEAR and month <= 12 and found[2] != "00":
                if quarter:
                    return cls.at("quarter", date(year, 3 * quarter, 1))
                if half:
                    return cls.at("half_year", date(year, 6 * half, 1))
                return cls.at("month" if month else "year", date(year, month or 1, 1))
        if found := RANGE.fullmatch(key):
            try:
                return cls.free(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
            except ValueError as error:
                if "Periode" in str(error):
                    raise
        raise ValueError(f"Periode '{text[:40]}' tidak dikenal. Tulis {FORMS}.")

    @classmethod
    def at(cls, kind: str, day: date) -> Period:
        """The period of that kind (one of INDONESIAN) that holds a day."""
        if kind not in LENGTH:
            raise ValueError(f"Jenis periode '{kind}' tidak dikenal. Pilih {', '.join(INDONESIAN)}.")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"Periode hanya dari tahun {FIRST_YEAR} sampai {LAST_YEAR}.")
        length = LENGTH[kind]
        number = (day.month - 1) // length
        start = date(day.year, number * length + 1, 1)
        return cls(
            *_official_words(kind, start, number), kind=kind, start=start, end=_months_later(start, length)
        )

    @classmethod
    def free(cls, first: date, last: date) -> Period:
        """A range of days, both included. ValueError when the last is before the first, or far away."""
        if last < first:
            raise ValueError(
                f"Periode terbalik: {last} lebih awal daripada {first}. Tulis tanggal awal lebih dahulu."
            )
        if first.year < FIRST_YEAR or last.year > LAST_YEAR:
            raise ValueError(f"Periode hanya dari tahun {FIRST_YEAR} sampai {LAST_YEAR}.")
        if (last - first).days >= LONGEST:
            raise ValueError("Periode bebas paling panjang sepuluh tahun. Pilih rentang yang lebih pendek.")
        return cls(f"{first}..{last}", _range_words(first, last), FREE, first, last + timedelta(days=1))

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @property
    def months(self) -> tuple[str, ...] | None:
        """('2026-07', '2026-08', '2026-09'); None for a free range that is not whole months."""
        if self.start.day != 1 or self.end.day != 1:
            return None
        found, month = [], self.start
        while month < self.end:
            found.append(month.isoformat()[:7])
            month = _months_later(month, 1)
        return tuple(found)

    def previous(self) -> Period:
        """The period of the same kind just before (a free range: as many days just before)."""
        before = self.start - timedelta(days=1)
        if self.kind != FREE:
            return Period.at(self.kind, before)
        return Period.free(self.start - (self.end - self.start), before)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The half-open interval in UTC: local midnight of the first day and of the day after the last."""
        first, after = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (self.start, self.end))
        return first, after


def _official_words(kind: str, start: date, number: int) -> tuple[str, str]:
    """Key and Indonesian name of an official period."""
    year = f"{start.year:04d}"
    if kind == "month":
        return f"{year}-{start.month:02d}", f"{MONTHS[start.month - 1]} {year}"
    if kind == "quarter":
        return f"{year}-TW{number + 1}", f"Triwulan {ROMAN[number]} Tahun {year}"
    if kind == "half_year":
        return f"{year}-S{number + 1}", f"Semester {ROMAN[number]} Tahun {year}"
    return year, f"Tahun {year}"


def _range_words(first: date, last: date) -> str:
    """'15 Juli – 20 Agustus 2026'; what both days share is said once."""
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {MONTHS[first.month - 1]} {first.year} – {end}"
    if first.month != last.month:
        return f"{first.day} {MONTHS[first.month - 1]} – {end}"
    return f"{first.day}–{end}"


def _months_later(day: date, months: int) -> date:
    """The first day of the month that many months after the month of a first day."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
