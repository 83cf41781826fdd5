"""Backups while answers come in: each holds one moment, whole and checked, and a killed one leaves the older ones alone."""

from __future__ import annotations

import contextlib
import hashlib
import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils.utils import sqlite3

from survey.domain.response import Response
from tests.faults.residents import Crowd, crowd
from tests.faults.site import Site, environ, now

PACE = 0.35  # seconds between two ratings of a device: eight devices send some twenty a second
ANSWERS = "SELECT id, answers FROM response ORDER BY id"


@dataclass
class Copy:
    """One backup, and what was known when it began and when it had ended."""

    path: Path
    told_before: set[str]
    sent_before_end: set[str]


def back_up(site: Site, residents: Crowd, path: Path, changes: Sequence[str] = ()) -> Copy:
    told = set(residents.ledger.acknowledged)
    done = site.skm("backup", "-o", str(path), changes=changes)
    assert done.returncode == 0, done.stderr
    return Copy(path, told, {sitting.id for sitting in list(residents.ledger.sittings)})


def faults_of(copy: Copy, residents: Crowd) -> list[str]:
    """What is wrong with a backup, seen by opening it."""
    with contextlib.closing(sqlite3.connect(f"file:{copy.path}?mode=ro", uri=True)) as file:
        held = {id for (id,) in file.execute("SELECT id FROM response")}
        wrong = [line for (line,) in file.execute("PRAGMA integrity_check") if line != "ok"]
    times = residents.ledger.times
    newest = max((times[id][0] for id in held if id in times), default=0.0)
    skipped = [id for id, (_, told) in times.items() if told < newest and id not in held]
    wrong += ["lacks what was acknowledged before it began"] * bool(copy.told_before - held)
    wrong += ["holds what nobody had sent"] * bool(held - copy.sent_before_end)
    wrong += ["holds a later answer, but not an earlier one"] * bool(skipped)
    return wrong


def restored(copy: Copy, folder: Path) -> list[str]:
    """What is wrong with an installation made from a backup by `skm restore`."""
    site = Site(folder)
    done = site.skm("restore", str(copy.path))
    if done.returncode != 0:
        return [done.stderr]
    with contextlib.closing(sqlite3.connect(f"file:{copy.path}?mode=ro", uri=True)) as file:
        held = file.execute(ANSWERS).fetchall()
    verified = site.skm("verify")
    wrong = ["other answers than the backup"] * (site.rows(ANSWERS) != held)
    return wrong + ([verified.stderr] if verified.returncode else [])


def test_backups_under_load_hold_one_moment_and_can_be_restored(
    site: Site, tmp_path: Path, long: bool, figures: Any
) -> None:
    copies = []
    site.serve()
    with crowd(site.port, devices=8, pace=PACE) as residents:
        for number in range(20 if long else 2):
            residents.wait_for(len(residents.ledger.acknowledged) + 10)
            copies.append(back_up(site, residents, tmp_path / f"{number}.db"))
        ledger = residents.finish()
    faults = [fault for copy in copies for fault in faults_of(copy, residents)]
    faults += [fault for copy in copies for fault in restored(copy, copy.path.with_suffix(""))]
    figures(
        backups=len(copies),
        faults=len(faults),
        acknowledged=len(ledger.acknowledged),
        slowest=f"{ledger.slowest:.2f}",
    )
    assert (faults, ledger.wrong) == ([], [])


def test_a_copied_file_is_seen(site: Site, tmp_path: Path) -> None:
    site.serve()
    with crowd(
        site.port, devices=8, pace=PACE
    ) as residents:  # few enough that all is in the log beside the file
        residents.wait_for(20)
        copy = back_up(site, residents, tmp_path / "copy.db", changes=("copied-file",))
        residents.finish()
    assert "lacks what was acknowledged before it began" in faults_of(copy, residents)


def many_answers(number: int) -> Iterator[Response]:
    for count in range(number):
        words = "Pelayanan baik sekali. " * 20
        yield Response(
            f"00000000-0000-4000-8000-{count:012}",
            "rsud",
            "",
            "",
            "qr",
            "skm-2017",
            "343434344",
            now(),
            remark=words,
        )


def kill_backups(site: Site, folder: Path, kills: int, changes: Sequence[str] = ()) -> tuple[list[str], int]:
    """Kill `skm backup` in the middle, again and again: what is wrong in the folder, and how many died at work."""
    with site.store() as store:
        store.keep_many(many_answers(5000))
    folder.mkdir()
    assert site.skm("backup", "-o", str(folder)).returncode == 0
    (first,) = folder.glob("skm-*.db")
    before, died = first.read_bytes(), 0
    wrong: list[str] = []
    while died < kills:
        there = set(folder.iterdir())
        words = site.command("backup", "-o", str(folder), "--keep", "1000", changes=changes)
        backup = subprocess.Popen(words, env=environ(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while backup.poll() is None and set(folder.iterdir()) == there:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.3) ** 2)  # more often early, while pages are copied
        backup.kill()
        died += backup.wait() != 0
        if wrong := half_files(folder):
            break
    if first.read_bytes() != before:
        wrong.append("an older backup was changed")
    return wrong, died


def half_files(folder: Path) -> list[str]:
    """Backups under their final name that are not whole."""
    return [path.name for path in folder.glob("skm-*.db") if not whole(path)]


def whole(path: Path) -> bool:
    told = path.with_name(path.name + ".sha256")
    if not told.exists() or told.read_text().split()[0] != hashlib.sha256(path.read_bytes()).hexdigest():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        return bool(file.execute("SELECT count(*) FROM response").fetchone()[0] == 5000)


def test_a_killed_backup_leaves_older_ones_alone_and_no_half_file(
    site: Site, tmp_path: Path, long: bool, figures: Any
) -> None:
    folder = tmp_path / "backups"
    wrong, died = kill_backups(site, folder, 50 if long else 3)
    figures(kills=died, half_files=len(wrong))
    assert wrong == []
    assert site.skm("backup", "-o", str(folder)).returncode == 0
    assert [path.name for path in folder.iterdir() if ".part" in path.name] == []


def test_a_backup_written_under_its_name_is_seen(site: Site, tmp_path: Path) -> None:
    wrong, _ = kill_backups(site, tmp_path / "backups", 12, changes=("written-under-its-name",))
    assert wrong != []
