"""The order of things, as the kernel saw it: an answer's own bytes, their sync, and only then its receipt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import strace
from tests.faults.residents import crowd
from tests.faults.site import Site

JOURNALS = {"wal": (), "rollback": ("rollback-journal",)}
SYNCS = ("fsync", "fdatasync")


def receipts_too_early(
    site: Site, output: Path, receipts: int, devices: int, changes: tuple[str, ...] = ()
) -> list[str]:
    """Run the server under strace until so many receipts are out: those that came before their sync."""
    server = site.serve(changes=changes, under=strace.words(output))
    with crowd(site.port, devices=devices) as residents:
        residents.wait_for(receipts, patience=120)
        ledger = residents.finish()
    server.stop(60)
    strace.wait_for_end(output)
    calls = list(strace.calls(output))
    journal = site.rows("PRAGMA journal_mode")[0][0]
    assert len(ledger.acknowledged) >= receipts
    return [why for id in ledger.acknowledged if (why := too_early(calls, id, journal))]


def too_early(calls: list[strace.Call], id: str, journal: str) -> str:
    """Why the receipt of an answer came too early; '' when it came in time."""
    sent = [call for call in calls if call.name == "sendto" and id in call.words]
    assert sent, f"no receipt of {id} in the trace: it shows nothing"
    said = min(call.began for call in sent)
    written = [
        call for call in calls if call.name == "pwrite64" and id in call.words and "skm.db" in call.file
    ]
    durable = [
        sync
        for write in written
        if write.file.endswith("-wal" if journal == "wal" else "skm.db")
        for sync in calls
        if sync.name in SYNCS and sync.file == write.file and write.ended < sync.began and sync.ended < said
    ]
    if not durable:
        return "receipt before the sync of its answer"
    return "" if journal == "wal" else _removal_not_synced(calls, min(sync.ended for sync in durable), said)


def _removal_not_synced(calls: list[strace.Call], after: int, said: int) -> str:
    """The rollback journal's removal is the commit: it must be on the disk, too."""
    removed = [
        c.ended
        for c in calls
        if c.name == "unlink" and c.file.endswith("-journal") and after < c.ended < said
    ]
    folders = [c for c in calls if c.name in SYNCS and "skm.db" not in c.file]
    if any(removal < folder.began and folder.ended < said for removal in removed for folder in folders):
        return ""
    return "receipt before the sync of its journal's removal"


@pytest.mark.parametrize(("journal", "devices"), [("wal", 1), ("wal", 8), ("rollback", 8)])
def test_every_receipt_comes_after_the_sync_of_its_answer(
    new_site: Callable[..., Site], tmp_path: Path, journal: str, devices: int, figures: Callable[..., None]
) -> None:
    site = new_site(changes=JOURNALS[journal])
    early = receipts_too_early(site, tmp_path / "calls", 100, devices)
    figures(receipts=100, early=len(early))
    assert early == []


SABOTAGES = {
    "weak-sync": "receipt before the sync of its answer",
    "weak-rollback-sync": "receipt before the sync of its journal's removal",
    "receipt-before-commit": "receipt before the sync of its answer",
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_server_that_syncs_too_late_is_seen(site: Site, tmp_path: Path, sabotage: str) -> None:
    """A kill -9 cannot show it, because the kernel still has the bytes; a pulled plug would."""
    early = receipts_too_early(site, tmp_path / "calls", 20, 1, changes=(sabotage,))
    assert SABOTAGES[sabotage] in early
