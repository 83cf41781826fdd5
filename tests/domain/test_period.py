"""The office's calendar: keys, names, and the borders of days in every zone of the country."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from survey.domain.period import Period

# Offsets of the three zones, in hours: WIB, WITA, WIT; none of them has summer time.
ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}


@pytest.mark.parametrize(
    ("typed", "key", "name", "start", "last"),
    [
        ("2026-07", "2026-07", "Juli 2026", date(2026, 7, 1), date(2026, 7, 31)),
        ("2024-02", "2024-02", "Februari 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2100-02", "2100-02", "Februari 2100", date(2100, 2, 1), date(2100, 2, 28)),
        ("2026-12", "2026-12", "Desember 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-TW1", "2026-TW1", "Triwulan I Tahun 2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-tw3", "2026-TW3", "Triwulan III Tahun 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", "2026-TW4", "Triwulan IV Tahun 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-S1", "2026-S1", "Semester I Tahun 2026", date(2026, 1, 1), date(2026, 6, 30)),
        (" 2026-sm2 ", "2026-S2", "Semester II Tahun 2026", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", "2026", "Tahun 2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("1970", "1970", "Tahun 1970", date(1970, 1, 1), date(1970, 12, 31)),
        ("9998-TW4", "9998-TW4", "Triwulan IV Tahun 9998", date(9998, 10, 1), date(9998, 12, 31)),
        (
            "2026-07-15..2026-08-20",
            "2026-07-15..2026-08-20",
            "15 Juli – 20 Agustus 2026",
            date(2026, 7, 15),
            date(2026, 8, 20),
        ),
        (
            "2025-12-15..2026-01-05",
            "2025-12-15..2026-01-05",
            "15 Desember 2025 – 5 Januari 2026",
            date(2025, 12, 15),
            date(2026, 1, 5),
        ),
        (
            "2026-07-15..2026-07-20",
            "2026-07-15..2026-07-20",
            "15–20 Juli 2026",
            date(2026, 7, 15),
            date(2026, 7, 20),
        ),
        (
            "2024-02-29..2024-02-29",
            "2024-02-29..2024-02-29",
            "29 Februari 2024",
            date(2024, 2, 29),
            date(2024, 2, 29),
        ),
    ],
)
def test_a_period_is_read_as_the_office_writes_it(typed, key, name, start, last):
    period = Period.parse(typed)
    assert (period.key, period.name, period.start, period.last_day) == (key, name, start, last)
    assert Period.parse(period.key) == period


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "2026-00",
            "2026-13",
            "2026-7",
            "26",
            "2026-TW0",
            "2026-TW5",
            "2026-S3",
            "2026-07-15",
            "Juli 2026",
        ),
        *(
            "0000",
            "1969",
            "9999",
            "٢٠٢٦",
            "2026-TW３",
            "2026-02-30..2026-03-01",
            "2026-07-15..",
            "2026/07",
            "x" * 500,
        ),
        *("2026-07\n2026-08", "-2026", "2026-TW", "2026-M7"),
    ],
)
def test_what_is_no_period_is_refused_with_the_forms_that_are(typed):
    with pytest.raises(ValueError, match=r"tidak dikenal\. Tulis 2026-07 \(bulan\), 2026-TW3") as refused:
        Period.parse(typed)
    assert len(str(refused.value)) < 250


def test_a_range_whose_end_comes_first_is_refused():
    with pytest.raises(ValueError, match="Periode terbalik: 2026-07-01 "):
        Period.parse("2026-08-01..2026-07-01")


@pytest.mark.parametrize("typed", ["1969-12-31..1970-01-01", "9998-12-31..9999-01-01"])
def test_a_range_outside_the_calendar_is_refused(typed):
    with pytest.raises(ValueError, match="dari tahun 1970 sampai 9998"):
        Period.parse(typed)


def test_a_range_of_centuries_is_refused():
    with pytest.raises(ValueError, match="sepuluh tahun"):
        Period.parse("1970-01-01..9998-12-31")


@pytest.mark.parametrize(("zone", "offset"), ZONES.items())
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("year", [2024, 2026])  # with and without 29 February
def test_the_last_moment_of_a_month_belongs_to_it_and_midnight_to_the_next(zone, offset, month, year):
    here = ZoneInfo(zone)
    last_day = monthrange(year, month)[1]
    last_moment = datetime(year, month, last_day, 23, 59, 59, 999999, here).astimezone(UTC)
    midnight = last_moment + timedelta(microseconds=1)
    start, end = Period.parse(f"{year}-{month:02d}").bounds(here)
    assert start == datetime(year, month, 1, tzinfo=UTC) - timedelta(hours=offset)
    assert start <= last_moment < end == midnight
    assert end.utcoffset() == timedelta(0)


@pytest.mark.parametrize("kind", ["month", "quarter", "half_year", "year"])
def test_periods_of_a_kind_follow_each_other_without_gap_or_overlap(kind):
    day, zone = date(2027, 12, 31), ZoneInfo("Asia/Makassar")
    period = Period.at(kind, day)
    while period.start.year > 2023:
        before = period.previous()
        assert before.end == period.start
        assert before.kind == kind
        assert before.bounds(zone)[1] == period.bounds(zone)[0]
        assert Period.at(kind, before.last_day) == before == Period.at(kind, before.start)
        period = before


def test_a_free_range_is_preceded_by_as_many_days():
    assert Period.parse("2026-03-01..2026-03-10").previous().key == "2026-02-19..2026-02-28"


def test_months_of_a_period_are_known_when_it_is_made_of_whole_ones():
    assert Period.parse("2026-TW3").months == ("2026-07", "2026-08", "2026-09")
    assert Period.parse("2026-12-01..2027-01-31").months == ("2026-12", "2027-01")
    assert len(Period.parse("2026").months) == 12
    assert Period.parse("2026-07-02..2026-08-31").months is None
    assert Period.parse("2026-07-01..2026-08-30").months is None


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="month, quarter, half_year, year"):
        Period.at("minggu", date(2026, 7, 1))
