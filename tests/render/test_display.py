"""Numbers and dates as Indonesians write them."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from calc import display
from calc.rounding import round_half_up


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (Fraction(85243, 1000), 2, "85,24"),
        (Decimal("88.305"), 2, "88,31"),
        (Fraction(1, 3), 4, "0,3333"),
        (1234567, 0, "1.234.567"),
        (Decimal("1234.5"), 2, "1.234,50"),
        (100, 2, "100,00"),
        (0, 2, "0,00"),
        (None, 2, "–"),
        (Decimal("-0.0481"), 3, "\u22120,048"),
    ],
)
def test_numbers_have_a_decimal_comma_and_points_for_thousands(value, decimals, printed):
    assert display.number(value, decimals) == printed


def test_shares_are_written_with_a_percent_sign_and_no_blank():
    assert display.percent(1, 3) == "33,3%"
    assert display.percent(0, 0) == "–"


def test_days_are_written_out_or_as_the_poster_writes_them():
    assert display.long_date(date(2026, 8, 17)) == "17 Agustus 2026"
    assert display.short_date(date(2026, 8, 7)) == "07-08-2026"


@pytest.mark.parametrize(("hours", "zone"), [(7, "WIB"), (8, "WITA"), (9, "WIT"), (3, "UTC+3"), (0, "UTC")])
def test_moments_name_their_zone(hours, zone):
    at = datetime(2026, 11, 24, 15, 5, tzinfo=timezone(timedelta(hours=hours)))
    assert display.moment(at) == f"24 November 2026 pukul 15.05 {zone}"


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        display.moment(datetime(2026, 1, 1))


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 6))
def test_numbers_are_printed_as_the_locale_prints_them(value, decimals):
    """Babel reads the Unicode locale data of Indonesian; only its hyphen is a minus sign here, as in '−1,73'."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    expected = format_decimal(round_half_up(value, decimals), format=pattern, locale="id")
    assert display.number(value, decimals) == expected.replace("-", "\u2212")
