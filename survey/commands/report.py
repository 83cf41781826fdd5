"""skm report: the papers of one unit and one period, or one paper of every unit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from calc.report.kinds import KINDS, TEMPLATES, Options
from calc.scoring.convention import convention as find_convention
from survey.commands.base import Failed, Here, Mistake, command, period_of, progress, unit_of, whole_file, why
from survey.config import word_of_now
from survey.services.issuing import NOT_ISSUED, issued
from survey.services.scope import Scope
from survey.store import StoreBusy
from survey.system.priority import step_aside

if TYPE_CHECKING:
    from calc.report.data import ReportData
    from survey.domain.issued_paper import IssuedPaper
    from survey.domain.organisation import Unit
    from survey.domain.period import Period
    from survey.store.protocols.papers import IssuedPaperStore

FORMS = ("pdf", "html", "docx", "xlsx", "json")
# What files of each form begin with: another file is never overwritten, whatever it is called.
BEGINNINGS = {"pdf": b"%PDF", "html": b"<!", "docx": b"PK", "xlsx": b"PK", "json": b"{"}


class Paper(NamedTuple):
    """What is asked for; the fields are those of `calc.render.render.paper`."""

    kind: str
    form: str
    size: str
    template: str
    respondents: bool | None

    @property
    def rest(self) -> Options:
        return {"size": self.size, "template": self.template, "respondents": self.respondents}


class TemplateChoice(click.Choice[str]):
    """Also takes the words of version 0.1.0, which stand in scripts of offices."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(word_of_now("REPORT_TEMPLATE", value), param, ctx)


@command("report")
@click.argument("words", nargs=-1, metavar="[UNIT] PERIODE")
@click.option("--all", "every", is_flag=True, help="Semua unit aktif yang punya isian; -o adalah folder.")
@click.option("--kind", default="summary", show_default=True, metavar="|".join(KINDS), help="Jenis laporan.")
@click.option("--format", "form", type=click.Choice(FORMS), help="Bawaan: menurut akhiran nama berkas.")
@click.option("-o", "--output", required=True, metavar="BERKAS|FOLDER", help="'-' untuk keluaran standar.")
@click.option(
    "--size", type=click.Choice(["A4", "A3"]), default="A4", show_default=True, help="Kertas publikasi."
)
@click.option(
    "--template", type=TemplateChoice(list(TEMPLATES)), help="Sistematika; bawaan: setelan REPORT_TEMPLATE."
)
@click.option(
    "--respondents/--no-respondents", default=None, help="Laporan lengkap dengan isian per responden."
)
@click.option("--service", help="Hanya layanan ini (kuncinya).")
@click.option("--convention", help="Konvensi hitung lain; daftar: skm calc --help.")
@click.option(
    "--reveal", is_flag=True, help="Juga publikasi yang membuka data kelompok kecil, untuk keperluan dalam."
)
@click.pass_obj
def report(
    here: Here,
    words: tuple[str, ...],
    every: bool,
    kind: str,
    form: str | None,
    output: str,
    size: str,
    template: str | None,
    respondents: bool | None,
    service: str | None,
    convention: str | None,
    reveal: bool,
) -> None:
    """Laporan sebuah unit dan periode, atau dengan --all satu laporan untuk setiap unit.

    \b
    Jenis: notice (publikasi satu halaman), certificate (lembar keterangan nilai), summary (ringkasan), full (laporan
    lengkap), tabulation (lembar pengolahan data), workbook (buku kerja dengan rumus).

    \b
    Contoh:
      skm report dukcapil 2026-TW3 -o dukcapil.pdf
      skm report dukcapil 2026-TW3 --kind full -o laporan.docx
      skm report dukcapil 2026-07 --kind notice --size A3 -o publikasi.pdf
      skm report dukcapil 2026-TW3 --kind workbook -o hitungan.xlsx
      skm report dukcapil 2026-07-15..2026-08-20 --service ktp-el -o ktp.pdf
      skm report --all 2026-TW3 --kind full -o laporan/
    """
    from survey.commands.organisation.common import service_of

    unit, asked = _asked(here, words, every)
    paper = _paper(here, kind, _form_of(kind, form, output, every), size, template, respondents)
    if convention is not None:
        find_convention(convention)  # an unknown one is refused before anything is made
    step_aside()
    if unit is None:
        if service is not None:
            raise Mistake("--service menyebut layanan satu unit; tulis unitnya, tanpa --all.")
        _write_all(here, asked, paper, Path(output), convention, reveal)
        return
    if service is not None:
        service_of(here.store, unit.key, service)
    _refuse_foreign(output, paper.form)
    scope = Scope(here.store, here.config, unit, asked, here.clock(), service, convention)
    if not reveal:
        _refuse_revealing(scope, paper)
    content = write(scope, paper)
    with whole_file(output) as file:
        file.write(content)
    click.echo(f"Laporan: {output}", err=True)


def write(scope: Scope, paper: Paper) -> bytes:
    """A paper, once it is written down that it was made. Mistake when it cannot be had in this form."""
    from calc.render import render

    data = _data(scope, paper)
    try:
        content = render.paper(paper.kind, paper.form, data, **paper.rest)
    except ValueError as error:
        raise Mistake(str(error)) from None
    _keep_row(scope.store, issued(scope.config, data, paper.kind, paper.form, scope.service, scope.now, ""))
    return content


def _refuse_revealing(scope: Scope, paper: Paper) -> None:
    """Mistake for a public paper that would tell what is withheld about few people."""
    from survey.services.small_cells import revealing

    reason = revealing(scope, paper.kind)
    if reason:
        raise Mistake(f"{reason} Untuk keperluan dalam saja, tambahkan --reveal.")


def _keep_row(store: IssuedPaperStore, row: IssuedPaper) -> None:
    try:
        store.keep_issued_paper(row)
    except StoreBusy as error:
        raise Failed(f"{NOT_ISSUED}. ({error})") from None


def _asked(here: Here, words: tuple[str, ...], every: bool) -> tuple[Unit | None, Period]:
    """The unit (None: all) and the period of the command line."""
    if len(words) != (1 if every else 2):
        shown = "skm report --all PERIODE" if every else "skm report UNIT PERIODE"
        raise Mistake(f"Tulis: {shown} -o …; semua unit sekaligus: --all.")
    unit = None if every else unit_of(here.store, words[0])
    period = period_of(words[-1])
    if period.start > here.clock().astimezone(here.config.zone).date():
        raise Mistake(f"{period.name} belum dimulai.")
    return unit, period


def _paper(
    here: Here, kind: str, form: str, size: str, template: str | None, respondents: bool | None
) -> Paper:
    """Mistake for a kind that does not exist, or not in that form."""
    from calc.render import render

    if kind not in KINDS:
        known = ", ".join(f"{key} ({one.name.lower()})" for key, one in KINDS.items())
        raise Mistake(f"Jenis laporan '{kind}' tidak ada. Yang ada: {known}.")
    of_one = [  # nobody should wait for an A3 that comes out as A4
        ("--size A3", size != "A4", "notice"),
        ("--template", template is not None, "full"),
        ("--[no-]respondents", respondents is not None, "full"),
    ]
    for option, given, only in of_one:
        if given and kind != only:
            raise Mistake(f"{option} hanya untuk --kind {only} ({KINDS[only].name.lower()}).")
    paper = Paper(kind, form, size, template or here.config["REPORT_TEMPLATE"], respondents)
    try:
        render.check(kind, form, size, paper.template)
    except ValueError as error:
        raise Mistake(str(error)) from None
    return paper


def _form_of(kind: str, form: str | None, output: str, every: bool) -> str:
    """The form that is asked for or that the file's ending says; the usual one for a folder or standard output."""
    usual = KINDS[kind].forms[0] if kind in KINDS else "pdf"
    ending = Path(output).suffix.lower().lstrip(".")
    if form is not None and not every and ending in FORMS and ending != form:
        raise Mistake(f"--format {form} tidak cocok dengan akhiran '.{ending}'. Hilangkan salah satunya.")
    if form is not None or every or output == "-" or not ending:
        return form or usual
    if ending not in FORMS:
        raise Mistake(f"Akhiran '.{ending}' tidak dikenal. Pakailah .{', .'.join(FORMS)} atau --format.")
    return ending


def _data(scope: Scope, paper: Paper) -> ReportData:
    from survey.services.report_data import scores_for, unit_report_data
    from survey.services.small_cells import without_classes

    data = unit_report_data(scope, scores=scores_for(paper.kind, paper.respondents))
    return without_classes(data, scope, paper.kind)


def _refuse_foreign(output: str | Path, form: str) -> None:
    """A file that is not of this form stays. Mistake when there is one."""
    path = Path(output)
    if str(output) == "-" or not path.is_file():
        return
    with path.open("rb") as file:
        start = file.read(8)
    if start and not start.startswith(BEGINNINGS[form]):
        raise Mistake(f"{path} sudah ada dan isinya bukan {form.upper()}; tidak ditimpa. Pilih nama lain.")


def _write_all(
    here: Here, period: Period, paper: Paper, folder: Path, convention: str | None, reveal: bool
) -> None:
    """One file for each active unit that has answers; what could not be made is named at the end (exit 1)."""
    from survey.jobs.renderer import render_all

    if str(folder) == "-":
        raise Mistake("Laporan semua unit memerlukan folder. Contoh: -o laporan/")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise Mistake(f"Folder {folder} tidak dapat dibuat ({why(error)}).") from None
    units = sorted((unit for unit in here.store.units() if unit.active), key=lambda unit: unit.key)
    now, made = here.clock(), 0
    empty: list[str] = []
    failed: dict[str, str] = {}
    rows: dict[str, IssuedPaper] = {}

    def papers() -> Iterator[tuple[str, str, tuple[object, ...], Options]]:
        for unit in units:
            name = f"{unit.key}-{period.key}-{KINDS[paper.kind].file}.{paper.form}"
            try:
                _refuse_foreign(folder / name, paper.form)
                scope = Scope(here.store, here.config, unit, period, now, convention=convention)
                if not reveal:
                    _refuse_revealing(scope, paper)
                data = _data(scope, paper)
            except Exception as error:
                failed[name] = str(error)
                bar.update(1)
                continue
            if data.result.n:
                rows[name] = issued(here.config, data, paper.kind, paper.form, None, now, "")
                yield name, "paper", (paper.kind, paper.form, data), paper.rest
            else:
                empty.append(unit.key)
                bar.update(1)

    with progress(len(units), "Laporan") as bar:
        for name, content in render_all(papers()):
            try:
                if isinstance(content, BaseException):
                    raise content
                _keep_row(here.store, rows.pop(name))
                with whole_file(folder / name) as file:
                    file.write(content)
                made += 1
            except Exception as error:
                failed[name] = str(error) or type(error).__name__
            bar.update(1)
    click.echo(f"{made} laporan di {folder}.", err=True)
    if empty:
        click.echo(f"Tanpa isian pada {period.name}: {', '.join(empty)}.", err=True)
    if failed:
        told = "\n".join(f"  {name}: {why}" for name, why in sorted(failed.items()))
        raise Failed(f"{len(failed)} laporan gagal:\n{told}")
