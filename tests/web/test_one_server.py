"""One SQLite file is served by one process, however a second one is started; commands beside it go on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from survey.app import create_app
from survey.store import StoreBusy, StoreRefused

ROOT = Path(__file__).resolve().parent.parent.parent
SKM = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"
BUILD = "import sys; from survey import create_app; create_app(sys.argv[1]); print('melayani')"


def elsewhere(instance: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run something in a process of its own."""
    environ = {**os.environ, "SKM_INSTANCE": str(instance), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_second_application_in_another_process_is_refused_with_a_sentence(instance: Path) -> None:
    app = create_app(instance)
    second = elsewhere(instance, "-c", BUILD, str(instance))
    app.extensions["skm"].store.close()
    assert second.returncode != 0
    assert f"StoreRefused: Server untuk skm.db sudah berjalan (proses nomor {os.getpid()})" in second.stderr
    assert elsewhere(instance, "-c", BUILD, str(instance)).stdout == "melayani\n"


def test_skm_serve_beside_another_application_is_refused_with_one_line(instance: Path) -> None:
    app = create_app(instance)
    second = elsewhere(instance, "-c", SKM, "serve", "--port", "0")
    app.extensions["skm"].store.close()
    assert (second.returncode, second.stdout, second.stderr.count("\n")) == (2, "", 1)
    assert "sudah berjalan" in second.stderr and "Hentikan atau pakailah yang itu" in second.stderr


def test_two_applications_in_one_process_share_the_file(config: Any) -> None:
    """Tests and notebooks build several; the second does not lock the first one out."""
    first, second = create_app(config), create_app(config)
    assert first.test_client().get("/healthz/ready").status_code == 200
    assert second.test_client().get("/healthz/ready").status_code == 200
    for app in (first, second):
        app.extensions["skm"].store.close()


def test_a_refused_application_closes_what_it_opened(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey import app as app_module

    opened = []

    def refuse(config: Any, store: Any) -> None:
        opened.append(store)
        raise StoreRefused("sudah berjalan")

    monkeypatch.setattr(app_module.installation, "claim", refuse)
    with pytest.raises(StoreRefused, match="sudah berjalan"):
        create_app(config)
    with pytest.raises(StoreBusy, match="sudah ditutup"):
        opened[0].units()


def test_short_commands_beside_a_server_are_kept(instance: Path, live: Any) -> None:
    """A unit and a link made in the shell are served at once."""
    assert elsewhere(instance, "-c", SKM, "unit", "add", "rsud", "--name", "RSUD").returncode == 0
    assert live.store.unit("rsud").name == "RSUD"
