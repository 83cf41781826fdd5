"""Document: a paper as words, tables and pictures, the same for every form it is drawn in.

Numbers are printed here once, as words; PDF, HTML and DOCX only place them, so no two forms can disagree. Nothing in
here is markup: a resident's remark is words like any other, and each form escapes what it must.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from calc.report.charts.picture import Picture


class Strong(str):
    """A part of a sentence in bold."""

    __slots__ = ()


SHORT = 400  # letters of a paragraph of some four lines
Words = str | tuple[str, ...]  # the parts of a tuple follow each other; `Strong` ones are bold
Align = Literal["left", "right", "centre"]


@dataclass(frozen=True)
class ShareBar:
    """A thin bar for part / whole in a table cell; the number always stands in another cell beside it."""

    part: int
    whole: int


@dataclass(frozen=True)
class PageOf:
    """The page on which the heading or title with this key stands; a link in forms without pages."""

    key: str


Cell = Words | ShareBar | PageOf


@dataclass(frozen=True)
class Title:
    """The head of a short paper, or of one of several parts of a paper; every one but the first begins a page.

    overline : whose paper; kind : what paper; words : about whom; lines : service, period
    key : where links lead, unique in the document; running : words over the pages from here on
    """

    overline: str
    kind: str
    words: str
    lines: tuple[str, ...]
    key: str
    running: str = ""


@dataclass(frozen=True)
class Heading:
    """level 1: a chapter (BAB, Lampiran), which begins a page; 2: its sections; 3: below them, not in the contents.

    number : 'BAB I', '1.1', 'Lampiran 2'; '' for none
    key : where links lead, unique in the document
    """

    words: str
    level: int
    key: str
    number: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph. body: of a chapter; lead: larger; small: notes under tables; quote: a resident's remark."""

    words: Words
    style: Literal["body", "lead", "small", "quote"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list; `marks` are printed before the items ('a.', 'b.'), bullets without them."""

    items: tuple[Words, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caution:
    """What a reader must know before trusting a figure; stands out."""

    words: Words


@dataclass(frozen=True)
class Column:
    """head : its heading; share : of the table's width, relative to the other columns."""

    head: str
    share: float
    align: Align = "left"
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of as many cells as there are columns; a head that every page repeats.

    caption : with its number ('Tabel 3. Nilai per unsur'); '' for none
    total : the last row is what the others lead to, and stands out
    marked : position of a row that is this result's own (its grade in the table of grades), else None
    lines : as high as so many lines is every row at least: room to write by hand
    """

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    total: bool = False
    marked: int | None = None
    note: str = ""
    lines: int = 1


@dataclass(frozen=True)
class LongTable:
    """A table of very many short rows (one per respondent), made while they are drawn.

    count : rows
    rows : first and last (exclusive) position -> those rows
    last : rows below all others (sums, means), which stand out
    """

    columns: tuple[Column, ...]
    count: int
    rows: Callable[[int, int], Sequence[Sequence[str]]]
    last: tuple[tuple[str, ...], ...] = ()
    caption: str = ""
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture with its caption ('Gambar 1. …'); picture.words is its text alternative."""

    picture: Picture
    caption: str = ""


@dataclass(frozen=True)
class Panel:
    """The value, large, in its grade's colour, and beside it the facts it rests on.

    value : '85,24', or words such as 'Belum ada data' when there is none
    lines : below the value ('Mutu B', 'Baik'); facts : (label, words)
    """

    label: str
    value: str
    lines: tuple[str, ...]
    grade: str | None
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cover:
    """The first page. overline: whose paper; lines: below the title; value: large, or ""; foot: place, year."""

    overline: str
    title: str
    lines: tuple[str, ...]
    foot: tuple[str, ...]
    value: str = ""
    grade: str | None = None
    value_lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """Here stand the chapters and sections with their pages (in HTML and DOCX: as links, as a field)."""

    title: str = "DAFTAR ISI"


@dataclass(frozen=True)
class Signature:
    """Who answers for the paper; an empty name leaves room to write."""

    place_and_date: str
    role: str
    name: str = ""
    number: str = ""


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page."""


@dataclass(frozen=True)
class Together:
    """Blocks that stay on one page where they fit (a heading and its figure)."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Beside:
    """Two blocks beside each other where there is room, else below each other."""

    left: Block
    right: Block | None = None


Block = (
    Title
    | Heading
    | Text
    | Bullets
    | Caution
    | Table
    | LongTable
    | Figure
    | Panel
    | Cover
    | Contents
    | Signature
    | NewPage
    | Together
    | Beside
)


def leads(block: Block, after: Block) -> bool:
    """Whether a short paragraph only introduces the table, figure or panel below it, and stays with it."""
    if not isinstance(block, Text) or not isinstance(after, Table | Figure | Panel):
        return False
    return sum(map(len, (block.words,) if isinstance(block.words, str) else block.words)) <= SHORT


@dataclass(frozen=True)
class Document:
    """A whole paper.

    title : of the file and the window; author : the organisation
    head : over every page but the first; foot : below every page, beside the page's number
    verify : address that a QR code at the end leads to, '' for none
    subject : what it is about, for lists of files; made : the moment up to which answers were counted, which stands
        in the file as the day it was made, so that equal papers stay equal; None when unknown
    """

    title: str
    author: str
    head: str
    foot: str
    blocks: tuple[Block, ...]
    verify: str = ""
    subject: str = ""
    made: datetime | None = None
