"""What an office printer does to a paper: it leaves the edges white and knows only grey."""

import pypdfium2
import pytest

from calc.paper.full import full
from calc.report.notice import notice
from calc.report.pdf import pdf
from calc.report.sheet import Card, sheet
from tests.dossiers import dossier

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
    made = dossier(30)
    papers = {
        "notice": lambda: notice(made.result),
        "sheet": lambda: sheet([CARD]),
        "cover": lambda: pdf(full(made)),
    }
    assert not ink_at_the_edge(papers[name]())
