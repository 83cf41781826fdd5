"""What an office printer does to a paper: it leaves the edges white and knows only grey."""

import io

import pypdf
import pypdfium2
import pytest

from calc.render.html.document import html
from calc.render.pdf.document import pdf
from calc.render.sheets.link_sheet import Card, sheet
from calc.render.sheets.notice import notice
from calc.report.document import Document, Text
from calc.report.full import full
from calc.statistics.sample import Sample
from tests.report_data import report_data

EDGE = 5  # mm that office printers leave white (common for laser printers: 4.2 mm)
CARD = Card("https://skm.contoh.go.id/s/ABCD2345", "skm.contoh.go.id/s/ABCD2345", "KABUPATEN CONTOH", "Dinas")


def ink_at_the_edge(data: bytes) -> bool:
    """Whether anything but white lies within EDGE of the first page's edges."""
    with pypdfium2.PdfDocument(data) as document:
        shot = document[0].render(scale=2).to_pil().convert("L")
    edge = round(EDGE / 25.4 * 72 * 2)
    strips = (
        (0, 0, shot.width, edge),
        (0, shot.height - edge, shot.width, shot.height),
        (0, 0, edge, shot.height),
        (shot.width - edge, 0, shot.width, shot.height),
    )
    return any(shot.crop(strip).getextrema() != (255, 255) for strip in strips)


@pytest.mark.parametrize("name", ["notice", "sheet", "cover"])
def test_nothing_is_printed_where_office_printers_cannot(name):
    made = report_data(30)
    papers = {
        "notice": lambda: notice(made.result),
        "sheet": lambda: sheet([CARD]),
        "cover": lambda: pdf(full(made)),
    }
    assert not ink_at_the_edge(papers[name]())


def test_a_printed_page_does_not_end_with_a_page_of_the_foot_line_alone(browser):
    """However full the last page is: some of these numbers of lines used to leave the foot a page of its own."""
    tab = browser.new_page()
    for lines in range(31, 44):
        blocks = tuple(Text(f"Baris {line}.") for line in range(lines))
        foot = "IKM 81,87 · 231 responden"
        paper = Document("Uji", "Uji", "", foot, blocks, verify="https://skm.contoh.go.id/periksa?kode=1")
        tab.set_content(html(paper).decode(), wait_until="load")
        pages = pypdf.PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True))).pages
        last = pages[-1].extract_text()
        assert foot in last and "Keaslian" in last and "Baris" in last, (lines, last)
    tab.close()


def test_a_name_without_blanks_makes_no_printed_page_wider_than_the_paper(browser):
    """A browser prints a page that is too wide smaller, all of it; 680 px are the 174 mm between the edges."""
    made = report_data(
        40, samples=(Sample("", 40, 400, 196, None, None), Sample("W" * 120, 9, 400, 196, None, None))
    )
    tab = browser.new_page(viewport={"width": 680, "height": 900})
    tab.emulate_media(media="print")
    tab.set_content(html(full(made)).decode(), wait_until="load")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 680
    tab.close()


def test_a_card_of_the_smallest_size_can_be_read_without_a_glass():
    """On A6 as on A4 no word is smaller than 8 points; the name of a file in the page is none."""
    for size in ("A6", "A4x4", "A5", "A4"):
        sizes = []

        def note(text, cm, tm, _font, points, sizes=sizes):
            if text.strip():
                sizes.append((round(points * abs(tm[3]) * abs(cm[3]), 1), text.strip()))

        pypdf.PdfReader(io.BytesIO(sheet([CARD], size))).pages[0].extract_text(visitor_text=note)
        assert min(sizes)[0] >= 8, (size, sorted(sizes)[:4])
