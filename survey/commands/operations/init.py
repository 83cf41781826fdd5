"""skm init: a new installation, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from survey.commands.base import Here, Mistake, command
from survey.commands.organisation.common import checked_name
from survey.config import Config
from survey.domain import account
from survey.domain.organisation import Organisation
from survey.operations import installation
from survey.settings import SETTINGS
from survey.store import Store
from survey.system.disk import fsync_and_rename
from survey.system.lock import Locked, only_one

NAME = "Instansi Contoh"
DEMO_NAME = "Kabupaten Contoh"
LOCK_FILE = "init.lock"
DRAFT = ".skm-init-"  # nobody else has such folders: what is left of them is removed

HEAD = """\
# Setelan instalasi ini. Baris bertanda # memakai nilai bawaan; hapus tandanya untuk mengubah.
# Setiap setelan juga dapat diberikan sebagai variabel SKM_<NAMA>, yang menang atas berkas ini.
"""


@command("init")
@click.option("--demo", is_flag=True, help="Dengan unit, layanan dan isian rekaan dari 'Kabupaten Contoh'.")
@click.option("--name", help=f"Nama instansi, misalnya '{DEMO_NAME}'.")
@click.option("--government", help="Baris kop di atas laporan; bawaan: 'PEMERINTAH <NAMA>'.")
@click.option("--base-url", help="Alamat yang dibawa kode QR, misalnya https://skm.contoh.go.id.")
@click.option("--timezone", help="Asia/Jakarta, Asia/Makassar (bawaan) atau Asia/Jayapura.")
@click.pass_obj
def init(
    here: Here,
    demo: bool,
    name: str | None,
    government: str | None,
    base_url: str | None,
    timezone: str | None,
) -> None:
    """Membuat instalasi: pangkalan data, kunci, organisasi.

    Mencetak kode sekali pakai untuk masuk pertama kali; tidak ada kata sandi bawaan. Instalasi yang sudah ada
    tidak pernah ditimpa.

    \b
    Contoh:
      skm init --name "Kabupaten Contoh" --base-url https://skm.contoh.go.id
      skm --instance /srv/skm init --demo
    """
    name = (name if name is not None else DEMO_NAME if demo else NAME).strip()
    if not name:
        raise Mistake("Nama instansi kosong. Sebutkan dengan --name.")
    organisation = Organisation(checked_name(name), checked_name(government or f"PEMERINTAH {name.upper()}"))
    name = organisation.name
    settings = {"BASE_URL": base_url, "TIMEZONE": timezone}
    chosen = {key: value for key, value in settings.items() if value is not None}
    code = create(here.folder, organisation, here.clock(), settings=chosen, fill=_demo if demo else None)
    click.echo(f"Instalasi '{name}' siap di {here.folder}")
    click.echo(welcome(here.config.base_url, code))
    if not demo:
        click.echo('Berikutnya: skm unit add KUNCI --name "Nama unit", lalu skm serve')


def welcome(base_url: str, code: str) -> str:
    """Where to use a first-login code."""
    return f"Masuk pertama kali: {first_login(base_url, code)}\nKode sekali pakai : {code} (berlaku 7 hari)"


def first_login(base_url: str, code: str) -> str:
    """The page that takes the code, with the code filled in."""
    return f"{base_url}{account.CODE_PATH}?kode={code}"


def create(
    folder: Path,
    organisation: Organisation,
    now: datetime,
    *,
    settings: Mapping[str, Any] | None = None,
    fill: Callable[[Store, Config, datetime], None] | None = None,
) -> str:
    """Make an installation in a folder and return the one-time code of its first login.

    Parameters
    ----------
    settings : values for the settings file; the others stay at their defaults
    fill : puts more into the new store before the installation becomes visible

    Raises
    ------
    Mistake
        When something is there already, or the folder cannot be made.
    ConfigError
        For a setting that cannot be used. In every case nothing is left behind.
    """
    with draft_folder(folder) as draft:
        file = draft / installation.CONFIG_FILE
        file.touch(mode=0o600)
        values = {"SECRET_KEY": secrets.token_hex(32), **where_data_is(), **(settings or {})}
        file.write_text(settings_file(values), encoding="utf-8")
        config = installation.load_config(draft)
        store = installation.create_store(config)
        try:
            with contextlib.closing(store):
                code, invitation = account.invite("admin", (), now)

                def begin() -> None:
                    store.save_organisation(organisation)
                    store.add_invitation(invitation)
                    store.audit(now, "", "init", organisation.name)

                store.together(begin)
                if fill is not None:
                    fill(store, config, now)
        except BaseException:
            installation.discard_store(config)
            raise
    return code


def where_data_is() -> dict[str, str]:
    """An address given as SKM_DATABASE is written down: without it the next command would look for a file."""
    return {"DATABASE": os.environ["SKM_DATABASE"]} if os.environ.get("SKM_DATABASE") else {}


def settings_file(values: Mapping[str, Any]) -> str:
    """The text of config.toml: every setting with its comment, those not given commented out."""
    lines = [HEAD]
    for setting in SETTINGS:
        given = setting.name in values
        value = json.dumps(values.get(setting.name, setting.default), ensure_ascii=False)  # JSON is TOML here
        lines.append(f"# {setting.comment}\n{'' if given else '# '}{setting.name} = {value}\n")
    return "\n".join(lines)


def _demo(store: Store, config: Config, now: datetime) -> None:
    from survey.demo import load

    load(store, config, now)


@contextlib.contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder to build in; on success its files move into place, the settings file last.

    Raises
    ------
    Mistake
        When something is there already, or the folder cannot be made; nothing is left behind.
    """
    made = _make_folder(folder)
    try:
        _refuse_occupied(folder)
        with only_one(folder / LOCK_FILE):
            try:
                _refuse_occupied(folder)  # another `init` may just have finished
                for left in folder.glob(f"{DRAFT}*"):  # by a process that was killed
                    shutil.rmtree(left)
                with tempfile.TemporaryDirectory(dir=folder, prefix=DRAFT) as draft:
                    yield Path(draft)
                    for file in sorted(
                        Path(draft).iterdir(), key=lambda f: f.name == installation.CONFIG_FILE
                    ):
                        fsync_and_rename(file, folder / file.name)
                os.chmod(folder, 0o700)
                made = False
            finally:
                (folder / LOCK_FILE).unlink(missing_ok=True)
    except Locked:
        made = False  # another process holds the lock and builds in it
        raise Mistake(
            f"Instalasi di {folder} sedang dibuat oleh perintah lain. Tunggu sampai selesai."
        ) from None
    finally:
        if made:
            shutil.rmtree(folder, ignore_errors=True)


def _make_folder(folder: Path) -> bool:
    """Make the folder, for its owner only; False when it was there."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise Mistake(f"Folder {folder} tidak dapat dibuat: ada berkas di jalannya.") from None
        return False
    except OSError as error:
        raise Mistake(f"Folder {folder} tidak dapat dibuat ({error.strerror}). Pilih tempat lain.") from None
    return True


def _refuse_occupied(folder: Path) -> None:
    if installation.exists(folder):
        raise Mistake(
            f"Sudah ada instalasi di {folder}; tidak ada yang diubah. Pilih folder lain dengan --instance."
        )
    others = sorted(f.name for f in folder.iterdir() if not f.name.startswith(".") and f.name != LOCK_FILE)
    if others:
        raise Mistake(f"Folder {folder} tidak kosong ({others[0]}). Pilih folder baru dengan --instance.")
