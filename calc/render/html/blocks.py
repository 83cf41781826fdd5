"""Blocks that are the same HTML wherever they stand in the document; every word is escaped here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from calc.render.qr import QrError, qr_svg_path
from calc.render.xml_text import parts, plain
from calc.report.charts import colours
from calc.report.document import Bullets, Caution, Column, Panel, ShareBar, Signature, Text, Words


def escaped(words: str) -> str:
    return escape(plain(words))


def inline_html(words: Words) -> str:
    marked = ((escape(part), strong) for part, strong in parts(words))
    return "".join(f"<strong>{part}</strong>" if strong else part for part, strong in marked)


def caution_html(caution: Caution) -> str:
    return f'<p class="caution" role="note"><strong>Perhatian.</strong> {inline_html(caution.words)}</p>\n'


def paragraph_html(text: Text) -> str:
    inner = inline_html(text.words)
    if text.style == "quote":
        return f'<blockquote><p dir="auto">{inner}</p></blockquote>\n'
    style = "" if text.style == "body" else f' class="{text.style}"'
    return f"<p{style}>{inner}</p>\n"


def bullets_html(bullets: Bullets) -> str:
    if not bullets.marks:
        return "<ul>\n" + "".join(f"<li>{inline_html(item)}</li>\n" for item in bullets.items) + "</ul>\n"
    pairs = zip(bullets.marks, bullets.items, strict=True)
    items = (
        f'<li><span class="mark">{escaped(m)}</span> <span>{inline_html(item)}</span></li>\n'
        for m, item in pairs
    )
    return '<ol class="marked" role="list">\n' + "".join(items) + "</ol>\n"


def head_html(column: Column) -> str:
    side = f' class="{column.align}"' if column.align != "left" else ""
    # a column of bars has no heading, and an empty heading says nothing aloud
    return f'<th scope="col"{side}>{escaped(column.head)}</th>' if column.head.strip() else "<td></td>"


def share_html(bar: ShareBar) -> str:
    part = min(100.0, max(0.0, 100 * bar.part / bar.whole)) if bar.whole else 0.0
    return (
        '<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="100" height="8" fill="{colours.TINT}"/>'
        f'<rect width="{part:.1f}" height="8" fill="{colours.ACCENT}"/></svg>'
    )


def panel_html(panel: Panel) -> str:
    facts = "".join(f"<div><dt>{escaped(k)}</dt><dd>{escaped(v)}</dd></div>\n" for k, v in panel.facts)
    value = value_html(panel.value, panel.lines, panel.grade, panel.label)
    return f'<div class="panel">\n{value}' + (f"<dl>\n{facts}</dl>\n" if facts else "") + "</div>\n"


def value_html(value: str, lines: Sequence[str], grade: str | None, label: str = "") -> str:
    style = f" grade-{grade}" if grade in colours.GRADES else ""
    size = "large" if any(char.isdigit() for char in value) else "large words"
    over = f"<p>{escaped(label)}</p>\n" if label else ""
    below = "".join(f"<p>{escaped(line)}</p>\n" for line in lines)
    return f'<div class="value{style}">\n{over}<p class="{size}">{escaped(value)}</p>\n{below}</div>\n'


def signature_html(signature: Signature) -> str:
    number = f"<p>{escaped(signature.number)}</p>\n" if signature.number else ""
    return (
        f'<div class="signature">\n<p>{escaped(signature.place_and_date)}</p>\n<p>{escaped(signature.role)}</p>\n'
        f'<p class="name">{escaped(signature.name)}</p>\n{number}</div>\n'
    )


def verify_html(address: str, foot: str) -> str:
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
    shown = escaped(address)
    link = f'<a href="{shown}">{shown}</a>' if re.match(r"https?://", address) else shown
    return (
        f'<div class="verify">{code}<div><p>Keaslian angka pada dokumen ini dapat diperiksa di {link}</p>\n'
        f"{foot}</div></div>\n"
    )


def note_html(words: str) -> str:
    return f'<p class="note">{escaped(words)}</p>\n' if words else ""
