"""How a DOCX looks: a page, its styles and the names under which an office finds and changes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx.document import Document as File
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as SIDES
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from calc.render.xml_text import plain
from calc.report.charts import colours
from calc.report.document import Document

FONT = "Arial"  # every office has it, or Liberation Sans with the same widths
MARGIN = Mm(20)
WIDTH = Mm(170)
HEIGHT = Mm(240)
FIXED = datetime(2000, 1, 1, tzinfo=UTC)  # where no day is known: equal papers give equal bytes

CELL, CELL_RIGHT, CELL_CENTRE, CELL_HEAD = "Sel Tabel", "Sel Tabel Kanan", "Sel Tabel Tengah", "Kepala Tabel"
OVERLINE, LEAD, SMALL, QUOTE, MARKED = "Atas Judul", "Pembuka", "Catatan", "Kutipan", "Butir"
CAUTION, PANEL, LINES = "Peringatan", "Panel Nilai", "Baris Sampul"


def apply(file: File, document: Document) -> None:
    """A4, one font, Indonesian, the styles that the writer uses."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Mm(22), Mm(22)
    _properties(file, document)
    _defaults(file)
    for level, size in ((1, 15), (2, 12.5), (3, 11)):
        _heading(file, level, size)
    _own(file)


def _properties(file: File, document: Document) -> None:
    core = file.core_properties
    title, author, subject = (
        plain(words)[:255]  # Word refuses longer ones
        for words in (document.title, document.author, document.subject)
    )
    core.title, core.author, core.last_modified_by, core.subject = title, author, author, subject
    core.language, core.comments, core.revision = "id-ID", "", 1
    core.created = core.modified = (document.made or FIXED).astimezone(UTC).replace(tzinfo=None)


def _defaults(file: File) -> None:
    for lang in file.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), "id-ID")
    normal: Any = file.styles["Normal"]
    _font(normal, 10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15


def _font(style: Any, size: float, colour: str = colours.INK, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour[1:].upper())
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _heading(file: File, level: int, size: float) -> None:
    style: Any = file.styles[f"Heading {level}"]
    _font(style, size, colours.ACCENT if level < 3 else colours.INK, bold=True)
    style.paragraph_format.space_before = Pt(0 if level == 1 else 14)
    style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.keep_with_next = True
    style.paragraph_format.page_break_before = level == 1


def _own(file: File) -> None:
    make = _maker(file)
    for name in ("Title", "Caption"):
        _font(file.styles[name], 24 if name == "Title" else 9, bold=True)
    title: Any = file.styles["Title"]
    for edge in title.element.iter(qn("w:pBdr")):  # the template's blue line
        edge.getparent().remove(edge)
        break
    caption: Any = file.styles["Caption"]
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    make(OVERLINE, 10, colours.ACCENT, True)
    make(LINES, 12)
    make(LEAD, 12)
    make(SMALL, 8.5, colours.MUTED)
    quote = make(QUOTE, 10)
    quote.paragraph_format.left_indent = Mm(5)
    _edge(quote, "left", colours.LINE, 18)
    caution = make(CAUTION, 9.5, colours.NOTE)
    caution.paragraph_format.left_indent = Mm(3)
    _edge(caution, "left", colours.NOTE, 18)
    _shade(caution, colours.NOTE_TINT)
    marked = make(MARKED, 10.5)
    marked.paragraph_format.left_indent, marked.paragraph_format.first_line_indent = Mm(8), Mm(-8)
    marked.paragraph_format.space_after = Pt(3)
    for level in (1, 2):
        entry = make(f"toc {level}", 10.5)
        entry.paragraph_format.left_indent = Mm(8 * (level - 1))
        entry.paragraph_format.space_after = Pt(3)
        entry.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    for name, align in (
        (CELL, SIDES.LEFT),
        (CELL_RIGHT, SIDES.RIGHT),
        (CELL_CENTRE, SIDES.CENTER),
        (CELL_HEAD, SIDES.LEFT),
    ):
        cell = make(
            name,
            8.5 if name != CELL_HEAD else 8,
            colours.MUTED if name == CELL_HEAD else colours.INK,
            name == CELL_HEAD,
        )
        cell.paragraph_format.space_after, cell.paragraph_format.line_spacing = Pt(0), 1.0
        cell.paragraph_format.alignment = align
    panel = make(PANEL, 10, colours.PAPER)
    panel.paragraph_format.space_after = Pt(2)
    panel.paragraph_format.alignment = SIDES.CENTER


def _maker(file: File) -> Any:
    def make(name: str, size: float, colour: str = colours.INK, bold: bool = False) -> Any:
        style: Any = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
        style.base_style = file.styles["Normal"]
        style.quick_style = not name.startswith("toc")
        _font(style, size, colour, bold)
        return style

    return make


def _edge(style: Any, side: str, colour: str, eighths: int) -> None:
    borders, edge = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    values = (("val", "single"), ("sz", str(eighths)), ("space", "6"), ("color", colour[1:]))
    for name, value in values:
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    _before_spacing(style, borders)


def _shade(style: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour[1:])):
        shade.set(qn(f"w:{name}"), value)
    _before_spacing(style, shade)


def _before_spacing(style: Any, child: Any) -> None:
    """Word wants the properties of a paragraph in its own order: borders and shading before tabs and indents."""
    properties = style.element.get_or_add_pPr()
    later = ("tabs", "spacing", "ind", "jc")
    first = next((one for one in properties if one.tag in {qn(f"w:{name}") for name in later}), None)
    if first is None:
        properties.append(child)
    else:
        first.addprevious(child)
