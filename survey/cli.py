"""The `skm` command: which commands there are, and the one place where errors become sentences."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module, metadata
from typing import Any, NoReturn

import click

from survey.commands.base import Failed, Here, instance_option

CHECK_FAILED, USER_MISTAKE, UNEXPECTED, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 130, 141

# name -> (where it lives, one line for `skm --help`): so that help reads no module that it does not need
COMMANDS = {
    "init": ("operations.init:init", "Membuat instalasi: pangkalan data, kunci, organisasi."),
    "serve": ("operations.serve:serve", "Menjalankan server untuk warga dan meja kerja."),
    "calc": ("calc:calc", "Menghitung indeks dari berkas CSV/XLSX, tanpa pangkalan data."),
    "unit": ("organisation.places:unit", "Unit penyelenggara: daftar, tambah, ubah, nonaktif."),
    "service": ("organisation.places:service", "Layanan sebuah unit: daftar, tambah, ubah, nonaktif."),
    "counter": ("organisation.places:counter", "Loket sebuah unit: daftar, tambah, ubah, nonaktif."),
    "period": ("organisation.period:period", "Periode laporan: daftar, rentang bebas."),
    "user": ("organisation.user:user", "Pengguna meja kerja: daftar, undang, nonaktif."),
    "link": ("organisation.link:link", "Tautan survei: daftar, buat, cabut."),
    "sheet": ("organisation.sheet:sheet", "Lembar kode QR untuk dicetak (PDF)."),
    "report": ("report:report", "Laporan sebuah unit dan periode, atau semua unit."),
    "export": ("export:export", "Isian responden ke berkas CSV."),
    "retain": ("operations.retain:retain", "Menghapus saran dan jam isian lama; nilai dan rekap tetap."),
    "conflicts": (
        "operations.conflicts:conflicts",
        "Salinan dengan nomor sama dan jawaban lain, yang disisihkan.",
    ),
    "backup": ("operations.backup:backup", "Membuat cadangan yang diperiksa, juga selagi server berjalan."),
    "restore": ("operations.restore:restore", "Memulihkan cadangan ke tempat yang kosong."),
    "verify": ("operations.verify:verify", "Memeriksa semua isian dan menghitungnya ulang."),
    "doctor": ("operations.doctor:doctor", "Memeriksa instalasi dan menyebut perbaikannya."),
    "upgrade": ("operations.upgrade:upgrade", "Menerapkan perubahan skema pangkalan data."),
}


class PipeClosed(Exception):
    """The reader closed its end of the pipe."""


class Skm(click.Group):
    """Loads a command when it is called for, and ends every error in one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        place, line = COMMANDS[cmd_name]
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(f"survey.commands.{module}"), name)
        command.short_help = line  # for the completion of shells
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Perintah"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosed from error  # click itself would end with 1, which means a failed check here

    def main(self, *args: Any, standalone_mode: bool = True, **kwargs: Any) -> NoReturn:
        run: Any = super().main
        sys.exit(_guarded(lambda: run(*args, standalone_mode=False, **kwargs)))


def _guarded(run: Callable[[], object]) -> int:
    """Run to the end; the exit code, after saying on standard error what went wrong."""
    try:
        outcome = run()
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else 0
    except (BrokenPipeError, PipeClosed):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at exit
        return PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nDihentikan.", err=True)
        return INTERRUPTED
    except Failed as failed:
        click.echo(str(failed), err=True)
        return CHECK_FAILED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return USER_MISTAKE
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "skm"
        click.echo(f"{error.format_message()} Bantuan: {path} --help", err=True)
        return USER_MISTAKE
    except Exception as error:
        return _explain(error)


def _explain(error: Exception) -> int:
    if os.environ.get("SKM_DEBUG"):
        traceback.print_exc()
    sentence = _sentence(error)
    if sentence is not None:
        click.echo(sentence, err=True)
        return USER_MISTAKE
    kind = type(error).__name__
    click.echo(f"Terjadi kesalahan tak terduga ({kind}). Rinciannya: ulangi dengan SKM_DEBUG=1.", err=True)
    return UNEXPECTED


def _sentence(error: Exception) -> str | None:
    """What to tell a user about an error that is foreseen; None for one that is not."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "Disk penuh. Kosongkan disk, lalu ulangi."
    if isinstance(error, OSError) and error.strerror:
        subject = f"{error.filename}: " if error.filename else "Berkas "
        return f"{subject}tidak dapat dibaca atau ditulis ({error.strerror})."
    own = type(error).__module__.partition(".")[0] in ("calc", "survey")
    return str(error) if own and str(error) else None


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    try:
        click.echo(f"skm {metadata.version('skm-toolkit')}")
    except metadata.PackageNotFoundError:
        click.echo("skm (dijalankan dari folder sumber, belum dipasang)")
    ctx.exit()


@click.group(
    cls=Skm,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="[PILIHAN]",
    subcommand_metavar="PERINTAH ...",
)
@instance_option
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Menampilkan versi."
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Survei Kepuasan Masyarakat dan indeksnya (SKM/IKM).

    Instalasi dicari di folder --instance, lalu SKM_INSTANCE, lalu instance/ di folder sumber; bila dipasang
    dengan pip, instance/ di folder tempat perintah dijalankan.

    \b
    Contoh:
      skm init --name "Kabupaten Contoh"
      skm --instance /srv/skm serve --port 8080
      skm calc isian.csv
    """
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr)
    ctx.call_on_close(ctx.ensure_object(Here).close)
