"""The building blocks of the summary: each turns a Result into flowables, alone."""

from __future__ import annotations

from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from calc.display import long_date, moment, number, percent, whole
from calc.paper import sentences
from calc.paper.document import Strong
from calc.report import style
from calc.report.charts import ElementBars, ShareBar, scale_of
from calc.report.page import CONTENT_WIDTH
from calc.report.table import EMBEDDED, Command, cells, column, table
from calc.report.text import text
from calc.result import ElementResult, ProfileCount, Result

PANEL = 52 * mm
FEW_CLASSES = 16  # longer profile tables get the whole width, so that they can be split over pages

BIG = ParagraphStyle(
    "big", fontName=style.BOLD, fontSize=38, leading=43, textColor=style.PAPER, alignment=TA_CENTER
)
BIG_WORDS = ParagraphStyle("big-words", parent=BIG, fontSize=15, leading=20)
ON_PANEL = ParagraphStyle("on-panel", parent=BIG, fontName=style.PLAIN, fontSize=8.4, leading=12)


def index_panel(result: Result) -> list[Flowable]:
    """The index large in its grade's colour; beside it what it rests on; below it what limits it."""
    if result.converted is None:
        words = "Belum ada data" if not result.n else "Belum dapat dihitung"
        left: list[Flowable] = [text("Nilai IKM", ON_PANEL), Spacer(0, 8), text(words, BIG_WORDS)]
    else:
        left = [
            text("Nilai IKM (konversi)", ON_PANEL),
            text(number(result.converted), BIG),
            Spacer(0, 2),
            text(f"Mutu {result.grade}", BIG_WORDS),
            text(result.performance or "", ON_PANEL),
        ]
    panel = Table([[left, _facts(result)]], colWidths=[PANEL, CONTENT_WIDTH - PANEL])
    panel.setStyle(
        [
            EMBEDDED,
            ("BACKGROUND", (0, 0), (0, 0), style.grade_colour(result.grade)),
            ("BACKGROUND", (1, 0), (1, 0), style.TINT),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (1, 0), (1, 0), 10),
            ("RIGHTPADDING", (1, 0), (1, 0), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 9),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 10),
        ]
    )
    story: list[Flowable] = [panel]
    if notes := sentences.cautions(result):
        story += [Spacer(0, 6), _note_box(notes)]
    return story


def _facts(result: Result) -> Table:
    about = result.about
    rows = [("Responden", f"{whole(result.n)} orang")]
    if result.index is not None:
        rows.append(("Indeks (NI)", number(result.index, 4)))
    if result.interval is not None:
        spread = f"{number(result.interval.low)} – {number(result.interval.high)}"
        rows.append((f"Selang {number(result.interval.level * 100, 0)}%", f"{spread}{_firm(result)}"))
    if period := sentences.period_words(result):
        rows.append(("Periode", period))
    if about.cut is not None:
        rows.append(("Data sampai", moment(about.cut)))
    if result.target is not None:
        enough = "terpenuhi" if result.n >= result.target else "belum terpenuhi"
        rows.append(("Sampel", f"{whole(result.n)} dari {whole(result.target)} responden ({enough})"))
    rows.append(("Dasar", f"{result.regulation} · {result.instrument_title}"))
    width = CONTENT_WIDTH - PANEL - 18
    body = [[text(label, style.CELL_MUTED), text(words, style.CELL, 260)] for label, words in rows]
    made = Table(body, colWidths=[25 * mm, width - 25 * mm])
    made.setStyle(
        [
            EMBEDDED,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1.4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.4),
        ]
    )
    return made


def _firm(result: Result) -> str:
    """Only bad news needs a word beside the figures; the sentence stands under 'Cara menghitung'."""
    return "" if sentences.is_firm(result) else "; mutu belum kokoh"


def _note_box(notes: list[str]) -> Table:
    rows = [[text((Strong("Perhatian. "), note), style.CAUTION)] for note in notes]
    look: list[Command] = [
        ("BACKGROUND", (0, 0), (-1, -1), style.NOTE_TINT),
        ("LINEBEFORE", (0, 0), (0, -1), 2, style.NOTE),
        ("LEFTPADDING", (0, 0), (-1, -1), 8),
        ("LINEBELOW", (0, 0), (-1, -1), 0, style.NOTE_TINT),
    ]
    return table(rows, [CONTENT_WIDTH], head=False, extra=look)


ELEMENT_WIDTHS = tuple(w * mm for w in (11.5, 52, 16, 13, 13.5, 20, 16.5, 11, 20.5))
ELEMENT_STYLES = (
    style.CELL_BOLD,
    style.CELL,
    style.CELL_RIGHT,
    style.CELL_RIGHT,
    style.CELL_RIGHT,
    style.CELL_RIGHT,
    style.CELL_RIGHT_BOLD,
    style.CELL_CENTRE_BOLD,
    style.CELL,
)


def element_table(result: Result) -> list[Flowable]:
    """The regulation's table; its last row is the index itself, never a sum of printed parts."""
    heads = (
        "Kode",
        "Unsur pelayanan",
        "Jawaban",
        "Σ nilai",
        "NRR",
        "NRR tertimbang",
        "Konversi",
        "Mutu",
        "Kinerja",
    )
    head_styles = (style.HEAD, style.HEAD, *(style.HEAD_RIGHT,) * 5, style.HEAD_CENTRE, style.HEAD)
    means = column([e.mean for e in result.elements])
    weighted = column([e.weighted for e in result.elements])
    rows = [cells(heads, head_styles)]
    for element, mean, share in zip(result.elements, means, weighted, strict=True):
        rows.append(cells(_element_words(element, mean, share), ELEMENT_STYLES))
    last = len(rows)
    rows.append(_index_row(result))
    look: list[Command] = [
        ("BACKGROUND", (0, last), (-1, last), style.ACCENT_TINT),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("SPAN", (0, last), (4, last)),
        ("LINEABOVE", (0, last), (-1, last), 0.8, style.ACCENT),
    ]
    notes = (
        "NRR: nilai rata-rata unsur = Σ nilai / jumlah jawaban. Indeks (NI) dihitung dari nilai penuh dan "
        "dibulatkan satu kali; karena itu dapat berbeda di angka terakhir dari jumlah angka yang tercetak."
    )
    story: list[Flowable] = [text("Nilai per unsur", style.HEADING), table(rows, ELEMENT_WIDTHS, extra=look)]
    if result.order:
        notes += f" Urutan kolom U8/U9 yang dibaca: {result.order}."
    return [*story, Spacer(0, 3), text(notes, style.SMALL)]


def _element_words(element: ElementResult, mean: str, weighted: str) -> tuple[str, ...]:
    return (
        element.code,
        element.name[:200],
        whole(element.n),
        whole(element.total),
        mean,
        weighted,
        number(element.converted),
        element.grade or "–",
        element.performance or "–",
    )


def _index_row(result: Result) -> list[Flowable]:
    words = (
        "Indeks (NI) dan nilai konversi (IKM)",
        "",
        "",
        "",
        "",
        number(result.index, 4),
        number(result.converted),
        result.grade or "–",
        result.performance or "–",
    )
    styles = (
        style.CELL_BOLD,
        *(style.CELL,) * 4,
        style.CELL_RIGHT_BOLD,
        style.CELL_RIGHT_BOLD,
        style.CELL_CENTRE_BOLD,
        style.CELL_BOLD,
    )
    return cells(words, styles)


def bars(result: Result) -> list[Flowable]:
    """All elements as bars, in the regulation's order."""
    chart = ElementBars(result.elements, scale_of(result), CONTENT_WIDTH)
    title = text(f"Nilai rata-rata per unsur (1 sampai {scale_of(result)})", style.HEADING)
    return [KeepTogether([title, chart])]


def extremes(result: Result) -> list[Flowable]:
    """Three lowest elements (first candidates for repair) beside the three highest; not when all equal."""
    known = [e for e in result.lowest_first if e.mean is not None]
    if len(known) < 2 or known[0].mean == known[-1].mean:
        return []
    few = min(3, len(known) // 2)
    lowest = known[:few]
    highest = sorted((e for e in result.elements if e.mean is not None), key=lambda e: -(e.mean or 0))[:few]
    width = CONTENT_WIDTH / 2
    rows: list[list[Flowable]] = [
        [text("Unsur tertinggi", style.HEAD), text("Unsur terendah, prioritas perbaikan", style.HEAD)],
        *[[_ranked(up), _ranked(down)] for up, down in zip(highest, lowest, strict=True)],
    ]
    return [KeepTogether([Spacer(0, 4), table(rows, [width, width])])]


def _ranked(element: ElementResult) -> Flowable:
    words = (
        Strong(f"{element.code} {element.short[:60]}"),
        f" – {number(element.converted)} ({element.grade}, {element.performance})",
    )
    return text(words, style.CELL)


def profile(result: Result) -> list[Flowable]:
    """Who answered: one small table for each question, two beside each other."""
    asked = [field for field in result.profile if field.classes]
    if not asked:
        return []
    story: list[Flowable] = [text("Profil responden", style.HEADING)]
    half = (CONTENT_WIDTH - 8 * mm) / 2
    short = [field for field in asked if len(field.classes) <= FEW_CLASSES]
    for left, right in zip(short[::2], [*short[1::2], None], strict=False):
        pair = [
            _profile_table(left, result.n, half),
            "",
            _profile_table(right, result.n, half) if right else "",
        ]
        beside = Table([pair], colWidths=[half, 8 * mm, half])
        beside.setStyle([EMBEDDED, ("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding()])
        story += [beside, Spacer(0, 7)]
    for field in asked:
        if field not in short:
            story += [_profile_table(field, result.n, CONTENT_WIDTH), Spacer(0, 7)]
    if any(0 < count < sentences.PUBLISHED for field in asked for *_, count in field.classes):
        story.append(
            text(f"Jumlah di bawah {sentences.PUBLISHED} orang tidak untuk dipublikasikan.", style.SMALL)
        )
    return story


def _profile_table(field: ProfileCount, n: int, width: float) -> Table:
    bar = width - 67 * mm
    widths = (38 * mm, 13 * mm, 16 * mm, bar)
    heads = (style.HEAD, style.HEAD_RIGHT, style.HEAD_RIGHT, style.HEAD)
    rows = [cells((field.label[:60], "Orang", "Bagian", ""), heads)]
    counted = [(label, count) for _, label, _, count in field.classes]
    for label, count in [*counted, ("Tidak menjawab", field.not_stated)]:
        words = (label[:60], whole(count), percent(count, n))
        styles = (style.CELL, style.CELL_RIGHT, style.CELL_RIGHT)
        rows.append([*cells(words, styles), ShareBar(count, n, bar - 8)])
    return table(rows, widths)


def grade_table(result: Result) -> list[Flowable]:
    """The regulation's table of grades with the result's own row marked."""
    if not result.bands:
        return []
    heads = (
        "Nilai persepsi",
        "Nilai interval (NI)",
        "Nilai konversi (NIK)",
        "Mutu",
        "Kinerja unit pelayanan",
    )
    rows = [cells(heads, (*(style.HEAD_CENTRE,) * 4, style.HEAD))]
    look: list[Command] = []
    for position, (interval, converted, grade, performance, _) in enumerate(result.bands):
        own = grade == result.grade
        centre = style.CELL_CENTRE_BOLD if own else style.CELL_CENTRE
        words = (str(len(result.bands) - position), interval, converted, grade)
        mark = f"{performance}   ◄ hasil ini" if own else performance
        rows.append([*cells(words, (centre,) * 4), text(mark, style.CELL_BOLD if own else style.CELL)])
        if own:
            look.append(("BACKGROUND", (0, position + 1), (-1, position + 1), style.ACCENT_TINT))
    widths = [w * mm for w in (25, 37, 40, 20, 52)]
    title = text(f"Tabel mutu pelayanan ({result.regulation})", style.HEADING)
    return [KeepTogether([title, table(rows, widths, extra=look)])]


def method(result: Result) -> list[Flowable]:
    """How the figure was made, in sentences that can be checked."""
    story: list[Flowable] = [
        text("Cara menghitung", style.HEADING),
        text((Strong("Konvensi hitung. "), result.convention_words), style.BODY),
    ]
    if words := sentences.interval_words(result):
        words = f"{words} {sentences.firmness(result)}"
        story.append(text((Strong("Selang kepercayaan. "), words), style.BODY))
    if words := sentences.incomplete_words(result):
        story.append(text((Strong("Isian tidak lengkap. "), words), style.BODY))
    if words := sentences.sample_words(result):
        story.append(text((Strong("Jumlah responden. "), words), style.BODY))
    if result.other_conventions:
        lead = (Strong("Konvensi lain. "), "Isian yang sama dengan konvensi lain yang lazim dipakai:")
        story.append(KeepTogether([text(lead, style.BODY), _other_table(result)]))
    return story


def _other_table(result: Result) -> Table:
    rows = [
        cells(
            ("Konvensi", "Nilai konversi", "Mutu", ""),
            (style.HEAD, style.HEAD_RIGHT, style.HEAD_CENTRE, style.HEAD),
        )
    ]
    for other in result.other_conventions:
        differs = "mutu berbeda" if other.grade != result.grade else ""
        words = (sentences.convention_label(other.convention), number(other.converted), other.grade, differs)
        styles = (style.CELL, style.CELL_RIGHT, style.CELL_CENTRE_BOLD, style.CAUTION)
        rows.append(cells(words, styles))
    return table(rows, [w * mm for w in (92, 28, 16, 38)])


def remarks(result: Result) -> list[Flowable]:
    """Residents' words, newest first, each a paragraph of its own so that a long one runs over the page."""
    if not result.remarks:
        return []
    story: list[Flowable] = [text("Saran dan masukan responden", style.HEADING)]
    story += [
        text((Strong(long_date(day) + ":"), " " + words), style.REMARK) for day, words in result.remarks
    ]
    return story


def _no_padding() -> list[Any]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), 0) for side in sides]
