"""What became of the answers, judged without the server: from the database itself and from a recount."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults.residents import ITEMS, Ledger
from tests.faults.site import Site


@dataclass
class Verdict:
    """Everything that must be empty; `faults` names what is not.

    lost : acknowledged, not there
    doubled : one sitting, several rows
    changed : other answers than were sent
    half : rows without all items
    unknown : rows that nobody sent
    miscounted : counters and answers differ
    damaged : what the database engine finds wrong
    refused : replies that no resident should get
    unanswered : sittings that never got a receipt
    """

    acknowledged: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, list[str]]:
        """The first few of each kind of fault; empty when all is well."""
        return {name: found[:3] for name, found in vars(self).items() if isinstance(found, list) and found}

    @property
    def figures(self) -> dict[str, Any]:
        return {
            "acknowledged": self.acknowledged,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "half": len(self.half) + len(self.changed),
            "integrity": "ok" if not (self.damaged or self.miscounted) else "BROKEN",
        }


def judge(site: Site, ledger: Ledger) -> Verdict:
    """Compare what residents were told with what is there."""
    rows = site.rows("SELECT id, answers FROM response")
    stored = dict(rows)
    sent = {id: sitting for sitting in ledger.sittings for id in sitting.ids}
    receipts = set(ledger.acknowledged)
    per_sitting = Counter(id(sent[row[0]]) for row in rows if row[0] in sent)
    return Verdict(
        acknowledged=len(receipts),
        stored=len(rows),
        lost=sorted(receipts - stored.keys()),
        doubled=[s.id for s in ledger.sittings if per_sitting[id(s)] > 1],
        changed=[key for key, answers in stored.items() if key in sent and answers != sent[key].answers],
        half=[key for key, answers in stored.items() if len(answers.replace("-", "")) != len(ITEMS)],
        unknown=sorted(stored.keys() - sent.keys()),
        miscounted=recounted(site, len(rows)),
        damaged=checked(site),
        refused=list(ledger.wrong),
        unanswered=[s.id for s in ledger.sittings if s.attempts and receipts.isdisjoint(s.ids)],
    )


def recounted(site: Site, rows: int) -> list[str]:
    """Every difference between counters and answers, by the store's own recount and by counting rows."""
    with site.store() as store:
        if differences := store.recount():
            return list(differences)
    counted = site.rows("SELECT coalesce(sum(n), 0) FROM tally")[0][0]
    return [] if counted == rows else [f"{rows} answers, {counted} counted"]


def checked(site: Site) -> list[str]:
    """What the engine's own checks find; PostgreSQL has none that runs beside its server."""
    if site.server_url:
        return []
    integrity = [str(row[0]) for row in site.rows("PRAGMA integrity_check(10)")]
    strangers = [f"foreign key: {row}" for row in site.rows("PRAGMA foreign_key_check")]
    return [] if integrity == ["ok"] and not strangers else integrity + strangers
