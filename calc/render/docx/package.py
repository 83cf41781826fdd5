"""What a DOCX has besides its blocks: head and foot of the pages, settings, no thumbnail, no dates."""

from __future__ import annotations

import io
import zipfile

from docx.document import Document as File
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE as RELATIONS
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from calc.render.docx import styles as style
from calc.render.docx.table import SPACE, field, run
from calc.render.xml_text import plain


def margins(file: File, head: str, foot: str) -> None:
    """What stands over and below the pages; the first page keeps its head free."""
    section = file.sections[0]
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.style = file.styles[style.SMALL]
    line.add_run(plain(head))
    for footer in (section.footer, section.first_page_footer):
        line = footer.paragraphs[0]
        line.style = file.styles[style.SMALL]
        line.paragraph_format.tab_stops.add_tab_stop(style.WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        inner = run(plain(foot)) + "<w:r><w:tab/></w:r>" + run("Halaman ")
        inner += field("PAGE", "1") + run(" dari ") + field("NUMPAGES", "1")
        for child in parse_xml(f"<w:p {SPACE}>{inner}</w:p>"):
            line.paragraph_format.element.append(child)


def ask_for_pages(file: File) -> None:
    """Contents and pages are Word's to compute when it opens the file."""
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    settings = file.settings.element
    later = {qn(f"w:{name}") for name in ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat", "rsids")}
    first = next((one for one in settings if one.tag in later), None)  # Word wants its own order
    if first is None:
        settings.append(update)
    else:
        first.addprevious(update)


def without_thumbnail(file: File) -> None:
    """The template's picture of itself is not this paper."""
    package = file.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONS.THUMBNAIL:
            del package.rels[key]


def undated(file: io.BytesIO) -> bytes:
    """The same file, its parts without the moment at which they were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()
