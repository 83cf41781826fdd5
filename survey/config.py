"""Settings: a name, a default and one sentence each; from instance/config.toml, then SKM_* variables."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from calc.instruments.model import Instrument
from calc.instruments.reader import InstrumentError, instrument
from calc.report.kinds import TEMPLATES
from calc.scoring.convention import Convention, ConventionError, convention
from calc.scoring.convention import check as check_convention
from calc.scoring.rollup import RULES
from survey.settings import SETTINGS

PERIODS = ("month", "quarter", "half_year", "year")
# words of version 0.1.0, still read from config.toml, the environment, scripts and kept addresses
FORMER_WORDS = {
    "PERIOD": {"bulan": "month", "triwulan": "quarter", "semester": "half_year", "tahun": "year"},
    "REPORT_TEMPLATE": {"baru": "five-chapters", "lama": "four-chapters"},
}
CHOICES = {"PERIOD": PERIODS, "ROLL_UP": RULES, "REPORT_TEMPLATE": TEMPLATES}
LIMITS = {
    "IDLE_WARNING": (5, 3600),
    "IDLE_WIPE": (6, 7200),
    "MAX_BODY": (8192, 100 * 1024 * 1024),
    "PROXIES": (0, 10),
    "RETAIN_MONTHS": (0, 1200),
    "BACKUP_KEEP": (1, 10_000),
    "BACKUP_EVERY": (0, 24 * 366),
}
SHORTEST_KEY = 32
CONFIG_FILE = "config.toml"


class ConfigError(ValueError):
    """A setting that cannot be used; the message names it and the cure."""


@dataclass(frozen=True)
class Config:
    """The settings of one installation, checked once.

    instance : folder of the installation, absolute
    values : every name of SETTINGS
    former : settings that were written in a word of a former version, with that word
    """

    instance: Path
    values: Mapping[str, Any] = field(repr=False)  # a key and perhaps a password: not for a log
    former: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.values["TIMEZONE"])

    @property
    def base_url(self) -> str:
        return str(self.values["BASE_URL"]).rstrip("/")

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes offered to residents, the default first."""
        return tuple(self.values["LANGUAGES"])

    @property
    def instrument(self) -> Instrument:
        """The questionnaire that links ask."""
        return instrument(self.values["INSTRUMENT"])

    @property
    def convention(self) -> Convention:
        """How this installation computes its index."""
        return convention(self.values["CONVENTION"], self.values["MINIMUM_ANSWERS"])

    @property
    def on_server(self) -> bool:
        """Whether DATABASE is the address of a server, not the name of a file."""
        return "://" in self.values["DATABASE"]

    @property
    def database(self) -> Path:
        """The database file, absolute; only for a DATABASE that is one."""
        return self.instance / str(self.values["DATABASE"])

    @property
    def backup_folder(self) -> Path:
        """Where backups go, absolute."""
        return self.instance / Path(self.values["BACKUP_FOLDER"]).expanduser()

    def require_secret(self) -> str:
        """The secret key, for commands that serve pages.

        Raises
        ------
        ConfigError
            When it is empty, short, or one that others can guess.
        """
        key = str(self.values["SECRET_KEY"])
        if len(key) < SHORTEST_KEY or len(set(key)) < 8:
            raise ConfigError(
                f"SECRET_KEY kosong, terlalu pendek, atau mudah ditebak. Isi di {CONFIG_FILE} dengan paling "
                f"sedikit {SHORTEST_KEY} karakter acak, misalnya hasil: "
                'python3 -c "import secrets; print(secrets.token_hex())"'
            )
        return key


def load(instance: Path, environ: Mapping[str, str] = os.environ, **overrides: Any) -> Config:
    """Read and check the settings of the installation in a folder.

    Defaults, then ``config.toml`` of the folder, then ``SKM_<NAME>`` of the environment, then overrides.

    Raises
    ------
    ConfigError
        For a name that is not a setting, or a value of the wrong kind or range.
    """
    instance = Path(instance).expanduser().absolute()
    defaults = {setting.name: setting.default for setting in SETTINGS}
    written = settings_in(instance / CONFIG_FILE)
    spoken = {name: environ[f"SKM_{name}"] for name in defaults if f"SKM_{name}" in environ}
    values = (
        defaults
        | {name: _typed(name, value, defaults, CONFIG_FILE) for name, value in written.items()}
        | {name: _from_text(name, text, defaults[name]) for name, text in spoken.items()}
        | {name: _typed(name, value, defaults, "pilihan") for name, value in overrides.items()}
    )
    former = {name: values[name] for name, words in FORMER_WORDS.items() if values[name] in words}
    values |= {name: word_of_now(name, word) for name, word in former.items()}
    _check(values)
    return Config(instance, values, former)


def word_of_now(name: str, word: str) -> str:
    """A value of a setting as it is called now, also where a former version's word was written."""
    return FORMER_WORDS.get(name, {}).get(word, word)


def settings_in(path: Path) -> dict[str, Any]:
    """A settings file as written; empty when there is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(
            f"{path.name} tidak dapat dibaca: {error}. Perbaiki atau pulihkan berkas itu."
        ) from error


def _typed(name: str, value: Any, defaults: Mapping[str, Any], source: str) -> Any:
    """A value that has the type of the setting's default."""
    if name not in defaults:
        close = get_close_matches(name.upper(), defaults, 1, 0.6)
        hint = f"Maksudnya {close[0]}?" if close else f"Yang ada: {', '.join(defaults)}."
        raise ConfigError(f"{source}: setelan '{name}' tidak dikenal. {hint}")
    default = defaults[name]
    if isinstance(default, list):
        if isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value):
            return list(value)
        raise ConfigError(f'{source}: {name} harus berupa daftar teks, misalnya ["id", "en"].')
    if type(value) is not type(default):
        kind = {bool: "true atau false", int: "bilangan bulat", str: "teks dalam tanda kutip"}[type(default)]
        raise ConfigError(f"{source}: {name} harus berupa {kind}, bukan {value!r}.")
    return value


def _from_text(name: str, text: str, default: Any) -> Any:
    """A value from an environment variable, read as the type of the default."""
    if isinstance(default, bool):
        word = text.strip().lower()
        if word in ("true", "1", "ya"):
            return True
        if word in ("false", "0", "tidak"):
            return False
        raise ConfigError(f"SKM_{name} harus true, false, 1 atau 0, bukan '{text}'.")
    if isinstance(default, int):
        if not text.strip().isascii() or not text.strip().isdigit():
            raise ConfigError(f"SKM_{name} harus bilangan bulat, bukan '{text}'.")
        return int(text)
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _check(values: Mapping[str, Any]) -> None:
    """Refuse values that cannot work, each with its cure."""
    _check_database(values["DATABASE"])
    _check_address(values["BASE_URL"])
    try:
        ZoneInfo(values["TIMEZONE"])
    except (OSError, ValueError, KeyError):
        raise ConfigError(
            f"TIMEZONE '{values['TIMEZONE']}' tidak dikenal. "
            "Pilih Asia/Jakarta, Asia/Makassar atau Asia/Jayapura."
        ) from None
    for name, known in CHOICES.items():
        if values[name] not in known:
            raise ConfigError(f"{name} '{values[name]}' tidak dikenal. Pilih {', '.join(known)}.")
    try:
        asked = instrument(values["INSTRUMENT"])
        items = len(asked.items)
        check_convention(asked, convention(values["CONVENTION"], values["MINIMUM_ANSWERS"]))
    except InstrumentError as error:
        raise ConfigError(f"INSTRUMENT: {error}") from None
    except ConventionError as error:
        raise ConfigError(f"CONVENTION: {error}") from None
    _check_languages(values["LANGUAGES"])
    for name, (low, high) in {"MINIMUM_ANSWERS": (0, items), **LIMITS}.items():
        if not low <= values[name] <= high:
            raise ConfigError(f"{name} harus dari {low} sampai {high}, bukan {values[name]}.")
    if values["IDLE_WIPE"] <= values["IDLE_WARNING"]:
        raise ConfigError("IDLE_WIPE harus lebih besar daripada IDLE_WARNING.")
    if not values["BACKUP_FOLDER"].strip() or "\0" in values["BACKUP_FOLDER"]:
        raise ConfigError("BACKUP_FOLDER kosong. Tulis nama folder, misalnya backup atau /media/cadangan.")
    _check_contact(values["SECURITY_CONTACT"])
    for host in values["TRUSTED_HOSTS"]:
        if "/" in host or host != host.strip() or not host:
            raise ConfigError(f"TRUSTED_HOSTS: '{host}' bukan nama host. Contoh: survei.contoh.go.id.")


def _check_contact(address: str) -> None:
    plain = address.isascii() and address.isprintable() and " " not in address
    if address and not (plain and address.startswith(("mailto:", "https://", "tel:"))):
        raise ConfigError(
            f"SECURITY_CONTACT '{address}' tidak dapat dipakai. Tulis misalnya mailto:keamanan@contoh.go.id atau https://…."
        )


def _check_languages(codes: list[str]) -> None:
    folder = resources.files("survey") / "web" / "words"
    known = sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".json"))
    if not codes:
        raise ConfigError("LANGUAGES kosong. Tulis paling sedikit satu bahasa, misalnya id.")
    for code in codes:
        if code not in known:
            raise ConfigError(f"LANGUAGES: bahasa '{code}' belum ada. Yang ada: {', '.join(known)}.")
    if len(set(codes)) < len(codes):
        raise ConfigError("LANGUAGES memuat bahasa yang sama dua kali.")


def _check_database(database: str) -> None:
    scheme, mark, _ = database.partition("://")
    if mark and scheme in ("postgresql", "postgres"):
        _check_server(database)
        return
    if mark or ":" in database or "\0" in database:
        shown = f"{scheme}://…" if mark else database  # an address may carry a password
        raise ConfigError(f"DATABASE '{shown}' tidak dikenal. Tulis nama berkas (skm.db) atau postgresql://…")
    if not database or Path(database).name in ("", ".", "..") or database.endswith("/"):
        raise ConfigError("DATABASE kosong. Tulis nama berkas, misalnya skm.db.")


def _check_server(address: str) -> None:
    """The address names a database: without one, PostgreSQL would take that of the user's name."""
    try:
        parts = urlsplit(address)
        named = bool(parts.path.strip("/")) or "dbname=" in parts.query
    except ValueError:
        named = False
    if not named or "\0" in address:
        raise ConfigError(
            "DATABASE: alamat PostgreSQL salah tulis atau tanpa nama pangkalan data. "
            "Contoh: postgresql://skm:kata-sandi@server.kantor/skm"
        )


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        good = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.path in ("", "/")
            and not (parts.query or parts.fragment or parts.username or parts.password)
            and (parts.port is None or parts.port > 0)
            and address.isascii()
            and not any(c.isspace() for c in address)
            and "?" not in address
            and "#" not in address
        )
    except ValueError:
        good = False
    if not good:
        raise ConfigError(
            f"BASE_URL '{address}' tidak dapat dipakai. Tulis alamat tanpa lintasan, misalnya https://survei.contoh.go.id."
        )
