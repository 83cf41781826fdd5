"""The rows: who waits for what, and how long it may take. A row without `measure` says in its note why."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Limit:
    """One figure of a row.

    most, best : must not be larger; tried; None for no limit
    beside : what is measured in the same rounds; ratio, close : limits of seen / beside, as `most` and `best`
    """

    what: str
    unit: str
    most: float | None = None
    best: float | None = None
    beside: str = ""
    ratio: float | None = None
    close: float | None = None

    @property
    def words(self) -> str:
        pairs = ((self.most, self.best, f" {self.unit}"), (self.ratio, self.close, f" × {self.beside}"))
        return " and ".join(
            f"≤ {must:g}{after}" + (f" ({tried:g})" if tried is not None else "")
            for must, tried, after in pairs
            if must is not None
        )


@dataclass(frozen=True)
class Seen:
    """values, beside : one number for each round, in the unit of the limit; note : more, for people."""

    values: tuple[float, ...]
    beside: tuple[float, ...] = ()
    note: str = ""

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def ratio(self) -> float | None:
        """Median of the rounds' ratios: what slows both down for a while falls out."""
        pairs = zip(self.values, self.beside, strict=False)
        return median(value / other for value, other in pairs) if self.beside else None

    def verdict(self, limit: Limit) -> str:
        """'stretch', 'met' or 'not met'."""
        checks = [(self.value, limit.most, limit.best), (self.ratio, limit.ratio, limit.close)]
        found = [(v, must, tried) for v, must, tried in checks if must is not None and v is not None]
        if any(v > must for v, must, _ in found):
            return "not met"
        tried = [(v, best) for v, _, best in found if best is not None]
        return "stretch" if tried and all(v <= best for v, best in tried) else "met"


@dataclass(frozen=True)
class Row:
    """measure : 'module:function' from `Run` to a `Seen` by the name of each limit

    flat : must not grow with the number of stored answers; named : measured only when it is asked for, or in full
    """

    key: str
    who: str
    work: str
    measure: str = ""
    limits: tuple[Limit, ...] = ()
    flat: bool = False
    named: bool = False
    note: str = ""


FLAT = 0.05  # b of time = a × answers ** b
JSON_READERS, REPORT_READERS = 8, 12
BESIDE = (
    f"beside {JSON_READERS} readers of /hasil.json",
    f"beside {REPORT_READERS} readers of full reports",
    "beside both",
)
WAITING = f"with {REPORT_READERS} others waiting"

ROWS = (
    Row(
        "U1",
        "a resident, while others read",
        "form, p99, 500 units",
        "residents:beside_readers",
        tuple(Limit(what, "ms", 50, None, "alone", 3, 1.5) for what in BESIDE),
        flat=True,
    ),
    Row(
        "U2",
        "the secretariat",
        "desk overview of 500 units with intervals",
        "readers:overview",
        (Limit("after a change", "ms", 250, 100),),
        flat=True,
    ),
    Row(
        "U3",
        "a journalist, a crawler",
        "open data of 500 units",
        "readers:open_data",
        (
            Limit("/hasil.json, after a change", "ms", 100),
            Limit("/hasil.json, again", "ms", 10),
            Limit("/hasil.json, 304", "ms", 10),
            Limit("/hasil.csv, after a change", "ms", 100),
            Limit("/hasil.csv, again", "ms", 10),
            Limit("/hasil.csv, 304", "ms", 10),
            Limit("memory of the server", "MiB", 200),
        ),
        flat=True,
    ),
    Row(
        "U4",
        "a resident",
        "kept answer, 16 clients, FULL",
        "residents:kept_answers",
        (Limit("CPU of the server", "ms", 0.85, 0.5, "a GET of Flask hello"),),
        flat=True,
    ),
    Row(
        "U5",
        "an administrator at night",
        "`skm verify`",
        "commands:verify",
        (Limit("CPU", "s", 5, 3),),
    ),
    Row("U6", "an office that moves in", "import of 100,000 rows", note="not built"),
    Row(
        "U7",
        "a unit head at quarter's end",
        "full reports of all 500 units on two cores",
        "papers:all_units",
        (Limit("`skm report --all`", "s", 120, 80),),
    ),
    Row(
        "U8",
        "a unit head",
        "full report from the click",
        "papers:from_the_click",
        (Limit("alone", "s", 0.6), Limit(WAITING, "s", 3)),
        flat=True,
    ),
    Row(
        "U9",
        "who builds",
        "tests",
        "commands:checks",
        (Limit("make fast", "s", 90), Limit("make check", "s", 480)),
        named=True,
    ),
    Row(
        "U10",
        "who starts it",
        "first start, import, idle memory",
        "commands:start",
        (
            Limit("make run from nothing", "s", 15),
            Limit("import of the application, CPU", "ms", None, None, "import of Flask", 2.5),
            Limit("idle server", "MiB", None, None, "Flask hello", 1.5),
        ),
    ),
    Row("U11", "the regency", "recap of 500 units as XLSX and PDF", note="not built"),
    Row(
        "U12",
        "residents at noon",
        "16 clients beside the fastest peer, a Node kiosk on MariaDB",
        note="not tried here: the peer is no part of this project",
    ),
)
