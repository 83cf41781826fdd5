"""Answers that were edited in the database file: named, never blessed, and said wherever somebody looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey.domain.response import Response

Skm = Callable[..., SimpleNamespace]


@pytest.fixture
def edited(answered: list[Response], store: Any) -> list[str]:
    """Ids of three answers that somebody made all fours."""
    ids = [response.id for response in store.responses(["dukcapil"], None, None)][:3]
    for id in ids:
        store.do("UPDATE response SET answers = '444444444' WHERE id = ?", (id,))
    return ids


def test_verify_names_every_edited_answer_and_a_rebuild_does_not_bless_them(
    skm: Skm, edited: list[str], store: Any
) -> None:
    before = store.rows("SELECT * FROM tally ORDER BY unit, service, month, answered")
    found = skm("verify")
    assert found.code == 1
    assert all(id in found.err for id in edited)
    assert "skm restore" in found.err

    refused = skm("verify", "--rebuild")
    assert refused.code == 1
    assert all(id in refused.err for id in edited)
    assert "skm verify --rebuild --accept-changed-answers" in refused.err
    assert store.rows("SELECT * FROM tally ORDER BY unit, service, month, answered") == before
    assert skm("verify").code == 1


def test_edited_answers_are_counted_only_when_somebody_says_so_and_stay_named(
    skm: Skm, edited: list[str], store: Any
) -> None:
    found = skm("verify", "--rebuild", "--accept-changed-answers")
    assert found.code == 0
    assert "PERHATIAN" in found.err and all(id in found.err for id in edited)
    noted = [(action, subject) for _, _, action, subject in store.audit_log(20)]
    for id in edited:
        assert any(a == "verify --rebuild --accept-changed-answers" and id in s for a, s in noted)
    again = skm("verify")
    assert again.code == 1 and all(id in again.err for id in edited) and "Rekap:" not in again.err


def test_the_word_of_acceptance_alone_means_nothing(skm: Skm, answered: list[Response]) -> None:
    found = skm("verify", "--accept-changed-answers")
    assert found.code == 2 and "--rebuild" in found.err


def test_doctor_readiness_and_desk_say_that_answers_were_edited(
    skm: Skm, edited: list[str], app: Any, store: Any
) -> None:
    skm("verify")
    doctor = skm("doctor")
    assert "Ada isian yang telah diubah" in doctor.out and edited[0] in doctor.out
    ready = app.test_client().get("/healthz/ready?strict=1")
    assert ready.status_code == 503 and "verify failed" in ready.text


def test_a_database_with_edited_answers_is_backed_up_and_says_so_at_every_step(
    skm: Skm, edited: list[str], tmp_path: Path
) -> None:
    assert skm("backup", "-o", str(tmp_path / "a.db")).code == 1  # counters differ, too
    skm("verify", "--rebuild", "--accept-changed-answers")
    made = skm("backup", "-o", str(tmp_path / "b.db"))
    assert made.code == 0 and "3 isian telah diubah" in made.out
    new = tmp_path / "baru"
    restored = skm("--instance", str(new), "restore", str(tmp_path / "b.db"))
    assert restored.code == 0 and "3 isian di dalamnya telah diubah" in restored.out
    assert "Ada isian yang telah diubah" in skm("--instance", str(new), "doctor").out
