"""The samples in docs/deploy: they name what exists, and the programs they are for accept them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey import config, installation
from survey.cli import COMMANDS


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


@pytest.mark.parametrize("unit", ["skm.service", "skm-backup.service"])
def test_a_systemd_unit_runs_a_command_that_exists(samples, unit):
    text = (samples / unit).read_text()
    (name,) = re.findall(r"^ExecStart=\S+/skm (\w+)", text, re.MULTILINE)
    assert name in COMMANDS
    assert "SKM_INSTANCE=" in text


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
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/errors; events {{}} http {{ access_log off; {text} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    tried = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)
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
