"""Numbers of chapters, sections, appendices, tables and figures: given once, in the order of the finished paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calc.report.document import Beside, Block, Figure, Heading, LongTable, Table, Together

_CHAPTER, _SECTION, _APPENDIX = "BAB", "§", "Lampiran"  # in Heading.number until numbered() has counted
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def chapter(words: str, key: str) -> Heading:
    """A heading that will be 'BAB III'."""
    return Heading(words, 1, key, _CHAPTER)


def section(words: str, key: str) -> Heading:
    """A heading that will be '3.1'."""
    return Heading(words, 2, key, _SECTION)


def appendix(words: str, key: str) -> Heading:
    """A heading that will be 'Lampiran 2'."""
    return Heading(words, 1, key, _APPENDIX)


def numbered(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The same blocks with 'BAB I', '1.1', 'Lampiran 1', 'Tabel 1.' and 'Gambar 1.' in their order.

    Headings made by other hands keep what they have; a table or figure without caption is not counted.
    """
    counter = _Counter()
    return tuple(counter.numbered(block) for block in blocks)


class _Counter:
    def __init__(self) -> None:
        self.chapters = self.sections = self.appendices = self.tables = self.figures = 0

    def numbered(self, block: Block) -> Block:
        match block:
            case Together():
                return Together(tuple(self.numbered(part) for part in block.blocks))
            case Beside():
                left = self.numbered(block.left)
                return Beside(left, None if block.right is None else self.numbered(block.right))
            case Heading():
                return replace(block, number=self._heading(block))
            case Table() | LongTable() if block.caption:
                self.tables += 1
                return replace(block, caption=f"Tabel {self.tables}. {block.caption}")
            case Figure() if block.caption:
                self.figures += 1
                return replace(block, caption=f"Gambar {self.figures}. {block.caption}")
        return block

    def _heading(self, heading: Heading) -> str:
        match heading.number:
            case "BAB":
                self.chapters, self.sections = self.chapters + 1, 0
                return f"BAB {_ROMAN[self.chapters - 1]}"
            case "§":
                self.sections += 1
                return f"{self.chapters}.{self.sections}"
            case "Lampiran":
                self.appendices += 1
                return f"Lampiran {self.appendices}"
        return heading.number
