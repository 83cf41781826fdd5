"""skm report: the papers of one unit and one period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from survey.commands.base import Here, Mistake, command, period_of, unit_of, whole_file
from survey.priority import step_aside

if TYPE_CHECKING:
    from calc.result import Result
    from survey.organisation import Unit
    from survey.period import Period

REMARKS = 10
KINDS = {"notice": "publikasi satu halaman", "summary": "ringkasan"}


@command("report", short_help="Laporan sebuah unit dan periode.")
@click.argument("unit")
@click.argument("period", metavar="PERIODE")
@click.option("--kind", default="summary", show_default=True, metavar="|".join(KINDS), help="Jenis laporan.")
@click.option(
    "-o", "--output", required=True, metavar="BERKAS.pdf", help="Berkas PDF; '-' untuk keluaran standar."
)
@click.option("--service", help="Hanya layanan ini (kuncinya).")
@click.option("--convention", help="Konvensi hitung lain; daftar: skm calc --help.")
@click.pass_obj
def report(
    here: Here, unit: str, period: str, kind: str, output: str, service: str | None, convention: str | None
) -> None:
    """Laporan sebuah unit dan periode: publikasi satu halaman (notice) atau ringkasan (summary).

    \b
    Contoh:
      skm report dukcapil 2026-TW3 -o dukcapil.pdf
      skm report dukcapil 2026-07 --kind notice -o publikasi.pdf
      skm report dukcapil 2026-07-15..2026-08-20 --service ktp-el -o ktp.pdf
    """
    if kind not in KINDS:
        known = ", ".join(f"{key} ({words})" for key, words in KINDS.items())
        raise Mistake(f"Jenis laporan '{kind}' tidak ada. Yang ada: {known}.")
    asked = period_of(period)
    if asked.start > here.clock().astimezone(here.config.zone).date():
        raise Mistake(f"{asked.name} belum dimulai.")
    step_aside()
    pdf = write(here, unit_of(here.store, unit), asked, kind, service, convention)
    with whole_file(output) as file:
        file.write(pdf)
    click.echo(f"Laporan: {output}", err=True)


def write(
    here: Here,
    unit: Unit,
    period: Period,
    kind: str,
    service: str | None = None,
    convention: str | None = None,
) -> bytes:
    """The PDF of one unit (or one of its services) and one period.

    Raises
    ------
    Mistake
        For a service that the unit does not have.
    """
    from calc.report.notice import notice
    from calc.report.summary import summary

    result = _result(here, unit, period, service, convention, REMARKS if kind == "summary" else 0)
    return summary([result]) if kind == "summary" else notice(result)


def _result(
    here: Here, unit: Unit, period: Period, service: str | None, convention: str | None, remarks: int
) -> Result:
    from survey.commands.organise import service_of
    from survey.results import unit_result

    if service is not None:
        service_of(here.store, unit.key, service)
    return unit_result(
        here.store,
        here.config,
        unit,
        period,
        here.clock(),
        service=service,
        convention=convention,
        remarks=remarks,
    )
