"""What a command changes and its row in the log are kept together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from survey.domain import account
from survey.domain.account import Account
from survey.store import schema

Skm = Callable[..., SimpleNamespace]

# what is typed -> the row: action and subject
ACTS = {
    "unit add camat --name Camat": ("unit add", "camat"),
    "unit edit dukcapil --phone 0550": ("unit edit", "dukcapil"),
    "unit off dukcapil": ("unit off", "dukcapil"),
    "unit on tutup": ("unit on", "tutup"),
    "service add dukcapil kk --name KK": ("service add", "dukcapil/kk"),
    "service edit dukcapil ktp-el --name KTP": ("service edit", "dukcapil/ktp-el"),
    "service off dukcapil ktp-el": ("service off", "dukcapil/ktp-el"),
    "counter add dukcapil loket-9 --name Loket": ("counter add", "dukcapil/loket-9"),
    "counter edit dukcapil loket-1 --name Depan": ("counter edit", "dukcapil/loket-1"),
    "counter off dukcapil loket-1": ("counter off", "dukcapil/loket-1"),
    "link --new dukcapil": ("link --new", "dukcapil/"),
    "link --revoke DKC2QR47 --yes": ("link --revoke", "dukcapil/DKC2QR47"),
    "period add 2026-07-01..2026-07-20 --name Juli": ("period add", "2026-07-01..2026-07-20"),
    "user add budi --unit dukcapil": ("user add", "budi"),
    "user edit siti --role viewer": ("user edit", "siti"),
    "user off siti": ("user off", "siti"),
    "user on lama": ("user on", "lama"),
    "user codes --cancel {label}": ("user codes", "ani"),
    "verify --rebuild": ("verify --rebuild", "unit dukcapil"),
}


@pytest.fixture
def office(place: Any, store: Any, now: Any, answered: Any) -> dict[str, str]:
    """A closed unit, people, a code that waits, and counters that want a rebuild."""
    from survey.domain.organisation import Unit

    store.save_unit(Unit("tutup", "Kantor Tutup", active=False))
    for name, role, active in (
        ("admin", "admin", True),
        ("siti", "unit_head", True),
        ("lama", "viewer", False),
    ):
        store.save_account(Account(name, role, "", ("dukcapil",), active))
    _, invitation = account.invite("viewer", ("dukcapil",), now, "ani")
    store.add_invitation(invitation)
    store.do("DELETE FROM unit_tally", ())
    return {"label": invitation.code_hash[:6]}


@contextmanager
def failing(store: Any, tables: list[str]) -> Iterator[None]:
    """No row of these tables can be written."""
    acts = [(name, act) for name in tables for act in ("INSERT", "UPDATE", "DELETE")]
    for name, act in acts:
        store.do(
            f"CREATE TRIGGER bad_{name}_{act} BEFORE {act} ON {name} BEGIN SELECT RAISE(ABORT, 'bad'); END",
            (),
        )
    yield
    for name, act in acts:
        store.do(f"DROP TRIGGER bad_{name}_{act}", ())


@pytest.mark.parametrize("typed", ACTS)
def test_an_act_by_command_is_kept_with_its_row_in_the_log_or_not_at_all(
    skm: Skm, office: dict[str, str], store: Any, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a database with triggers is refused when it is opened: the commands take the one that is open
    monkeypatch.setattr("survey.operations.installation.open_store", lambda config: store)
    monkeypatch.setattr(store, "close", lambda: None)
    words = typed.format(**office).split()
    others = [name for name in schema.tables() if name not in ("audit", "upkeep")]

    def rows() -> dict[str, Any]:
        return {name: store.rows(f"SELECT * FROM {name}") for name in [*others, "audit"]}

    before = rows()
    for broken in (["audit"], others):
        with failing(store, broken):
            assert skm(*words).code != 0
        assert rows() == before
    assert skm(*words).code == 0
    action, subject = ACTS[typed]
    added = store.rows("SELECT account, action, subject FROM audit ORDER BY id")[len(before["audit"]) :]
    assert {row[:2] for row in added} == {("", action)}
    assert all(row[2].startswith(subject) for row in added)
    if not words[0] == "verify":
        assert len(added) == 1
    assert any(rows()[name] != before[name] for name in others)
    monkeypatch.undo()
