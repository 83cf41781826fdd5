"""The full report: cover, foreword, contents, chapters and appendices, in either of the two outlines."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from calc.display import moment, number, whole
from calc.report.chapters import (
    analysis,
    appendices,
    closing,
    collection,
    follow_ups,
    front_matter,
    index,
    introduction,
    method,
    respondents,
    trend,
)
from calc.report.data import ReportData
from calc.report.document import Block, Document
from calc.report.kinds import TEMPLATES
from calc.report.numbering import chapter, numbered
from calc.report.wording import sentences

Section = Callable[[ReportData], tuple[Block, ...]]


class Chapter(NamedTuple):
    """Its heading, the place links lead to, and its sections."""

    words: str
    key: str
    sections: tuple[Section, ...]


_PURPOSE = (introduction.background, introduction.legal_basis, introduction.aims)
_COLLECTION = (
    collection.organisers,
    collection.method,
    collection.place,
    collection.time,
    collection.sample,
)

OUTLINES: dict[str, tuple[Chapter, ...]] = {
    # outline in use since about 2022
    "five-chapters": (
        Chapter("PENDAHULUAN", "bab-pendahuluan", _PURPOSE),
        Chapter("PENGUMPULAN DATA SKM", "bab-pengumpulan", _COLLECTION),
        Chapter("HASIL PENGOLAHAN DATA SKM", "bab-hasil", (respondents.respondents, index.index)),
        Chapter(
            "ANALISIS HASIL SKM",
            "bab-analisis",
            (analysis.analysis, follow_ups.plan, trend.trend, follow_ups.former),
        ),
        Chapter("PENUTUP", "bab-penutup", (closing.conclusion, closing.advice, closing.end)),
    ),
    # outline of 2019 to 2021
    "four-chapters": (
        Chapter("PENDAHULUAN", "bab-pendahuluan", _PURPOSE),
        Chapter("METODOLOGI", "bab-metodologi", _COLLECTION),
        Chapter(
            "HASIL SURVEI KEPUASAN MASYARAKAT",
            "bab-hasil",
            (respondents.respondents, index.index, analysis.analysis, trend.trend),
        ),
        Chapter(
            "KESIMPULAN DAN SARAN",
            "bab-kesimpulan",
            (closing.conclusion, closing.advice, follow_ups.plan, follow_ups.former, closing.end),
        ),
    ),
}


def full(data: ReportData, template: str = "five-chapters", respondents: bool | None = None) -> Document:
    """The whole report as a document.

    respondents : whether every response is printed in an appendix; None: when there are at most
        `kinds.MOST` and the data carries them

    Raises
    ------
    ValueError
        For an outline that there is not, or when responses are asked for that the data does not carry.
    """
    if template not in OUTLINES:
        known = ", ".join(f"'{name}' ({words})" for name, words in TEMPLATES.items())
        raise ValueError(f"Sistematika '{template}' tidak dikenal; pilih {known}.")
    blocks: list[Block] = [
        *front_matter.cover(data),
        *front_matter.foreword(data),
        *front_matter.contents(data),
    ]
    for part in OUTLINES[template]:
        blocks.append(chapter(part.words, part.key))
        for section in part.sections:
            blocks += section(data)
    blocks += appendices.questionnaire(data)
    blocks += appendices.responses(data, respondents)
    blocks += appendices.remarks(data)
    blocks += appendices.glossary(data)
    blocks += method.method(data)
    about = data.result.about
    subject = sentences.subject(data.result)
    return Document(
        title=" – ".join(filter(None, (front_matter.PAPER, subject, about.period))),
        author=about.organisation or about.unit or "Perangkat SKM",
        head=" · ".join(filter(None, ("Laporan SKM", subject, about.period))),
        foot=_foot(data),
        blocks=numbered(blocks),
        verify=data.verify,
        subject=sentences.topic(data.result),
        made=about.cut,
    )


def _foot(data: ReportData) -> str:
    result = data.result
    value = "Belum ada nilai" if result.converted is None else f"IKM {number(result.converted)}"
    words = [value, f"{whole(result.n)} responden"]
    if sentences.is_running(result):
        words.append("sementara")
    if result.about.cut is not None:
        words.append(f"data sampai {moment(result.about.cut)}")
    if data.code:
        words.append(f"kode {data.code}")
    return " · ".join(words)
