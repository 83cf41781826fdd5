"""Who answered: numbers, and the classes of every question about the respondent."""

from __future__ import annotations

from collections.abc import Iterator

from calc.display import joined, percent, whole
from calc.report import charts, small_cells
from calc.report.data import ReportData
from calc.report.document import Block, Column, Figure, Heading, Table, Text, Together
from calc.report.numbering import section
from calc.report.wording.phrases import period_of
from calc.report.wording.sentences import NOT_STATED, PUBLISHED, ROUNDED, WITHHELD, rounded, unanswered
from calc.scoring.result import ProfileCount, Result
from calc.statistics.disclosure import publishable

SMALL = f"{WITHHELD} Tidak ditampilkan untuk melindungi kelompok di bawah {PUBLISHED} orang."


def respondents(data: ReportData) -> tuple[Block, ...]:
    """Jumlah Responden SKM."""
    return (section("Jumlah Responden SKM", "jumlah-responden"), *_body(data.result))


def _body(result: Result) -> Iterator[Block]:
    if not result.n:
        yield Text(f"Pada {period_of(result)} belum ada isian yang masuk.")
        return
    yield Text(_counted(result))
    if not publishable(result):
        yield Text(
            f"Gambaran tentang responden tidak disajikan: di antara kurang dari {PUBLISHED} orang, jawaban tentang "
            "diri menunjuk kepada orangnya."
        )
        return
    fields = [field for field in result.profile if field.classes]
    if not fields:
        yield Text("Pertanyaan tentang diri responden tidak diajukan atau belum dijawab.")
        return
    answered = [field for field in fields if not unanswered(field)]
    if not answered:
        yield Text(
            "Tidak seorang pun menjawab pertanyaan tentang dirinya, sehingga gambaran responden tidak disajikan."
        )
        return
    silent = [_inside(field.label) for field in fields if unanswered(field)]
    yield Text(
        "Gambaran tentang responden disajikan dalam tabel dan gambar berikut."
        + (f" Tidak seorang pun menjawab pertanyaan tentang {joined(silent)}." if silent else "")
    )
    for position, field in enumerate(answered, start=1):
        heading = Heading(field.label, 3, f"responden-{position}")
        picture = Figure(charts.classes(field, result.n), f"Responden menurut {_inside(field.label)}")
        yield Together((heading, _table(field, result.n), picture))


def _counted(result: Result) -> str:
    words = f"Isian yang diolah berasal dari {whole(result.n)} responden."
    if result.incomplete:
        words += (
            f" Di antaranya {whole(result.incomplete)} isian tidak lengkap; jawaban yang ada tetap dihitung."
        )
    return " ".join(filter(None, (words, result.about.left_out)))


def _table(field: ProfileCount, n: int) -> Table:
    counted = [(label, count) for _, label, count in small_cells.classes(field)]
    small = any(count is None for _, count in counted)
    if field.not_stated:
        counted.append((NOT_STATED, field.not_stated))
    shares = [count for _, count in counted if count is not None] if not small else []
    return Table(
        columns=(Column(field.label, 90), Column("Orang", 40, "right"), Column("Bagian", 40, "right")),
        rows=(
            *(
                (label, WITHHELD, "") if count is None else (label, whole(count), percent(count, n))
                for label, count in counted
            ),
            ("Jumlah", whole(n), percent(n, n)),
        ),
        caption=f"Responden menurut {_inside(field.label)}",
        total=True,
        note=" ".join(filter(None, (SMALL if small else "", ROUNDED if rounded(shares, n) else ""))),
    )


def _inside(label: str) -> str:
    """A label inside a sentence: 'jenis kelamin'; 'Apakah …?' stays a question."""
    return label[:1].lower() + label[1:]
