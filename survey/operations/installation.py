"""One installation on disk: where it is, opened for work."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey import config as settings
from survey.config import Config
from survey.system import lock

if TYPE_CHECKING:
    from survey.store import Adapter, Copier, Store

CONFIG_FILE = "config.toml"


class NoInstallation(Exception):
    """There is no installation in that folder; the message says how to make one."""


def utc_now() -> datetime:
    """The clock of every process that was not given another one."""
    return datetime.now(UTC)


def default_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the installation is when nobody says.

    ``SKM_INSTANCE``; else ``instance/`` of the checkout; else, for an installed toolkit, ``instance/`` of the current
    folder: never inside Python's own folders, which an upgrade replaces.
    """
    if given := environ.get("SKM_INSTANCE"):
        return Path(given).expanduser().absolute()
    checkout = Path(__file__).resolve().parents[2]
    is_checkout = (checkout / "setup.cfg").is_file() and (checkout / "templates").is_dir()
    return (checkout if is_checkout else Path.cwd()) / "instance"


def exists(folder: Path) -> bool:
    """Whether an installation is there: its settings file is written last."""
    return (folder / CONFIG_FILE).is_file()


def load_config(folder: Path, **overrides: Any) -> Config:
    """Settings of the installation in a folder.

    Raises
    ------
    NoInstallation
        When nothing is there; nothing is created.
    """
    if not exists(folder):
        raise NoInstallation(
            f"Belum ada instalasi di {folder}. Buat dengan 'skm init', atau pilih folder dengan --instance."
        )
    return settings.load(folder, **overrides)


def open_store(config: Config) -> Store:
    """The store of an installation, ready for work.

    Raises
    ------
    StoreRefused
        When the database is missing, damaged, foreign, older or newer than this version; it stays untouched.
    """
    return _adapter(config).open_store(config)


def create_store(config: Config) -> Store:
    """Make a new, empty database and open it."""
    return _adapter(config).create_store(config)


def discard_store(config: Config) -> None:
    """Take back the database that `create_store` has just made."""
    _adapter(config).discard_store(config)


def pending_steps(config: Config) -> list[str]:
    """Names of the schema steps that the database lacks."""
    return _adapter(config).pending_steps(config)


def upgrade(config: Config) -> list[str]:
    """Apply the schema steps that the database lacks; their names."""
    return _adapter(config).upgrade(config)


def look(config: Config) -> None:
    """Refuse a database file that was damaged since it was opened, as far as a quick look can tell."""
    if not config.on_server:
        from survey.store.sqlite import file as sqlite_file

        sqlite_file.look(config.database)


def is_complete(steps: set[str]) -> bool:
    """Whether a database with these schema steps is one of this version, neither older nor newer."""
    from survey.store import schema

    return not schema.pending(steps) and not schema.unknown(steps)


def copy_size(config: Config) -> int:
    """Bytes that a copy of the database takes, about."""
    return _copier(config).size_of(config)


def copy_database(config: Config, target: Path, done: Callable[[int], None]) -> None:
    """Copy one moment of the database, while others write to it, into an empty SQLite file of the same schema.

    Parameters
    ----------
    done : is told the bytes copied, again and again
    """
    _copier(config).copy(config, target, done)


def load_copy(config: Config, file: Path, done: Callable[[int], None]) -> None:
    """Put a checked, complete SQLite copy into the empty database of a server: all of it or nothing."""
    from survey.store.postgres import dump

    dump.load(config, file, done)


def _copier(config: Config) -> Copier:
    """The module of `survey.store` that copies from the address in DATABASE."""
    if config.on_server:
        from survey.store.postgres import dump

        return dump
    from survey.store.sqlite import copy

    return copy


def one_process(config: Config) -> bool:
    """Whether only one process may serve this installation's database."""
    return _adapter(config).ONE_PROCESS


def server_lock(config: Config) -> Path:
    """The lock for work that must not run beside a server of this installation."""
    return config.instance / lock.SERVER if config.on_server else lock.server_of(config.database)


def _adapter(config: Config) -> Adapter:
    """The module of `survey.store` for the address in DATABASE; late, so that commands without data start fast."""
    if not config.on_server:
        from survey.store.sqlite import store as sqlite

        return sqlite
    try:
        from survey.store.postgres import store as postgres
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("psycopg"):
            raise
        from survey.store import StoreRefused

        raise StoreRefused(
            "DATABASE menunjuk PostgreSQL, tetapi pustakanya belum terpasang. "
            "Jalankan: pip install 'psycopg[binary]' psycopg-pool"
        ) from None
    return postgres
