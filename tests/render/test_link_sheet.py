"""Every printed code leads where its link leads."""

import io
import re
from dataclasses import replace

import numpy as np
import pypdf
import pypdfium2
import pytest
import zxingcpp

from calc.render.qr import QUIET, QrError, matrix, qr_svg_path, rectangles
from calc.render.sheets.link_sheet import LAYOUTS, Card, sheet

URL = "http://skm.contohkab.go.id/s/DKC4KTP7"
CARD = Card(
    url=URL,
    short_address="skm.contohkab.go.id/s/DKC4KTP7",
    organisation="Pemerintah Kabupaten Contoh",
    unit="Dinas Kependudukan dan Pencatatan Sipil",
    service="Perekaman dan Pencetakan KTP-el",
    counter="Loket 1",
)


def pictures(pdf: bytes, dpi: int = 150):
    document = pypdfium2.PdfDocument(pdf)
    found = [page.render(scale=dpi / 72).to_pil() for page in document]
    document.close()
    return found


def decoded(pdf: bytes, dpi: int = 150) -> list[str]:
    return [code.text for picture in pictures(pdf, dpi) for code in zxingcpp.read_barcodes(picture)]


def words(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages))


@pytest.mark.parametrize("size", list(LAYOUTS))
@pytest.mark.parametrize("kind", ["qr", "kiosk"])
def test_the_printed_code_is_read_back_as_the_address(size, kind):
    found = decoded(sheet([replace(CARD, kind=kind)], size))
    assert found == [URL] * LAYOUTS[size].places


@pytest.mark.parametrize("level", ["Q", "H"])
def test_a_long_address_is_still_read(level):
    url = "https://survei-kepuasan-masyarakat.kabupatencontoh.go.id/s/DKC4KTP7"
    assert decoded(sheet([replace(CARD, url=url)], "A6", level), 200) == [url]


def test_four_cards_share_a_page_in_their_order():
    cards = [replace(CARD, url=f"{URL}{i}", counter=f"Loket {i}") for i in range(5)]
    pdf = sheet(cards, "A4x4")
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 2
    assert sorted(decoded(pdf)) == [card.url for card in cards]


def test_the_sheet_says_where_one_is_and_what_happens_with_the_answers():
    printed = words(sheet([CARD]))
    for part in (
        CARD.unit,
        "Perekaman dan Pencetakan KTP-el · Loket 1",
        "Pemerintah Kabupaten Contoh",
        "Bagaimana layanan kami hari ini?",
        CARD.short_address,
        "Tanpa nama dan tanpa nomor identitas",
    ):
        assert part in printed


def test_a_card_speaks_the_language_of_its_link():
    assert "How was our service today?" in words(sheet([replace(CARD, language="en")]))
    assert "Bagaimana layanan kami" in words(sheet([replace(CARD, language="xx")]))


def test_the_sheet_of_a_tablet_tells_staff_how_to_set_it_up_and_invites_nobody_to_scan():
    printed = words(sheet([replace(CARD, kind="kiosk")], "A4"))
    for part in (
        "UNTUK PETUGAS",
        "Pasang di tablet",
        CARD.short_address,
        "Kode tautan: DKC4KTP7",
        f"{CARD.unit} · {CARD.service} · {CARD.counter}",
        "1. Sambungkan",
        "6. Letakkan",
        "?antrean",
    ):
        assert part in printed
    for invitation in ("Bagaimana layanan kami", "Buka kamera", "Arahkan", "Jawab beberapa"):
        assert invitation not in printed


@pytest.mark.parametrize(
    "url, works",
    [("https://skm.contoh.go.id", True), ("http://127.0.0.1:8000", True), ("http://192.0.2.10:8000", False)],
)
def test_the_sheet_of_a_tablet_promises_a_reload_without_network_only_where_browsers_allow_it(url, works):
    """Over plain http no browser keeps the page for later (a service worker needs a secure context)."""
    printed = words(sheet([replace(CARD, kind="kiosk", url=f"{url}/s/DKC4KTP7")], "A4"))
    assert ("muat ulang satu kali" in printed) == works
    assert ("alamat ini tidak dimulai dengan https" in printed) != works


def test_the_sheet_of_a_tablet_looks_unlike_one_for_residents():
    """No colour at all: nobody takes one for the other, also from afar."""
    tablet, poster = (pictures(sheet([replace(CARD, kind=k)], "A4"), 72)[0] for k in ("kiosk", "qr"))

    def coloured(picture):
        pixels = np.asarray(picture.convert("RGB")).astype(int)
        return float((pixels.max(axis=2) - pixels.min(axis=2) > 30).mean())

    assert coloured(tablet) == 0
    assert coloured(poster) > 0.15


def test_long_names_leave_the_steps_of_a_tablet_where_they_are(long_name):
    card = replace(
        CARD, kind="kiosk", unit=long_name, service=long_name, counter=long_name, organisation=long_name
    )
    assert decoded(sheet([card])) == [URL]
    assert "6. Letakkan" in words(sheet([card]))


@pytest.mark.parametrize(("size", "millimetres"), [("A4", 2.0), ("A5", 1.4), ("A6", 1.0), ("A4x4", 1.0)])
def test_modules_are_large_enough_to_be_read_from_a_distance(size, millimetres):
    picture = pictures(sheet([CARD], size), 300)[0]
    corner = zxingcpp.read_barcodes(picture)[0].position
    across = corner.top_right.x - corner.top_left.x
    modules = len(matrix(URL)) - 2 * QUIET
    assert across / modules / 300 * 25.4 >= millimetres


def test_no_picture_is_in_the_file_and_every_font_is_embedded():
    reader = pypdf.PdfReader(io.BytesIO(sheet([CARD])))
    assert len(reader.pages[0].images) == 0
    for font in reader.pages[0]["/Resources"]["/Font"].values():
        descriptor = font.get_object().get("/FontDescriptor")
        assert descriptor is not None
        assert "/FontFile2" in descriptor.get_object()


def test_long_names_do_not_leave_the_band(long_name):
    card = replace(CARD, unit=long_name, service=long_name, counter=long_name, organisation=long_name)
    assert decoded(sheet([card])) == [URL]
    assert re.sub(r"\s", "", words(sheet([card]))).count(re.sub(r"\s", "", long_name)) == 4


def test_the_same_cards_give_the_same_bytes():
    assert sheet([CARD], "A5") == sheet([CARD], "A5")


def test_rectangles_cover_exactly_the_dark_modules():
    size, parts = rectangles(URL)
    covered = [[0] * size for _ in range(size)]
    for x, y, width, height in parts:
        for row in range(y, y + height):
            for column in range(x, x + width):
                covered[row][column] += 1
    assert covered == [[int(dark) for dark in row] for row in matrix(URL)]


def test_the_quiet_zone_is_four_modules_wide():
    rows = matrix(URL)
    edge = [*rows[:4], *rows[-4:], *[row[:4] + row[-4:] for row in rows]]
    assert not any(dark for row in edge for dark in row)


def test_the_svg_path_draws_the_same_code():
    from PIL import Image, ImageDraw

    size, path = qr_svg_path(URL)
    picture = Image.new("L", (size * 4, size * 4), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
        x, y, width, height = (4 * int(v) for v in (x, y, width, height))
        pen.rectangle((x, y, x + width - 1, y + height - 1), fill=0)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [URL]


def test_an_address_that_is_too_long_is_refused_with_the_cure():
    with pytest.raises(QrError, match="pendekkan"):
        matrix("x" * 3000)


@pytest.mark.parametrize(("cards", "size"), [([], "A4"), ([CARD], "A9")])
def test_nothing_to_print_and_unknown_sizes_are_refused(cards, size):
    with pytest.raises(ValueError, match=r"Buat tautan|Pilih"):
        sheet(cards, size)


def test_web_pages_may_use_the_code_without_loading_the_paper_library():
    import subprocess
    import sys

    code = "import sys, calc.render.qr; sys.exit('reportlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
