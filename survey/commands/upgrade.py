"""skm upgrade: schema steps that this version knows and the database does not have yet."""

from __future__ import annotations

import click

from survey import installation
from survey.commands.base import Here, Mistake, command
from survey.commands.serve import LOCK_FILE
from survey.lock import Locked, only_one


@command("upgrade", short_help="Menerapkan perubahan skema pangkalan data.")
@click.option("--dry-run", is_flag=True, help="Hanya menyebut langkahnya.")
@click.pass_obj
def upgrade(here: Here, dry_run: bool) -> None:
    """Menerapkan perubahan skema pangkalan data; server harus berhenti dahulu.

    Setiap langkah selesai seluruhnya atau tidak sama sekali.

    \b
    Contoh:
      skm upgrade --dry-run
      skm upgrade
    """
    steps = installation.pending_steps(here.config)
    if not steps:
        click.echo("Skema sudah yang terbaru.")
        return
    for step in steps:
        click.echo(f"{'Akan diterapkan' if dry_run else 'Langkah'}: {step}")
    if dry_run:
        return
    try:
        with only_one(here.config.instance / LOCK_FILE):
            installation.upgrade(here.config)
    except Locked:
        raise Mistake("Server sedang berjalan. Hentikan dahulu, lalu ulangi 'skm upgrade'.") from None
    click.echo("Skema sudah yang terbaru.")
