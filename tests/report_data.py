"""Report data of every size for the tests of papers: `report_data(n, services=…)` is a whole unit with invented answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calc.instruments.model import Instrument
from calc.instruments.reader import instrument
from calc.report.data import FollowUp, RemarkGroup, ReportData, TrendPoint
from calc.scoring.comparison import change
from calc.scoring.convention import convention
from calc.scoring.index import ni, result, shares
from calc.scoring.interval import Estimate, estimate
from calc.scoring.result import About, ProfileCount, Result
from calc.scoring.rollup import Part, roll_ups, rolled
from calc.scoring.tally import Tally
from calc.statistics.priority import derived
from calc.statistics.reliability import reliability
from calc.statistics.sample import samples

Scores = NDArray[np.uint8]

WITA = timezone(timedelta(hours=8))
ABOUT = About(
    organisation="Pemerintah Kabupaten Contoh",
    unit="Dinas Kependudukan dan Pencatatan Sipil",
    unit_key="dukcapil",
    address="Jalan Contoh Nomor 1",
    period="Triwulan III Tahun 2026",
    period_key="2026-TW3",
    start=date(2026, 7, 1),
    end=date(2026, 9, 30),
    cut=datetime(2026, 10, 1, 8, 5, tzinfo=WITA),
    population=12000,
)
RUNNING = replace(ABOUT, cut=datetime(2026, 8, 14, 16, 30, tzinfo=WITA))
LONG = (
    "Unit Pelaksana Teknis Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu, Koperasi, Usaha Kecil "
    "dan Menengah Wilayah"
)  # 120 characters
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '<img src="/etc/hostname"/>',
    "<b>tidak ditutup",
    "<para>&nbsp;</para>",
    "a < b & c",
    '<font color="[[].__class__]">x</font>',
    "panjang " * 250,
    "x" * 2000,
    "y" * 20000,
    "Bagus 👍🏽 sekali 😀",
    "ꦱꦸꦒꦼꦁ ᬲᬸᬓ᭄ᬱ 中文 شكرا",
    "=1+1",
    "+62812000000",
    "@SUM(A1)",
    "a\x00b\x1bc\u202ed\ud800e",
    "baris\npertama\r\nkedua\ttab; koma, 'kutip' \"ganda\"",
)
SERVICES = (
    "KTP-el",
    "Kartu Keluarga",
    "Akta Kelahiran",
    "Akta Kematian",
    "Surat Keterangan Pindah Datang",
    "Kartu Identitas Anak",
    "Akta Perkawinan",
    "Akta Perceraian",
    "Pengakuan dan Pengesahan Anak",
    "Pemanfaatan Data Kependudukan",
    "Legalisasi Dokumen",
    "Layanan Keliling Kecamatan",
)
_PERIODS = (
    "Triwulan II",
    "Triwulan I",
    "Triwulan IV",
    "Triwulan III",
)  # before Triwulan III 2026, newest first


def report_data(
    n: int = 300,
    services: int = 2,
    *,
    hostile: bool = False,
    blanks: float = 0.0,
    key: str = "skm-2017",
    name: str = "exact",
    rule: str = "pooled",
    scores: bool = True,
    former: int = 3,
    population: int | None = 12000,
    about: About = ABOUT,
    answers: Scores | None = None,
    follow_up: bool = True,
    remarks: bool = True,
    texts: Mapping[str, str] | None = None,
    **more: Any,
) -> ReportData:
    """A unit with `n` answers, spread over `services` (0: the unit has none), and `former` periods before.

    hostile : remarks that broke other report writers, and names of 120 characters
    blanks : share of single scores that were left open; name : of the convention
    rule : of combining services ('pooled', 'services', 'visits'); of the own period, not of the trend's changes
    scores : whether the report_data carries the answers row by row
    answers : the answers themselves instead of invented ones, shape (n, items)
    more : any other field of the report_data, as it should be
    """
    asked = instrument(key)
    table = invented(n, len(asked.items), asked.scale, blanks) if answers is None else answers
    about = replace(about, population=population)
    if hostile:
        about = replace(about, unit=LONG, organisation=LONG, address=LONG)
    parts = parts_of(asked, table, about, services, long=hostile)
    own = counted(asked, table, name, about)
    if parts:
        own = rolled(asked, parts, rule, convention(name), about=about, profile=own.profile)
    results = service_results(asked, table, name, about, services, long=hostile)
    backs = range(former, 0, -1) if len(table) else ()
    tables = [former_answers(asked, len(table), back, blanks) for back in backs]
    abouts = [former_about(about, back) for back in backs]
    points = trend(asked, [*tables, table], name, [*abouts, about]) if len(table) else ()
    complete = Tally.of_scores(table[(table > 0).all(axis=1)], asked.scale)
    fields: dict[str, Any] = {
        "services": results,
        "trend": (*points[:-1], replace(points[-1], result=own)) if points else (),
        "reliability": reliability(asked, complete),
        "priority": derived(
            asked, complete, own.elements, Tally.of_scores(table, asked.scale), about.population
        ),
        "roll_ups": roll_ups(asked, parts, convention(name), rule),
        "samples": samples(own, results),
        "channels": channels(len(table)),
        "places": ("Loket 1 Lantai 1", "Loket 2 Lantai 1", LONG if hostile else "Layanan keliling"),
        "follow_up": promises(own, long=hostile) if follow_up and len(table) else (),
        "former_follow_up": former_promises(own) if follow_up and abouts else (),
        "former_period": abouts[-1].period if abouts else "",
        "remarks": remark_groups(hostile) if remarks and len(table) else (),
        "remark_count": 0,
        "texts": dict(texts or {}),
        "scores": table if scores else None,
        "fingerprint": "5f" * 32,
        "verify": "https://skm.contoh.go.id/hasil/dukcapil/periksa?periode=2026-TW3&kode=5f5f5f5f",
        "version": "0.1.0",
    }
    fields["remark_count"] = sum(count for group in fields["remarks"] for _, count in group.remarks)
    return ReportData(own, asked, **{**fields, **more})


def invented(n: int, k: int, scale: int = 4, blanks: float = 0.0) -> Scores:
    """Scores of shape (n, k), the same for the same arguments; 0 = not answered.

    A person who is content with one element is more often content with the others, as in real answers: half of
    the spread is the person's, half the element's.
    """
    rng = np.random.default_rng(20260701 + n)
    mood = 0.7 * rng.standard_normal((n, 1)) + 0.7 * rng.standard_normal((n, k))
    lean = np.array([0.12 * (i % 5) for i in range(k)])
    table = 1 + sum((mood - lean > border).astype(np.uint8) for border in (-2.0, -1.1, 0.3))
    table = np.minimum(table, scale).astype(np.uint8)
    if blanks:
        table[rng.random(table.shape) < blanks] = 0
    return table


def counted(asked: Instrument, table: Scores, name: str, about: About, **more: Any) -> Result:
    """The result of a table of scores, with invented respondents."""
    full = table[(table > 0).all(axis=1)]
    tally, complete = (Tally.of_scores(t, asked.scale) for t in (table, full))
    profile = profile_of(asked, len(table))
    return result(
        asked, tally, convention(name), about=about, complete_tally=complete, profile=profile, **more
    )


def profile_of(questions: Instrument, n: int) -> tuple[ProfileCount, ...]:
    """Respondents by class, more in the first classes; every twentieth does not say."""
    fields = []
    for field in questions.profile:
        k = len(field.choices)
        stated = n - n // 20
        shares = [stated * (k - i) * 2 // (k * (k + 1)) for i in range(k)]
        shares[0] += stated - sum(shares)
        classes = tuple(
            (c.key, c.label["id"], c.poster, s) for c, s in zip(field.choices, shares, strict=True)
        )
        fields.append(ProfileCount(field.key, field.label["id"], classes, n - stated))
    return tuple(fields)


def service_results(
    asked: Instrument, table: Scores, name: str, about: About, services: int, *, long: bool = False
) -> tuple[Result, ...]:
    """The answers dealt out to the services; those without any are left out."""
    return tuple(
        counted(
            asked,
            table[i::services],
            name,
            replace(about, service=service_name(i, long=long), population=users_of(about, services)),
        )
        for i in range(services)
        if len(table[i::services])
    )


def former_answers(asked: Instrument, n: int, back: int, blanks: float = 0.0) -> Scores:
    """Answers of an earlier period: somewhat fewer, somewhat worse."""
    table = invented(max(1, n - 7 * back), len(asked.items), asked.scale, blanks)
    rng = np.random.default_rng(back)
    worse = (rng.random(table.shape) < 0.04 * back) & (table > 1)
    return np.where(worse, table - 1, table).astype(np.uint8)


def former_about(about: About, back: int) -> About:
    """The quarter `back` quarters before Triwulan III 2026."""
    quarter = 2026 * 4 + 2 - back
    year, part = divmod(quarter, 4)
    end_year, end_part = divmod(quarter + 1, 4)
    return replace(
        about,
        period=f"{_PERIODS[(back - 1) % 4]} Tahun {year}",
        period_key=f"{year}-TW{part + 1}",
        start=date(year, 3 * part + 1, 1),
        end=date(end_year, 3 * end_part + 1, 1) - timedelta(days=1),
        cut=datetime(end_year, 3 * end_part + 1, 1, 8, 5, tzinfo=WITA),
    )


def trend(
    asked: Instrument, tables: Sequence[Scores], name: str, abouts: Sequence[About]
) -> tuple[TrendPoint, ...]:
    """Points with the change to the point before, each counted from its own answers."""
    results = [counted(asked, table, name, about) for table, about in zip(tables, abouts, strict=True)]
    spreads = [spread(asked, table, name, about) for table, about in zip(tables, abouts, strict=True)]
    changes = [None, *(change(this, before) for before, this in pairwise(spreads))]
    return tuple(TrendPoint(one, how) for one, how in zip(results, changes, strict=True))


def spread(asked: Instrument, table: Scores, name: str, about: About) -> Estimate | None:
    """The converted index with its sampling error."""
    tally = Tally.of_scores(table, asked.scale)
    index = ni(asked, tally, convention(name))
    return index and estimate(tally, shares(asked, convention(name)), asked.factor, index, about.population)


def parts_of(
    asked: Instrument, table: Scores, about: About, services: int, *, long: bool = False
) -> list[Part]:
    """The answers dealt out to the services, as a rule of combining them wants them."""
    found = []
    for i in range(services):
        of = table[i::services]
        tallies = [Tally.of_scores(t, asked.scale) for t in (of, of[(of > 0).all(axis=1)])]
        if len(of):
            found.append(Part(service_name(i, long=long), *tallies, users_of(about, services)))
    return found


def service_name(position: int, *, long: bool = False) -> str:
    """Its name; a number from the thirteenth on."""
    if long and position == 0:
        return LONG
    return SERVICES[position % len(SERVICES)] + (" II" if position >= len(SERVICES) else "")


def users_of(about: About, services: int) -> int | None:
    """The unit's users, in equal parts."""
    return about.population // services if about.population is not None else None


def channels(n: int) -> tuple[tuple[str, int], ...]:
    """Six of ten by the QR code."""
    return (("Kode QR", n * 6 // 10), ("Tablet di loket", n - n * 6 // 10)) if n else ()


def promises(own: Result, *, long: bool = False) -> tuple[FollowUp, ...]:
    """One repair for each of the three lowest elements."""
    actions = (
        "Memasang papan persyaratan di ruang tunggu",
        "Melatih petugas loket",
        "Menambah kursi ruang tunggu",
    )
    return tuple(
        FollowUp(
            i + 1,
            e.key,
            LONG if long else actions[i],
            2026 + (i == 2),
            4 if i < 2 else 1,
            "Kepala Bidang Pelayanan",
        )
        for i, e in enumerate(own.lowest_first[:3])
    )


def former_promises(own: Result) -> tuple[FollowUp, ...]:
    """Promises of the period before: one kept, one begun, one not."""
    first, second, third = own.elements[:3]
    return (
        FollowUp(
            1,
            first.key,
            "Mencetak ulang brosur persyaratan",
            2026,
            3,
            "Sekretaris",
            "done",
            date(2026, 8, 20),
            "Brosur dibagikan di loket",
        ),
        FollowUp(2, second.key, "Menyederhanakan formulir", 2026, 3, "Kepala Bidang Pelayanan", "running"),
        FollowUp(
            3,
            third.key,
            "Menambah loket pada jam sibuk",
            2026,
            4,
            "Kepala Bidang Pelayanan",
            "planned",
            None,
            "Menunggu anggaran",
        ),
    )


def remark_groups(hostile: bool = False) -> tuple[RemarkGroup, ...]:
    """Remarks by theme; the hostile ones in a group of their own."""
    groups = (
        RemarkGroup(
            "Waktu dan antrean",
            (("Antrean terlalu panjang pada hari Senin.", 4), ("Mohon loket dibuka tepat waktu.", 1)),
        ),
        RemarkGroup("Petugas", (("Petugas ramah dan cepat.", 12), ("Mohon nomor ••• dihubungi kembali.", 1))),
        RemarkGroup("Lainnya", (("Terima kasih.", 7),)),
    )
    return (
        (*groups, RemarkGroup("Masukan lain", tuple((words, 1) for words in HOSTILE))) if hostile else groups
    )
