"""Picture -> SVG: for web pages. No script, no link, no font file; every word escaped."""

from __future__ import annotations

from math import inf
from xml.sax.saxutils import escape, quoteattr

from calc.render.pdf.text_layout import shortened
from calc.render.xml_text import plain
from calc.report.charts.picture import Dot, Line, Picture, Rect, Shape, Words

FONTS = "'DejaVu Sans',Verdana,system-ui,sans-serif"  # the first two have about the same widths


def svg(picture: Picture) -> str:
    """One <svg> element that takes the width it is given; picture.words are what is read aloud."""
    size = f"0 0 {_number(picture.width)} {_number(picture.height)}"
    shapes = "".join(map(_drawn, picture.shapes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" role="img" '
        f"aria-label={quoteattr(plain(picture.words))} font-family={quoteattr(FONTS)}>{shapes}</svg>"
    )


def _drawn(shape: Shape) -> str:
    match shape:
        case Rect(x, y, width, height, fill, radius, stroke):
            edge = f' stroke="{stroke}" stroke-width=".75"' if stroke else ""
            round_ = f' rx="{_number(radius)}"' if radius else ""
            place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
            return f'<rect {place} fill="{fill}"{round_}{edge}/>'
        case Line(x1, y1, x2, y2, stroke, width, dash):
            broken = f' stroke-dasharray="{_number(dash)}"' if dash else ""
            path = f"M{_number(x1)} {_number(y1)}L{_number(x2)} {_number(y2)}"
            return f'<path d="{path}" stroke="{stroke}" stroke-width="{_number(width)}"{broken}/>'
        case Dot(x, y, radius, fill):
            return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" fill="{fill}"/>'
        case Words():
            return _words(shape)


def _words(words: Words) -> str:
    anchor = f' text-anchor="{words.anchor}"' if words.anchor != "start" else ""
    weight = ' font-weight="700"' if words.strong else ""
    place = f'x="{_number(words.x)}" y="{_number(words.y)}" font-size="{_number(words.size)}"'
    # measured in the widest of the fonts; letters that it lacks stay as they are
    shown = shortened(plain(words.words), words.size, words.room or inf, words.strong)
    return f'<text {place} fill="{words.fill}"{weight}{anchor}>{escape(shown)}</text>'


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
