"""The `skm` command as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from survey.commands.base import Here
from survey.domain.response import Response

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def skm(instance: Path, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., SimpleNamespace]:
    """Run a command on `instance` in this process: ``skm("link", "--format", "json")`` gives .code, .out, .err."""
    from survey.cli import main

    monkeypatch.setattr("survey.operations.installation.utc_now", clock)
    monkeypatch.setattr("os.nice", lambda by: by)  # the tests after this one are not to be slower

    def run(*arguments: str, input: str | None = None) -> SimpleNamespace:
        here = Here(instance)
        here.clock = clock
        result = CliRunner().invoke(main, list(arguments), obj=here, input=input, prog_name="skm")
        assert "Traceback" not in result.stderr
        return SimpleNamespace(
            code=result.exit_code, out=result.stdout, err=result.stderr, bytes=result.stdout_bytes
        )

    return run


@pytest.fixture
def skm_here(instance: Path, clock: Any) -> Any:
    """The installation as a command sees it, for tests of parts of a command."""
    here = Here(instance)
    here.clock = clock
    yield here
    here.close()


@pytest.fixture(scope="session")
def shell() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command in a process of its own, as a shell does."""

    def run(*arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments),
            cwd=cwd,
            env={**{k: v for k, v in os.environ.items() if not k.startswith("SKM_")}, **ENVIRON, **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


ENVIRON = {"PYTHONPATH": str(ROOT)}


def command(*arguments: str) -> list[str]:
    run = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"
    return [sys.executable, "-c", run, *arguments]


@pytest.fixture(scope="session")
def skm_command() -> Callable[..., list[str]]:
    """The words with which to start `skm` in another process (with ENVIRON of this file)."""
    return command


@pytest.fixture(scope="session")
def environ() -> dict[str, str]:
    return {**{k: v for k, v in os.environ.items() if not k.startswith("SKM_")}, **ENVIRON}


def make_response(number: int, answers: str = "343434343", **other: Any) -> Response:
    return Response(
        **{
            "id": str(UUID(int=number, version=4)),
            "unit": "dukcapil",
            "service": "ktp-el",
            "counter": "loket-1",
            "channel": "kiosk",
            "instrument": "skm-2017",
            "answers": answers,
            "received_at": datetime(2026, 8, 11, 16, 30, tzinfo=UTC),  # 12 August, 00.30 WITA
            "profile": {"jenis_kelamin": "P"},
            **other,
        }
    )


@pytest.fixture
def answered(place: Any, store: Any) -> list[Response]:
    kept = [
        make_response(1),
        make_response(
            2, "3-3333333", remark='=1+1;"kutip"\nbaris dua', channel="qr", counter="", profile=None
        ),
        make_response(
            3, service="akta-lahir", counter="", received_at=datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
        ),
    ]
    for each in kept:
        store.keep(each)
    return kept


@pytest.fixture
def response() -> Callable[..., Response]:
    """``response(number, answers, …)``: an answer at loket-1 of ktp-el in Triwulan III."""
    return make_response
