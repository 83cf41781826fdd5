"""Writes a Document with python-docx: what an office sees when it opens the file, and can change."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Emu, Mm, Pt

from calc.display import whole
from calc.render.docx import package
from calc.render.docx import styles as style
from calc.render.docx.table import SPACE, TWIPS, TableRows, cell, field, paragraph, row, run, table
from calc.render.outline import anchors, entries, own_title, titled
from calc.render.png import png
from calc.render.qr import QrError, rectangles
from calc.render.xml_text import parts, plain
from calc.report.charts import colours
from calc.report.charts.picture import Picture, Rect
from calc.report.document import (
    Beside,
    Block,
    Bullets,
    Caution,
    Contents,
    Cover,
    Document,
    Figure,
    Heading,
    LongTable,
    NewPage,
    Panel,
    Signature,
    Strong,
    Table,
    Text,
    Title,
    Together,
    Words,
    leads,
)

MOST_ROWS = 5000  # of a long table; with more, Word turns pages for minutes
WHOLE = 20  # lines up to which a table stays on one page
FEW = 3  # rows that stand together at both ends of a longer one
CAPTION = re.compile(r"(Tabel|Gambar) (\d+)(\..*)", re.DOTALL)
STYLES = {"body": "Normal", "lead": style.LEAD, "small": style.SMALL, "quote": style.QUOTE}


def written(document: Document) -> bytes:
    """The file; its parts carry a fixed date, so that equal documents give equal bytes."""
    file = io.BytesIO()
    _Writer(document).write().save(file)
    return package.undated(file)


class _Writer:
    """Appends block after block; knows which headings have names and how captions are counted."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.file = docx.Document()
        style.apply(self.file, document)
        package.without_thumbnail(self.file)
        self.anchors = anchors(document)
        self.own_title = own_title(document)
        self.counted = {"Tabel": 0, "Gambar": 0}
        self.begun = False
        self.new_page = False
        self.marks = 0
        names = {
            "left": style.CELL,
            "right": style.CELL_RIGHT,
            "centre": style.CELL_CENTRE,
            "head": style.CELL_HEAD,
        }
        self.cells = {align: self._id(name) for align, name in names.items()}

    def write(self) -> Any:
        package.margins(self.file, self.document.head, self.document.foot)
        if self.own_title is None:
            self._paragraph(self.document.title, "Title")
        self._blocks(self.document.blocks)
        self._verify()
        package.ask_for_pages(self.file)
        return self.file

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block, after in zip_longest(blocks, blocks[1:]):
            self._block(block)
            if after is not None and leads(block, after):
                self.file.paragraphs[-1].paragraph_format.keep_with_next = True

    def _block(self, block: Block) -> None:
        match block:
            case Title():
                self._title(block)
            case Heading():
                self._heading(titled(block), block.level, block.key)
            case Text():
                self._paragraph(block.words, STYLES[block.style])
            case Bullets():
                self._bullets(block)
            case Caution():
                inner = (block.words,) if isinstance(block.words, str) else block.words
                self._paragraph((Strong("Perhatian."), " ", *inner), style.CAUTION)
            case Table():
                self._table(block)
            case LongTable():
                self._long_table(block)
            case Figure():
                self._figure(block)
            case Panel():
                self._panel(block)
            case Cover():
                self._cover(block)
            case Contents():
                self._contents(block)
            case Signature():
                self._signature(block)
            case NewPage():
                self.new_page = True
            case Together(blocks):
                self._blocks(blocks)
            case Beside(left, right):
                for inner_block in (left,) if right is None else (left, right):
                    self._block(inner_block)
        self.begun = True

    def _paragraph(self, words: Words, name: str, keep: bool = False) -> Any:
        made = self.file.add_paragraph(style=name)
        for part, strong in parts(words):
            made.add_run(part).bold = True if strong else None
        if self.new_page:
            made.paragraph_format.page_break_before = True
            self.new_page = False
        if keep:
            made.paragraph_format.keep_with_next = True
        return made

    def _heading(self, words: str, level: int, key: str) -> None:
        made = self._paragraph(words, f"Heading {min(level, 3)}")
        if level == 1 and not self.begun:
            made.paragraph_format.page_break_before = False
        self._mark(made, key)

    def _mark(self, made: Any, key: str) -> None:
        """A bookmark around a heading, where links and page numbers lead."""
        self.marks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for one in (start, end):
            one.set(qn("w:id"), str(self.marks))
        start.set(qn("w:name"), _bookmark(self.anchors[key]))
        first = made.paragraph_format.element.find(qn("w:r"))
        if first is None:
            made.paragraph_format.element.append(start)
        else:
            first.addprevious(start)
        made.paragraph_format.element.append(end)

    def _title(self, title: Title) -> None:
        for position, words in enumerate(filter(None, (title.overline, title.kind))):
            made = self._paragraph(words, style.OVERLINE, keep=True)
            if self.begun and not position:
                made.paragraph_format.page_break_before = True
        own = title is self.own_title
        made = self._paragraph(title.words, "Title" if own else "Heading 1", keep=True)
        if not own:
            made.paragraph_format.page_break_before = False
        self._mark(made, title.key)
        for line in title.lines:
            self._paragraph(line, style.LINES)

    def _cover(self, cover: Cover) -> None:
        made = self._paragraph(cover.overline, style.OVERLINE)
        made.paragraph_format.space_before = Mm(45)
        name = self._paragraph(cover.title, "Title")
        name.paragraph_format.space_before = Pt(6)
        for line in cover.lines:
            self._paragraph(line, style.LINES)
        if cover.value:
            width = TWIPS * 2 // 5
            inner = self._value("", cover.value, cover.value_lines)
            self._add(
                table([row([cell(inner, width, colours.grade_colour(cover.grade))])], [width], lines=False)
            )
        for position, line in enumerate(cover.foot):
            foot = self._paragraph(line, style.LINES)
            foot.paragraph_format.space_before = Mm(40) if not position else Pt(0)

    def _contents(self, contents: Contents) -> None:
        """A field that Word fills with pages; until then the chapters and sections as links."""
        head = self._paragraph(contents.title, "Normal", keep=True)
        head.runs[0].bold = True
        head.runs[0].font.size = Pt(15)
        head.paragraph_format.page_break_before = self.begun
        shown = [entry for entry in entries(self.document) if entry.level <= 2]
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
            '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for position, (key, words, level) in enumerate(shown):
            link = (
                f'<w:hyperlink w:anchor={quoteattr(_bookmark(self.anchors[key]))} w:history="1">'
                f"{run(plain(words))}<w:r><w:tab/></w:r>{self._page_of(key)}</w:hyperlink>"
            )
            inner = (begin if not position else "") + link + (end if position == len(shown) - 1 else "")
            self._add(paragraph(inner, self._id(f"toc {level}")).replace("<w:p>", f"<w:p {SPACE}>", 1))

    def _page_of(self, key: str) -> str:
        anchor = self.anchors.get(key)
        return field(f"PAGEREF {_bookmark(anchor)} \\h", "…") if anchor else ""

    def _bullets(self, bullets: Bullets) -> None:
        if not bullets.marks:
            for item in bullets.items:
                self._paragraph(item, "List Bullet")
            return
        for mark, item in zip(bullets.marks, bullets.items, strict=True):
            inner = (item,) if isinstance(item, str) else item
            made = self._paragraph((), style.MARKED)
            made.add_run(plain(mark)).add_tab()
            for part, strong in parts(inner):
                made.add_run(part).bold = True if strong else None

    def _table(self, one: Table) -> None:
        rows = list(one.rows)
        grid = TableRows(one.columns, rows[0] if rows else (), self.cells, self._page_of)
        drawn = [grid.head()]
        whole_table = sum(max(one.lines, grid.lines(words)) for words in rows) <= WHOLE
        for position, words in enumerate(rows):
            total = one.total and position == len(rows) - 1
            own = position == one.marked
            fill = colours.ACCENT_TINT if total or own else ""
            end = position < FEW - 1 or position >= len(rows) - FEW
            keep = (whole_table or end) and position < len(rows) - 1
            drawn.append(grid.row(words, fill, total or own, keep, one.lines))
        self._captioned(one.caption, table(drawn, grid.widths), one.note)

    def _long_table(self, one: LongTable) -> None:
        grid = TableRows(one.columns, (), self.cells, self._page_of)
        drawn, note = [grid.head()], one.note
        if one.count <= MOST_ROWS:
            drawn += [grid.row(words) for words in one.rows(0, one.count)]
        else:
            note = (
                f"Tabel ini memuat {whole(one.count)} baris, terlalu banyak untuk dokumen yang disunting; "
                f"semua barisnya ada dalam bentuk PDF, HTML dan buku kerja. {note}"
            ).strip()
        drawn += [grid.row(words, colours.ACCENT_TINT, strong=True) for words in one.last]
        self._captioned(one.caption, table(drawn, grid.widths), note)

    def _captioned(self, caption: str, drawn: str, note: str) -> None:
        if caption:
            self._caption(caption, keep=True)
        self._add(drawn)
        if note:
            self._paragraph(note, style.SMALL)
        else:
            self._parting()

    def _parting(self) -> None:
        """Parts a table from a next one, which Word would join to it; low, or it might fill a page alone."""
        made = self._paragraph("", style.SMALL).paragraph_format
        made.line_spacing, made.space_after = Pt(2), Pt(14)

    def _caption(self, words: str, keep: bool) -> None:
        """Tables and figures are counted by Word, as long as it would count as the paper does."""
        made = self._paragraph((), "Caption", keep)
        found = CAPTION.fullmatch(plain(words))
        if found and int(found[2]) == self.counted[found[1]] + 1:
            self.counted[found[1]] += 1
            inner = run(f"{found[1]} ") + field(f"SEQ {found[1]} \\* ARABIC", found[2]) + run(found[3])
        else:
            inner = run(plain(words))
        for child in parse_xml(f"<w:p {SPACE}>{inner}</w:p>"):
            made.paragraph_format.element.append(child)

    def _figure(self, figure: Figure) -> None:
        picture = figure.picture
        self._picture(picture, png(picture), style.WIDTH, keep=bool(figure.caption))
        if figure.caption:
            self._caption(figure.caption, keep=False)

    def _picture(self, picture: Picture, data: bytes, width: int, keep: bool) -> None:
        height = width * picture.height / picture.width
        if height > style.HEIGHT:
            width = int(width * style.HEIGHT / height)
        made = self._paragraph((), "Normal", keep)
        made.add_run().add_picture(io.BytesIO(data), width=Emu(width))
        inline = next(made.paragraph_format.element.iter(qn("wp:inline")))
        inline.docPr.set("descr", plain(picture.words))
        for side in "TBLR":  # without them LibreOffice moves the picture 3.2 mm over the margin
            inline.set(f"dist{side}", "0")

    def _panel(self, panel: Panel) -> None:
        left = TWIPS * 3 // 10
        value = self._value(panel.label, panel.value, panel.lines)
        facts = "".join(
            paragraph(
                run(f"{plain(name)}: ", more=_ink(colours.MUTED)) + run(plain(words)), self.cells["left"]
            )
            for name, words in panel.facts
        )
        cells = [
            cell(value, left, colours.grade_colour(panel.grade), middle=True),
            cell(facts or paragraph("", self.cells["left"]), TWIPS - left, colours.TINT, middle=True),
        ]
        self._add(table([row(cells)], [left, TWIPS - left], lines=False, inside=170))
        self._parting()

    def _value(self, label: str, value: str, lines: Sequence[str]) -> str:
        name = self._id(style.PANEL)
        size = 56 if any(char.isdigit() for char in value) else 30  # half points
        big = paragraph(run(plain(value), bold=True, more=f'<w:sz w:val="{size}"/>'), name)
        return "".join(
            [paragraph(run(plain(label)), name)] * bool(label)
            + [big]
            + [paragraph(run(plain(line)), name) for line in lines]
        )

    def _signature(self, signature: Signature) -> None:
        name = signature.name or "…" * 14
        lines: Iterable[Words] = (signature.place_and_date, signature.role, (Strong(name),), signature.number)
        for position, words in enumerate(lines):
            if not words:
                continue
            made = self._paragraph(
                words, "Normal", keep=position < 2 or bool(position == 2 and signature.number)
            )
            made.paragraph_format.left_indent = Mm(90)
            made.paragraph_format.space_after = Pt(0)
            made.paragraph_format.space_before = {0: Mm(8), 2: Mm(22)}.get(position, Pt(0))

    def _verify(self) -> None:
        address = self.document.verify
        if not address:
            return
        words = f"Keaslian angka pada dokumen ini dapat diperiksa di {address}"
        self._paragraph(words, style.SMALL, keep=True).paragraph_format.space_before = Mm(10)
        try:
            size, dark = rectangles(address, "M")
        except QrError:  # the address itself stands above
            return
        modules = tuple(Rect(x, y, width, height, "#000000") for x, y, width, height in dark)
        picture = Picture(size, size, modules, f"Kode QR ke {address}")
        self._picture(picture, png(picture, 8), Mm(28), keep=False)

    def _add(self, xml: str) -> None:
        self.file.element.body.sectPr.addprevious(parse_xml(xml))

    def _id(self, name: str) -> str:
        return str(self.file.styles[name].style_id)


def _ink(colour: str) -> str:
    return f'<w:color w:val="{colour[1:]}"/>'


def _bookmark(anchor: str) -> str:
    """Word takes letters, digits and '_', forty at most."""
    return "_" + anchor.replace("-", "_")[:38]
