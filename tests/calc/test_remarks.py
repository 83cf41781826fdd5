"""Remarks go to the element whose words they use, and what was written twice is counted."""

import pytest

from calc.instruments.reader import instrument
from calc.report.remarks import OTHER, grouped, theme

SKM = instrument("skm-2017")
IKM = instrument("ikm-2004")


@pytest.mark.parametrize(
    ("words", "element"),
    [
        ("Antrean lama sekali, menunggu tiga jam", "waktu"),
        ("Toilet kotor dan kursi kurang", "sarana"),
        ("Petugas kurang ramah", "perilaku"),
        ("Ada pungutan di luar tarif resmi", "biaya"),
        ("SYARATNYA BERUBAH-UBAH", "persyaratan"),
        ("Pengaduan saya belum ditanggapi", "pengaduan"),
        ("Petugas tidak bisa menjelaskan, kurang paham aturan", "kompetensi"),
        ("Selamat pagi", ""),
        ("selalu baik", ""),  # 'selalu' is no 'lalu', 'selama' no 'lama'
        ("Selama ini baik", ""),
        ("", ""),
        ("😀 <b>", ""),
    ],
)
def test_a_remark_is_about_the_element_whose_words_it_uses(words, element):
    assert theme(words, SKM) == element


def test_the_element_with_more_of_its_words_wins_and_then_the_earlier_one():
    assert theme("Biaya jelas, tetapi kursi dan toilet kurang", SKM) == "sarana"  # one word against two
    assert theme("kursi mahal", SKM) == "biaya"  # one each; biaya is asked before sarana


def test_groups_follow_the_questionnaire_and_the_rest_comes_last():
    told = grouped(["Bagus", "kursi kurang", "mahal", "antre lama"], SKM)
    assert [group.title for group in told] == [
        "Waktu Penyelesaian",
        "Biaya/Tarif",
        "Sarana dan Prasarana",
        OTHER,
    ]
    assert grouped([], SKM) == ()


def test_what_differs_in_capitals_spaces_and_the_last_stop_only_is_counted_together():
    (group,) = grouped(["Panas.", "panas", " PANAS ", "Kursi kurang", "panas!"], SKM)
    assert group.remarks == (("Panas.", 4), ("Kursi kurang", 1))


def test_old_questionnaires_have_themes_too():
    assert theme("Petugas kurang ramah", IKM) == "kesopanan"
    assert theme("toilet kotor", IKM) == "kenyamanan"


def test_a_very_long_remark_is_read_quickly():
    assert theme("a" * 20_000 + " antre " + "b-" * 10_000, SKM) == "waktu"


@pytest.mark.parametrize("asked", [SKM, IKM, instrument("skm-2014")])
def test_every_element_has_keywords(asked):
    from calc.report.remarks import _themes

    assert [e.key for e in asked.elements if not _themes().get(e.key)] == []
