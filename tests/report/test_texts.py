"""The office's own words stand where it wrote them; everywhere else stand the usual ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from calc.report.chapters.front_matter import signature
from calc.report.document import Bullets, Text
from calc.report.full import full
from calc.report.texts import BLOCKS, blocks_of, words_of
from calc.report.wording.phrases import cased
from tests.report_data import ABOUT, HOSTILE, report_data


@pytest.mark.parametrize("key", list(BLOCKS))
def test_every_block_has_a_title_a_sentence_of_help_and_usual_words_for_any_number(key: str) -> None:
    block = BLOCKS[key]
    assert block.title and block.help.endswith(".")
    for n in (0, 1, 4, 29, 300):
        assert words_of(report_data(n), key)


@pytest.mark.parametrize("key", [key for key in BLOCKS if key not in ("penandatangan", "tempat_tanggal")])
def test_own_words_replace_the_usual_ones_of_every_block(key: str) -> None:
    report = full(report_data(30, texts={key: "Kalimat kantor kami sendiri."}))
    found = [b for b in blocks_of(report_data(30, texts={key: "Kalimat kantor kami sendiri."}), key)]
    assert found == [Text("Kalimat kantor kami sendiri.")]
    assert "Kalimat kantor kami sendiri." in repr(report)


def test_empty_lines_part_paragraphs_and_dashes_make_a_list() -> None:
    own = "Paragraf satu,\nbaris kedua.\r\n\r\nParagraf dua:\n- butir satu\n- butir dua\n  yang panjang\n\nPenutup."
    assert blocks_of(report_data(30, texts={"maksud": own}), "maksud") == (
        Text("Paragraf satu, baris kedua."),
        Text("Paragraf dua: butir satu".removesuffix(" butir satu")),
        Bullets(("butir satu", "butir dua yang panjang")),
        Text("Penutup."),
    )


def test_words_of_blanks_only_are_no_words() -> None:
    assert words_of(report_data(30, texts={"maksud": " \n \n"}), "maksud") == words_of(
        report_data(30), "maksud"
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_own_words_are_words_whatever_they_contain(words: str) -> None:
    found = " ".join(words_of(report_data(30, texts={"saran": words}), "saran"))
    assert "".join(found.split()) == "".join(words.split())


def test_an_unknown_block_is_refused() -> None:
    with pytest.raises(KeyError):
        words_of(report_data(1), "tidak_ada")


def test_the_signature_is_three_lines_of_the_office() -> None:
    own = report_data(
        30,
        texts={
            "penandatangan": "Kepala Dinas\nNama Contoh\nNIP 0000",
            "tempat_tanggal": "Contoh, 5 Oktober 2026",
        },
    )
    found = signature(own)
    assert (found.place_and_date, found.role, found.name, found.number) == (
        "Contoh, 5 Oktober 2026",
        "Kepala Dinas",
        "Nama Contoh",
        "NIP 0000",
    )


def test_an_empty_line_in_the_signature_leaves_room_for_the_name() -> None:
    found = signature(report_data(30, texts={"penandatangan": "Kepala Dinas\n\nNIP 0000"}))
    assert (found.name, found.number) == ("", "NIP 0000")


def test_without_own_words_only_the_role_is_known() -> None:
    found = signature(report_data(30))
    assert found.role == f"Kepala {ABOUT.unit}"
    assert not found.name


def test_rank_and_number_on_two_lines_are_both_printed() -> None:
    found = signature(
        report_data(30, texts={"penandatangan": "Kepala Dinas\nNama Contoh\nPembina\nNIP 0000"})
    )
    assert (found.name, found.number) == ("Nama Contoh", "Pembina · NIP 0000")


def test_the_report_on_a_years_last_quarter_is_signed_in_the_next_year() -> None:
    about = replace(
        ABOUT,
        start=date(2025, 10, 1),
        end=date(2025, 12, 31),
        cut=datetime(2026, 1, 1, tzinfo=ABOUT.cut.tzinfo if ABOUT.cut else None),
    )
    assert words_of(report_data(30, about=about), "tempat_tanggal")[0].endswith("2026")


@pytest.mark.parametrize(
    "typed, written",
    [
        ("PEMERINTAH KABUPATEN BULUNGAN", "Pemerintah Kabupaten Bulungan"),
        ("DINAS KESEHATAN, PENGENDALIAN PENDUDUK DAN KB", "Dinas Kesehatan, Pengendalian Penduduk dan KB"),
        ("DINAS PENANAMAN MODAL (DPMPTSP)", "Dinas Penanaman Modal (DPMPTSP)"),
        ("RSUD TIPE B", "RSUD Tipe B"),
        ("KECAMATAN PESO-HILIR", "Kecamatan Peso-Hilir"),
        ("DPMPTSP", "DPMPTSP"),
        ("Kantor KUA Tanjung Selor", "Kantor KUA Tanjung Selor"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_written_as_words_inside_sentences(typed, written):
    """EYD: each word of an institution's name has a capital, joining words such as 'dan' have none."""
    assert cased(typed) == written


def test_no_sentence_of_the_report_shouts_the_office_s_name():
    loud = replace(
        ABOUT, unit="DINAS PENDIDIKAN DAN KEBUDAYAAN", organisation="PEMERINTAH KABUPATEN BULUNGAN"
    )
    told = report_data(40, about=loud)
    for key, block in BLOCKS.items():
        assert "DINAS PENDIDIKAN" not in block.default(told), key
        assert "PEMERINTAH" not in block.default(told), key
