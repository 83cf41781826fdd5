"""skm upgrade: schema steps that this version knows and the database does not have yet."""

from __future__ import annotations

import dataclasses
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from survey.commands.base import Failed, Here, Mistake, command, progress
from survey.commands.operations import backup as backups
from survey.config import Config
from survey.jobs import former_reports
from survey.operations import backup, installation
from survey.store import StoreError, parted
from survey.store.maintenance import BACKUP, VERIFIED
from survey.system.lock import Locked, only_one


@command("upgrade")
@click.option("--dry-run", is_flag=True, help="Mencoba langkahnya pada salinan; pangkalan data tidak diubah.")
@click.option(
    "-o",
    "--output",
    metavar="BERKAS|FOLDER",
    help="Tempat cadangan yang dibuat lebih dahulu; bawaan: BACKUP_FOLDER.",
)
@click.pass_obj
def upgrade(here: Here, dry_run: bool, output: str | None) -> None:
    """Menerapkan perubahan skema pangkalan data; server harus berhenti dahulu.

    Sebelumnya dibuat cadangan yang diperiksa. Setiap langkah selesai seluruhnya atau tidak sama sekali, lalu semua
    isian dihitung ulang.

    \b
    Contoh:
      skm upgrade --dry-run
      skm upgrade
    """
    steps = installation.pending_steps(here.config)
    if not steps and (dry_run or not former_reports.are_left(here.config.instance)):
        click.echo("Skema sudah yang terbaru.")
        return
    for step in steps:
        click.echo(f"{'Akan diterapkan' if dry_run else 'Langkah'}: {step}")
    if dry_run:
        responses = _rehearse(here.config)
        click.echo(f"Berhasil pada salinan: {responses} isian, rekapnya sama. Pangkalan data tidak diubah.")
        return
    with ExitStack() as stack:
        if installation.one_process(here.config):
            try:
                stack.enter_context(only_one(installation.server_lock(here.config)))
            except Locked:
                raise Mistake("Server sedang berjalan. Hentikan dahulu, lalu ulangi 'skm upgrade'.") from None
        _upgrade(here, output)
    click.echo("Skema sudah yang terbaru.")


def _rehearse(config: Config) -> int:
    """Apply the steps to a copy of the database, whatever it is kept in, and prove it; how many responses."""
    with tempfile.TemporaryDirectory(prefix="skm-") as folder:
        copy = Path(folder) / "uji-coba.db"
        with progress(installation.copy_size(config), "Menyalin") as bar:
            copy.touch(mode=0o600)
            installation.copy_database(config, copy, bar.update)
        own = dataclasses.replace(
            config, instance=copy.parent, values={**config.values, "DATABASE": copy.name}
        )
        installation.upgrade(own)
        try:
            return backup.check(copy, config.zone, progress)
        except backup.BackupFailed as failed:
            raise Failed(f"Pada salinan: {failed}. Pangkalan data tidak diubah.") from None


def _upgrade(here: Here, output: str | None) -> None:
    made = backups.make(here, output)
    click.echo(f"Cadangan: {made.path}")
    try:
        installation.upgrade(here.config)
    except StoreError as error:
        raise Failed(f"{error} Langkah ini tidak diterapkan. Cadangan sebelumnya: {made.path}") from None
    former_reports.take_over(here.config.instance, here.store)
    with progress(made.responses, "Memeriksa") as bar:
        found = here.store.recount(bar.update)

    def note() -> None:
        here.store.note_upkeep(BACKUP, here.clock(), str(made.path))
        here.store.note_upkeep(VERIFIED, here.clock(), found[0] if found else "")
        here.store.audit(here.clock(), "", "upgrade", made.path.name)

    here.store.together(note)
    changed, differences = parted(found)
    if changed:
        click.echo(f"PERHATIAN: {len(changed)} isian telah diubah: {changed[0]}. Lihat: skm verify", err=True)
    if differences:
        raise Failed(
            f"Skema sudah diperbarui, tetapi {differences[0]}. Perbaiki rekapnya dengan: skm verify --rebuild. "
            f"Cadangan sebelumnya: {made.path}"
        )
