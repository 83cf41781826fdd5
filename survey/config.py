"""Settings: a name, a default and one sentence each; from instance/config.toml, then SKM_* variables."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo


class Setting(NamedTuple):
    name: str
    default: Any
    help: str


SETTINGS = (
    Setting("DATABASE", "skm.db", "file name inside the instance folder, or postgresql://…"),
    Setting("SECRET_KEY", "", "signs cookies; made by `skm init`, at least 32 characters"),
    Setting("BASE_URL", "http://127.0.0.1:8000", "address that QR codes and printed links carry"),
    Setting("TIMEZONE", "Asia/Makassar", "zone of the office: Asia/Jakarta, Asia/Makassar or Asia/Jayapura"),
    Setting("PERIOD", "triwulan", "rhythm of the survey: bulan, triwulan, semester or tahun"),
    Setting("INSTRUMENT", "skm-2017", "questionnaire that links ask"),
    Setting("CONVENTION", "exact", "how the index is computed and rounded; see `skm calc --help`"),
    Setting("LANGUAGES", ["id", "id-mudah", "en"], "languages offered to residents, first is the default"),
    Setting("PROFILE", True, "ask the voluntary questions about the respondent"),
    Setting("IDLE_WARNING", 20, "seconds without touch until the tablet warns"),
    Setting("IDLE_WIPE", 30, "seconds without touch until the tablet wipes the form"),
    Setting("MAX_BODY", 65536, "largest submission in bytes"),
    Setting("TRUSTED_HOSTS", [], "host names this server answers to; empty: any (local use only)"),
    Setting("PROXIES", 0, "number of reverse proxies in front whose headers are believed"),
)


class ConfigError(ValueError):
    """A setting that cannot be used; the message names it and the cure."""


@dataclass(frozen=True)
class Config:
    """The settings of one installation, checked once.

    instance : folder of the installation, absolute
    values : every name of SETTINGS
    """

    instance: Path
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.values["TIMEZONE"])

    @property
    def base_url(self) -> str:
        return str(self.values["BASE_URL"]).rstrip("/")


def load(instance: Path, environ: Mapping[str, str] = os.environ, **overrides: Any) -> Config:
    """Read and check the settings of the installation in a folder.

    Raises
    ------
    ConfigError
        For a name that is not a setting, or a value of the wrong kind or range.
    """
    raise NotImplementedError  # H2


_ = (tomllib,)
