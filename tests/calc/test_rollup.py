"""One index from the services: three rules on one data set, each by hand; what is left out and what is unknown."""

from __future__ import annotations

import pickle
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.render.result_json import as_json
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.interval import bounds
from calc.scoring.result import About
from calc.scoring.rollup import RULES, Part, estimate, roll_ups, rolled, rule_in_force
from calc.scoring.tally import Tally

EXACT = convention("exact")
SKM = instrument("skm-2017")


def _part(name, scores, population=None, blank_first=0):
    """Persons who gave one score to everything; the first `blank_first` of them left U1 open."""
    rows = np.array([[score] * 9 for score in scores], np.uint8).reshape(len(scores), 9)
    rows[:blank_first, 0] = 0
    full = rows[(rows > 0).all(axis=1)]
    return Part(name, Tally.of_scores(rows, 4), Tally.of_scores(full, 4), population)


# The golden data set: three services, 8 + 4 + 2 = 14 persons who each gave one score to everything.
#   KTP-el  8 persons: 4 x 3, 4 x 4   NI 3.5    converted 87.50   users 100
#   KK      4 persons: 2 x 2, 2 x 4   NI 3      converted 75.00   users 300
#   Akta    2 persons: 2, 3           NI 2.5    converted 62.50   users 600
KTP = _part("KTP-el", [3] * 4 + [4] * 4, 100)
KK = _part("Kartu Keluarga", [2, 2, 4, 4], 300)
AKTA = _part("Akta Kelahiran", [2, 3], 600)
GOLDEN = (KTP, KK, AKTA)
STRAY = _part("Tanpa layanan tertentu", [4, 4])._replace(is_service=False)


def _rolled(rule, parts=GOLDEN, name="exact", **more):
    return rolled(SKM, parts, rule, convention(name), **more)


def test_golden_all_responses_together():
    """(28 + 12 + 5) / 14 = 45/14 = 3.2143; x 25 = 80.357: B."""
    found = _rolled("pooled")
    assert (found.index, str(found.converted), found.grade) == (Fraction(45, 14), "80.36", "B")
    assert found.roll_up == "pooled"


def test_golden_every_service_alike():
    """(3.5 + 3 + 2.5) / 3 = 3; x 25 = 75.00: C."""
    found = _rolled("services")
    assert (found.index, str(found.converted), found.grade) == (Fraction(3), "75.00", "C")
    assert found.roll_up == "services"
    assert found.roll_up_words.startswith(
        "Nilai unit adalah rata-rata nilai 3 kelompok layanan, masing-masing"
    )


def test_golden_every_service_by_its_users():
    """(100 x 3.5 + 300 x 3 + 600 x 2.5) / 1000 = 2750/1000 = 2.75; x 25 = 68.75: C."""
    found = _rolled("visits")
    assert (found.index, str(found.converted), found.grade) == (Fraction(11, 4), "68.75", "C")
    assert found.roll_up == "visits"
    assert "jumlah pengguna" in found.roll_up_words


def test_the_three_golden_values_stand_beside_each_other():
    found = roll_ups(SKM, GOLDEN, EXACT, "visits")
    assert [(r.rule, str(r.converted), r.grade, r.chosen, r.reason) for r in found] == [
        ("pooled", "80.36", "B", False, ""),
        ("services", "75.00", "C", False, ""),
        ("visits", "68.75", "C", True, ""),
    ]
    assert [r.name for r in found] == list(RULES.values())


def test_the_stratified_interval_by_hand():
    """By users, weights 0.1, 0.3, 0.6; variance of a service's mean = s² / n x (1 - n/N), in points of 100:

    KTP-el s² = 8 x 12.5² / 7 = 178.571, / 8 = 22.3214, x (1 - 8/100)   = 20.5357; x 0.01 =  0.205357
    KK     s² = 4 x 25² / 3   = 833.333, / 4 = 208.333, x (1 - 4/300)   = 205.556; x 0.09 = 18.5
    Akta   s² = 2 x 12.5² / 1 = 312.5,   / 2 = 156.25,  x (1 - 2/600)   = 155.729; x 0.36 = 56.0625
    Sum 74.767857, root 8.646841. Degrees: 74.767857² / (0.205357²/7 + 18.5²/3 + 56.0625²/1)
    = 5590.23 / (0.006 + 114.083 + 3143.004) = 1.716, so 1: t = 12.7062, margin 109.868.
    68.75 is 0.583333 of the scale, logit 0.336472 ± 12.7062 x 8.646841 / 75 / 0.243056 = 6.027044: 0.003367 and 0.998280
    of the scale.
    """
    one = estimate(SKM, GOLDEN, "visits", EXACT)
    assert float(one.variance) == pytest.approx(74.767857, abs=1e-6)
    assert one.freedom == 1
    assert str(bounds(one).margin) == "109.87"
    interval = _rolled("visits").interval
    assert (str(interval.low), str(interval.high), str(interval.margin)) == ("25.25", "99.87", "109.87")


def test_a_stratified_interval_of_two_large_services_by_hand():
    """Users unknown, weights 1/2: ten 3 and ten 4 (s²/n = 164.4737/20 = 8.22368), twenty 2 and twenty 4 (s²/n =
    625 x 40/39 / 40 = 16.02564). Variance (8.22368 + 16.02564) / 4 = 6.06233; degrees (24.24932)² / (8.22368²/19 +
    16.02564²/39) = 588.030 / (3.55943 + 6.58515) = 57.96, so 57: t = 2.00247, margin 2.00247 x 2.46218 = 4.93044.
    Centre (87.5 + 75) / 2 = 81.25, 3/4 of the scale: logit ln 3 ± 4.93044 / 75 / 0.1875 = 0.350609.
    """
    parts = (_part("A", [3] * 10 + [4] * 10), _part("B", [2] * 20 + [4] * 20))
    interval = _rolled("services", parts).interval
    assert (str(interval.low), str(interval.high), str(interval.margin)) == ("75.91", "85.74", "4.93")


def test_people_and_scores_stay_those_of_all_responses():
    found, pooled = _rolled("services"), _rolled("pooled")
    assert (found.n, found.incomplete) == (pooled.n, pooled.incomplete) == (14, 0)
    for own, whole in zip(found.elements, pooled.elements, strict=True):
        assert (own.n, own.total, own.counts) == (whole.n, whole.total, whole.counts)
        assert (own.mean, str(own.converted), own.grade) == (Fraction(3), "75.00", "C")


def test_weighted_means_always_add_up_to_the_index():
    for rule in RULES:
        for name in ("exact", "0.111", "0.111-nrr2-weighted2"):
            found = _rolled(rule, name=name)
            assert sum(e.weighted for e in found.elements) == found.index, (rule, name)


def test_rounding_steps_are_those_of_every_service():
    """0,111 with weighted means cut to two decimals: 3.5 -> 0.39, 3 -> 0.33, 2.5 -> 0.28 (0.2775), nine times each:
    3.51, 2.97, 2.52; their mean is 3.00, x 25 = 75.00.
    """
    assert _rolled("services", name="0.111-weighted2").index == Fraction(3)
    others = {o.convention: str(o.converted) for o in _rolled("services").other_conventions}
    assert others["0.111-weighted2"] == "75.00"
    assert others["0.111"] == "74.93"  # 3 x 0.999 x 25 = 74.925


def test_answers_without_a_service_are_a_group_of_their_own():
    """Two persons who gave 4: (3.5 + 3 + 2.5 + 4) / 4 = 3.25."""
    assert _rolled("services", (*GOLDEN, STRAY)).index == Fraction(13, 4)


def test_answers_without_a_service_have_no_users_to_weigh_with_and_are_left_out_by_name():
    """One answer through a link of the whole unit must not take the rule from the whole unit."""
    found = _rolled("visits", (*GOLDEN, STRAY))
    assert (found.roll_up, found.index) == ("visits", _rolled("visits").index)
    assert found.n == _rolled("visits").n + 2
    words = "Tidak diikutkan karena jumlah penggunanya tidak dapat dicatat: Tanpa layanan tertentu."
    assert found.roll_up_words.endswith(words)
    assert roll_ups(SKM, (*GOLDEN, STRAY), EXACT, "visits")[2].reason == words


def test_only_answers_without_a_service_leave_nothing_to_weigh():
    found = _rolled("visits", (STRAY, STRAY._replace(name="Lain")))
    assert (found.roll_up, found.converted) == ("pooled", Decimal("100.00"))
    assert found.roll_up_words.endswith("Belum ada layanan yang mempunyai nilai.")


def test_a_rule_that_cannot_be_followed_leaves_all_together_and_says_why():
    parts = (KTP, KK._replace(population=None), AKTA)
    found = _rolled("visits", parts)
    assert (found.roll_up, found.converted) == ("pooled", Decimal("80.36"))
    assert found.roll_up_words.endswith(
        "Aturan 'rata-rata tertimbang jumlah pengguna' tidak dapat dipakai. "
        "Jumlah pengguna belum dicatat untuk Kartu Keluarga."
    )
    assert rule_in_force(SKM, parts, "visits", EXACT) == "pooled"
    assert [r.chosen for r in roll_ups(SKM, parts, EXACT, "visits")] == [True, False, False]


@pytest.mark.parametrize("rule", ["services", "visits"])
def test_a_service_without_a_value_is_left_out_by_name(rule):
    """Nobody at the counter for moves: the values are those of the other three."""
    parts = (*GOLDEN, _part("Pindah Datang", []))
    found = _rolled(rule, parts)
    assert found.converted == _rolled(rule).converted
    assert found.roll_up_words.endswith("Tidak diikutkan karena belum mempunyai nilai: Pindah Datang.")
    told = next(r for r in roll_ups(SKM, parts, EXACT, rule) if r.rule == rule)
    assert "Pindah Datang" in told.reason
    assert told.chosen


def test_services_of_which_none_has_a_value_have_none_together():
    parts = (_part("A", []), _part("B", []))
    assert [r.converted for r in roll_ups(SKM, parts, EXACT)] == [None, None, None]
    assert all(r.reason for r in roll_ups(SKM, parts, EXACT))
    found = _rolled("services", parts)
    assert (found.n, found.converted, found.interval) == (0, None, None)


@pytest.mark.parametrize("rule", list(RULES))
def test_one_service_has_nothing_to_combine(rule):
    alone = _rolled(rule, (KTP,), about=About(population=100))
    assert alone == result(SKM, KTP.tally, EXACT, population=100)
    assert roll_ups(SKM, (KTP,), EXACT) == ()


def test_together_is_what_a_unit_without_services_has():
    """All in one: the same Result but for the words that name the rule."""
    whole = KTP.tally + KK.tally + AKTA.tally
    found = _rolled("pooled", about=About(population=1000))
    assert replace(found, roll_up_words="") == result(SKM, whole, EXACT, population=1000)


def test_a_service_with_one_answer_makes_the_interval_unknown():
    """One person shows no spread; the average has a value but no interval."""
    found = _rolled("services", (*GOLDEN, _part("Legalisasi", [4])))
    assert (str(found.converted), found.interval) == ("81.25", None)


@pytest.mark.parametrize(("n", "known"), [(5, False), (30, True)])
def test_a_service_in_which_few_were_all_alike_makes_the_interval_unknown(n, known):
    """Else five contented people would make the whole unit's interval narrow."""
    assert (_rolled("services", (*GOLDEN, _part("Legalisasi", [4] * n))).interval is not None) is known


def test_everybody_asked_in_every_service_has_no_sampling_error():
    parts = (_part("A", [3, 4], 2), _part("B", [2, 4, 4], 3))
    interval = _rolled("visits", parts).interval
    assert interval.low == interval.high == _rolled("visits", parts).converted


def test_one_service_in_which_everybody_answered_does_not_make_the_others_certain():
    """A: all of 2 (variance 0). B: 2, 4, 4 of many: s² = 833.33, / 3 = 277.78; x 1/4 = 69.44, root 8.333, df 2."""
    parts = (_part("A", [3, 4], 2), _part("B", [2, 4, 4]))
    assert str(_rolled("services", parts).interval.margin) == "35.86"  # 4.30265 x 8.33333


def test_complete_answers_alone_follow_the_same_rule():
    """KTP-el: two of the persons who gave 3 left U1 open; complete 2 x 3 and 4 x 4: 22/6. (22/6 + 3) / 2 x 25."""
    parts = (_part("KTP-el", [3] * 4 + [4] * 4, blank_first=2), KK)
    found = _rolled("services", parts)
    assert (found.incomplete, str(found.complete_only)) == (2, "83.33")


def test_an_unknown_rule_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'median'.*pooled, services, visits"):
        _rolled("median")


def test_the_rule_travels_with_the_result():
    found = _rolled("visits")
    assert as_json(found)["roll_up"] == "visits"
    assert pickle.loads(pickle.dumps(found)) == found
