"""The sheet that an auditor recomputes: every counted response, the sums below them, and what follows from the sums.

It has the rows and the legend of the sheet that offices hand in: "Pengolahan Data Survei Kepuasan Masyarakat per
Responden dan per Unsur Pelayanan".
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from calc.display import NO_DATA, number, whole
from calc.instruments.model import Instrument
from calc.report.data import ReportData
from calc.report.document import (
    Beside,
    Block,
    Bullets,
    Caution,
    Column,
    Document,
    Heading,
    LongTable,
    Panel,
    Table,
    Text,
)
from calc.report.elements import column
from calc.report.wording import sentences
from calc.scoring.convention import convention
from calc.scoring.index import result as compute
from calc.scoring.result import Result
from calc.scoring.tally import Tally

TITLE = "PENGOLAHAN DATA SURVEI KEPUASAN MASYARAKAT PER RESPONDEN DAN PER UNSUR PELAYANAN"


def tabulation(data: ReportData) -> Document:
    """The sheet as a paper of its own.

    Raises
    ------
    ValueError
        Without the responses, or when they are not the ones that the result was computed from.
    """
    about = data.result.about
    return Document(
        title=f"Pengolahan data per responden: {sentences.subject(data.result)}",
        author=about.organisation or about.unit,
        head=" · ".join(words for words in (sentences.subject(data.result), about.period) if words),
        foot="Pengolahan data SKM per responden dan per unsur pelayanan"
        + (" · sementara" if sentences.is_running(data.result) else "")
        + (f" · kode {data.code}" if data.code else ""),
        blocks=(Heading(TITLE, 1, "tabulasi"), *appendix(data)),
        verify=data.verify,
        subject=sentences.topic(data.result),
        made=about.cut,
    )


def appendix(data: ReportData) -> tuple[Block, ...]:
    """The same below a heading of the full report, which numbers its appendices itself. Errors as `tabulation`."""
    found = recomputed(data)
    blocks: list[Block] = [_head(data, found)]
    notes = (roll_up_note(data, found), *sentences.cautions(data.result))
    blocks += [Caution(words) for words in notes if words]
    if not found.n:
        blocks.append(Text("Pada periode ini belum ada isian, sehingga tidak ada yang ditabulasikan."))
    else:
        blocks.append(_responses(data, found))
    return (*blocks, Bullets(legend(data.instrument, found)), Beside(_elements(found), _grades(found)))


def recomputed(data: ReportData) -> Result:
    """What the responses of the data add up to, divided by the number of answers.

    That is the data's own result, unless the office combines its services in another way: then sums of
    responses do not lead to its value, and this sheet shows where they do lead.

    Raises
    ------
    ValueError
        Without the responses, or when they are not the ones that the result was computed from.
    """
    scores, own, asked = data.scores, data.result, data.instrument
    if scores is None:
        raise ValueError(
            "Isian per responden belum dimuat, sehingga lembar pengolahan data tidak dapat dibuat."
        )
    tally = Tally.of_scores(scores, asked.scale)
    complete = Tally.of_scores(scores[(scores > 0).all(axis=1)], asked.scale)
    found = compute(asked, tally, convention(own.convention), complete_tally=complete, about=own.about)
    if found.n != own.n or [e.counts for e in found.elements] != [e.counts for e in own.elements]:
        raise ValueError(
            f"Isian yang dimuat ({found.n}) bukan isian yang dihitung untuk hasil ini ({own.n}); buat ulang laporannya."
        )
    return own if own.roll_up == "pooled" else found


def item_order(asked: Instrument) -> list[int]:
    """Columns of a score array in the order of the regulation's elements, the items of one element together."""
    return [item for element in asked.elements for item in asked.items_of(element.key)]


def item_codes(asked: Instrument) -> list[str]:
    """Headings of these columns: ``U1``, or ``U1.1`` and ``U1.2`` where several questions score one element."""
    codes = []
    for element in asked.elements:
        items = len(asked.items_of(element.key))
        codes += [element.code] if items == 1 else [f"{element.code}.{i + 1}" for i in range(items)]
    return codes


def weight_words(asked: Instrument, found: Result) -> str:
    """The weight of every element as it is multiplied: ``1/9``, ``0,111``, or one for each element."""
    chosen = convention(found.convention)
    weights = [chosen.weight_of(element.weight) for element in asked.elements]
    if len(set(weights)) == 1:
        return weight_text(weights[0])
    pairs = zip(asked.elements, weights, strict=True)
    return "; ".join(f"{element.code}: {weight_text(weight)}" for element, weight in pairs)


def weight_text(weight: Fraction) -> str:
    """``0,111`` for a weight that somebody printed so, ``1/9`` for an exact one."""
    exact = next((d for d in range(1, 4) if (weight * 10**d).denominator == 1), None)
    return str(weight) if exact is None else number(weight, exact)


def _head(data: ReportData, found: Result) -> Panel:
    about = found.about
    facts = [
        ("Unit pelayanan", sentences.subject(found)),
        ("Instansi", about.organisation),
        ("Alamat", about.address),
        ("Periode", sentences.period_words(found)),
        ("Responden", f"{whole(found.n)} orang"),
        ("Kuesioner", f"{found.instrument_title} ({found.regulation})"),
    ]
    return Panel(
        label=index_label(data, found),
        value="Belum ada nilai" if found.converted is None else number(found.converted),
        lines=(f"Mutu {found.grade}", found.performance or "") if found.grade else (),
        grade=found.grade,
        facts=tuple((label, words) for label, words in facts if words),
    )


def roll_up_note(data: ReportData, found: Result) -> str:
    """That the office's value follows another rule than the sums of this sheet; '' where both are the same."""
    own = data.result
    if own is found:
        return ""
    rule = next((one.name for one in data.roll_ups if one.chosen), "aturan gabungan lain")
    return (
        f"Nilai resmi unit ini adalah {number(own.converted)} menurut aturan {rule}. Lembar ini menjumlahkan semua "
        "isian tanpa memandang layanannya, sehingga nilainya dapat berbeda."
    )


def index_label(data: ReportData, found: Result) -> str:
    """What the value at the end of the sheet is the value of."""
    return "IKM unit pelayanan **)" if data.result is found else "IKM semua isian **)"


def _responses(data: ReportData, found: Result) -> LongTable:
    asked = data.instrument
    codes = item_codes(asked)
    several = len(codes) > len(asked.elements)
    notes = (
        [f"{NO_DATA} tidak dijawab; tidak dihitung nol dan tidak ikut menjadi pembagi."]
        if found.incomplete
        else []
    )
    if several:
        notes.append(
            "Unsur dengan beberapa pertanyaan: jumlah dan rata-ratanya ditulis di kolom pertama unsur itu."
        )
    head = Column("No. Resp", max(3.2, len(codes) * 0.34), "left")
    return LongTable(
        columns=(head, *(Column(code, 1.0, "right") for code in codes)),
        count=found.n,
        rows=_Rows(_scores(data)[:, item_order(asked)]),
        last=_sums(asked, found, index_label(data, found)),
        caption="Isian per responden dan per unsur pelayanan",
        note=" ".join(notes),
    )


class _Rows:
    """Rows of the long table, made when they are drawn: number, then one word per score."""

    def __init__(self, scores: NDArray[np.uint8]) -> None:
        self.scores = scores

    def __call__(self, first: int, last: int) -> Sequence[Sequence[str]]:
        block = self.scores[first:last].tolist()
        return [
            (whole(at), *[_WORD[score] for score in row]) for at, row in enumerate(block, start=first + 1)
        ]


_WORD = (NO_DATA, *map(str, range(1, 256)))


def _scores(data: ReportData) -> NDArray[np.uint8]:
    assert data.scores is not None  # recomputed() has refused it
    return data.scores


def _sums(asked: Instrument, found: Result, label: str) -> tuple[tuple[str, ...], ...]:
    width = len(asked.items)
    total, value = number(found.index, 4), number(found.converted)
    spare = ("",) * (width - 1)
    return (
        ("Σ Nilai/Unsur", *_spread(asked, [whole(e.total) for e in found.elements])),
        ("Jumlah jawaban", *_spread(asked, [whole(e.n) for e in found.elements])),
        ("NRR/Unsur", *_spread(asked, column([e.mean for e in found.elements]))),
        ("NRR tertimbang/Unsur", *_spread(asked, column([e.weighted for e in found.elements]))),
        ("Jumlah NRR tertimbang *)", *spare, total),
        (label, *spare, value),
        ("Mutu pelayanan", *spare, found.grade or NO_DATA),
    )


def _spread(asked: Instrument, words: Sequence[str]) -> list[str]:
    """One word per element, in the first column of that element."""
    row = []
    for element, word in zip(asked.elements, words, strict=True):
        row += [word, *[""] * (len(asked.items_of(element.key)) - 1)]
    return row


def legend(asked: Instrument, found: Result) -> tuple[str, ...]:
    """What the sheet's abbreviations and stars mean, one sentence each."""
    first, last = asked.elements[0].code, asked.elements[-1].code
    factor = number(asked.factor, 0) if asked.factor.denominator == 1 else str(asked.factor)
    return (
        f"{first} s.d. {last}: unsur pelayanan",
        "NRR: nilai rata-rata; IKM: Indeks Kepuasan Masyarakat",
        "NRR/Unsur: jumlah nilai per unsur dibagi jumlah jawaban yang terisi",
        f"NRR tertimbang/Unsur: NRR per unsur × bobot ({weight_words(asked, found)})",
        "*) Jumlah NRR IKM tertimbang",
        f"**) Jumlah NRR tertimbang × {factor}",
        found.convention_words,
    )


def _elements(found: Result) -> Table:
    return Table(
        columns=(
            Column("No.", 1.0),
            Column("Unsur pelayanan", 7.0),
            Column("Nilai rata-rata", 2.0, "right"),
            Column("Mutu", 1.2, "centre"),
        ),
        rows=tuple(
            (e.code, e.name, mean, e.grade or NO_DATA)
            for e, mean in zip(found.elements, column([e.mean for e in found.elements]), strict=True)
        ),
        caption="Nilai rata-rata per unsur pelayanan",
    )


def _grades(found: Result) -> Table:
    grades = [band[2] for band in found.bands]
    return Table(
        columns=(Column("Mutu pelayanan", 1.0), Column("Kinerja", 2.0), Column("Nilai IKM", 2.0, "right")),
        rows=tuple((grade, performance, span) for _, span, grade, performance, _ in found.bands),
        caption="Mutu pelayanan",
        marked=grades.index(found.grade) if found.grade in grades else None,
    )
