"""Disks that fail, fill up or turn read-only: 503 while it lasts, nothing half kept, and back without a restart."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.bad_disk import BadDisk, compiled
from tests.faults.judge import judge
from tests.faults.residents import CODES, Crowd, Ledger, Line, crowd
from tests.faults.site import Site

JOURNALS = {"wal": (), "rollback": ("rollback-journal",)}
MORTAL = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override")  # root may write everything
PAGES = (f"/s/{CODES[0]}", "/hasil", "/meja/masuk", "/healthz/live")  # what does not write


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("bad-disk"))


@pytest.fixture
def bad_disk(library: Path, tmp_path: Path) -> BadDisk:
    return BadDisk(library, tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Eight megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def wait_until_refused(residents: Crowd, times: int = 10) -> None:
    until = time.monotonic() + 60
    while residents.ledger.replies[503] < times and not residents.ledger.wrong:
        assert time.monotonic() < until, residents.ledger.replies
        time.sleep(0.01)


def wait_until_taken(residents: Crowd) -> float:
    """Seconds until the next receipt."""
    there, began = len(residents.ledger.acknowledged), time.monotonic()
    residents.wait_for(there + 1, patience=30)
    return time.monotonic() - began


def unreadable(port: int) -> list[str]:
    """Pages that do not come although they only read."""
    with contextlib.closing(Line(port)) as line:
        return [
            f"{page}: {reply.status}"
            for page in PAGES
            if (reply := line.get(page, Accept="text/html")).status != 200
        ]


def fill_up_to(ballast: Path, left: int) -> None:
    """Leave so much room, or less if somebody else was faster."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while (room := os.statvfs(ballast)).f_bavail * room.f_frsize > left:
            file.write(bytes(65536))


def fill_the_disk(site: Site, folder: Path, changes: tuple[str, ...] = ()) -> tuple[Any, float, list[str]]:
    """Post until nothing fits any more, read, make room: verdict, seconds to recover, pages that failed."""
    server = site.serve(changes=changes)
    ballast = folder / "ballast"
    with crowd(site.port, devices=4, remark="Pelayanan baik sekali. " * 80) as residents:
        residents.wait_for(20)
        fill_up_to(ballast, 700_000)
        wait_until_refused(residents)
        closed = unreadable(site.port)
        ballast.unlink()
        seconds = wait_until_taken(residents) if not residents.ledger.wrong else 0.0
        ledger = residents.finish() if not residents.ledger.wrong else residents.leave()
    server.kill()
    return judge(site, ledger), seconds, closed


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_full_disk_says_503_and_takes_ratings_again_once_there_is_room(
    new_site: Callable[..., Site], small_disk: Path, journal: str, figures: Any
) -> None:
    site = new_site(small_disk / "instance", changes=JOURNALS[journal])
    verdict, seconds, closed = fill_the_disk(site, small_disk)
    figures(**verdict.figures, recovery=f"{seconds:.1f}")
    assert (verdict.faults, closed) == ({}, [])


def test_a_blind_rollback_on_a_full_disk_is_seen(new_site: Callable[..., Site], small_disk: Path) -> None:
    site = new_site(small_disk / "instance")
    verdict, _, _ = fill_the_disk(site, small_disk, changes=("blind-rollback",))
    assert verdict.refused and verdict.refused[0].startswith("500")


FAILURES = {
    "sync": {"sync": errno.EIO, "percent": 20},
    "write": {"write": errno.EIO, "percent": 3},
    "space": {"write": errno.ENOSPC, "percent": 3},
}
FAILING = [("sync", "wal"), ("sync", "rollback"), ("write", "wal"), ("write", "rollback"), ("space", "wal")]


def fail_now_and_then(
    site: Site, disk: BadDisk, failure: str, receipts: int, changes: tuple[str, ...] = ()
) -> Any:
    server = site.serve(env=disk.env, changes=changes)
    disk.fail(**FAILURES[failure])
    with crowd(site.port, devices=8) as residents:
        while disk.failed < 10:
            residents.wait_for(len(residents.ledger.acknowledged) + receipts)
        disk.heal()
        ledger = residents.finish()
    server.kill()
    return judge(site, ledger)


@pytest.mark.parametrize(("failure", "journal"), FAILING)
def test_what_a_failing_disk_acknowledged_is_there(
    new_site: Callable[..., Site], bad_disk: BadDisk, journal: str, failure: str, long: bool, figures: Any
) -> None:
    site = new_site(changes=JOURNALS[journal])
    verdict = fail_now_and_then(site, bad_disk, failure, 1000 if long else 80)
    figures(**verdict.figures, failures=bad_disk.failed)
    assert verdict.faults == {}
    assert verdict.stored == verdict.acknowledged


def test_a_server_that_ignores_failed_commits_is_seen(
    new_site: Callable[..., Site], bad_disk: BadDisk
) -> None:
    verdict = fail_now_and_then(new_site(), bad_disk, "sync", 80, changes=("failed-commit-ignored",))
    assert verdict.lost


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_disk_that_turns_read_only_is_read_and_takes_ratings_again_afterwards(
    new_site: Callable[..., Site], bad_disk: BadDisk, journal: str, figures: Any
) -> None:
    """As a kernel does that remounts a broken file system read-only: every write fails, also through open files."""
    site = new_site(changes=JOURNALS[journal])
    server = site.serve(env=bad_disk.env)
    with crowd(site.port, devices=4) as residents:
        residents.wait_for(20)
        bad_disk.fail(write=errno.EROFS, sync=errno.EROFS)
        wait_until_refused(residents)
        # a transaction cut in the middle must be rolled back before anybody may read, and that is a write
        cut = site.database.with_name("skm.db-journal").exists()
        closed = [] if cut else unreadable(site.port)
        bad_disk.heal()
        seconds = wait_until_taken(residents)
        ledger = residents.finish()
    assert server.stop() == 0
    verdict = judge(site, ledger)
    figures(**verdict.figures, recovery=f"{seconds:.1f}")
    assert (verdict.faults, closed) == ({}, [])


def test_a_file_without_the_right_to_write_is_read_and_nothing_more(new_site: Callable[..., Site]) -> None:
    site = new_site()
    for path in site.folder.iterdir():
        path.chmod(0o400)
    server = site.serve(under=MORTAL if os.getuid() == 0 else ())
    with contextlib.closing(Line(site.port)) as line:
        sitting = Ledger().begin()
        reply = line.post(sitting.code, sitting.fields)
        assert (reply.status, reply.headers["retry-after"].isdigit()) == (503, True)
        assert unreadable(site.port) == []
        assert line.get("/healthz/ready").status == 503
    site.database.chmod(0o600)
    server.stop()
    site.serve()
    with contextlib.closing(Line(site.port)) as line:
        assert line.post(sitting.code, sitting.fields).status == 201
