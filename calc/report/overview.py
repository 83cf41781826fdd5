"""The first page of a paper with several results: who, how many, which value, on which page."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from calc.display import number, whole
from calc.paper import sentences
from calc.report import style
from calc.report.page import CONTENT_WIDTH, Section
from calc.report.table import cells, table
from calc.report.text import text
from calc.result import Result

WIDTHS = (CONTENT_WIDTH - 92 * mm, 22 * mm, 20 * mm, 14 * mm, 22 * mm, 14 * mm)
HEADS = (style.HEAD, style.HEAD_RIGHT, style.HEAD_RIGHT, style.HEAD_CENTRE, style.HEAD, style.HEAD_RIGHT)
STYLES = (style.CELL, style.CELL_RIGHT, style.CELL_RIGHT_BOLD, style.CELL_CENTRE_BOLD, style.CELL)


class PageOf(Flowable):
    """The page number of a section, filled in when the paper is complete, and a link to it."""

    def __init__(self, key: str, width: float) -> None:
        super().__init__()
        self.key, self.width, self.height = key, width, 10.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.linkRect("", self.key, (0, -2, self.width, self.height), relative=1, Border="[0 0 0]")
        canvas.saveState()
        canvas.translate(self.width, 1)
        canvas.doForm(f"page-of-{self.key}")
        canvas.restoreState()


def contents(results: Sequence[Result], keys: Sequence[str]) -> list[Flowable]:
    """Title and one row for each result, in the order in which they follow."""
    first = results[0].about
    story: list[Flowable] = [Section("isi", "Daftar isi", "")]
    if first.organisation:
        story.append(text(first.organisation, style.OVERLINE, 200))
    story.append(text("Ringkasan Hasil Survei Kepuasan Masyarakat", style.TITLE))
    if period := sentences.period_words(results[0]):
        story.append(text(period, style.SUBTITLE))
    story.append(Spacer(0, 10))
    rows: list[list[Flowable]] = [cells(("Bagian", "Responden", "IKM", "Mutu", "Kinerja", "Hal."), HEADS)]
    for result, key in zip(results, keys, strict=True):
        words = (
            sentences.subject(result)[:400],
            whole(result.n),
            number(result.converted),
            result.grade or "–",
            result.performance or ("Belum ada data" if not result.n else "–"),
        )
        rows.append([*cells(words, STYLES), PageOf(key, 14 * mm - 8)])
    story.append(table(rows, WIDTHS))
    return story
