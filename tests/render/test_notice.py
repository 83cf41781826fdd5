"""The public notice carries the fields of the regulation's form and nothing that points at few people."""

import io
import re
from dataclasses import replace

import pypdf
import pypdfium2
import pytest

from calc.display import number
from calc.render.sheets.notice import notice
from calc.scoring.result import ProfileCount


def words(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def profile(men: int, women: int) -> tuple[ProfileCount, ...]:
    education = (("SD", 10), ("SMP", 20), ("SMA", 90), ("DIII", 40), ("S1", 60), ("S2", 7), ("S3", 8))
    return (
        ProfileCount(
            "jenis_kelamin",
            "Jenis kelamin",
            (("L", "Laki-laki", "L", men), ("P", "Perempuan", "P", women)),
            0,
        ),
        ProfileCount(
            "pendidikan", "Pendidikan", tuple((k, k, "S2" if k == "S3" else k, c) for k, c in education), 0
        ),
    )


def test_the_notice_has_every_field_of_the_regulations_form(made):
    # fields: certificate PDF of github kokekkonsultan/surveiku_spak_spkp, SKKM.docx of Biro Organisasi Sumbar
    result = made(235, profile=profile(120, 115))
    printed = words(notice(result))
    for field in (
        "INDEKS KEPUASAN MASYARAKAT (IKM)",
        "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL",
        "PEMERINTAH KABUPATEN CONTOH",
        "TRIWULAN III TAHUN 2026",
        "NILAI IKM",
        number(result.converted),
        f"MUTU {result.grade}",
        result.performance.upper(),
        "NAMA LAYANAN",
        "Semua layanan",
        "Jumlah: 235 orang",
        "L = 120 orang",
        "P = 115 orang",
        "SD = 10 orang",
        "SMP = 20 orang",
        "SMA = 90 orang",
        "DIII = 40 orang",
        "S1 = 60 orang",
        "S2/S3 = 15 orang",  # the form has no S3
        "01-07-2026 s/d 30-09-2026",
        "TERIMA KASIH ATAS PENILAIAN YANG TELAH ANDA BERIKAN",
        "Masukan Anda sangat bermanfaat untuk kemajuan unit kami",
    ):
        assert field in printed, field


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_the_notice_is_one_page_of_the_asked_size(made, size):
    reader = pypdf.PdfReader(io.BytesIO(notice(made(300), size)))
    expected = {"A4": (595, 842), "A3": (842, 1191)}[size]
    assert len(reader.pages) == 1
    assert tuple(round(float(v)) for v in reader.pages[0].mediabox[2:]) == expected


def test_without_answers_the_notice_says_so(made):
    printed = words(notice(made(0)))
    assert "Belum ada data" in printed
    assert "MUTU" not in printed


def test_fewer_than_five_respondents_get_no_value(made):
    result = made(4)
    printed = words(notice(result))
    assert number(result.converted) not in printed
    assert "Belum cukup responden" in printed
    assert number(made(5).converted) in words(notice(made(5)))


def test_fewer_than_thirty_are_indicative(made):
    assert "indikatif" in words(notice(made(29)))
    assert "indikatif" not in words(notice(made(30)))


def test_small_classes_are_withheld_with_a_second_one(made):
    printed = words(notice(made(43, profile=profile(40, 3))))
    assert "L = * orang" in printed
    assert "P = * orang" in printed
    assert "melindungi kelompok kecil" in printed


def test_the_best_value_fits_its_panel(made):
    result = replace(made(300), converted=number_of("100.00"), grade="A", performance="Sangat Baik")
    assert "100,00" in words(notice(result))


def number_of(string: str):
    from decimal import Decimal

    return Decimal(string)


def test_long_names_do_not_leave_their_fields(made, about, long_name):
    result = made(300, about=replace(about, unit=long_name, service=long_name, organisation=long_name))
    pdf = notice(result)
    printed = re.sub(r"\s+", "", words(pdf)).upper()
    assert printed.count(re.sub(r"\s+", "", long_name).upper()) == 3
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    boxes = [page.get_rect(i) for i in range(page.count_rects())]
    assert min(b[0] for b in boxes) >= 40
    assert max(b[2] for b in boxes) <= 595 - 40
    assert overlaps(boxes) == []


def overlaps(boxes):
    """Pairs of text boxes that cover each other by more than a hair."""
    found = []
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            if min(a[2], b[2]) - max(a[0], b[0]) > 1.5 and min(a[3], b[3]) - max(a[1], b[1]) > 1.5:
                found.append((a, b))
    return found


def test_an_unknown_paper_size_is_refused(made):
    with pytest.raises(ValueError, match="A4 atau A3"):
        notice(made(30), "A7")


def test_the_notice_of_a_running_period_says_that_it_is_not_final(made, about):
    running = replace(about, cut=about.cut.replace(month=8, day=12, hour=10, minute=30))
    printed = words(notice(made(60, about=running)))
    assert "SEMENTARA" in printed and "data sampai 12 Agustus 2026" in printed
    assert "SEMENTARA" not in words(notice(made(60, about=about)))


def test_where_nobody_said_who_they_are_the_notice_does_not_count_none_of_each(made):
    """6 respondents, nobody told sex or schooling: 'L = 0 orang, P = 0 orang' would be untrue."""
    silent = tuple(
        replace(f, classes=tuple((*c[:3], 0) for c in f.classes), not_stated=6) for f in profile(0, 0)
    )
    printed = words(notice(made(6, profile=silent)))
    assert "= 0 orang" not in printed
    assert "Tidak menjawab = 6 orang" in printed
    assert "PENDIDIKAN" in printed


def test_the_small_print_of_the_notice_can_be_read_without_a_glass(made):
    """8 points at least, as long as the sentences fit; each piece of text with the size it is drawn in."""
    sizes = []

    def note(text, _cm, matrix, _font, size):
        if text.strip():
            sizes.append((round(size * abs(matrix[3]), 1), text.strip()))

    page = pypdf.PdfReader(io.BytesIO(notice(made(300)))).pages[0]
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: note(text, cm, tm, font, size))
    assert min(sizes)[0] >= 8, sorted(sizes)[:3]
