"""What stands before the first chapter: cover, foreword, contents."""

from __future__ import annotations

from calc.display import number
from calc.report.data import ReportData
from calc.report.document import Block, Contents, Cover, Heading, NewPage, Signature
from calc.report.texts import blocks_of, lines_of
from calc.report.wording import sentences
from calc.report.wording.phrases import year_of
from calc.report.wording.sentences import INDICATIVE, PUBLISHED
from calc.scoring.result import Result

PAPER = "Laporan Pelaksanaan Survei Kepuasan Masyarakat"


def cover(data: ReportData) -> tuple[Block, ...]:
    """Whose report, which period, and the value with what limits it."""
    result = data.result
    about = result.about
    lines = [about.unit or sentences.subject(result)]
    if about.unit and about.service:
        lines.append(f"Layanan {about.service}")
    lines.append(sentences.period_words(result))
    return (
        Cover(
            overline=about.organisation,
            title=PAPER.upper(),
            lines=tuple(line for line in lines if line),
            foot=tuple(words for words in (about.organisation or about.unit, year_of(result)) if words),
            value="" if result.converted is None else number(result.converted),
            grade=result.grade,
            value_lines=_value_lines(result),
        ),
    )


def foreword(data: ReportData) -> tuple[Block, ...]:
    """The foreword on a page of its own, signed."""
    return (Heading("KATA PENGANTAR", 1, "pengantar"), *blocks_of(data, "pengantar"), signature(data))


def contents(data: ReportData) -> tuple[Block, ...]:
    """Where the chapters and sections are, on a page of its own."""
    return (NewPage(), Contents())


def signature(data: ReportData) -> Signature:
    """Place, date, role and name as the office wrote them, else room for them."""
    role, name, *rest = (*lines_of(data, "penandatangan"), "")
    number_of = " · ".join(filter(None, rest))  # rank and number are often two lines
    return Signature(" ".join(lines_of(data, "tempat_tanggal")), role, name, number_of)


def _value_lines(result: Result) -> tuple[str, ...]:
    if result.converted is None:
        return ()
    lines = [f"Mutu pelayanan {result.grade}", result.performance or ""]
    if sentences.is_running(result):
        lines.append("Nilai sementara")
    if result.n < PUBLISHED:
        lines.append("Tidak untuk dipublikasikan")
    elif result.n < INDICATIVE:
        lines.append("Nilai indikatif")
    return tuple(filter(None, lines))
