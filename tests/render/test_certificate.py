"""The page that states a unit's value: what is on it, what is not for few, and how it can be checked."""

import io
import re
from dataclasses import replace

import numpy as np
import pypdf
import pypdfium2
import pytest

from calc.display import number
from calc.render import render
from calc.render.sheets.certificate import certificate
from calc.report import certificate as said
from tests.report_data import LONG, RUNNING, report_data


def read(data: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1
    return re.sub(r"\s+", " ", reader.pages[0].extract_text())


def test_everything_that_makes_the_value_quotable_is_on_the_page():
    about = report_data(300)
    printed, result = read(certificate(about)), about.result
    for words in (
        "LEMBAR KETERANGAN NILAI",
        "PEMERINTAH KABUPATEN CONTOH",
        "Dinas Kependudukan dan Pencatatan Sipil",
        "Triwulan III Tahun 2026 (1 Juli 2026 s.d. 30 September 2026)",
        number(result.converted),
        f"Mutu {result.grade} · {result.performance}",
        "300 orang",
        number(result.index, 4),
        f"{number(result.interval.low)} – {number(result.interval.high)}",
        "PermenPANRB Nomor 14 Tahun 2017",
        result.convention_words,
        "1 Oktober 2026 pukul 08.05 WITA",
        "5f5f 5f5f 5f5f",
        "https://skm.contoh.go.id/hasil/dukcapil/periksa?periode=2026-TW3&kode=",
    ):
        assert words in printed, words


@pytest.mark.parametrize("n", [1, 4])
def test_the_value_of_fewer_than_five_is_not_on_the_page(n):
    about = report_data(n)
    value = number(about.result.converted)
    assert value not in read(certificate(about))
    assert "kurang dari 5 orang" in read(certificate(about))
    assert value not in repr(said.certificate(about))
    assert number(report_data(5).result.converted) in read(certificate(report_data(5)))


@pytest.mark.parametrize("score", [1, 4])
def test_a_value_that_is_told_as_a_limit_is_not_called_unknown(score):
    """Thirty people who all gave the same end of the scale: the page says '≥ 99,53', and nothing of missing answers."""
    about = report_data(30, 0, answers=np.full((30, 9), score, np.uint8))
    printed = read(certificate(about))
    assert ("≥ 99,53" if score == 4 else "≤ 25,47") in printed
    assert "belum dapat dihitung" not in printed and "belum punya jawaban" not in printed


def test_nothing_is_claimed_about_no_answers():
    assert "Belum ada data" in read(certificate(report_data(0, 0)))


def test_a_value_of_a_running_period_is_called_preliminary():
    assert "masih berjalan; semua angka bersifat sementara" in read(
        certificate(report_data(60, about=RUNNING))
    )
    assert "sementara" not in read(certificate(report_data(60)))


def test_without_an_address_the_page_does_not_say_how_to_check_it():
    printed = read(certificate(report_data(60, verify="", fingerprint="")))
    assert "Cara memeriksa" not in printed
    assert "Kode periksa" not in printed


def test_long_names_and_hostile_words_stay_inside_the_frame():
    about = report_data(300, hostile=True)
    for name in (LONG, "<b>x</b> & " * 20, "x" * 2000):
        result = replace(about.result, about=replace(about.result.about, unit=name, service=name))
        data = certificate(replace(about, result=result))
        with pypdfium2.PdfDocument(data) as document:
            shot = document[0].render(scale=1).to_pil().convert("L")
        inner = round(15 / 25.4 * 72)  # between the frame and the words
        strip = shot.crop((inner, inner, inner + 14, shot.height - inner))
        assert strip.getextrema() == (255, 255)
    assert "<b>x</b>" in read(
        certificate(
            replace(about, result=replace(about.result, about=replace(about.result.about, unit="<b>x</b>")))
        )
    )


def test_the_same_report_data_gives_the_same_bytes():
    assert certificate(report_data(60)) == certificate(report_data(60))


def test_a_value_made_of_the_services_under_another_rule_says_so_on_certificate_and_summary():
    about = report_data(300, services=3, rule="services")
    rule = "Nilai unit adalah rata-rata nilai 3 kelompok layanan, masing-masing berbobot sama."
    assert about.result.roll_up == "services"
    assert rule in read(certificate(about))
    for kind in ("certificate", "summary"):
        assert rule in render.paper(kind, "html", about).decode()
    assert "Gabungan layanan" not in read(certificate(report_data(300, services=3)))
