"""skm retain: remarks and exact times of old answers go; answers and tallies stay."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time

import click

from survey.commands.base import Here, Mistake, command, progress
from survey.commands.organisation.common import format_option
from survey.domain.period import Period
from survey.store import Retained


@command("retain")
@click.option("--months", type=click.IntRange(1, 1200), help="Yang lebih tua dari sekian bulan penuh.")
@click.option("--before", metavar="TANGGAL", help="Yang masuk sebelum tanggal ini, misalnya 2025-01-01.")
@click.option("--dry-run", is_flag=True, help="Hanya menyebut apa yang akan dihapus.")
@click.option("--yes", is_flag=True, help="Langsung, tanpa bertanya.")
@format_option
@click.pass_obj
def retain(here: Here, months: int | None, before: str | None, dry_run: bool, yes: bool, form: str) -> None:
    """Menghapus saran dan jam isian lama; nilai dan rekap tetap.

    Jawaban, data diri berkelas, rekap dan semua laporan berangka tetap sama; dari waktunya tersisa tanggal.
    Tanpa --months dan --before berlaku setelan RETAIN_MONTHS. Cadangan lama tidak disentuh. Tidak dapat dibatalkan.

    \b
    Contoh:
      skm retain --months 24 --dry-run
      skm retain --before 2025-01-01
    """
    first = _first_day(here, months, before)
    cut = datetime.combine(first, time(), here.config.zone).astimezone(UTC)
    found = here.store.old_words(cut)
    if form == "table":
        _tell(
            here,
            first,
            found,
            "Akan dihapus" if found.times or found.aside else "Tidak ada yang perlu dihapus",
        )
    if (found.times or found.aside) and not dry_run:
        if not yes:
            click.confirm("Hapus sekarang? Tidak dapat dibatalkan.", abort=True)
        # first, because it takes many transactions: what goes is never without its row
        here.store.audit(here.clock(), "", "retain", f"{first}: {found.remarks} saran, {found.times} waktu")
        with progress(found.times, "Isian") as bar:
            found = here.store.retain(cut, here.clock(), bar.update)
        if form == "table":
            _done(here, found)
    if form == "json":
        told = {"before": first.isoformat(), "dry_run": dry_run, **found._asdict()}
        click.echo(json.dumps(told, ensure_ascii=False))


def _first_day(here: Here, months: int | None, before: str | None) -> date:
    """The first day that is kept whole; the running period always is."""
    today = here.clock().astimezone(here.config.zone).date()
    open_since = Period.at(here.config["PERIOD"], today).start
    if months is not None and before is not None:
        raise Mistake("Pilih salah satu: --months atau --before.")
    if before is not None:
        try:
            first = date.fromisoformat(before)
        except ValueError:
            raise Mistake(f"Tanggal '{before[:40]}' tidak ada di kalender. Contoh: 2025-01-01.") from None
        if first.year < 1971:
            raise Mistake("Tanggal itu terlalu lama. Contoh: 2025-01-01.")
    else:
        months = months if months is not None else here.config["RETAIN_MONTHS"]
        if not months:
            raise Mistake("Sebutkan --months atau --before, atau isi setelan RETAIN_MONTHS.")
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        if year < 1971:
            raise Mistake("Sekian bulan yang lalu belum ada kalendernya. Contoh: --months 24.")
        first = date(year, month + 1, 1)
    if first > open_since:
        raise Mistake(
            f"Isian sejak {open_since.isoformat()} termasuk periode yang berjalan dan tetap utuh. "
            "Pilih tanggal yang lebih lama."
        )
    return first


def _tell(here: Here, first: date, found: Retained, words: str) -> None:
    click.echo(f"{words} dari isian sebelum {first.isoformat()}:")
    click.echo(f"  saran                     {found.remarks}")
    click.echo(f"  jam isian (tanggal tetap) {found.times}")
    click.echo(f"  salinan yang disisihkan   {found.aside} (saran dan jamnya)")
    folder = here.config.backup_folder
    there = len(list(folder.glob("skm-*.db"))) if folder.is_dir() else 0
    click.echo(
        f"Cadangan tidak disentuh: {there} berkas di {folder} masih memuatnya sampai Anda menghapusnya."
    )


def _done(here: Here, found: Retained) -> None:
    click.echo(f"Dihapus: {found.remarks} saran, {found.times} jam isian. Rekap dan nilai tetap.")
    if found.broken:
        click.echo(f"{found.broken} isian tidak cocok dengan sidiknya sejak sebelum ini; periksa: skm verify")
    if here.config.on_server:
        click.echo("PostgreSQL menghapus baris lama dari berkasnya pada VACUUM berikutnya.")
