"""The full report: cover, foreword, contents, chapters and appendices, in either of the two outlines."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from calc.display import moment, number, whole
from calc.dossier import Dossier
from calc.paper import sentences
from calc.paper.chapters import (
    analysis,
    appendices,
    closing,
    collection,
    front,
    index,
    introduction,
    method,
    promises,
    respondents,
    trend,
)
from calc.paper.document import Block, Document
from calc.paper.kinds import TEMPLATES
from calc.paper.numbering import chapter, numbered

Section = Callable[[Dossier], tuple[Block, ...]]


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
    "baru": (
        Chapter("PENDAHULUAN", "bab-pendahuluan", _PURPOSE),
        Chapter("PENGUMPULAN DATA SKM", "bab-pengumpulan", _COLLECTION),
        Chapter("HASIL PENGOLAHAN DATA SKM", "bab-hasil", (respondents.respondents, index.index)),
        Chapter(
            "ANALISIS HASIL SKM",
            "bab-analisis",
            (analysis.analysis, promises.plan, trend.trend, promises.former),
        ),
        Chapter("PENUTUP", "bab-penutup", (closing.conclusion, closing.advice, closing.end)),
    ),
    # outline of 2019 to 2021
    "lama": (
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
            (closing.conclusion, closing.advice, promises.plan, promises.former, closing.end),
        ),
    ),
}


def full(dossier: Dossier, template: str = "baru", respondents: bool | None = None) -> Document:
    """The whole report as a document.

    respondents : whether every response is printed in an appendix; None: when there are at most
        `kinds.MOST` and the dossier carries them

    Raises
    ------
    ValueError
        For an outline that there is not, or when responses are asked for that the dossier does not carry.
    """
    if template not in OUTLINES:
        known = ", ".join(f"'{name}' ({words})" for name, words in TEMPLATES.items())
        raise ValueError(f"Sistematika '{template}' tidak dikenal; pilih {known}.")
    blocks: list[Block] = [*front.cover(dossier), *front.foreword(dossier), *front.contents(dossier)]
    for part in OUTLINES[template]:
        blocks.append(chapter(part.words, part.key))
        for section in part.sections:
            blocks += section(dossier)
    blocks += appendices.questionnaire(dossier)
    blocks += appendices.responses(dossier, respondents)
    blocks += appendices.remarks(dossier)
    blocks += appendices.glossary(dossier)
    blocks += method.method(dossier)
    about = dossier.result.about
    subject = sentences.subject(dossier.result)
    return Document(
        title=" – ".join(filter(None, (front.PAPER, subject, about.period))),
        author=about.organisation or about.unit or "Perangkat SKM",
        head=" · ".join(filter(None, ("Laporan SKM", subject, about.period))),
        foot=_foot(dossier),
        blocks=numbered(blocks),
        verify=dossier.verify,
        subject=sentences.topic(dossier.result),
        made=about.cut,
    )


def _foot(dossier: Dossier) -> str:
    result = dossier.result
    value = "Belum ada nilai" if result.converted is None else f"IKM {number(result.converted)}"
    words = [value, f"{whole(result.n)} responden"]
    if sentences.is_running(result):
        words.append("sementara")
    if result.about.cut is not None:
        words.append(f"data sampai {moment(result.about.cut)}")
    if dossier.code:
        words.append(f"kode {dossier.code}")
    return " · ".join(words)
