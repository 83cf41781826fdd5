"""The samples in docs/deploy: they name what exists, and the programs they are for accept them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey import config
from survey.cli import COMMANDS
from survey.operations import installation, server


@pytest.fixture
def samples(root: Path) -> Path:
    return root / "docs" / "deploy"


def settings_for_gunicorn(samples: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> SimpleNamespace:
    """What gunicorn would read from the sample."""
    loaded = SimpleNamespace(on_server=settings.get("DATABASE", "").startswith("postgresql:"))
    monkeypatch.setattr(installation, "load_config", lambda folder: loaded)
    monkeypatch.setattr(installation, "one_process", lambda read: not read.on_server)
    names: dict[str, Any] = {}
    exec(compile((samples / "gunicorn.conf.py").read_text(), "gunicorn.conf.py", "exec"), names)
    return SimpleNamespace(**{k: v for k, v in names.items() if not k.startswith("__")})


def test_gunicorn_gets_one_process_for_a_file_and_several_for_a_server(samples, monkeypatch):
    assert settings_for_gunicorn(samples, monkeypatch).workers == 1
    server = settings_for_gunicorn(samples, monkeypatch, DATABASE="postgresql://server/skm")
    assert server.workers >= 2
    assert server.preload_app is False


def test_gunicorn_is_given_no_name_of_its_own_by_accident(samples, monkeypatch):
    """A variable called `config` would be taken for gunicorn's setting, and printed with all it holds."""
    read = settings_for_gunicorn(samples, monkeypatch)
    assert not hasattr(read, "config")


def test_a_printed_configuration_tells_neither_key_nor_password(tmp_path):
    shown = repr(
        config.load(tmp_path, {}, SECRET_KEY="k" * 40, DATABASE="postgresql://skm:rahasia@server/skm")
    )
    assert "kkkk" not in shown
    assert "rahasia" not in shown


@contextmanager
def gunicorn(samples: Path, instance: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn itself with the sample, on a port of its own; its words go to the log."""
    if importlib.util.find_spec("gunicorn") is None:
        pytest.skip("gunicorn is not installed (pip install gunicorn)")
    options = ("--config", samples / "gunicorn.conf.py", "--bind", "127.0.0.1:0")
    known = os.pathsep.join([str(samples.parent.parent), os.environ.get("PYTHONPATH", "")])
    environ = {**os.environ, "SKM_INSTANCE": str(instance), "PYTHONPATH": known}
    command = [sys.executable, "-m", "gunicorn", *options, "survey.app:create_app()"]
    with log.open("wb") as words, subprocess.Popen(command, stderr=words, env=environ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def until(seen: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 30
    while not (found := seen()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def begin(port: int, length: int) -> socket.socket:
    """A submission of which nothing but the head has come."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = (
        f"POST /s/TIDAKADA HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nConnection: close\r\n"
    )
    connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode())
    return connection


def status(connection: socket.socket) -> int:
    with connection:
        return int(connection.recv(200).split()[1])


def test_gunicorn_reloads_the_one_process_of_a_file_after_a_request_under_way(samples, instance, tmp_path):
    """The new process is started before the old one ends, and must not be refused for that."""
    log = tmp_path / "log"
    with gunicorn(samples, instance, log) as process:
        port = int(until(lambda: re.search(r"Listening at: http://127.0.0.1:(\d+)", log.read_text()))[1])
        slow = begin(port, 3)
        holder = instance / "serve.lock"
        first = until(lambda: holder.exists() and holder.read_text().strip())
        with begin(port, 0) as ready:
            assert ready.recv(200).split()[1] == b"404"
        process.send_signal(signal.SIGHUP)
        until(lambda: log.read_text().count("Booting worker") == 2)
        time.sleep(3)  # long enough for the new one to ask for the file
        slow.sendall(b"a=1")
        assert status(slow) == 404
        until(lambda: holder.read_text().strip() != first or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        assert status(begin(port, 0)) == 404


@pytest.mark.parametrize("unit", ["skm.service", "skm-backup.service"])
def test_a_systemd_unit_runs_a_command_that_exists(samples, unit):
    text = (samples / unit).read_text()
    (name,) = re.findall(r"^ExecStart=\S+/skm (\w+)", text, re.MULTILINE)
    assert name in COMMANDS
    assert "SKM_INSTANCE=" in text


def test_systemd_accepts_its_samples(samples, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    units = [tmp_path / name for name in ("skm.service", "skm-backup.service", "skm-backup.timer")]
    for unit in units:
        unit.write_text((samples / unit.name).read_text().replace("/srv/skm-venv/bin/skm", sys.executable))
    tried = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert str(tmp_path) not in tried.stderr  # it ends with 0 even when it ignored a line
    assert tried.returncode == 0, tried.stderr


def test_the_task_for_windows_runs_a_command_that_exists(samples):
    text = (samples / "windows.ps1").read_text()
    (name,) = re.findall(r'-Argument "--instance \$data (\w+)', text)
    assert name in COMMANDS
    assert "ExecutionTimeLimit         = [TimeSpan]::Zero" in text


@pytest.mark.parametrize(
    ("sample", "limit"), [("Caddyfile", r"max_size (\d+)MiB"), ("nginx.conf", r"body_size (\d+)m;")]
)
def test_a_proxy_lets_through_what_the_toolkit_refuses_in_words(samples, sample, limit):
    (megabytes,) = re.findall(limit, (samples / sample).read_text())
    assert int(megabytes) * 1024 * 1024 == server.LARGEST_BODY


@pytest.mark.parametrize("sample", ["Caddyfile", "nginx.conf"])
def test_a_proxy_sample_names_settings_that_exist(samples, sample):
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", (samples / sample).read_text().partition("{")[0]))
    known = {setting.name for setting in config.SETTINGS}
    assert {"TRUSTED_HOSTS", "BASE_URL", "PROXIES"} <= named & known


def test_nginx_accepts_its_sample(samples, tmp_path):
    if not shutil.which("nginx") or not shutil.which("openssl"):
        pytest.skip("nginx and openssl are not both installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=skm.example.go.id"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    text = (samples / "nginx.conf").read_text()
    text = text.replace("/etc/ssl/skm/fullchain.pem", str(certificate))
    text = text.replace("/etc/ssl/skm/privkey.pem", str(key))
    text = text.replace("listen 80;", "listen 127.0.0.1:18980;").replace(
        "listen 443 ", "listen 127.0.0.1:18943 "
    )
    folders = " ".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"pid {tmp_path}/pid; events {{}} http {{ {folders} {text} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    asked = ["nginx", "-t", "-e", tmp_path / "errors", "-c", tmp_path / "nginx.conf"]
    tried = subprocess.run(asked, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr


def test_caddy_accepts_its_sample(samples, tmp_path):
    if not shutil.which("caddy"):
        pytest.skip("caddy is not installed")
    tried = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", samples / "Caddyfile"],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert tried.returncode == 0, tried.stderr
