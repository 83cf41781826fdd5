"""Tables and fields of a DOCX as its own XML: python-docx takes a millisecond for a cell, a sheet has thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from calc.render.xml_text import parts, plain
from calc.report.charts import colours
from calc.report.document import Cell, Column, PageOf, ShareBar

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TWIPS = 9638  # of a table's width: 170 mm
_KEEP = "<w:keepNext/>"
LINE = 210  # twips of a line in a cell
LETTER = 88  # twips of a letter in a cell
LONG = 600  # letters from which a row may be split over pages


def run(words: str, bold: bool = False, more: str = "") -> str:
    strong = "<w:b/>" if bold else ""
    properties = f"<w:rPr>{strong}{more}</w:rPr>" if strong or more else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def field(code: str, shown: str) -> str:
    """A field that Word computes (page, number of a table); `shown` until it has."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(inner: str, style: str, more: str = "") -> str:
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{more}</w:pPr>{inner}</w:p>"


def table(rows: Iterable[str], widths: Sequence[int], lines: bool = True, inside: int = 60) -> str:
    """Rows of `row`, columns of fixed widths in twips, `inside` twips left free in each cell's sides."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{colours.LINE[1:]}"'
    borders = (
        f"<w:tblBorders><w:top {edge}/><w:bottom {edge}/><w:insideH {edge}/></w:tblBorders>" if lines else ""
    )
    return (
        f'<w:tbl {SPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblInd w:w="{inside}" w:type="dxa"/>{borders}'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="30" w:type="dxa"/>'
        f'<w:left w:w="{inside}" w:type="dxa"/>'
        f'<w:bottom w:w="30" w:type="dxa"/><w:right w:w="{inside}" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(cells: Iterable[str], head: bool = False, split: bool = False, lines: int = 1) -> str:
    """lines: it is at least so high."""
    high = f'<w:trHeight w:val="{lines * LINE}" w:hRule="atLeast"/>' if lines > 1 else ""
    kept = "" if split else "<w:cantSplit/>"
    repeated = "<w:tblHeader/>" if head else ""
    inner = kept + high + repeated
    properties = f"<w:trPr>{inner}</w:trPr>" if inner else ""
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def cell(inner: str, width: int, fill: str = "", middle: bool = False) -> str:
    """`inner`: its paragraphs."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill[1:]}"/>' if fill else ""
    place = '<w:vAlign w:val="center"/>' if middle else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}{place}</w:tcPr>{inner}</w:tc>'


class TableRows:
    """Draws the rows of one table. Bars for shares are left out: their numbers stand beside them.

    styles : of cells to the left, right, centre and of the head, as ids
    page_of : key of a heading -> field with its page
    """

    def __init__(
        self,
        columns: Sequence[Column],
        sample: Sequence[Cell],
        styles: dict[str, str],
        page_of: Callable[[str], str],
    ) -> None:
        kinds: Sequence[Cell] = sample or [""] * len(columns)
        self.kept = [i for i, one in enumerate(kinds) if not isinstance(one, ShareBar)]
        self.columns = [columns[i] for i in self.kept]
        total = sum(column.share for column in self.columns) or 1
        self.widths = [int(TWIPS * column.share / total) for column in self.columns]
        self.styles, self.page_of = styles, page_of

    def head(self) -> str:
        sides = {"left": "left", "right": "right", "centre": "center"}
        cells = (
            cell(
                paragraph(
                    run(plain(column.head)),
                    self.styles["head"],
                    f'<w:keepNext/><w:jc w:val="{sides[column.align]}"/>',
                ),
                width,
                colours.TINT,
            )
            for column, width in zip(self.columns, self.widths, strict=True)
        )
        return row(cells, head=True)

    def row(
        self, words: Sequence[Cell], fill: str = "", strong: bool = False, keep: bool = False, lines: int = 1
    ) -> str:
        """keep: on one page with the row below; lines: it is at least so high."""
        shown = [words[i] for i in self.kept]
        long = any(isinstance(one, str) and len(one) > LONG for one in shown)
        cells = (
            cell(self._inner(one, column, strong, _KEEP if keep else ""), width, fill)
            for one, column, width in zip(shown, self.columns, self.widths, strict=True)
        )
        return row(cells, split=long, lines=lines)

    def lines(self, words: Sequence[Cell]) -> int:
        """About how many lines a row takes."""
        shown = ((words[i], width) for i, width in zip(self.kept, self.widths, strict=True))
        return max(
            (-(-len(one) * LETTER // width) for one, width in shown if isinstance(one, str)), default=1
        )

    def _inner(self, words: Cell, column: Column, strong: bool, keep: str) -> str:
        style = self.styles[column.align]
        if isinstance(words, PageOf):
            return paragraph(self.page_of(words.key), style, keep)
        if isinstance(words, ShareBar):
            return paragraph("", style, keep)
        bold = strong or column.strong
        return paragraph("".join(run(part, bold or heavy) for part, heavy in parts(words)), style, keep)
