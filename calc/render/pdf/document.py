"""Document -> PDF: every block becomes boxes, and boxes fill pages."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

from reportlab.lib.units import mm

from calc.render.pdf import block_styles
from calc.render.pdf.boxes import Box, Framed, Pair, Prose, limited
from calc.render.pdf.canvas import WIDTH, DocumentCanvas
from calc.render.pdf.contents import contents
from calc.render.pdf.cover import SMALL_CODE, Check, CheckedTitle, CoverPage, PanelBox, SignatureBox
from calc.render.pdf.long_table import LongTableBox
from calc.render.pdf.pages import HEIGHT, Break, Pages, Running, Together
from calc.render.pdf.pictures import Drawing
from calc.render.pdf.table import TableBox
from calc.report import document as paper

GUTTER = 8 * mm
INDENT = 5.5 * mm


def pdf(document: paper.Document) -> bytes:
    """The document as an A4 PDF. Equal documents give equal bytes: no clock, no random identifier."""
    buffer = BytesIO()
    canvas = DocumentCanvas(buffer, document)
    pages = Pages(canvas, document.head, document.foot)
    pages.fill_chapters(_Boxes(document).all())
    pages.close()
    canvas.save()
    return buffer.getvalue()


class _Boxes:
    """Turns blocks into boxes, one after the other, so that a long paper is never there as a whole."""

    def __init__(self, document: paper.Document) -> None:
        self.document = document
        self.headings = [h for h in _headings(document.blocks) if h.level < 3]
        self.chapters = any(h.level == 1 for h in self.headings)
        self.begun = False
        self.checked = False  # the code to check the paper stands already
        self.body = block_styles.CHAPTER_BODY if self.chapters else block_styles.BODY
        self.gaps = (2.0, 5.5) if self.chapters else (1.5, 3.4)

    def all(self) -> Iterator[Box]:
        *most, last = self.document.blocks or (paper.NewPage(),)
        for block, after in pairwise((*most, last)):
            for box in self.of(block, WIDTH):
                if paper.leads(block, after):
                    box.keep = True
                yield box
        boxes = list(self.of(last, WIDTH))
        if not self.document.verify or self.checked:
            yield from boxes
        else:  # the code does not stand alone on a last page
            yield Together([*boxes, Check(self.document.verify, WIDTH)])

    def of(self, block: paper.Block, width: float) -> Iterator[Box]:
        """The boxes of one block."""
        match block:
            case paper.Title():
                yield from self._title(block, width)
            case paper.Heading():
                yield from self._heading(block, width)
            case paper.Text():
                yield self._text(block, width)
            case paper.Bullets():
                yield from self._bullets(block, width)
            case paper.Caution():
                words = block.words if isinstance(block.words, tuple) else (block.words,)
                prose = Prose((paper.Strong("Perhatian. "), *words), block_styles.CAUTION, width - 17)
                yield Framed(prose, width)
            case paper.Table():
                yield TableBox(block, width)
            case paper.LongTable():
                yield LongTableBox(block, width)
            case paper.Figure():
                yield Drawing(block, width, HEIGHT)
            case paper.Panel():
                yield PanelBox(block, width)
            case paper.Cover():
                yield CoverPage(block)
            case paper.Contents():
                yield Break()
                yield Mark("daftar-isi", block.title, 0)
                yield Prose(block.title, block_styles.CHAPTER, width, gaps=(0, 8), keep=True)
                yield from contents(self.headings, width)
            case paper.Signature():
                yield SignatureBox(block, width)
            case paper.NewPage():
                yield Break()
            case paper.Together():
                yield Together([box for each in block.blocks for box in self.of(each, width)])
            case paper.Beside():
                yield from self._beside(block, width)

    def _text(self, block: paper.Text, width: float) -> Box:
        if block.style == "lead":
            return Prose(block.words, block_styles.LEAD, width, gaps=(3, 6))
        if block.style == "small":
            return Prose(block.words, block_styles.SMALL, width, gaps=(1.5, 2))
        if block.style == "quote":
            return Prose(block.words, block_styles.QUOTE, width - 8, indent=9, gaps=(2.5, 2.5))
        return Prose(block.words, self.body, width, gaps=self.gaps)

    def _bullets(self, block: paper.Bullets, width: float) -> Iterator[Box]:
        for position, words in enumerate(block.items):
            mark = block.marks[position] if position < len(block.marks) else "•"
            last = position == len(block.items) - 1
            gaps = (1.0, 6.0 if last else 1.5)
            yield Prose(words, self.body, width, indent=INDENT, mark=mark, gaps=gaps)

    def _title(self, block: paper.Title, width: float) -> Iterator[Box]:
        if self.begun:
            yield Break()
        if block.running:
            yield Running(block.running)
        yield Mark(block.key, block.running or block.words, 0)
        address = "" if self.begun else self.document.verify
        room = width - SMALL_CODE - 3 * mm if address else width
        lines = [
            Prose(limited(block.overline, 200), block_styles.OVERLINE, room, keep=True),
            Prose(block.kind, block_styles.KIND, room, keep=True),
            Prose(limited(block.words, 300), block_styles.TITLE, room, keep=True),
            *(
                Prose(limited(line, 500), block_styles.KIND, room, gaps=(2, 2), keep=True)
                for line in block.lines
            ),
        ]
        named = (block.overline, block.kind, True, *block.lines)
        shown = [line for line, words in zip(lines, named, strict=True) if words]
        if address:
            yield CheckedTitle(shown, address, width)
            self.checked = True
        else:
            yield from shown
        self.begun = True
        yield Space(5)

    def _heading(self, block: paper.Heading, width: float) -> Iterator[Box]:
        title = f"{block.number} {block.words}".strip()
        if block.level == 1:
            yield Break()
            yield Mark(block.key, title, 0)
            if block.number:
                yield Prose(block.number, block_styles.OVERLINE, width, keep=True)
            yield Prose(block.words, block_styles.CHAPTER, width, gaps=(0, 10), keep=True)
            return
        yield Mark(block.key, title, 1 if block.level == 2 and self.chapters else None)
        style, gaps = (
            (block_styles.SECTION, (11.0, 4.5)) if block.level == 2 else (block_styles.BELOW, (8.0, 3.0))
        )
        indent = 0.0
        if block.number:
            indent = 11 * mm if block.level == 2 else 13 * mm
        yield Prose(block.words, style, width, indent=indent, mark=block.number, gaps=gaps, keep=True)

    def _beside(self, block: paper.Beside, width: float) -> Iterator[Box]:
        half = (width - GUTTER) / 2
        left = list(self.of(block.left, half))
        right = list(self.of(block.right, half)) if block.right else []
        if len(left) == 1 and len(right) < 2:
            pair = Pair(left[0], right[0] if right else None, half + GUTTER)
            if pair.height < HEIGHT * 0.6:
                yield pair
                return
        yield from self.of(block.left, width)
        if block.right:
            yield from self.of(block.right, width)


class Mark(Box):
    """Where links lead; takes no room and stays with what follows."""

    keep = True

    def __init__(self, key: str, title: str, level: int | None) -> None:
        self.key, self.title, self.level = key, title, level

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        canvas.mark(self.key, self.title, self.level, top)


class Space(Box):
    """Empty room, that ends what is kept together with a heading."""

    def __init__(self, height: float) -> None:
        self.height = height

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        return


def _headings(blocks: tuple[paper.Block, ...]) -> Iterator[paper.Heading]:
    for block in blocks:
        if isinstance(block, paper.Heading):
            yield block
        elif isinstance(block, paper.Together):
            yield from _headings(block.blocks)
