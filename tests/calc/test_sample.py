"""Sample sizes: the whole printed table of Krejcie and Morgan, and hand-calculated values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calc.scoring.result import About
from calc.scoring.sample_size import cochran, krejcie_morgan, slovin
from calc.statistics.sample import Sample, samples

# Krejcie and Morgan (1970), Educational and Psychological Measurement 30, 607-610: all 90 printed rows
TABLE = """
10 10  15 14  20 19  25 24  30 28  35 32  40 36  45 40  50 44  55 48  60 52  65 56  70 59  75 63  80 66  85 70
90 73  95 76  100 80  110 86  120 92  130 97  140 103  150 108  160 113  170 118  180 123  190 127  200 132
210 136  220 140  230 144  240 148  250 152  260 155  270 159  280 162  290 165  300 169  320 175  340 181
360 186  380 191  400 196  420 201  440 205  460 210  480 214  500 217  550 226  600 234  650 242  700 248
750 254  800 260  850 265  900 269  950 274  1000 278  1100 285  1200 291  1300 297  1400 302  1500 306
1600 310  1700 313  1800 317  1900 320  2000 322  2200 327  2400 331  2600 335  2800 338  3000 341  3500 346
4000 351  4500 354  5000 357  6000 361  7000 364  8000 367  9000 368  10000 370  15000 375  20000 377
30000 379  40000 380  50000 381  75000 382  1000000 384
"""


def test_every_row_of_the_printed_table_comes_out():
    numbers = [int(word) for word in TABLE.split()]
    rows = list(zip(numbers[::2], numbers[1::2], strict=True))
    assert len(rows) == 89 + 1
    assert [(n, krejcie_morgan(n)) for n, _ in rows] == rows


def test_between_two_rows_the_formula_decides():
    """N = 1050: 0.96025 x 1050 / (0.0025 x 1049 + 0.96025) = 1008.2625 / 3.58275 = 281.42."""
    assert krejcie_morgan(1050) == 281


@pytest.mark.parametrize("population", [None, 0, -5])
def test_an_unknown_population_has_no_target(population):
    assert krejcie_morgan(population) is None
    assert slovin(population) is None


def test_the_target_never_exceeds_the_population():
    assert all(krejcie_morgan(n) <= n for n in range(1, 3000))


def test_slovin_and_cochran_by_hand():
    """Slovin 1050 / (1 + 1050 x 0.0025) = 289.66; Cochran 1.96² x 0.25 / 0.0025 = 384.16, N = 1000: 277.7."""
    assert slovin(1050) == 290
    assert cochran() == 385
    assert cochran(1000) == 278
    assert cochran(0) is None
    assert cochran(None, "0.1") == 97  # 96.04


def test_the_unit_comes_first_and_a_service_without_recorded_users_has_no_target(from_totals):
    """4000 users: Krejcie and Morgan 351, Slovin 4000 / 11 = 363.6, Cochran 384.16 / (1 + 383.16/4000) = 350.6."""
    unit = from_totals("skm-2017", 33, [105] * 9)
    unit = replace(unit, about=About(population=4000))
    service = replace(unit, n=12, about=About(service="KTP-el"))
    assert samples(unit, [service]) == (
        Sample("", 33, 4000, 351, 364, 351),
        Sample("KTP-el", 12, None, None, None, None),
    )
