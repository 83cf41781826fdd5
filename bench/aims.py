"""The goals: what each quantity may be beside a limit or a peer. G must be met, S is tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """must, tried : the ratio that must be reached, and the one beyond it; more : larger is better."""

    what: str
    must: float
    tried: float
    more: bool = False

    @property
    def words(self) -> str:
        sign = "≥" if self.more else "≤"
        return f"{sign} {_short(self.must)} ({_short(self.tried)})"

    def reached(self, ratio: float, bound: float) -> bool:
        return ratio >= bound if self.more else ratio <= bound


def _short(value: float) -> str:
    """At most two digits; what was meant as a fraction stays one."""
    turned = round(1 / value)
    return f"1/{turned}" if value < 1 and turned >= 25 and abs(turned * value - 1) < 1e-9 else f"{value:g}"


# A number with a letter stands for the second peer of a row: 902 is row 9's second one.
GOALS: dict[int, Goal] = {
    1: Goal("store with all counters, NORMAL / raw INSERT with the same indexes", 1.8, 1.5),
    2: Goal("store, FULL, with all counters / fdatasync after an append", 1.4, 1.15),
    3: Goal("store with all counters, NORMAL / sqlite-utils insert without", 0.7, 0.5),
    4: Goal("reading a form / WTForms with a field for each question", 0.05, 0.025),
    5: Goal("served form, requests/s / Flask hello", 0.8, 0.95, more=True),
    6: Goal("served form, requests/s / page of WTForms widgets", 20, 35, more=True),
    7: Goal("CPU of a submission, NORMAL / Flask hello", 3.2, 2.5),
    8: Goal("CPU of a submission, NORMAL / raw WSGI without counters", 3.6, 2.5),
    9: Goal("submissions/s, NORMAL / gunicorn, Flask-WTF and ORM, without counters", 1.8, 4, more=True),
    902: Goal(
        "submissions/s, FULL / gunicorn, Flask-WTF and ORM, FULL, without counters", 2.2, 2.9, more=True
    ),
    10: Goal("durable submission p99 / the same application on granian, one process and thread", 2, 1.2),
    11: Goal("index of one unit, largest / 100 thousand answers", 1.5, 1.2),
    12: Goal("all indexes, 1 million answers / SQLite GROUP BY over nine columns", 1 / 200, 1 / 400),
    13: Goal("all indexes, 10 million answers / DuckDB in memory, 2 threads", 1 / 25, 1 / 45),
    14: Goal("all indexes, 10 million answers / summing the same bytes", 2.5, 1.3),
    15: Goal("recounting everything / SELECT sum of one column", 7, 5),
    16: Goal("recounting everything / connectorx load", 0.8, 0.5),
    1602: Goal("recounting everything / pandas.read_sql", 0.25, 0.15),
    17: Goal("counting 1 million answers in memory / DuckDB, 1 thread", 1.2, 0.8),
    18: Goal("interval of 400 answers / bootstrap in Python, 2,000 times", 1 / 3000, 1 / 9000),
    19: Goal("width of the interval / that of a bootstrap", 1.07, 1.03),
    20: Goal("bootstrap of 400 answers / numpy gather", 0.25, 0.12),
    21: Goal("full report as PDF / bare canvas, every line placed by hand", 3.2, 2.0),
    2102: Goal("full report as PDF / bare reportlab, platypus", 1.5, 1.0),
    22: Goal("full report as PDF / WeasyPrint", 0.05, 0.025),
    23: Goal("reports/s, 2 processes / 1 process", 1.7, 1.9, more=True),
    24: Goal("QR code on paper / reportlab's QrCodeWidget", 0.4, 0.3),
    25: Goal("CSV export, per row / draining the cursor", 2.5, 1.7),
    2502: Goal("CSV export / sqlite-utils command", 0.8, 0.55),
    26: Goal("CSV export: time to the first row / whole time", 0.01, 0.002),
    27: Goal("XLSX export / xlsxwriter constant_memory", 0.25, 0.16),
    28: Goal("CSV import / executemany", 4, 2.5),
    29: Goal("importing the application / importing Flask", 1.6, 1.25),
    30: Goal("memory of the idle server / waitress with Flask hello", 1.3, 1.1),
}

NOT_BUILT = {
    20: "the toolkit has no bootstrap; its interval is the delta method (rows 18 and 19)",
    22: "WeasyPrint is not among the tools of the benchmark",
    27: "XLSX export of answers is not built yet",
    28: "CSV import is not built yet",
}
