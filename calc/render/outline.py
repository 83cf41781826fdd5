"""What a Document is made of from above: its blocks in a row, its chapters and sections, their names in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from calc.report.document import Beside, Block, Cover, Document, Heading, Title, Together


class Entry(NamedTuple):
    """A line of the contents. level: as of a Heading; a part's Title counts as a chapter."""

    key: str
    words: str
    level: int


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks in reading order, those inside others too."""
    for block in blocks:
        match block:
            case Together(inner):
                yield from flat(inner)
            case Beside(left, right):
                yield from flat((left,) if right is None else (left, right))
            case _:
                yield block


def entries(document: Document) -> list[Entry]:
    """Every place that a link can lead to, in reading order."""
    found = []
    for block in flat(document.blocks):
        if isinstance(block, Heading):
            found.append(Entry(block.key, titled(block), block.level))
        elif isinstance(block, Title):
            found.append(Entry(block.key, block.running or block.words, 1))
    return found


def titled(heading: Heading) -> str:
    """A heading with its number."""
    return f"{heading.number} {heading.words}".strip()


def own_title(document: Document) -> Block | None:
    """The block that is the paper's title: its cover, its only Title, or that of the overview over its parts."""
    heads = [block for block in flat(document.blocks) if isinstance(block, Cover | Title)]
    covers = [block for block in heads if isinstance(block, Cover)]
    if covers:
        return covers[0]
    return heads[0] if len(heads) == 1 or has_overview(document) else None


def has_overview(document: Document) -> bool:
    """Whether a paper of several parts begins with a page about them all, which leads to each."""
    named = [block for block in flat(document.blocks) if isinstance(block, Title | Heading)]
    return len(named) > 1 and isinstance(named[0], Title) and isinstance(named[1], Title)


def anchors(document: Document) -> dict[str, str]:
    """Key of a heading -> a name of letters, digits and '-' that is unique in the document."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for entry in entries(document):
        name = "b-" + re.sub(r"[^a-z0-9]+", "-", entry.key.lower()).strip("-")[:30]
        while name in taken:
            name += "-x"
        if entry.key not in names:
            names[entry.key] = name
            taken.add(name)
    return names
