"""skm sheet: QR codes of a unit on paper, for walls and counters."""

from __future__ import annotations

import click

from survey.commands.base import Here, Mistake, command, unit_of, whole_file

KINDS = {"qr": "QR", "kiosk": "tablet"}
SIZES = ("A3", "A4", "A5", "A6", "A4x2", "A4x4")


@command("sheet")
@click.argument("unit")
@click.option(
    "-o", "--output", required=True, metavar="BERKAS.pdf", help="Berkas PDF; '-' untuk keluaran standar."
)
@click.option(
    "--size",
    type=click.Choice(SIZES, case_sensitive=False),
    default="A4",
    show_default=True,
    help="Kertas; A4x2 dan A4x4 memuat dua A5 atau empat A6 selembar.",
)
@click.option(
    "--kind",
    type=click.Choice(["qr", "kiosk"]),
    help="qr: lembar untuk warga (bawaan); kiosk: lembar pasang tablet untuk petugas.",
)
@click.option("--code", "codes", multiple=True, help="Hanya tautan ini; dapat diulang.")
@click.pass_obj
def sheet(here: Here, unit: str, output: str, size: str, kind: str | None, codes: tuple[str, ...]) -> None:
    """Lembar kode QR untuk dicetak: satu lembar untuk setiap tautan QR sebuah unit yang berlaku.

    Tautan tablet tidak ikut: lembarnya untuk petugas dan dicetak dengan --kind kiosk.

    \b
    Contoh:
      skm sheet dukcapil -o lembar.pdf
      skm sheet dukcapil -o lembar.pdf --size A4x4 --code DKC4KTP7
      skm sheet dukcapil -o tablet.pdf --kind kiosk
    """
    from calc.render.sheets.link_sheet import (
        sheet as draw,  # late: reportlab takes longer to load than other commands to run
    )
    from survey.services import link_cards

    found = unit_of(here.store, unit)
    wanted = {code.strip().upper() for code in codes}
    links = [x for x in here.store.links(found.key) if x.revoked_at is None]
    if unknown := wanted - {x.code for x in links}:
        raise Mistake(f"Tautan {', '.join(sorted(unknown))} bukan tautan unit '{unit}' yang berlaku.")
    if wanted and kind:
        raise Mistake("Pilih salah satu: --kind atau --code.")
    kind = kind or "qr"
    chosen = [x for x in links if (x.code in wanted if wanted else x.kind == kind)]
    if not chosen:
        made_by = f"skm link --new {unit}" + (" --kind kiosk" if kind == "kiosk" else "")
        raise Mistake(f"Unit '{unit}' belum mempunyai tautan {KINDS[kind]}. Buat dengan '{made_by}'.")
    pdf = draw(link_cards.cards(here.store, here.config, chosen), size)
    with whole_file(output) as file:
        file.write(pdf)
    tablets = sum(x.kind == "kiosk" for x in chosen)
    counts = ((len(chosen) - tablets, "kode QR"), (tablets, "lembar pasang tablet"))
    click.echo(f"{', '.join(f'{n} {what}' for n, what in counts if n)}: {output}", err=True)
