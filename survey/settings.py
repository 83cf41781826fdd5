"""Every setting of an installation: name, default, and what it means; survey/config.py reads and checks them."""

from __future__ import annotations

from typing import Any, NamedTuple


class Setting(NamedTuple):
    """One setting.

    meaning : English, Markdown; the row in docs/settings.md (`make docs`)
    comment : Indonesian; the line above it in config.toml, and the row in docs/setelan.md
    """

    name: str
    default: Any
    meaning: str
    comment: str


SETTINGS = (
    Setting(
        "DATABASE",
        "skm.db",
        "file name inside the instance folder, or `postgresql://user:password@host/name`; see "
        "[PostgreSQL](operate/postgresql.md)",
        "nama berkas pangkalan data di folder ini, atau postgresql://pengguna:kata-sandi@server/nama",
    ),
    Setting(
        "SECRET_KEY",
        "",
        "signs cookies; at least 32 characters, made by `skm init`",
        "menandatangani kuki; rahasia, jangan disalin ke tempat lain",
    ),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:8000",
        "address that QR codes and printed links carry; never taken from a request",
        "alamat yang dibawa kode QR dan tautan cetak",
    ),
    Setting(
        "TIMEZONE",
        "Asia/Makassar",
        "time zone of the office: `Asia/Jakarta`, `Asia/Makassar` or `Asia/Jayapura`",
        "zona waktu kantor: Asia/Jakarta, Asia/Makassar atau Asia/Jayapura",
    ),
    Setting(
        "PERIOD",
        "quarter",
        "length of a reporting period: `month`, `quarter`, `half_year` or `year`; after a "
        "change, published addresses of the former length answer 410 with a link onward",
        "irama survei: month (bulan), quarter (triwulan), half_year (semester) atau year (tahun)",
    ),
    Setting(
        "INSTRUMENT",
        "skm-2017",
        "questionnaire of new answers: `skm-2017`, `skm-2014` or `ikm-2004`",
        "kuesioner yang ditanyakan",
    ),
    Setting(
        "CONVENTION",
        "exact",
        "how the index is computed and rounded; see [statistics](statistics.md#conventions)",
        "cara menghitung dan membulatkan indeks; lihat: skm calc --help",
    ),
    Setting(
        "MINIMUM_ANSWERS",
        0,
        "fewest answered questions for a response to count in the index; 0: every response counts",
        "paling sedikit pertanyaan terjawab agar isian dihitung; 0: semua isian dihitung",
    ),
    Setting(
        "ROLL_UP",
        "pooled",
        "one index from several services: `pooled` (all answers together), `services` (mean of "
        "the services) or `visits` (mean weighted by their users)",
        "nilai unit dari layanannya: pooled (semua isian digabung), services (rata-rata layanan) "
        "atau visits (rata-rata layanan menurut jumlah pengguna)",
    ),
    Setting(
        "REPORT_TEMPLATE",
        "five-chapters",
        "outline of the full report: `five-chapters` (since 2022) or `four-chapters` (2019–2021)",
        "sistematika laporan lengkap: five-chapters (lima bab) atau four-chapters (empat bab)",
    ),
    Setting(
        "LANGUAGES",
        ["id", "id-mudah", "en"],
        "languages offered to residents, the first is the default",
        "bahasa bagi warga; yang pertama adalah bawaan",
    ),
    Setting(
        "PROFILE",
        True,
        "ask the voluntary questions about the respondent",
        "menanyakan data diri sukarela (jenis kelamin, usia, pendidikan, pekerjaan)",
    ),
    Setting(
        "IDLE_WARNING",
        20,
        "seconds without touch until a tablet warns",
        "detik tanpa sentuhan sampai tablet memperingatkan",
    ),
    Setting(
        "IDLE_WIPE",
        30,
        "seconds without touch until a tablet clears the form; more than `IDLE_WARNING`",
        "detik tanpa sentuhan sampai tablet mengosongkan formulir",
    ),
    Setting(
        "MAX_BODY",
        65536,
        "largest submission in bytes",
        "ukuran terbesar satu kiriman, dalam bita",
    ),
    Setting(
        "LICENCE",
        "CC-BY-4.0",
        "licence named beside the published results; empty: none",
        "lisensi yang disebut pada hasil yang dipublikasikan; kosong: tidak disebut",
    ),
    Setting(
        "TRUSTED_HOSTS",
        [],
        "host names the server answers to; empty: that of `BASE_URL` and this machine's names and "
        "addresses; others get 400",
        "nama host yang dilayani; kosong: nama pada BASE_URL serta nama dan alamat komputer ini",
    ),
    Setting(
        "PROXIES",
        0,
        "number of reverse proxies in front whose headers are believed",
        "jumlah proksi balik di depan server ini yang dipercaya",
    ),
    Setting(
        "RETAIN_MONTHS",
        0,
        "whole months after which `skm retain` removes remarks and exact times; 0: only when the "
        "command names a number",
        "sesudah sekian bulan penuh skm retain menghapus saran dan jam isian; 0: hanya bila disebut",
    ),
    Setting(
        "SECURITY_CONTACT",
        "",
        "where to report weaknesses (`mailto:…` or `https://…`), published as "
        "`/.well-known/security.txt`; empty: not published",
        "ke mana celah keamanan dilaporkan (mailto:… atau https://…), terbit di "
        "/.well-known/security.txt; kosong: tidak terbit",
    ),
    Setting(
        "BACKUP_FOLDER",
        "backup",
        "where backups go; inside the instance folder unless absolute; an absolute one is never "
        "created, so that an unplugged disk is noticed",
        "tempat cadangan: nama folder di sini, atau lintasan lengkap ke disk lain",
    ),
    Setting(
        "BACKUP_KEEP",
        14,
        "number of newest backups kept in that folder",
        "banyaknya cadangan terbaru yang disimpan di folder itu",
    ),
    Setting(
        "BACKUP_EVERY",
        24,
        "hours between the backups that `skm serve` makes; 0: it makes none",
        "jam di antara cadangan yang dibuat skm serve; 0: tidak membuat sendiri",
    ),
)
