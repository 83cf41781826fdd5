"""skm calc: the index of answers in CSV or XLSX files, without any installation."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from survey.commands.base import Mistake, command, whole_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from calc.instruments.model import Instrument
    from calc.reading.responses import Responses
    from calc.scoring.convention import Convention
    from calc.scoring.result import Result
    from survey.commands.calc_explain import Asked

FORMATS = ("table", "json", "pdf", "xlsx", "csv")
BINARY = ("pdf", "xlsx")
STANDARD = "-"


class Counted(NamedTuple):
    """One group of answers: its result, and the scores behind it (uint8 of shape (n, items))."""

    result: Result
    scores: NDArray[np.uint8]


@command("calc")
@click.argument("files", nargs=-1, metavar="BERKAS…")
@click.option("--instrument", default="skm-2017", show_default=True, metavar="KUESIONER", help="Kuesioner.")
@click.option(
    "--convention",
    default="exact",
    show_default=True,
    metavar="KONVENSI",
    help="Konvensi hitung, lihat di atas.",
)
@click.option("--by", metavar="KOLOM", help="Satu hasil untuk setiap isi kolom ini.")
@click.option("--order", metavar="URUTAN", help="pengaduan,sarana (bawaan) atau sarana,pengaduan.")
@click.option(
    "--sheet", metavar="LEMBAR", help="Lembar buku kerja, atau all; bawaan: satu-satunya yang berisi isian."
)
@click.option("--lenient", is_flag=True, help="Nilai yang salah dianggap tidak dijawab, lalu disebutkan.")
@click.option(
    "--minimum",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Jawaban paling sedikit dalam satu isian.",
)
@click.option(
    "--population",
    type=click.IntRange(1),
    metavar="N",
    help="Jumlah pengguna layanan (selang kepercayaan).",
)
@click.option("--explain", is_flag=True, help="Tambahkan apa yang dicetak rumus lain, dan mengapa berbeda.")
@click.option("--printed", metavar="NILAI", help="Cari rumus yang menghasilkan nilai IKM tercetak ini.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Bentuk hasil; bawaan table, atau akhiran -o.",
)
@click.option("-o", "--output", metavar="BERKAS", help="Tulis ke berkas ini; '-' untuk keluaran standar.")
def calc(
    files: tuple[str, ...],
    instrument: str,
    convention: str,
    by: str | None,
    order: str | None,
    sheet: str | None,
    lenient: bool,
    minimum: int,
    population: int | None,
    explain: bool,
    printed: str | None,
    form: str | None,
    output: str | None,
) -> None:
    """Menghitung IKM dari berkas CSV atau XLSX, tanpa pangkalan data.

    Baris pertama berisi judul kolom. Kolom unsur bernama U1, U2, … atau kunci unsur (persyaratan, prosedur, …);
    isinya 1 sampai 4, sel kosong berarti tidak dijawab. Beberapa berkas menghasilkan beberapa hasil; '-' membaca
    masukan standar.

    \b
    Kuesioner: skm-2017 (9 unsur), skm-2014 (9 unsur), ikm-2004 (14 unsur).
    Konvensi : exact (bobot 1/N, dibulatkan sekali), 0.111, 0.11 (9 unsur), 0.071 (14 unsur);
               boleh ditambah -nrr2 (NRR dibulatkan ke 2 desimal) dan/atau
               -weighted2 (NRR tertimbang dibulatkan ke 2 desimal): 0.111-nrr2-weighted2.

    \b
    Contoh:
      skm calc isian.csv
      skm calc isian.xlsx --by layanan --format json
      skm calc isian.xlsx --sheet Februari
      skm calc isian.csv --convention 0.111-weighted2 --population 1200 -o ikm.pdf
      skm calc isian.csv --explain
      skm calc isian.csv --printed 90,56
    """
    from calc.instruments.reader import instrument as questionnaire
    from calc.scoring.convention import check
    from calc.scoring.convention import convention as named
    from survey.commands import calc_explain

    if not files:
        raise Mistake("Sebutkan berkas isian, misalnya: skm calc isian.csv")
    form = form or _form_of(output)
    more = calc_explain.asked(explain, printed, form)
    _check_output(files, form, output)
    if population is not None and (by is not None or len(files) > 1):
        raise Mistake("--population hanya untuk satu hasil; hilangkan --by dan hitung satu berkas saja.")
    try:
        asked = questionnaire(instrument)
        chosen = named(convention, minimum)
        check(asked, chosen)
        if minimum > len(asked.items):
            raise Mistake(
                f"--minimum {minimum} terlalu besar: {asked.key} punya {len(asked.items)} pertanyaan."
            )
        counted, notes = [], []
        for file in files:
            found, said = _count_file(
                file, len(files) > 1, asked, chosen, by, order, sheet, lenient, population
            )
            counted += found
            notes += said
        if population is not None and population < counted[0].result.n:
            raise Mistake(
                f"--population {population} lebih kecil daripada {counted[0].result.n} responden; periksa angkanya."
            )
        body = _written(counted, asked, chosen, form, notes, more)
    except ValueError as error:
        if not type(error).__module__.startswith("calc."):
            raise
        raise Mistake(str(error)) from None
    with whole_file(output or STANDARD) as stream:
        stream.write(body)
    if form != "table":
        for note in notes:
            click.echo(f"Catatan: {note}", err=True)


def _form_of(output: str | None) -> str:
    """The form that a file name promises; a table without one."""
    suffix = Path(output or "").suffix.lower().removeprefix(".")
    return suffix if suffix in FORMATS else "table"


def _check_output(files: Sequence[str], form: str, output: str | None) -> None:
    if output in (None, STANDARD):
        if form in BINARY and sys.stdout.isatty():
            raise Mistake(
                f"Berkas {form.upper()} tidak dapat ditampilkan di layar; tambahkan -o hasil.{form}"
            )
        return
    target = Path(str(output))
    for file in files:
        if file != STANDARD and target.exists() and Path(file).exists() and target.samefile(file):
            raise Mistake(f"{output} adalah berkas isian itu sendiri; pilih nama lain untuk hasilnya.")


def _count_file(
    file: str,
    several: bool,
    instrument: Instrument,
    convention: Convention,
    by: str | None,
    order: str | None,
    sheet: str | None,
    lenient: bool,
    population: int | None,
) -> tuple[list[Counted], list[str]]:
    """Results of one file in the order of its groups, and what to tell about the reading."""
    from calc.reading.reader import read_responses

    source = sys.stdin.buffer.read() if file == STANDARD else Path(file)
    responses = read_responses(
        source, instrument, by=by, order=order, lenient=lenient, name="masukan standar", sheet=sheet
    )
    notes = _notes(file, responses, instrument, convention.minimum_answers)
    names: Sequence[str | None] = responses.labels if by is not None else [None]
    if several:
        names = [file if name is None else f"{file}: {name}" for name in names]
    return _results(responses, names, instrument, convention, population), notes


def _results(
    responses: Responses,
    names: Sequence[str | None],
    instrument: Instrument,
    convention: Convention,
    population: int | None,
) -> list[Counted]:
    import numpy as np

    from calc.scoring.index import result
    from calc.scoring.tally import tallies

    kept = responses.at_least(convention.minimum_answers)
    complete = kept.complete()
    every = tallies(kept.scores, kept.codes, len(names), instrument.scale)
    whole = (
        every if complete is kept else tallies(complete.scores, complete.codes, len(names), instrument.scale)
    )
    order = np.argsort(kept.codes, kind="stable")
    slices = np.split(kept.scores[order], np.cumsum([tally.n for tally in every])[:-1])
    return [
        Counted(
            result(
                instrument,
                tally,
                convention,
                group=name,
                order=kept.order,
                population=population,
                complete_tally=full,
            ),
            scores,
        )
        for name, tally, full, scores in zip(names, every, whole, slices, strict=True)
    ]


def _notes(file: str, responses: Responses, instrument: Instrument, minimum: int) -> list[str]:
    """Sentences about what was read, what was not, and how."""
    file, notes = Path(file).name, []
    if responses.order:
        usual = [element.key for element in instrument.elements]
        taken = instrument.orders.get(responses.order, tuple(responses.order.split(",")))
        places = [
            f"U{i} = {key}"
            for i, key in enumerate(taken, start=1)
            if any(keys[i - 1] != key for keys in (*instrument.orders.values(), usual))
        ]
        notes.append(f"{file}: kolom U dibaca dengan urutan {', '.join(places)}; ubah dengan --order.")
    if responses.bad_total:
        listed = "; ".join(f"baris {b.row} {b.column} {b.value}" for b in responses.bad)
        more = responses.bad_total - len(responses.bad)
        rest = f"; dan {more} lainnya" if more else ""
        notes.append(
            f"{file}: {responses.bad_total} nilai yang salah dianggap tidak dijawab: {listed}{rest}."
        )
    empty = int((responses.answered == 0).sum())
    if empty and not minimum:
        notes.append(
            f"{file}: {empty} baris tidak menjawab satu unsur pun dan tetap dihitung sebagai responden; "
            "hilangkan dengan --minimum 1."
        )
    notes += [f"{file}: {note}." for note in responses.notes]
    few = len(responses) - len(responses.at_least(minimum))
    if few:
        notes.append(f"{file}: {few} isian dengan kurang dari {minimum} jawaban tidak dihitung.")
    return notes


def _written(
    counted: Sequence[Counted],
    instrument: Instrument,
    convention: Convention,
    form: str,
    notes: Sequence[str],
    more: Asked,
) -> bytes:
    from survey.commands import calc_explain

    results = [one.result for one in counted]
    if form == "json":
        from calc.render.result_json import as_json

        grouped = len(results) > 1 or results[0].group is not None
        added = calc_explain.json(counted, instrument, convention, more)
        found = [{**as_json(result), **own} for result, own in zip(results, added, strict=True)]
        return (json.dumps(found if grouped else found[0], ensure_ascii=False, indent=1) + "\n").encode()
    if form == "pdf":
        from calc.render.pdf.document import pdf
        from calc.report.summary import summary

        return pdf(summary(results))
    if form == "xlsx":
        from calc.render.xlsx import workbook

        return workbook(counted, instrument, convention)
    from calc.render.plain import as_csv, as_text

    if form == "csv":
        return as_csv(results).encode()
    return (as_text(results, notes) + calc_explain.text(counted, instrument, convention, more)).encode()
