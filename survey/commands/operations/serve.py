"""skm serve: one process for residents and the desk, which stops without losing anybody's answer."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from survey import serving
from survey.commands.base import Here, Mistake, act, command, whole_file
from survey.commands.operations.init import first_login
from survey.domain import account
from survey.domain.organisation import Link
from survey.jobs.schedule import BackupSchedule
from survey.operations import installation
from survey.operations.server import Server
from survey.system import request_log

LOOPBACK = ("127.0.0.1", "localhost")


@command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat; 0.0.0.0 untuk jaringan kantor.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Porta; 0: pilih sendiri."
)
@click.option(
    "--welcome",
    is_flag=True,
    help="Untuk yang baru mencoba: menulis laporan contoh, dan selama belum ada akun mencetak kode masuk.",
)
@click.pass_obj
def serve(here: Here, host: str, port: int, welcome: bool) -> None:
    """Menjalankan server untuk warga dan meja kerja, sampai Ctrl-C, SIGTERM atau terminalnya ditutup.

    Mencatat satu baris JSON per permintaan ke keluaran galat: halaman, status, lama; tanpa isian dan tanpa
    alamat jaringan.

    \b
    Contoh:
      skm serve
      skm serve --host 0.0.0.0 --port 8080
    """
    from survey.app import create_app

    here.store.claim()
    with _listen(host, port) as listener:
        _follow_port(here, listener)
        app = create_app(here.config, store=here.store)
        serving.begin(app)
        server = Server(app, listener)
        request_log.to_stream(sys.stderr)
        _stop_on_signals(server)
        _announce(here, listener, welcome)
        worker = app.extensions["skm_jobs"]
        backups = BackupSchedule(
            here.config, worker, "survey.commands.operations.backup:make_in_process"
        ).start()
        server.run()
        backups.stop()
        worker.stop()
        here.close()
    click.echo("Server berhenti dengan baik.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except PermissionError:
        raise Mistake(f"Porta {port} hanya boleh dipakai root. Pilih yang lain, misalnya 8000.") from None
    except OSError as error:
        reason = "sudah dipakai program lain" if error.errno == errno.EADDRINUSE else error.strerror
        raise Mistake(
            f"Porta {port} di {host} tidak dapat dipakai ({reason}). Pilih --port lain, atau periksa --host."
        ) from None


def _follow_port(here: Here, listener: socket.socket) -> None:
    """Addresses of this very machine carry the port that is really used."""
    address = urlsplit(here.config.base_url)
    port = listener.getsockname()[1]
    if address.hostname in LOOPBACK and address.scheme == "http" and (address.port or 80) != port:
        here.config = installation.load_config(here.folder, BASE_URL=f"http://{address.hostname}:{port}")


def _stop_on_signals(server: Server) -> None:
    def stop(number: int, frame: object) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_DFL)  # a second one ends it at once
        server.drain()

    hangup = getattr(signal, "SIGHUP", None)  # the terminal is closed; Windows has none, and nohup ignores it
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        numbers.append(hangup)
    for each in numbers:
        signal.signal(each, stop)


def _announce(here: Here, listener: socket.socket, welcome: bool) -> None:
    """Where it listens and which addresses lead where, in plain words."""
    host, port = listener.getsockname()[:2]
    links = {x.kind: f"{here.config.base_url}/s/{x.code}" for x in reversed(_open_links(here))}
    lines = [
        ("Mendengarkan di", f"{host} porta {port}; Ctrl-C menghentikan"),
        ("Kios (tablet)", links.get("kiosk", "belum ada tautan")),
        ("Ponsel warga", links.get("qr", "belum ada tautan")),
        ("Hasil untuk umum", f"{here.config.base_url}/hasil"),
        ("Meja kerja", f"{here.config.base_url}/meja/"),
    ]
    if welcome:
        lines += _welcome(here)
    for label, words in lines:
        click.echo(f"{label:<17}: {words}")
    sys.stdout.flush()


def _open_links(here: Here) -> list[Link]:
    active = {unit.key for unit in here.store.units() if unit.active}
    return [x for x in here.store.links() if x.revoked_at is None and x.unit in active]


def _welcome(here: Here) -> list[tuple[str, str]]:
    """A first login while there is no account, and a report of the first unit that has answers."""
    report = sample_report(here)
    return first_login_lines(here) + ([("Laporan contoh", str(report))] if report is not None else [])


def first_login_lines(here: Here) -> list[tuple[str, str]]:
    """A fresh one-time code for the first administrator; nothing once there is an account."""
    if here.store.accounts():
        return []
    code, invitation = account.invite("admin", (), here.clock())
    act(here, "serve", "kode sekali pakai", lambda: here.store.add_invitation(invitation))
    return [("Masuk pertama", first_login(here.config.base_url, code)), ("Kode sekali pakai", code)]


def sample_report(here: Here) -> Path | None:
    """Write the summary of the last finished period (else the open one) of the first unit with answers."""
    from survey.commands.report import Paper, write
    from survey.services.results import periods_of
    from survey.services.scope import Scope

    summary = Paper("summary", "pdf", "A4", here.config["REPORT_TEMPLATE"], None)
    for unit in here.store.units():
        if here.store.newest(unit.key) is None:
            continue
        now = here.clock()
        offered = periods_of(here.store, here.config, unit, now)
        period = offered[1] if len(offered) > 1 else offered[0]
        path = here.config.instance / f"laporan-{unit.key}-{period.key}.pdf"
        with whole_file(path) as file:
            file.write(write(Scope(here.store, here.config, unit, period, now), summary))
        return path
    return None
