"""The peers of a paper: its pages by bare reportlab, once with platypus as most programs do it, once placed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from calc.paper import document as paper
from calc.report import setting, style
from calc.report.drawing import draw_picture
from calc.report.leaf import PaperCanvas

WIDTH = A4[0] - 2 * style.MARGIN
BODY = ParagraphStyle("body", fontName=style.PLAIN, fontSize=9.6, leading=14.4, spaceAfter=5.5)
CELL = ParagraphStyle("cell", fontName=style.PLAIN, fontSize=8.2, leading=10.6)
HEADS = {
    1: ParagraphStyle("h1", fontName=style.BOLD, fontSize=16, leading=20.5, spaceAfter=10),
    2: ParagraphStyle("h2", fontName=style.BOLD, fontSize=11.5, leading=15, spaceAfter=4, keepWithNext=1),
    3: ParagraphStyle("h3", fontName=style.BOLD, fontSize=9.6, leading=13, spaceAfter=3, keepWithNext=1),
}
LOOK = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), style.PLAIN, 8.2, 10.6),
        ("FONT", (0, 0), (-1, 0), style.BOLD, 7.6, 10),
        ("BACKGROUND", (0, 0), (-1, 0), style.TINT),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, style.LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
SHORT = 14  # letters that need no Paragraph in a cell


def platypus(document: paper.Document) -> bytes:
    """The same words, tables and shapes through SimpleDocTemplate; page numbers without 'of how many'."""
    buffer = BytesIO()
    made = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=style.MARGIN, rightMargin=style.MARGIN, invariant=1
    )

    def furnish(canvas: Canvas, template: SimpleDocTemplate) -> None:
        canvas.setFont(style.PLAIN, 7.4)
        canvas.drawString(style.MARGIN, A4[1] - 34, document.head)
        canvas.drawString(style.MARGIN, 34, document.foot)
        canvas.drawRightString(A4[0] - style.MARGIN, 34, f"Halaman {canvas.getPageNumber()}")

    story: list[Flowable] = []
    for block in document.blocks:
        story += _flowables(block, document)
    made.build(story, onFirstPage=furnish, onLaterPages=furnish)
    return buffer.getvalue()


def by_hand(document: paper.Document, draw: Callable[[paper.Document], bytes]) -> Callable[[], bytes]:
    """A function that puts every line, bar and dot of the document where `draw` put it, and does nothing else."""
    calls = recorded(document, draw)

    def drawn() -> bytes:
        buffer = BytesIO()
        font: Any = style.PLAIN
        canvas = Canvas(buffer, pagesize=A4, invariant=1, initialFontName=font, pageCompression=1)
        for name, arguments in calls:
            getattr(canvas, name)(*arguments)
        canvas.save()
        return buffer.getvalue()

    return drawn


def recorded(
    document: paper.Document, draw: Callable[[paper.Document], bytes]
) -> list[tuple[str, tuple[Any, ...]]]:
    """Calls of a Canvas that make the document's pages: what was asked of ours while `draw` drew it."""
    calls: list[tuple[str, tuple[Any, ...]]] = []
    places: dict[int, list[float]] = {}
    original, move = (
        {name: getattr(PaperCanvas, name) for name in (*KEPT, "beginText", "showPage")},
        setting.move,
    )
    busy = [False]

    def wrapped(name: str) -> Callable[..., Any]:
        def call(self: Canvas, *arguments: Any, **options: Any) -> Any:
            outer, busy[0] = busy[0], True
            if not outer and not options.get("relative"):
                values = (*arguments, *options.values())
                calls.append((name, values))
            try:
                return original[name](self, *arguments, **options)
            finally:
                busy[0] = outer

        return call

    def begin(self: Canvas, x: float = 0, y: float = 0, **options: Any) -> Any:
        text = original["beginText"](self, x, y, **options)
        if not busy[0]:
            places[id(text)] = _listen(text, calls)
        return text

    def moved(pen: object, x: float, y: float) -> None:
        places[id(pen)][:] = x, y
        move(pen, x, y)

    try:
        for name in (*KEPT, "showPage"):
            setattr(PaperCanvas, name, wrapped(name))
        PaperCanvas.beginText = begin  # type: ignore[method-assign, assignment]
        setting.move = moved
        draw(document)
    finally:
        setting.move = move
        for name, function in original.items():
            setattr(PaperCanvas, name, function)
    return calls


KEPT = (
    "circle",
    "drawString",
    "line",
    "rect",
    "restoreState",
    "roundRect",
    "saveState",
    "scale",
    "setDash",
    "setFillColor",
    "setFont",
    "setLineWidth",
    "setStrokeColor",
    "translate",
)


def _listen(text: Any, calls: list[tuple[str, tuple[Any, ...]]]) -> list[float]:
    """Write down what a text object says as single calls of the canvas; gives the place where it writes."""
    out, at, font, colour = text.textOut, [0.0, 0.0], text.setFont, text.setFillColor

    def set_font(name: str, size: float) -> None:
        calls.append(("setFont", (name, size)))
        font(name, size)

    def set_colour(value: Any) -> None:
        calls.append(("setFillColor", (value,)))
        colour(value)

    def text_out(words: str) -> None:
        calls.append(("drawString", (at[0], at[1], words)))
        at[0] += stringWidth(words, text._fontname, text._fontsize)
        out(words)

    text.setFont, text.setFillColor, text.textOut = set_font, set_colour, text_out
    return at


class _Drawn(Flowable):
    def __init__(self, picture: Any) -> None:
        super().__init__()
        self.picture = picture

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.picture.width, self.picture.height

    def draw(self) -> None:
        draw_picture(self.canv, self.picture, 0, self.picture.height)


def _flowables(block: paper.Block, document: paper.Document) -> Sequence[Flowable]:
    match block:
        case paper.Heading():
            words = Paragraph(escape(f"{block.number} {block.words}".strip()), HEADS[block.level])
            return [PageBreak(), words] if block.level == 1 else [words]
        case paper.Text() | paper.Caution():
            return [Paragraph(_marked(block.words), BODY)]
        case paper.Bullets():
            return [Paragraph(f"• {_marked(item)}", BODY) for item in block.items]
        case paper.Table():
            return [Paragraph(escape(block.caption), CELL), _table(block.columns, block.rows), Spacer(0, 6)]
        case paper.LongTable():
            return [_table(block.columns, [*block.rows(0, block.count), *block.last])]
        case paper.Figure():
            return [_Drawn(block.picture), Paragraph(escape(block.caption), CELL)]
        case paper.Panel():
            facts = [[label, Paragraph(escape(words), CELL)] for label, words in block.facts]
            return [
                Paragraph(escape(f"{block.label} {block.value}"), HEADS[2]),
                Table(facts, [80, WIDTH - 80], style=LOOK),
            ]
        case paper.Cover():
            lines = (block.overline, block.title, *block.lines, block.value, *block.value_lines, *block.foot)
            return [Paragraph(escape(line), HEADS[1]) for line in lines]
        case paper.Contents():
            heads = [h for h in document.blocks if isinstance(h, paper.Heading) and h.level < 3]
            return [PageBreak(), Table([[f"{h.number} {h.words}", ""] for h in heads], style=LOOK)]
        case paper.Signature():
            return [Paragraph(escape(line), BODY) for line in (block.place_and_date, block.role, block.name)]
        case paper.NewPage():
            return [PageBreak()]
        case paper.Together():
            return [made for inner in block.blocks for made in _flowables(inner, document)]
    return []


def _marked(words: paper.Words) -> str:
    parts = (words,) if isinstance(words, str) else words
    return "".join(f"<b>{escape(p)}</b>" if isinstance(p, paper.Strong) else escape(p) for p in parts)


def _table(columns: Sequence[paper.Column], rows: Sequence[Sequence[Any]]) -> Table:
    share = sum(column.share for column in columns)
    cells: list[list[Any]] = [[column.head for column in columns]]
    for row in rows:
        cells.append([cell if isinstance(cell, str) and len(cell) < SHORT else _cell(cell) for cell in row])
    made = Table(cells, [WIDTH * column.share / share for column in columns], repeatRows=1)
    made.setStyle(LOOK)
    return made


def _cell(cell: Any) -> Any:
    return "" if isinstance(cell, paper.ShareBar | paper.PageOf) else Paragraph(_marked(cell), CELL)
