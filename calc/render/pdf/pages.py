"""Pages: where boxes go, page after page, in one pass: what stays together, what is split, which gaps are smaller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from calc.render.pdf import fonts
from calc.render.pdf.boxes import Box
from calc.render.pdf.canvas import DocumentCanvas, foot, running_head

TOP = A4[1] - fonts.MARGIN - 2 * mm
BOTTOM = float(fonts.MARGIN)
HEIGHT = TOP - BOTTOM
HALF = HEIGHT * 0.5  # a chapter's last page with less than this on it looks forgotten
BEGUN = HEIGHT * 0.5  # filled so far, a page may be left for what must stay together
TIGHTER = (0.85, 0.7, 0.55)  # of the usual gaps, tried in turn to do without such a page
MOST = 200  # boxes of a chapter that is tried before it is drawn; longer ones are drawn as they come


class Break(Box):
    """What follows begins a page, unless the page is still empty."""


class Whole(Box):
    """A box that has a page of its own, without head and foot."""


class Running(Box):
    """From here on, these words stand over the pages."""

    def __init__(self, words: str) -> None:
        self.words = words


class Together(Box):
    """Boxes that stay on one page where they fit on one."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.boxes = tuple(boxes)


class Pages:
    """Lays boxes on pages, one after the other."""

    def __init__(self, canvas: DocumentCanvas, head: str, foot: str) -> None:
        self.canvas, self.head, self.foot = canvas, head, foot
        self.y, self.gap, self.empty, self.bare = TOP, 0.0, True, False
        self.tight = 1.0

    def fill_chapters(self, boxes: Iterable[Box]) -> None:
        """Lay all boxes, with the gaps of a chapter made smaller where that saves a last page of a few lines."""
        stream = iter(boxes)
        some: list[Box] = []
        for box in stream:
            if isinstance(box, Break) and some:
                self._fitted(some)
                some = []
            some.append(box)
            if box.endless or len(some) > MOST:
                ended: list[Box] = []
                self.fill(chain(some, _chapter(stream, ended)))
                some = ended
        self._fitted(some)

    def _fitted(self, boxes: list[Box]) -> None:
        self.tight = _tightness(boxes)
        self.fill(boxes)
        self.tight = 1.0

    def fill(self, boxes: Iterable[Box]) -> None:
        """Lay all boxes; boxes that are kept with the next one wait for it."""
        waiting: list[Box] = []
        for box in boxes:
            if isinstance(box, Together):
                waiting = self._together([*waiting, *box.boxes])
            elif box.keep:
                waiting.append(box)
            else:
                self._group([*waiting, box])
                waiting = []
        self._group(waiting)

    def close(self) -> None:
        """End the last page."""
        if not self.empty or self.canvas.getPageNumber() == 1:
            self._end()

    def _together(self, boxes: list[Box]) -> list[Box]:
        """Lay them on this page, or on the next if they fit there, or as any others; what is kept still waits."""
        kept: list[Box] = []
        while boxes and boxes[-1].keep:
            kept.insert(0, boxes.pop())
        height = self._height(boxes)
        begun = TOP - self.y >= BEGUN  # else the page that is left would style forgotten
        if boxes and begun and height <= HEIGHT and self._needed(boxes[0], height) > self._room():
            self._next()
        self.fill(boxes)
        return kept

    def _group(self, boxes: list[Box]) -> None:
        """Lay boxes of which the first ones must not be parted from the last."""
        if not boxes:
            return
        if len(boxes) > 1 and not self.empty:
            gap = max(boxes[-2].after, boxes[-1].before) * self.tight
            needed = self._height([*boxes[:-1]]) + gap + boxes[-1].least()
            if self._needed(boxes[0], needed) > self._room():
                self._next()
        for box in boxes:
            self._lay(box)

    def _lay(self, box: Box) -> None:
        if isinstance(box, Break):
            if not self.empty:
                self._next()
            return
        if isinstance(box, Running):
            self.head = box.words
            return
        if isinstance(box, Whole):
            self._alone(box)
            return
        while self._needed(box, box.height) > self._room():
            parts = box.split(self._room() - self._gap_before(box), self.empty)
            if parts is None:
                if self.empty:
                    break  # boxes that cannot be parted see to it that they are lower than a page
                self._next()
                continue
            self._put(parts[0])
            self._next()
            box = parts[1]
        self._put(box)

    def _put(self, box: Box) -> None:
        if box.height == 0:  # a mark
            self._draw(box, self.y)
            return
        self.y -= self._gap_before(box)
        self._draw(box, self.y)
        self.y -= box.height
        self.gap = box.after
        self.empty = False

    def _alone(self, box: Box) -> None:
        if not self.empty:
            self._next()
        self.bare = True
        self._draw(box, A4[1])
        self.empty = False
        self._next()

    def _gap_before(self, box: Box) -> float:
        return 0.0 if self.empty else max(self.gap, box.before) * self.tight

    def _height(self, boxes: Sequence[Box]) -> float:
        gaps = sum(max(one.after, two.before) for one, two in pairwise(boxes))
        return sum(box.height for box in boxes) + gaps * self.tight

    def _draw(self, box: Box, top: float) -> None:
        box.draw(self.canvas, fonts.MARGIN, top)

    def _needed(self, box: Box, height: float) -> float:
        return height + self._gap_before(box) - 0.01

    def _room(self) -> float:
        return self.y - BOTTOM

    def _next(self) -> None:
        self._end()
        self.y, self.gap, self.empty = TOP, 0.0, True

    def _end(self) -> None:
        canvas = self.canvas
        if not self.bare:
            if canvas.getPageNumber() > 1 and self.head:
                running_head(canvas, self.head)
            foot(canvas, self.foot)
        self.bare = False
        canvas.showPage()


class _Trial(Pages):
    """Lays boxes without drawing them, to see how many pages they take."""

    def __init__(self, tight: float) -> None:
        super().__init__(None, "", "")  # type: ignore[arg-type]
        self.tight, self.pages = tight, 0

    def _draw(self, box: Box, top: float) -> None:
        return

    def _end(self) -> None:
        self.pages += 1


def _tightness(boxes: Sequence[Box]) -> float:
    """Of the gaps of a chapter: 1, or what it takes to do without a sparse last page."""
    usual = _tried(boxes, 1.0)
    if usual.pages and not usual.empty and TOP - usual.y < HALF:
        for tight in TIGHTER:
            if _tried(boxes, tight).pages < usual.pages:
                return tight
    return 1.0


def _tried(boxes: Sequence[Box], tight: float) -> _Trial:
    trial = _Trial(tight)
    trial.fill(boxes)
    return trial


def _chapter(boxes: Iterator[Box], ended: list[Box]) -> Iterator[Box]:
    """The rest of a chapter; the break that ends it goes to `ended`."""
    for box in boxes:
        if isinstance(box, Break):
            ended.append(box)
            return
        yield box
