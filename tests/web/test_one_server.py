"""One SQLite file is served by one process, however a second one is started; commands beside it go on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from survey import serving
from survey.app import create_app
from survey.jobs.worker import Worker
from survey.store import StoreRefused
from survey.system import lock

ROOT = Path(__file__).resolve().parent.parent.parent
SKM = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"
BUILD = "import sys; from survey import create_app; create_app(sys.argv[1]); print('dibuat')"
ASK = """
import sys; from survey import create_app
print(create_app(sys.argv[1]).test_client().get('/healthz/ready').status_code)
"""


def elsewhere(instance: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run something in a process of its own."""
    environ = {**os.environ, "SKM_INSTANCE": str(instance), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def lock_is_free(instance: Path) -> bool:
    try:
        with lock.only_one(instance / lock.SERVER):
            return True
    except lock.Locked:
        return False


def test_building_an_application_holds_nothing_and_starts_nothing(instance: Path, monkeypatch: Any) -> None:
    """Also beside a server that runs: whoever only builds it (a command, a worker in waiting) is in nobody's way."""
    woken: list[object] = []
    monkeypatch.setattr(Worker, "wake", lambda worker: woken.append(worker))
    app = create_app(instance)
    assert lock_is_free(instance)
    assert woken == []
    assert app.test_client().get("/healthz/ready").status_code == 200
    assert not lock_is_free(instance)
    assert len(woken) == 1
    assert elsewhere(instance, "-c", BUILD, str(instance)).stdout == "dibuat\n"
    app.extensions["skm"].store.close()


def test_a_second_application_in_another_process_serves_nobody_and_says_why(instance: Path) -> None:
    app = create_app(instance)
    assert app.test_client().get("/healthz/ready").status_code == 200
    second = elsewhere(instance, "-c", ASK, str(instance))
    app.extensions["skm"].store.close()
    assert second.stdout == "503\n"
    assert f"Server untuk skm.db sudah berjalan (proses nomor {os.getpid()})" in second.stderr
    assert elsewhere(instance, "-c", ASK, str(instance)).stdout == "200\n"


def test_who_begins_to_serve_by_name_is_refused_at_once(instance: Path) -> None:
    app = create_app(instance)
    serving.begin(app)
    begin = f"{BUILD}; from survey import serving; serving.begin(create_app(sys.argv[1]))"
    second = elsewhere(instance, "-c", begin, str(instance))
    app.extensions["skm"].store.close()
    assert second.returncode != 0
    assert f"StoreRefused: Server untuk skm.db sudah berjalan (proses nomor {os.getpid()})" in second.stderr


def test_a_refused_application_serves_once_the_other_has_ended(
    config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise StoreRefused("sudah berjalan")

    app = create_app(config)
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["skm"].store, "claim", refuse)
        refused = app.test_client().get("/hasil")
        assert refused.status_code == 503
        assert "Server lain sudah melayani data ini" in refused.text
    assert app.test_client().get("/hasil").status_code == 200
    app.extensions["skm"].store.close()


def test_a_claim_that_is_given_up_while_another_is_made_holds_nobody_up(
    tmp_path: Path, monkeypatch: Any
) -> None:
    """Python clears away a forgotten store whenever it likes, also between two lines of another claim."""
    old, opened = lock.Claim(tmp_path / "old"), lock._open

    def cleared(path: Path) -> int:
        old.release()
        return opened(path)

    monkeypatch.setattr(lock, "_open", cleared)
    made: list[lock.Claim] = []
    thread = threading.Thread(target=lambda: made.append(lock.Claim(tmp_path / "new")), daemon=True)
    thread.start()
    thread.join(20)
    assert len(made) == 1
    with lock.only_one(tmp_path / "old"):
        pass
    made[0].release()


def test_skm_serve_beside_another_application_is_refused_with_one_line(instance: Path) -> None:
    app = create_app(instance)
    serving.begin(app)
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


def test_short_commands_beside_a_server_are_kept(instance: Path, live: Any) -> None:
    """A unit and a link made in the shell are served at once."""
    assert elsewhere(instance, "-c", SKM, "unit", "add", "rsud", "--name", "RSUD").returncode == 0
    assert live.store.unit("rsud").name == "RSUD"
