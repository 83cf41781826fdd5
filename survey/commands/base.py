"""What commands share: the installation they work on, mistakes in plain words, files written whole."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from survey.config import Config
from survey.operations import installation

if TYPE_CHECKING:
    from survey.domain.organisation import Unit
    from survey.domain.period import Period
    from survey.operations.backup import Bar
    from survey.store import Store
    from survey.store.protocols.organisation import OrganisationStore


Done = TypeVar("Done")


class Mistake(Exception):
    """What the user can put right; the message is one Indonesian sentence with the cure. Exit code 2."""


class Failed(Exception):
    """A check that did not hold; the message says which. Exit code 1."""


class Here:
    """The installation that a command works on; settings and store are opened when first used."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.clock: Callable[[], datetime] = installation.utc_now

    @property
    def folder(self) -> Path:
        return self._folder or installation.default_folder()

    def choose(self, folder: Path) -> None:
        self._folder = folder.expanduser().absolute()

    @cached_property
    def config(self) -> Config:
        return installation.load_config(self.folder)

    @cached_property
    def store(self) -> Store:
        return installation.open_store(self.config)

    def close(self) -> None:
        """Close what was opened; a second time does nothing."""
        store = self.__dict__.pop("store", None)
        if store is not None:
            store.close()


def act(here: Here, action: str, subject: str, work: Callable[[], Done]) -> Done:
    """Change something and write into the audit log that a command did: both are kept, or neither."""

    def both() -> Done:
        here.store.audit(here.clock(), "", action, subject)
        return work()

    return here.store.together(both)


def _choose(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Here).choose(value)


instance_option = click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    callback=_choose,
    expose_value=False,
    is_eager=True,
    help="Folder instalasi (juga: SKM_INSTANCE).",
)


def command(
    name: str, group: click.Group | None = None, **settings: Any
) -> Callable[[Callable[..., object]], click.Command]:
    """Like ``click.command``, with `--instance` accepted behind the command too."""

    def wrap(function: Callable[..., object]) -> click.Command:
        settings.setdefault("options_metavar", "[PILIHAN]")
        make = click.command if group is None else group.command
        return make(name, **settings)(instance_option(function))

    return wrap


def command_group(name: str, **settings: Any) -> Callable[[Callable[..., object]], click.Group]:
    """Like ``click.group``, with Indonesian words in its usage line."""
    return click.group(name, options_metavar="[PILIHAN]", subcommand_metavar="PERINTAH ...", **settings)


def unit_of(store: OrganisationStore, key: str) -> Unit:
    """The unit of that key.

    Raises
    ------
    Mistake
        Naming the units that exist.
    """
    unit = store.unit(key)
    if unit is None:
        known = ", ".join(u.key for u in store.units())
        hint = f"Yang ada: {known}." if known else "Belum ada satu pun; buat dengan 'skm unit add'."
        raise Mistake(f"Unit '{key}' tidak ditemukan. {hint}")
    return unit


def period_of(text: str) -> Period:
    """The period of that key.

    Raises
    ------
    Mistake
        With the forms of a key.
    """
    from survey.domain.period import Period

    try:
        return Period.parse(text)
    except ValueError as error:
        raise Mistake(str(error)) from None


WHYS = {
    errno.ENOENT: "folder itu tidak ada",
    errno.EEXIST: "sudah ada berkas dengan nama itu",
    errno.ENOTDIR: "itu berkas, bukan folder",
    errno.EACCES: "tidak diizinkan",
    errno.EPERM: "tidak diizinkan",
    errno.EROFS: "hanya dapat dibaca",
    errno.ENOSPC: "disk penuh",
    errno.ENAMETOOLONG: "namanya terlalu panjang",
}


def why(error: OSError) -> str:
    """What the system says, in Indonesian where it is usual."""
    return WHYS.get(error.errno or 0) or error.strerror or type(error).__name__


@contextlib.contextmanager
def whole_file(path: Path | str) -> Iterator[BinaryIO]:
    """A file that appears complete or not at all; ``-`` is standard output.

    A link is followed; a pipe or a device is written to as it is, never replaced.

    Raises
    ------
    Mistake
        When the folder is missing or may not be written; an older file stays as it was.
    """
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    path = Path(path).resolve()
    if path.is_dir():
        raise Mistake(f"{path} adalah folder; sebutkan nama berkasnya.")
    if path.exists() and not path.is_file():
        with path.open("wb") as special:
            yield special
        return
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise Mistake(
            f"Tidak dapat menulis di folder {path.parent} ({why(error)}). Pilih tempat lain."
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o666 & ~_umask())
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def progress(length: int, label: str) -> AbstractContextManager[Bar]:
    """A progress bar on a terminal, nothing on a pipe."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
