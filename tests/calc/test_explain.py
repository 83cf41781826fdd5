"""What other formulas would print: figures of public reports and hand calculations, never our own."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest

from calc.explain import explain, origin
from calc.explain.answers import Answers
from calc.explain.formulas import FORMULAS
from calc.explain.steps import running_mean
from calc.instruments.reader import instrument
from calc.scoring.convention import convention

SKM, IKM = instrument("skm-2017"), instrument("ikm-2004")
EXACT = convention("exact")

# Two public result tables: n and the sums of U1..U9.
GASPUL = (29, [105, 101, 100, 116, 102, 105, 106, 105, 115])
AIRAWANT = (32, [105, 104, 110, 109, 113, 110, 111, 110, 110])


def _all(scores, asked=SKM, chosen=EXACT, **more):
    return {one.name: one for one in explain(asked, np.asarray(scores, np.uint8), chosen, **more)}


def _printed(scores, name, asked=SKM, chosen=EXACT, **more):
    """Value and letter that one formula prints."""
    one = _all(scores, asked, chosen, **more)[name]
    return str(one.value), one.grade


def _threes(n, threes):
    """n persons: that many of their 9n answers are 3, the others 2."""
    flat = np.full(9 * n, 2, np.uint8)
    flat[:threes] = 3
    return flat.reshape(n, 9)


@pytest.mark.parametrize(
    ("name", "value", "grade"),
    [
        ("bobot-2-desimal", "90.56", "A"),  # published; 955/29 x 0,11 x 25 = 90,5603
        ("bobot-3-desimal", "91.38", "A"),  # 955/29 x 0,111 x 25 = 91,3836
        ("bobot-1-desimal", "82.33", "B"),  # 955/29 x 0,1 x 25 = 82,3276
        # NRR 3,62 3,48 3,45 4,00 3,52 3,62 3,66 3,62 3,97 = 32,94; / 9 x 25 = 91,50
        ("nrr-2-desimal", "91.50", "A"),
        # 0,40 0,39 0,38 0,44 0,39 0,40 0,41 0,40 0,44 = 3,65; x 25 = 91,25
        ("tertimbang-2-desimal", "91.25", "A"),
        # x 0,11: 0,40 0,38 0,38 0,44 0,39 0,40 0,40 0,40 0,44 = 3,63; x 25 = 90,75, with one decimal 90,8
        ("bobot-2-tertimbang-2-ikm-1", "90.8", "A"),
        ("bobot-4-desimal", "91.47", "A"),  # 955/29 x 0,1111 x 25 = 91,4659
        # 0,402 0,387 0,383 0,444 0,391 0,402 0,406 0,402 0,441 = 3,658; x 25
        ("tertimbang-3-desimal", "91.45", "A"),
        # x 0,111: 0,402 0,387 0,383 0,444 0,390 0,402 0,406 0,402 0,440 = 3,656; x 25
        ("bobot-3-tertimbang-3", "91.40", "A"),
        # x 0,11: 0,398 0,383 0,379 0,440 0,387 0,398 0,402 0,398 0,436 = 3,621; x 25 = 90,525
        ("bobot-2-tertimbang-3", "90.53", "A"),
        # 3,621 3,483 3,448 4,000 3,517 3,621 3,655 3,621 3,966, x 0,111: the same three decimals as above
        ("bobot-3-nrr-3-tertimbang-3", "91.40", "A"),
        ("ni-3-desimal", "91.48", "A"),  # 3,659004, so 3,659 x 25 = 91,475
        ("bobot-3-ni-3", "91.38", "A"),  # 32,931034 x 0,111 = 3,655345, so 3,655 x 25 = 91,375
        ("bobot-2-ni-3", "90.55", "A"),  # 32,931034 x 0,11 = 3,622414, so 3,622 x 25
        ("ni-2-desimal", "91.50", "A"),  # 955/261 = 3,6590, so 3,66 x 25
        ("kali-20", "73.18", "C"),  # 3,659004 x 20 = 73,1801
        ("kali-25-per-4", "22.87", "D"),  # 3,659004 x 6,25 = 22,8688
        ("bagi-4-kali-100", "91.48", "A"),
        ("min-maks", "88.63", "A"),  # 2,659004 / 3 x 100 = 88,6335
        ("pembagi-kurang-satu", "102.91", "A"),  # 955/29 / 8 x 25 = 102,9095
        ("kali-100-per-kuadrat", "40.66", "D"),  # 32,931034 x 100 / 81 = 40,6556
    ],
)
def test_a_public_table_under_other_formulas(name, value, grade, scores_of):
    assert _printed(scores_of(*GASPUL), name) == (value, grade)


def test_the_difference_is_that_of_the_printed_values(scores_of):
    """91,48 exactly counted (955/261 x 25 = 91,4751), 90,56 with 0,11."""
    found = _all(scores_of(*GASPUL))["bobot-2-desimal"]
    assert (str(found.difference), found.same) == ("-0.92", False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bobot-2-desimal", "84.39"),  # 982/32 = 30,6875; x 0,11 x 25 = 84,3906
        ("bobot-3-desimal", "85.16"),  # 30,6875 x 0,111 x 25 = 85,1578
        ("ni-2-desimal", "85.25"),  # 3,4097 becomes 3,41; x 25
    ],
)
def test_a_second_public_table(name, value, scores_of):
    assert _printed(scores_of(*AIRAWANT), name) == (value, "B")


def test_the_value_an_office_printed_names_its_formula(scores_of):
    """That report claims 0,1111 and prints 90,56: only 0,11 gives it."""
    found = origin(SKM, scores_of(*GASPUL), EXACT, Decimal("90.56"))
    assert [match.name for match in found.matches] == ["bobot-2-desimal"]


@pytest.mark.parametrize("printed", ["85.243", "85.24", "85.2", "3.41", "3.4097"])
def test_our_own_value_is_recognised_with_any_decimals_and_as_ni(printed, scores_of):
    """491/144 = 3,40972; x 25 = 85,24306."""
    found = origin(SKM, scores_of(*AIRAWANT), EXACT, Decimal(printed))
    assert "hitungan ini" in [match.name for match in found.matches]


def test_a_value_whose_last_decimals_were_dropped_is_recognised(scores_of):
    """91,4751 rounds to 91,48; 91,47 is the same value cut."""
    ours = origin(SKM, scores_of(*GASPUL), EXACT, Decimal("91.47")).matches[0]
    assert (ours.name, ours.cut) == ("hitungan ini", True)


def test_two_mistakes_together_are_found():
    """Two persons, the second left U9 blank: means with 0 for it are 8 x 4 and 2; 34 x 0,11 x 25 = 93,50."""
    scores = np.array([[4] * 9, [4] * 8 + [0]], np.uint8)
    found = origin(SKM, scores, EXACT, Decimal("93.50"))
    assert "kosong-nol+bobot-2-desimal" in [match.name for match in found.matches]


def _office(scores, weight, mean=None, weighted=None, total=None):
    """An office's sheet with its roundings, cell by cell in decimals; written without our own steps."""

    def to(value, decimals):
        step = None if decimals is None else Decimal(1).scaleb(-decimals)
        return value if step is None else value.quantize(step, ROUND_HALF_UP)

    parts = []
    for column in scores.T.tolist():
        given = [score for score in column if score]
        parts.append(to(to(Decimal(sum(given)) / len(given), mean) * Decimal(weight), weighted))
    return to(to(sum(parts), total) * 25, 2)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("bobot-4-desimal", {"weight": "0.1111"}),
        ("bobot-3-tertimbang-3", {"weight": "0.111", "weighted": 3}),
        ("bobot-2-tertimbang-3", {"weight": "0.11", "weighted": 3}),
        ("bobot-3-nrr-3-tertimbang-3", {"weight": "0.111", "mean": 3, "weighted": 3}),
        ("bobot-3-ni-3", {"weight": "0.111", "total": 3}),
        ("bobot-2-ni-3", {"weight": "0.11", "total": 3}),
    ],
)
def test_a_value_rounded_to_three_decimals_on_the_way_names_its_formula(name, steps, seed):
    """Sheets with blanks; of these formulas one to five of six were found before."""
    rng = np.random.default_rng(seed)
    scores = np.where(rng.random((57, 9)) < 0.06, 0, rng.integers(2, 5, (57, 9))).astype(np.uint8)
    found = origin(SKM, scores, EXACT, _office(scores, **steps))
    assert name in [match.name for match in found.matches]


def test_a_value_that_no_formula_gives_gets_the_nearest(scores_of):
    found = origin(SKM, scores_of(*GASPUL), EXACT, Decimal("12.34"))
    assert found.matches == () and found.nearest.name == "kali-25-per-4"  # 22,87


def test_blanks_that_count_as_zero():
    """One of two leaves U1 blank: 4 / 2 = 2 instead of 4; (2 + 8 x 4) / 9 x 25 = 94,44."""
    scores = [[4] * 9, [0] + [4] * 8]
    assert _printed(scores, "kosong-nol") == ("94.44", "A")
    assert "1 jawaban kosong" in _all(scores)["kosong-nol"].why


def test_incomplete_people_dropped():
    """The complete person gave 3 everywhere, the other 1 except U1: 75 is printed; ours is (3 + 8 x 2)/9 x 25."""
    scores = [[3] * 9, [0] + [1] * 8]
    assert _printed(scores, "lengkap-saja") == ("75.00", "C")
    assert _printed(scores, "lengkap-dibagi-semua") == ("37.50", "D")  # 3 / 2 everywhere
    assert _all(scores)["lengkap-saja"].difference == Decimal("22.22")  # 75 - 52,78


def test_formulas_about_blanks_are_not_listed_without_blanks(scores_of):
    assert not {"kosong-nol", "lengkap-saja", "lengkap-dibagi-semua"} & set(_all(scores_of(*GASPUL)))


def test_an_element_without_answers_that_counts_as_zero():
    """Ours has no value; eight elements of 4 and a zero are 32/9 x 25 = 88,89."""
    found = _all([[4] * 8 + [0]])["unsur-kosong-nol"]
    assert (str(found.value), found.difference, found.same) == ("88.89", None, False)


def test_all_answers_in_one_heap():
    """Ten persons; nine leave U1 blank, the tenth gives it 1; the rest is 4: (1 + 80 x 4) / 81 x 25 = 99,07."""
    rows = [[0] + [4] * 8] * 9 + [[1] + [4] * 8]
    assert _printed(rows, "semua-jawaban") == ("99.07", "A")


def test_the_sample_size_as_divisor():
    """1000 users, all answered, all 4: 4 x 1000 / 278 x 25 = 359,71 (278: the published table)."""
    assert _printed([[4] * 9] * 1000, "dibagi-sampel", population=1000)[0] == "359.71"


def test_no_divisor_by_sample_size_without_population():
    assert "dibagi-sampel" not in _all([[4] * 9] * 1000)


def test_surplus_answers_dropped():
    """100 users: 80 by Krejcie and Morgan's table, by Slovin 100 / 1,25 = 80. First 80 give 4, 20 more give 1.

    Ours: (80 x 4 + 20) / 100 x 25 = 85,00.
    """
    scores = [[4] * 9] * 80 + [[1] * 9] * 20
    found = _all(scores, population=100)
    assert [str(found[name].value) for name in ("dipangkas-krejcie", "dipangkas-slovin")] == ["100.00"] * 2
    assert found["dipangkas-krejcie"].difference == Decimal(15)
    assert "20 isian" in found["dipangkas-krejcie"].why


def test_the_sample_is_taken_of_the_users_where_they_are_known_else_of_the_answers():
    """Table of Krejcie and Morgan: 200 users give 132, 140 answers 103; the answers after that are dropped."""
    scores = [[4] * 9] * 140
    assert _all(scores, population=200)["dipangkas-krejcie"].title.startswith("Hanya 132 ")
    assert _all(scores)["dipangkas-krejcie"].title.startswith("Hanya 103 ")


def test_the_sample_of_known_users_is_really_what_is_counted():
    """Of 140 answers the last eight are 1; 200 users give 132, all of them 4.

    With 120 fours it is (120 x 4 + 12) / 132 x 25 = 93,18.
    """
    scores = [[4] * 9] * 132 + [[1] * 9] * 8
    assert _printed(scores, "dipangkas-krejcie", population=200) == ("100.00", "A")
    assert _printed([[4] * 9] * 120 + [[1] * 9] * 20, "dipangkas-krejcie", population=200)[0] == "93.18"


def test_the_worst_four_percent_dropped():
    """400 answers: 3,841 x 400 x 0,25 = 384,1 are kept: 100 fours and 284 ones, 684 / 384 x 25 = 44,53; ours 43,75."""
    found = _all([[1] * 9] * 300 + [[4] * 9] * 100)["terburuk-dibuang"]
    assert (str(found.value), str(found.difference)) == ("44.53", "0.78")


def test_one_group_divided_by_the_people_of_all_groups():
    """One of four, all 4: 4 / 4 x 25."""
    assert _printed([[4] * 9], "dibagi-seluruh-berkas", everybody=4) == ("25.00", "D")
    assert "dibagi-seluruh-berkas" not in _all([[4] * 9])


def test_a_running_mean_with_two_decimals_freezes():
    """2000 persons give 3, then 2000 give 4. After 18,000 answers a 4 moves the mean by 1/18,001: nothing.

    It stands still from answer 601 on, where the widest step (4 - 1) / 601 is below half a hundredth.
    """
    rows = [[3] * 9] * 2000 + [[4] * 9] * 2000
    assert _printed(rows, "rata-rata-berjalan") == ("75.00", "C")  # ours 87,50


def test_a_running_mean_drifts_before_it_freezes():
    """Ten persons give 3 (3,00), then three give 4: 27 answers, each moves it by (4 - mean) / count.

    That is 1,00 / 91 at first and 0,74 / 117 at last, always rounded to 0,01: 3,27 x 25 = 81,75; ours 80,77.
    """
    assert _printed([[3] * 9] * 10 + [[4] * 9] * 3, "rata-rata-berjalan") == ("81.75", "B")


def test_a_running_mean_moves_while_there_are_few_answers():
    """3, then blanks are passed over, then 4 and 4: 3,00; 3,50; (3,50 x 2 + 4) / 3 = 3,67, x 25 = 91,75."""
    few = [[3, 0, 4, 4, *[0] * 5]]
    assert running_mean(Answers(SKM, np.array(few, np.uint8), EXACT), []) == Decimal("91.75")


def test_a_persons_mean_within_an_element_rounded_to_a_whole_number(small):
    """Item means 4 and 3 become 4: (4 x 1/4 + 4 x 3/4) x 25 = 100; ours (3,5 / 4 + 3) x 25 = 96,88 (96,875)."""
    found = _all([[4, 3, 4]] * 10, small)["per-orang-bulat"]
    assert (str(found.value), str(found.difference)) == ("100.00", "3.12")


def test_each_persons_value_rounded_first():
    """Sums 28, 28, 27: 77,78 + 77,78 + 75,00 = 230,56, / 3 = 76,85; the same as exactly (83/27 x 25 = 76,85)."""
    found = _all([[4] + [3] * 8] * 2 + [[3] * 9])["per-orang"]
    assert (str(found.value), found.same) == ("76.85", True)


def test_the_questionnaires_own_weights_ignored(small):
    """Means 4 and 2 with weights 1/4 and 3/4: alike they are 3 x 25; ours (1 + 1,5) x 25 = 62,50."""
    found = _all([[4, 4, 2]], small)["bobot-sama"]
    assert (str(found.value), str(found.difference)) == ("75.00", "12.50")
    assert "bobot-2-desimal" not in _all([[4, 4, 2]], small)


def test_fourteen_elements_have_their_own_cut_weights():
    """All 4: 14 x 0,07 x 4 x 25 = 98,00; 14 x 0,071 x 100 = 99,40; 14 x 0,1 x 100 = 140,00."""
    found = _all([[4] * 14], IKM)
    assert [str(found[f"bobot-{d}-desimal"].value) for d in (1, 2, 3)] == ["140.00", "98.00", "99.40"]
    assert "14 × 0,07 hanya 0,98" in found["bobot-2-desimal"].why


def test_the_percent_of_satisfied_answers():
    """Of 9 answers five are 3: 55,56."""
    assert _printed([[3] * 5 + [2] * 4], "persen-puas") == ("55.56", "D")


def test_a_swapped_order_has_the_same_index_but_other_elements():
    """Facilities (asked 8th) 4, complaints 2, the rest 3: 27/9 either way."""
    found = _all([[3] * 7 + [4, 2]])["urutan-tertukar"]
    assert (str(found.value), str(found.difference), found.same) == ("75.00", "0.00", False)
    assert "Sarana dan Prasarana mendapat NRR 2,00, bukan 4,00" in found.why


def test_a_swapped_order_is_the_same_when_both_got_the_same():
    assert _all([[3] * 9])["urutan-tertukar"].same


def test_a_value_on_a_border():
    """1000 persons: 600 give 3 and 400 give 2 everywhere: exactly 65,00, C by the regulation."""
    scores = [[3] * 9] * 600 + [[2] * 9] * 400
    found = _all(scores)
    letters = {"lebih-dari": "D", "kurang-dari-dua-sisi": None, "rentang-berlubang": "C", "batas-65,31": "D"}
    assert {name: found[name].grade for name in letters} == letters


def test_a_value_between_two_printed_ranges():
    """Of 18 000 answers 10 797 are 3, the others 2: (36 000 + 10 797) / 18 000 x 25 = 64,9958.

    It is printed 65,00 and is a C; unrounded it is neither up to 64,99 nor from 65,00.
    """
    found = _all(_threes(2000, 10_797))
    assert str(found["rentang-berlubang"].value) == "65.00" and found["rentang-berlubang"].grade is None
    assert not found["rentang-berlubang"].same


def _on(value_times_100):
    """Answers of 3 and 4 whose exact value is that many hundredths: 10 000 answers per element, U1..U9 alike."""
    fours = (value_times_100 - 7500) * 4  # 10 000 persons: each 4 lifts the value by 0,0025
    return [[4] * 9] * fours + [[3] * 9] * (10_000 - fours)


@pytest.mark.parametrize(
    ("hundredths", "name", "grade"),
    [
        (8831, "lebih-dari", "B"),
        (8831, "dipotong-bulat", "B"),  # 88
        (8831, "batas-88,40", None),
        (8831, "batas-88,76", "B"),
        (8840, "batas-88,40", "A"),
        (8849, "batas-ni-2-desimal", "B"),
        (8850, "batas-ni-2-desimal", "A"),
        (7661, "dipotong-bulat", "C"),  # 76
        (7660, "batas-76,00", None),
        (7660, "batas-66,14", "B"),
        (8130, "tabel-2004", "A"),  # from 81,26
        (8125, "tabel-2004", "B"),
        (8130, "konversi-dua-kali", "A"),
    ],
)
def test_letters_of_other_rules(hundredths, name, grade):
    found = _all(_on(hundredths))
    assert found[name].value == Decimal(hundredths) / 100 and found[name].grade == grade


def test_the_old_questionnaire_is_not_told_that_its_own_table_is_wrong():
    names = set(_all([[3] * 14], IKM))
    assert "tabel-2004" not in names and "tabel-2017" in names


def test_under_another_convention_that_formula_is_ours_and_the_exact_one_is_listed(scores_of):
    found = _all(scores_of(*GASPUL), chosen=convention("0.11"))
    assert found["bobot-2-desimal"].same
    assert (str(found["bobot-eksak"].value), str(found["bobot-eksak"].difference)) == ("91.48", "0.92")


def test_nobody_has_nothing_to_explain():
    assert _all(np.zeros((0, 9), np.uint8)) == {}
    assert origin(SKM, np.zeros((0, 9), np.uint8), EXACT, Decimal(80)).matches == ()


def test_every_formula_has_a_name_of_its_own_and_a_finished_sentence():
    assert len({formula.name for formula in FORMULAS}) == len(FORMULAS)
    scores = [[3] * 7 + [4, 2], [0] + [1] * 8] * 30
    for one in _all(scores, population=50, everybody=100).values():
        assert one.why.endswith(".") and "{" not in one.title + one.why


def test_a_questionnaire_of_one_element_is_explained_without_the_divisor_that_it_has_not(small):
    """One element less than one is nothing to divide by; its only mean is 3, x 25 = 75,00."""
    one = replace(
        small, elements=(replace(small.elements[1], weight=Fraction(1)),), items=(small.items[2],), orders={}
    )
    found = _all([[3]] * 4, one)
    assert "pembagi-kurang-satu" not in found
    assert str(found["kali-20"].value) == "60.00"
    same = origin(one, np.full((4, 1), 3, np.uint8), EXACT, Decimal("75.00")).matches
    assert "hitungan ini" in {match.name for match in same}
