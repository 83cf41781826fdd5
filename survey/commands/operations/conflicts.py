"""skm conflicts: copies with an id that other answers had already; kept aside, never counted."""

from __future__ import annotations

import json

import click

from calc.instruments.reader import shipped
from calc.text import table
from survey.commands.base import Here, command, unit_of
from survey.commands.organisation import common

MOST = 1000  # newest ones of each unit that are listed


@command("conflicts")
@click.argument("unit", metavar="[UNIT]", required=False)
@common.format_option
@click.pass_obj
def conflicts(here: Here, unit: str | None, form: str) -> None:
    """Salinan dengan nomor sama dan jawaban lain, yang disisihkan dan tidak dihitung.

    Jawaban perorangan tidak ditampilkan; hanya bagian yang berbeda.

    \b
    Contoh:
      skm conflicts
      skm conflicts dukcapil --format json
    """
    from survey.services.conflicts import conflicts as found_in

    units = here.store.units() if unit is None else [unit_of(here.store, unit)]
    rows = [
        {
            "unit": one.key,
            "service": x.service,
            "counter": x.counter,
            "channel": x.channel,
            "id": x.id,
            "kept_at": x.kept_at.astimezone(here.config.zone).isoformat(timespec="seconds"),
            "aside_at": x.aside_at.astimezone(here.config.zone).isoformat(timespec="seconds"),
            "differs": list(x.differs),
        }
        for one in units
        for x in found_in(here.store, shipped(), one.key, MOST)
    ]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("Tidak ada salinan yang berbeda.")
        return
    cells: list[tuple[str, ...]] = [
        tuple(", ".join(v) if isinstance(v, list) else str(v or "-") for v in row.values()) for row in rows
    ]
    click.echo(table([tuple(rows[0]), *cells]))
