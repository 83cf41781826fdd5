"""The services of the unit beside each other, and what the unit's value is under each rule of combining them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.display import NO_DATA, number, whole
from calc.report import charts, small_cells
from calc.report.data import ReportData
from calc.report.document import Block, Column, Figure, Heading, Table, Text, Together
from calc.report.wording.sentences import PUBLISHED, WITHHELD
from calc.scoring.result import Result

BESIDE = 9  # elements that fit beside each other
LONG = 64  # letters of a service's name that are three lines beside nine elements
HIDDEN = f"{WITHHELD} Tidak ditampilkan: responden kurang dari {PUBLISHED}, atau nilai mereka dapat dihitung darinya."


def by_service(data: ReportData) -> Iterator[Block]:
    """Nothing for a unit without services."""
    if not data.services:
        return
    if len(data.services) == 1 and data.services[0].n == data.result.n:
        yield Text(
            f"Semua isian berasal dari satu layanan, yaitu {data.services[0].about.service}; nilainya sama dengan "
            "nilai unit."
            if data.services[0].converted == data.result.converted
            else f"Semua isian berasal dari satu layanan, yaitu {data.services[0].about.service}."
        )
        return
    blocks: list[Block] = [
        Heading("Nilai per layanan", 3, "nilai-layanan"),
        service_table(data.services, "Nilai per layanan"),
    ]
    shown = len(data.services) - len(small_cells.services(data.services))
    if shown > 1 and any(one.converted is not None for one in data.services):
        blocks.append(Figure(charts.services(data.services), "Nilai IKM per layanan"))
    yield Together(tuple(blocks))
    if shown:
        yield from _elements(data)
    yield from _roll_ups(data)


def service_table(services: Sequence[Result], caption: str = "") -> Table:
    """One row for each service; values of few respondents are withheld (`calc.report.small_cells`).

    Where names are long, they have the room of the grades' names, which stand in the table of grades.
    """
    withheld = small_cells.services(services)
    long = any(len(one.about.service) > LONG for one in services)
    columns = (
        Column("No.", 9),
        Column("Layanan", 58),
        Column("Responden", 24, "right"),
        Column("NI", 17, "right"),
        Column("IKM", 17, "right", strong=True),
        Column("Selang 95%", 28, "right"),
        Column("Mutu", 12, "centre", strong=True),
        Column("Kinerja", 22),
    )
    return Table(
        columns=columns[:-1] if long else columns,
        rows=tuple(
            _service(at, one, at in withheld)[: -1 if long else None] for at, one in enumerate(services)
        ),
        caption=caption,
        note=HIDDEN if withheld else "",
    )


def _service(at: int, one: Result, withheld: bool) -> tuple[str, ...]:
    interval, begun = one.interval, (str(at + 1), one.about.service, whole(one.n))
    if withheld:
        return (*begun, *(WITHHELD,) * 4, "")
    return (
        *begun,
        number(one.index, 4),
        number(one.converted),
        f"{number(interval.low)} – {number(interval.high)}" if interval else NO_DATA,
        one.grade or NO_DATA,
        one.performance or NO_DATA,
    )


def _elements(data: ReportData) -> Iterator[Table]:
    """One table, or several where the elements do not fit beside each other."""
    elements, withheld = data.result.elements, small_cells.services(data.services)
    tables = -(-len(elements) // BESIDE)
    size = -(-len(elements) // tables)
    for start in range(0, len(elements), size):
        part = slice(start, start + size)
        some = elements[part]
        of = f" ({some[0].code} sampai {some[-1].code})" if tables > 1 else ""
        rows = tuple(
            (str(at + 1), _shortened(one.about.service), *_values(one, part, at in withheld))
            for at, one in enumerate(data.services)
        )
        hidden = any(cell == WITHHELD for row in rows for cell in row)
        names = "; ".join(f"{e.code}: {e.short}" for e in some) + "."
        yield Table(
            columns=(
                Column("No.", 7),
                Column("Layanan", 40),
                *(Column(e.code, 14, "right") for e in some),
            ),
            rows=rows,
            caption=f"Nilai konversi unsur per layanan{of}",
            note=f"{names} {HIDDEN}" if hidden else names,
        )


def _values(one: Result, part: slice, withheld: bool) -> Iterator[str]:
    """Of a service's elements; '*' where they are withheld."""
    hidden = small_cells.elements(one)
    for element in one.elements[part]:
        yield WITHHELD if withheld or element.key in hidden else number(element.converted)


def _shortened(name: str) -> str:
    """A name that its number tells from the others: whole in the table before."""
    return name if len(name) <= LONG else name[: LONG - 1].rstrip() + "…"


def _roll_ups(data: ReportData) -> Iterator[Block]:
    values = {rule.converted for rule in data.roll_ups if rule.converted is not None}
    if len(data.services) == 1 and len(values) <= 1:
        return  # nothing to combine: every rule gives the service's own value
    if not data.roll_ups:
        return
    chosen = next((rule.name for rule in data.roll_ups if rule.chosen), "")
    used = data.result.roll_up_words or (
        f"Aturan yang dipakai dalam laporan ini: {chosen}." if chosen else ""
    )
    hidden = small_cells.roll_ups(data.roll_ups, data.services)
    yield Heading("Gabungan layanan", 3, "gabungan")
    yield Text(
        "Nilai unit dapat digabungkan dari layanannya menurut beberapa aturan, dan hasilnya dapat berbeda."
        + (f" {used}" if used else "")
    )
    yield Table(
        columns=(
            Column("Aturan", 84),
            Column("IKM", 20, "right", strong=True),
            Column("Mutu", 14, "centre", strong=True),
            Column("Keterangan", 66),
        ),
        rows=tuple(
            (
                rule.name[:1].upper() + rule.name[1:],
                WITHHELD if rule.rule in hidden else number(rule.converted),
                WITHHELD if rule.rule in hidden else rule.grade or NO_DATA,
                " ".join(filter(None, ("Dipakai dalam laporan ini." if rule.chosen else "", rule.reason))),
            )
            for rule in data.roll_ups
        ),
        caption="Nilai unit menurut aturan penggabungan layanan",
        note=HIDDEN if hidden else "",
        marked=next((at for at, rule in enumerate(data.roll_ups) if rule.chosen), None),
    )
