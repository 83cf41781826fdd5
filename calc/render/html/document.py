"""Document -> one HTML page that stands alone: the accessible form of every paper (our PDF carries no tags).

No script, nothing from elsewhere, style in one element whose hash the page's own policy names: even words that
got past the escaping could not run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from calc.render.html.blocks import (
    bullets_html,
    caution_html,
    escaped,
    head_html,
    inline_html,
    note_html,
    panel_html,
    paragraph_html,
    share_html,
    signature_html,
    value_html,
    verify_html,
)
from calc.render.html.style import STYLE
from calc.render.outline import anchors, entries, flat, has_overview, own_title, titled
from calc.render.svg import svg
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
            f'<meta name="author" content="{escaped(document.author)}">\n'
            f"<title>{escaped(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
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
                yield paragraph_html(block)
            case Bullets():
                yield bullets_html(block)
            case Caution():
                yield caution_html(block)
            case Table():
                yield from self._table(block)
            case LongTable():
                yield from self._long_table(block)
            case Figure():
                yield self._figure(block)
            case Panel():
                yield panel_html(block)
            case Cover():
                yield self._cover(block)
            case Contents():
                yield self._contents(block.title)
            case Signature():
                yield signature_html(block)
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
        author = f'<p class="overline">{escaped(self.document.author)}</p>\n' if self.document.author else ""
        return f'<header class="title">\n{author}<h1>{escaped(self.document.title)}</h1>\n</header>\n'

    def _title(self, title: Title) -> str:
        """The page's title, or a part's: then a chapter of the page."""
        own = title is self.own_title
        self.level = 1 if own else 2
        tag = f"h{self.level}"
        style = "part chapter" if self.begun and not own else "part"
        over = "".join(
            f'<p class="overline">{escaped(words)}</p>\n' for words in (title.overline, title.kind) if words
        )
        lines = "".join(f"<p>{escaped(line)}</p>\n" for line in title.lines)
        name = f'<{tag} id="{self.anchors[title.key]}">{escaped(title.words)}</{tag}>\n'
        return f'<header class="{style}">\n{over}{name}{lines}</header>\n'

    def _heading(self, heading: Heading) -> str:
        # never a level left out, whatever the paper does: readers jump from heading to heading
        level = min(heading.level + 1, self.level + 1, 4)
        self.level = level
        chapter = ' class="chapter"' if heading.level == 1 and self.begun else ""
        return f'<h{level} id="{self.anchors[heading.key]}"{chapter}>{escaped(titled(heading))}</h{level}>\n'

    def _cover(self, cover: Cover) -> str:
        tag = "h1" if cover is self.own_title else "h2"
        value = ""
        if cover.value:
            value = value_html(cover.value, cover.value_lines, cover.grade)
        lines = "".join(f"<p>{escaped(line)}</p>\n" for line in cover.lines)
        foot = "".join(f"<p>{escaped(line)}</p>\n" for line in cover.foot)
        return (
            f'<header class="cover">\n<p class="overline">{escaped(cover.overline)}</p>\n'
            f"<{tag}>{escaped(cover.title)}</{tag}>\n{lines}{value}"
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
            f'<nav class="contents" aria-label="{escaped(title)}">\n<p class="head">{escaped(title)}</p>\n<ul>\n'
        ]
        opened, inside = False, False
        for key, words, level in entries(self.document):
            link = f'<a href="#{self.anchors[key]}">{escaped(words)}</a>'
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
            ("</tfoot>" if table.total and rows else "</tbody>")
            + "\n</table>\n</div>\n"
            + note_html(table.note)
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
        yield "</table>\n</div>\n" + note_html(table.note)

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
            return share_html(cell)
        if isinstance(cell, PageOf):
            anchor = self.anchors.get(cell.key)
            name = f"lihat {self.names.get(cell.key, '')}"  # many links that all read 'lihat' help nobody
            return f'<a href="#{anchor}" aria-label="{escaped(name)}">lihat</a>' if anchor else ""
        return inline_html(cell)

    def _open(self, columns: Sequence[Column], caption: str, style: str, scrolls: bool) -> str:
        sum_ = sum(column.share for column in columns) or 1
        shares = (max(1, round(column.share * 100 / sum_)) for column in columns)
        cols = "".join(f'<col class="w{share}">' for share in shares)
        heads = "".join(head_html(column) for column in columns)
        kind = f' class="{style}"' if style else ""
        title = f"<caption>{escaped(caption)}</caption>\n" if caption else ""
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
            f'<div class="box" role="region" tabindex="0" aria-label="{escaped(name)} (bagian {self.boxes})">'
        )

    def _figure(self, figure: Figure) -> str:
        caption = f"<figcaption>{escaped(figure.caption)}</figcaption>\n" if figure.caption else ""
        box = self._box(figure.caption or "Gambar", scrolls=True)
        return f"<figure>\n{box}{svg(figure.picture)}</div>\n{caption}</figure>\n"

    def _foot(self) -> str:
        foot = f"<p>{escaped(self.document.foot)}</p>\n" if self.document.foot else ""
        return f'<footer class="last">\n{verify_html(self.document.verify, foot)}</footer>\n'
