"""Alpha and item-total correlations: one case by hand, the printed table of r, and person by person."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.scoring.tally import Tally
from calc.statistics.reliability import critical_r, reliability

SKM = instrument("skm-2017")

# r at two-sided 5 percent by degrees of freedom. Source: Fisher and Yates, Statistical Tables, table VII; the same
# digits are printed in Indonesian textbooks. Checked with scipy 1.17 (t / sqrt(df + t²)).
TABLE = """
1 0.997  2 0.950  3 0.878  4 0.811  5 0.754  10 0.576  15 0.482  18 0.444  20 0.423  25 0.381  28 0.361  30 0.349
40 0.304  50 0.273  60 0.250  80 0.217  90 0.205  98 0.197  100 0.195
"""


def _tally(rows) -> Tally:
    return Tally.of_scores(np.array(rows, np.uint8), 4)


def test_one_case_by_hand(three_questions):
    """Five persons, three questions; variances (n - 1) 1.7, 0.7, 1.7, of the sums 4 7 8 11 12: 10.3.

    alpha = 3/2 (1 - 4.1/10.3) = 0.9029. Question one with the others' sum (variance 3.8): covariance 2.4, so
    2.4 / sqrt(1.7 x 3.8) = 0.9443; alpha without it 2 (1 - 2.4/3.8) = 0.7368. Table: df 3, 0.878.
    """
    found = reliability(three_questions, _tally([[1, 2, 1], [2, 2, 3], [3, 3, 2], [4, 3, 4], [4, 4, 4]]))
    first = found.items[0]
    assert (found.n, str(found.alpha), str(found.critical)) == (5, "0.903", "0.878")
    assert (first.code, str(first.correlation), str(first.alpha_without)) == ("U1", "0.944", "0.737")
    assert first.valid


@pytest.mark.parametrize(("freedom", "printed"), list(zip(*[iter(TABLE.split())] * 2, strict=True)))
def test_the_critical_value_is_that_of_the_printed_table_of_r(freedom, printed):
    assert str(critical_r(int(freedom) + 2)) == printed


@pytest.mark.parametrize(("n", "printed"), [(20, "0.444"), (30, "0.361"), (100, "0.197")])
def test_thirty_respondents_need_the_value_that_every_report_quotes(n, printed):
    assert str(critical_r(n)) == printed


def test_it_equals_a_calculation_person_by_person():
    rng = np.random.default_rng(11)
    mood = rng.normal(3.2, 0.55, (240, 1))
    rows = np.clip(np.rint(mood + rng.normal(0, 0.45, (240, 9))), 1, 4)
    found = reliability(SKM, _tally(rows))
    total = rows.sum(axis=1)
    alpha = 9 / 8 * (1 - rows.var(axis=0, ddof=1).sum() / total.var(ddof=1))
    assert float(found.alpha) == pytest.approx(alpha, abs=0.0005)
    for i, item in enumerate(found.items):
        rest = total - rows[:, i]
        assert float(item.correlation) == pytest.approx(np.corrcoef(rows[:, i], rest)[0, 1], abs=0.0005)


def test_questions_of_one_element_carry_its_code(small):
    found = reliability(small, _tally([[1, 2, 1], [2, 2, 3], [4, 3, 4]]))
    assert [(item.key, item.code) for item in found.items] == [
        ("cepat_loket", "U1"),
        ("cepat_hasil", "U1"),
        ("ramah", "U2"),
    ]


def test_a_question_against_the_others_is_not_valid(three_questions):
    """The third falls where the others rise: its correlation is -1."""
    found = reliability(three_questions, _tally([[1, 1, 4], [2, 2, 3], [3, 3, 2]]))
    assert (found.items[2].correlation, found.items[2].valid) == (Decimal("-1.000"), False)


def test_a_question_that_all_answered_alike_is_neither_valid_nor_invalid(three_questions):
    found = reliability(three_questions, _tally([[1, 2, 4], [2, 2, 4], [4, 3, 4]]))
    assert (found.items[2].correlation, found.items[2].valid) == (None, None)
    assert found.items[0].valid is not None


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((0, 9)),
        [[3] * 9],
        [[3] * 9, [4] * 9],  # two persons: every correlation would be 1
        [[4] * 9] * 50,
        [[1, 4, 1, 4, 2, 3, 2, 3, 3], [4, 1, 4, 1, 3, 2, 3, 2, 3], [2, 3, 2, 3, 1, 4, 1, 4, 3]],  # equal sums
    ],
    ids=["nobody", "one", "two", "all alike", "equal sums"],
)
def test_answers_that_say_nothing_about_it_have_no_alpha(rows):
    assert reliability(SKM, _tally(rows)) is None


def test_answers_with_blanks_are_refused():
    with pytest.raises(ValueError, match="complete"):
        reliability(SKM, _tally([[0, *[3] * 8], [4] * 9, [2] * 9]))
