"""Document -> one HTML page that stands alone: the accessible form of every paper (our PDF carries no tags).

No script, nothing from elsewhere, style in one element whose hash the page's own policy names: even words that
got past the escaping could not run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from html import escape

from calc.render.html.style import STYLE
from calc.render.outline import anchors, entries, flat, has_overview, own_title, titled
from calc.render.qr import QrError, qr_svg_path
from calc.render.svg import svg
from calc.render.xml_text import parts, plain
from calc.report.charts import colours
from calc.report.document import (
    Beside,
    Block,
    Bullets,
    Caution,
    Cell,
    Column,
    Contents,
    Cover,
    Document,
    Figure,
    Heading,
    LongTable,
    NewPage,
    PageOf,
    Panel,
    ShareBar,
    Signature,
    Table,
    Text,
    Title,
    Together,
    Words,
)

CHUNK = 1000  # rows of a long table that are asked for at once
MANY = 5  # columns from which a table may be wider than a phone and scrolls in its box
SHORT = 12  # rows up to which a table stays on one page when it is printed
FEW_HEADINGS = 4  # a paper without a place for its contents gets them in front from here


def html(document: Document) -> bytes:
    """The page, UTF-8."""
    return b"".join(part.encode() for part in _Page(document).pieces())


def style_source() -> str:
    """The page's style as a source for a Content-Security-Policy: ``'sha256-…'`` with its quotes."""
    digest = hashlib.sha256(STYLE.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy() -> str:
    """What the page needs, for the header with which it is served: its style, nothing else."""
    return f"default-src 'none'; style-src {style_source()}; base-uri 'none'; form-action 'none'"


class _Page:
    """Knows where in the document it is: which headings came before, which names are taken."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.anchors = anchors(document)
        self.names = {entry.key: entry.words for entry in entries(document)}
        self.own_title = own_title(document)
        self.level = 1
        self.begun = False  # something stands above, so a chapter begins a page
        self.boxes = 0

    def pieces(self) -> Iterator[str]:
        document = self.document
        yield (
            '<!DOCTYPE html>\n<html lang="id">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy())}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light">\n'
            f'<meta name="author" content="{_text(document.author)}">\n'
            f"<title>{_text(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#isi">Langsung ke isi</a>\n'
        )
        if self.own_title is None:
            yield self._head()
        yield '<main id="isi">\n'
        if not any(isinstance(block, Contents) for block in flat(document.blocks)):
            yield self._early_contents()
        for block in document.blocks:
            yield from self.block(block)
        yield f"</main>\n{self._foot()}</body>\n</html>\n"

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Title():
                yield self._title(block)
            case Heading():
                yield self._heading(block)
            case Text():
                yield _paragraph(block)
            case Bullets():
                yield _bullets(block)
            case Caution():
                yield _caution(block)
            case Table():
                yield from self._table(block)
            case LongTable():
                yield from self._long_table(block)
            case Figure():
                yield self._figure(block)
            case Panel():
                yield _panel(block)
            case Cover():
                yield self._cover(block)
            case Contents():
                yield self._contents(block.title)
            case Signature():
                yield _signature(block)
            case NewPage():
                yield '<div class="new-page"></div>\n'
            case Together(blocks):
                yield '<div class="together">\n'
                for inner in blocks:
                    yield from self.block(inner)
                yield "</div>\n"
            case Beside(left, right):
                yield '<div class="beside">\n<div>\n'
                yield from self.block(left)
                yield "</div>\n<div>\n"
                if right is not None:
                    yield from self.block(right)
                yield "</div>\n</div>\n"
        self.begun = True

    def _head(self) -> str:
        author = f'<p class="overline">{_text(self.document.author)}</p>\n' if self.document.author else ""
        return f'<header class="title">\n{author}<h1>{_text(self.document.title)}</h1>\n</header>\n'

    def _title(self, title: Title) -> str:
        """The page's title, or a part's: then a chapter of the page."""
        own = title is self.own_title
        self.level = 1 if own else 2
        tag = f"h{self.level}"
        style = "part chapter" if self.begun and not own else "part"
        over = "".join(
            f'<p class="overline">{_text(words)}</p>\n' for words in (title.overline, title.kind) if words
        )
        lines = "".join(f"<p>{_text(line)}</p>\n" for line in title.lines)
        name = f'<{tag} id="{self.anchors[title.key]}">{_text(title.words)}</{tag}>\n'
        return f'<header class="{style}">\n{over}{name}{lines}</header>\n'

    def _heading(self, heading: Heading) -> str:
        # never a level left out, whatever the paper does: readers jump from heading to heading
        level = min(heading.level + 1, self.level + 1, 4)
        self.level = level
        chapter = ' class="chapter"' if heading.level == 1 and self.begun else ""
        return f'<h{level} id="{self.anchors[heading.key]}"{chapter}>{_text(titled(heading))}</h{level}>\n'

    def _cover(self, cover: Cover) -> str:
        tag = "h1" if cover is self.own_title else "h2"
        value = ""
        if cover.value:
            value = _value(cover.value, cover.value_lines, cover.grade)
        lines = "".join(f"<p>{_text(line)}</p>\n" for line in cover.lines)
        foot = "".join(f"<p>{_text(line)}</p>\n" for line in cover.foot)
        return (
            f'<header class="cover">\n<p class="overline">{_text(cover.overline)}</p>\n'
            f"<{tag}>{_text(cover.title)}</{tag}>\n{lines}{value}"
            + (f'<div class="foot">{foot}</div>\n' if foot else "")
            + "</header>\n"
        )

    def _early_contents(self) -> str:
        if has_overview(self.document):
            return ""
        named = [entry for entry in entries(self.document) if entry.level <= 2]
        return self._contents("Daftar isi") if len(named) >= FEW_HEADINGS else ""

    def _contents(self, title: str) -> str:
        """Chapters and their sections as links."""
        out = [
            f'<nav class="contents" aria-label="{_text(title)}">\n<p class="head">{_text(title)}</p>\n<ul>\n'
        ]
        opened, inside = False, False
        for key, words, level in entries(self.document):
            link = f'<a href="#{self.anchors[key]}">{_text(words)}</a>'
            if level == 1 or (level == 2 and not opened):
                out.append(("</ul>" if inside else "") + ("</li>\n" if opened else "") + f"<li>{link}")
                opened, inside = True, False
            elif level == 2:
                out.append(("" if inside else "\n<ul>\n") + f"<li>{link}</li>\n")
                inside = True
        out.append(("</ul>" if inside else "") + ("</li>\n" if opened else "") + "</ul>\n</nav>\n")
        return "".join(out)

    def _table(self, table: Table) -> Iterator[str]:
        rows, many = list(table.rows), len(table.columns) >= MANY
        kinds = (("many", many), ("short", len(rows) <= SHORT), ("room", table.lines > 1))
        style = " ".join(name for name, holds in kinds if holds)
        yield self._open(table.columns, table.caption, style, many)
        for position, row in enumerate(rows):
            if table.total and position == len(rows) - 1:
                yield "</tbody>\n<tfoot>\n"
            own = ' class="marked-row"' if position == table.marked else ""
            yield f"<tr{own}>{self._cells(row, table.columns)}</tr>\n"
        yield (
            ("</tfoot>" if table.total and rows else "</tbody>") + "\n</table>\n</div>\n" + _note(table.note)
        )

    def _long_table(self, table: LongTable) -> Iterator[str]:
        yield self._open(table.columns, table.caption, "many long", True)
        for start in range(0, table.count, CHUNK):
            rows = table.rows(start, min(start + CHUNK, table.count))
            yield "".join(f"<tr>{self._cells(row, table.columns)}</tr>\n" for row in rows)
        yield "</tbody>\n"
        if table.last:
            yield "<tfoot>\n"
            yield "".join(f"<tr>{self._cells(row, table.columns)}</tr>\n" for row in table.last)
            yield "</tfoot>\n"
        yield "</table>\n</div>\n" + _note(table.note)

    def _cells(self, row: Sequence[Cell], columns: Sequence[Column]) -> str:
        out = []
        for position, (cell, column) in enumerate(zip(row, columns, strict=True)):
            names: list[str] = [column.align] if column.align != "left" else []
            names += ["strong"] if column.strong else []
            style = f' class="{" ".join(names)}"' if names else ""
            names_row = position == 0 and isinstance(cell, str | tuple) and bool(cell)
            tag, scope = ("th", ' scope="row"') if names_row else ("td", "")
            out.append(f"<{tag}{scope}{style}>{self._cell(cell)}</{tag}>")
        return "".join(out)

    def _cell(self, cell: Cell) -> str:
        if isinstance(cell, ShareBar):
            return _share(cell)
        if isinstance(cell, PageOf):
            anchor = self.anchors.get(cell.key)
            name = f"lihat {self.names.get(cell.key, '')}"  # many links that all read 'lihat' help nobody
            return f'<a href="#{anchor}" aria-label="{_text(name)}">lihat</a>' if anchor else ""
        return _inline(cell)

    def _open(self, columns: Sequence[Column], caption: str, style: str, scrolls: bool) -> str:
        sum_ = sum(column.share for column in columns) or 1
        shares = (max(1, round(column.share * 100 / sum_)) for column in columns)
        cols = "".join(f'<col class="w{share}">' for share in shares)
        heads = "".join(_head(column) for column in columns)
        kind = f' class="{style}"' if style else ""
        title = f"<caption>{_text(caption)}</caption>\n" if caption else ""
        return (
            f"{self._box(caption or 'Tabel', scrolls)}<table{kind}>\n{title}<colgroup>{cols}</colgroup>\n"
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
        )

    def _box(self, name: str, scrolls: bool) -> str:
        """A box that scrolls can be reached by keyboard, and then must have a name of its own."""
        if not scrolls:
            return '<div class="box">'
        self.boxes += 1
        return (
            f'<div class="box" role="region" tabindex="0" aria-label="{_text(name)} (bagian {self.boxes})">'
        )

    def _figure(self, figure: Figure) -> str:
        caption = f"<figcaption>{_text(figure.caption)}</figcaption>\n" if figure.caption else ""
        box = self._box(figure.caption or "Gambar", scrolls=True)
        return f"<figure>\n{box}{svg(figure.picture)}</div>\n{caption}</figure>\n"

    def _foot(self) -> str:
        foot = f"<p>{_text(self.document.foot)}</p>\n" if self.document.foot else ""
        return f'<footer class="last">\n{_verify(self.document.verify, foot)}</footer>\n'


def _text(words: str) -> str:
    return escape(plain(words))


def _inline(words: Words) -> str:
    marked = ((escape(part), strong) for part, strong in parts(words))
    return "".join(f"<strong>{part}</strong>" if strong else part for part, strong in marked)


def _caution(caution: Caution) -> str:
    return f'<p class="caution" role="note"><strong>Perhatian.</strong> {_inline(caution.words)}</p>\n'


def _paragraph(text: Text) -> str:
    inner = _inline(text.words)
    if text.style == "quote":
        return f'<blockquote><p dir="auto">{inner}</p></blockquote>\n'
    style = "" if text.style == "body" else f' class="{text.style}"'
    return f"<p{style}>{inner}</p>\n"


def _bullets(bullets: Bullets) -> str:
    if not bullets.marks:
        return "<ul>\n" + "".join(f"<li>{_inline(item)}</li>\n" for item in bullets.items) + "</ul>\n"
    pairs = zip(bullets.marks, bullets.items, strict=True)
    items = (
        f'<li><span class="mark">{_text(m)}</span> <span>{_inline(item)}</span></li>\n' for m, item in pairs
    )
    return '<ol class="marked" role="list">\n' + "".join(items) + "</ol>\n"


def _head(column: Column) -> str:
    side = f' class="{column.align}"' if column.align != "left" else ""
    # a column of bars has no heading, and an empty heading says nothing aloud
    return f'<th scope="col"{side}>{_text(column.head)}</th>' if column.head.strip() else "<td></td>"


def _share(bar: ShareBar) -> str:
    part = min(100.0, max(0.0, 100 * bar.part / bar.whole)) if bar.whole else 0.0
    return (
        '<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="100" height="8" fill="{colours.TINT}"/>'
        f'<rect width="{part:.1f}" height="8" fill="{colours.ACCENT}"/></svg>'
    )


def _panel(panel: Panel) -> str:
    facts = "".join(f"<div><dt>{_text(k)}</dt><dd>{_text(v)}</dd></div>\n" for k, v in panel.facts)
    value = _value(panel.value, panel.lines, panel.grade, panel.label)
    return f'<div class="panel">\n{value}' + (f"<dl>\n{facts}</dl>\n" if facts else "") + "</div>\n"


def _value(value: str, lines: Sequence[str], grade: str | None, label: str = "") -> str:
    style = f" grade-{grade}" if grade in colours.GRADES else ""
    size = "large" if any(char.isdigit() for char in value) else "large words"
    over = f"<p>{_text(label)}</p>\n" if label else ""
    below = "".join(f"<p>{_text(line)}</p>\n" for line in lines)
    return f'<div class="value{style}">\n{over}<p class="{size}">{_text(value)}</p>\n{below}</div>\n'


def _signature(signature: Signature) -> str:
    number = f"<p>{_text(signature.number)}</p>\n" if signature.number else ""
    return (
        f'<div class="signature">\n<p>{_text(signature.place_and_date)}</p>\n<p>{_text(signature.role)}</p>\n'
        f'<p class="name">{_text(signature.name)}</p>\n{number}</div>\n'
    )


def _verify(address: str, foot: str) -> str:
    """Where the paper is checked, with its last line in the same box: printed, that line has no page of its own."""
    if not address:
        return foot
    try:
        size, path = qr_svg_path(address, "M")
        code = (
            f'<svg viewBox="0 0 {size} {size}" role="img" aria-label="Kode QR ke alamat pemeriksaan">'
            f'<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{path}"/></svg>'
        )
    except QrError:  # the address itself stands beside it
        code = ""
    shown = _text(address)
    link = f'<a href="{shown}">{shown}</a>' if re.match(r"https?://", address) else shown
    return (
        f'<div class="verify">{code}<div><p>Keaslian angka pada dokumen ini dapat diperiksa di {link}</p>\n'
        f"{foot}</div></div>\n"
    )


def _note(words: str) -> str:
    return f'<p class="note">{_text(words)}</p>\n' if words else ""
