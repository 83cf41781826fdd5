"""The public notice (publikasi hasil): the fields of the regulation's form in words, and as a page for the web."""

from __future__ import annotations

from calc.display import NO_DATA, whole
from calc.report.document import Block, Column, Document, Panel, Table, Text, Title
from calc.report.wording import sentences
from calc.scoring.result import Result
from calc.statistics.disclosure import PublicCount, public_index, publishable

TITLE = "INDEKS KEPUASAN MASYARAKAT (IKM)"
GENDER, EDUCATION = sentences.NOTICE_FIELDS


def notice(result: Result) -> Document:
    """The same fields as the poster. Fewer than 5 respondents: no value; small classes are withheld."""
    about = result.about
    name = " – ".join(
        words for words in ("Indeks Kepuasan Masyarakat", sentences.subject(result), about.period) if words
    )
    blocks: list[Block] = [
        Title(TITLE, "", unit(result) or TITLE, _lines(result), "publikasi"),
        _panel(result),
        *([_grades(result)] if shown(result) and result.bands else []),
        Text(sentences.THANKS, "lead"),
        Text(sentences.USE),
        *[Text(words, "small") for words in sentences.fine_print(result)],
    ]
    return Document(
        title=name,
        author=about.organisation or about.unit or "Perangkat SKM",
        head="",
        foot="Publikasi hasil Survei Kepuasan Masyarakat",
        blocks=tuple(blocks),
        subject=sentences.topic(result),
        made=about.cut,
    )


def shown(result: Result) -> bool:
    """Whether the notice has a value: enough respondents, and something to compute it from."""
    return publishable(result) and result.converted is not None


def absence(result: Result) -> str:
    """Why there is no value, for the place where it would stand."""
    if not result.n:
        return "Belum ada data"
    if not publishable(result):
        return "Belum cukup responden untuk dipublikasikan"
    return "Belum dapat dihitung"


def unit(result: Result) -> str:
    """Whose index: the unit, or the group of a bare file."""
    return result.about.unit or (sentences.subject(result) if result.group is not None else "")


def period(result: Result) -> str:
    """The period as the form's head prints it; a running one is marked."""
    words = result.about.period.upper()
    return f"{words} · SEMENTARA" if words and sentences.is_running(result) else words


def service(result: Result) -> str:
    """Name of the service, or that there are all of them."""
    return result.about.service or "Semua layanan"


def counts(result: Result, key: str) -> tuple[str, ...]:
    """``SMA = 62 orang`` for every class of the form; '*' where the number is withheld.

    Where nobody answered the question, how many did not.
    """
    field = next((field for field in result.profile if field.key == key), None)
    if field is not None and publishable(result) and sentences.unanswered(field):
        return (f"{sentences.NOT_STATED} = {whole(result.n)} orang",)
    return tuple(f"{one.label} = {_count(one)} orang" for one in sentences.public_field(result, key))


def _count(one: PublicCount) -> str:
    return sentences.WITHHELD if one.count is None else whole(one.count)


def _lines(result: Result) -> tuple[str, ...]:
    return tuple(words for words in (result.about.organisation, period(result)) if words)


def _panel(result: Result) -> Panel:
    facts = (
        ("Nama layanan", service(result)),
        ("Responden", f"Jumlah: {whole(result.n)} orang"),
        ("Jenis kelamin", " · ".join(counts(result, GENDER)) or NO_DATA),
        ("Pendidikan", " · ".join(counts(result, EDUCATION)) or NO_DATA),
        ("Periode survei", sentences.period_days(result) or NO_DATA),
    )
    if not shown(result):
        return Panel("Nilai IKM", absence(result), (), None, facts)
    lines = (f"Mutu {result.grade}", result.performance or "")
    return Panel("Nilai IKM", public_index(result).words, lines, result.grade, facts)


def _grades(result: Result) -> Table:
    """Where the value stands among the grades."""
    letters = [band[2] for band in result.bands]
    return Table(
        columns=(
            Column("Mutu", 1, "centre", strong=True),
            Column("Kinerja", 3),
            Column("Nilai IKM", 2, "right"),
        ),
        rows=tuple((grade, performance, span) for _, span, grade, performance, _ in result.bands),
        marked=letters.index(result.grade) if result.grade in letters else None,
    )
