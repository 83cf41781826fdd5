"""The summary: two to four pages for each result, with index, elements, respondents, method and remarks."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, PageBreak, Spacer

from calc.display import moment, number, whole
from calc.paper import sentences
from calc.report import style
from calc.report.overview import contents
from calc.report.page import Section, build
from calc.report.sections import (
    bars,
    element_table,
    extremes,
    grade_table,
    index_panel,
    method,
    profile,
    remarks,
)
from calc.report.text import text
from calc.result import Result

PAPER = "Ringkasan Hasil Survei Kepuasan Masyarakat"


def summary(results: Sequence[Result]) -> bytes:
    """A PDF with a part for each result; more than one get an overview with page numbers in front.

    Raises
    ------
    ValueError
        Without any result.
    """
    if not results:
        raise ValueError("Tidak ada hasil untuk diringkas.")
    story: list[Flowable] = []
    if len(results) > 1:
        story += contents(results, [_key(i) for i in range(len(results))])
    for position, result in enumerate(results):
        if story:
            story.append(PageBreak())
        story += part(result, _key(position))
    first = results[0]
    about = sentences.subject(first) if len(results) == 1 else f"{len(results)} bagian"
    return build(
        story,
        title=f"{PAPER} – {about}",
        author=first.about.organisation or first.about.unit or "Perangkat SKM",
        foot=_foot(results),
    )


def part(result: Result, key: str) -> list[Flowable]:
    """The pages of one result."""
    subject = sentences.subject(result)
    period = result.about.period
    head = " · ".join(words for words in (subject, period) if words)
    story: list[Flowable] = [Section(key, head, head)]
    story += heading(result)
    story += index_panel(result)
    story += element_table(result)
    if result.n:
        story += [*bars(result), *extremes(result), *profile(result)]
    story += [*grade_table(result), *method(result), *remarks(result)]
    return story


def heading(result: Result) -> list[Flowable]:
    """Organisation, paper, unit, service, period: who and when, before any figure."""
    about = result.about
    story: list[Flowable] = []
    if about.organisation:
        story.append(text(about.organisation, style.OVERLINE, 200))
    story.append(text(PAPER, style.SUBTITLE))
    story.append(text(_title(result), style.TITLE, 300))
    lines = []
    if about.service:
        lines.append(f"Layanan: {about.service}")
    elif about.unit:
        lines.append("Semua layanan")
    if result.group is not None and about.unit:
        lines.append(about.unit)
    if period := sentences.period_words(result):
        lines.append(period)
    if lines:
        story += [Spacer(0, 2), text(" · ".join(lines), style.SUBTITLE, 500)]
    story.append(Spacer(0, 9))
    return story


def _title(result: Result) -> str:
    return sentences.subject(result) if result.group is not None else result.about.unit or "Seluruh isian"


def _key(position: int) -> str:
    return f"bagian-{position + 1}"


def _foot(results: Sequence[Result]) -> str:
    total = whole(sum(r.n for r in results))
    first = results[0]
    if len(results) > 1:
        return f"{len(results)} bagian · {total} responden"
    words = [f"IKM {number(first.converted)}" if first.converted is not None else "Belum ada nilai"]
    words.append(f"{total} responden")
    if first.about.cut is not None:
        words.append(f"data sampai {moment(first.about.cut)}")
    return " · ".join(words)
