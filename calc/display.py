"""Numbers and dates as Indonesians read them: 1.234,50 and 24 November 2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date, format_datetime

from calc.rounding import round_half_up

LOCALE = "id"
NO_DATA = "–"
_SEPARATORS = str.maketrans(",.-", ".,\u2212")  # a minus sign, no hyphen


def number(value: Fraction | Decimal | int | None, decimals: int = 2) -> str:
    """``Fraction(85243, 1000)`` gives ``85,24``; None gives an en dash."""
    if value is None:
        return NO_DATA
    # as babel prints it, thirty times faster: a report has a thousand numbers
    return f"{round_half_up(value, decimals):,.{decimals}f}".translate(_SEPARATORS)


def whole(value: int | None) -> str:
    """``12345`` gives ``12.345``."""
    return NO_DATA if value is None else f"{value:,}".replace(",", ".")


def percent(part: int, of: int, decimals: int = 1) -> str:
    """``percent(1, 3)`` gives ``33,3%``; a share of nothing gives an en dash."""
    return NO_DATA if of == 0 else number(Fraction(part * 100, of), decimals) + "%"


def joined(words: Sequence[str]) -> str:
    """'a', 'a dan b', 'a, b, dan c'."""
    if len(words) <= 2:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"


def long_date(day: date) -> str:
    """``24 November 2026``."""
    return format_date(day, "d MMMM y", locale=LOCALE)


def short_date(day: date) -> str:
    """``24-11-2026``, as the regulation's poster writes days."""
    return format_date(day, "dd-MM-y", locale=LOCALE)


def moment(at: datetime) -> str:
    """``24 November 2026 pukul 15.05 WITA``; `at` must carry its zone.

    Raises
    ------
    ValueError
        For a naive time: nobody could say which of the three zones it means.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return format_datetime(at, "d MMMM y 'pukul' HH.mm", locale=LOCALE) + " " + zone_name(at)


def zone_name(at: datetime) -> str:
    """WIB, WITA or WIT for Indonesia's offsets, else ``UTC+3`` and the like."""
    offset = at.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    return {7: "WIB", 8: "WITA", 9: "WIT"}.get(hours, f"UTC{hours:+d}" if hours else "UTC")
