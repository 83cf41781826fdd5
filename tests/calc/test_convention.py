"""Names of conventions, their sentences, and which fit which questionnaire."""

from __future__ import annotations

from fractions import Fraction

import pytest

from calc.instruments.reader import instrument
from calc.scoring.convention import NAMES, ConventionError, check, convention, usual


@pytest.mark.parametrize("name", NAMES)
def test_every_name_reads_back_as_itself_and_has_a_sentence(name):
    found = convention(name)
    assert found.name == name
    assert found.words.startswith("Bobot setiap unsur") and found.words.endswith(".")


def test_all_sentences_differ():
    assert len({convention(name).words for name in NAMES}) == len(NAMES) == 16


def test_a_name_says_weight_and_rounding_steps():
    found = convention("0.111-nrr2-weighted2", 5)
    assert (found.weight, found.mean_decimals, found.weighted_decimals) == (Fraction(111, 1000), 2, 2)
    assert found.minimum_answers == 5 and "kurang dari 5 jawaban" in found.words
    assert convention("exact").weight is None


def test_a_decimal_comma_is_understood():
    assert convention(" 0,11-NRR2 ").name == "0.11-nrr2"


@pytest.mark.parametrize(
    "name", ["", "1/9", "0.1111", "exact-weighted2-nrr2", "exact-nrr3", "0.11 nrr2", "０.11"]
)
def test_an_unknown_name_is_refused_with_the_known_ones(name):
    with pytest.raises(ConventionError, match=r"tidak dikenal\. Pilih exact, 0\.111, 0\.11, 0\.071"):
        convention(name)


def test_a_minimum_below_zero_is_refused():
    with pytest.raises(ConventionError, match="0 atau lebih"):
        convention("exact", -1)


@pytest.mark.parametrize(
    ("key", "name"),
    [("skm-2017", "0.071"), ("skm-2014", "0.071-nrr2"), ("ikm-2004", "0.111"), ("ikm-2004", "0.11")],
)
def test_a_weight_of_another_number_of_elements_is_refused_with_those_that_fit(key, name):
    with pytest.raises(ConventionError, match=f"tidak cocok untuk {key}.*pilih exact"):
        check(instrument(key), convention(name))


def test_one_weight_for_all_does_not_fit_unequal_weights(small):
    with pytest.raises(ConventionError, match="tidak cocok"):
        check(small, convention("0.11"))
    check(small, convention("exact-nrr2"))


def test_the_usual_conventions_fit_their_questionnaire_and_begin_with_exact(small):
    for asked in (instrument("skm-2017"), instrument("ikm-2004"), small):
        names = [found.name for found in usual(asked)]
        assert names[0] == "exact" and len(names) > 1
        for found in usual(asked):
            check(asked, found)


def test_the_sentence_names_the_weight_of_the_questionnaire(small):
    assert "1/9 (eksak)" in convention("exact").words_for(instrument("skm-2017"))
    assert "1/14 (eksak)" in convention("exact").words_for(instrument("ikm-2004"))
    assert "dari kuesioner" in convention("exact").words_for(small)
    assert "0,111;" in convention("0.111").words_for(instrument("skm-2017"))


def test_a_rounding_that_leads_above_100_is_refused():
    """14 elements, all 4: 4/14 = 0,2857 rounds to 0,29; 14 x 0,29 x 25 = 101,5."""
    with pytest.raises(ConventionError, match="tidak cocok"):
        check(instrument("ikm-2004"), convention("exact-weighted2"))
    check(instrument("skm-2017"), convention("exact-weighted2"))  # 4/9 = 0,44; 9 x 0,44 x 25 = 99,00
