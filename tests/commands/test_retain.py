"""Retention from the shell: a preview first, and no backup is touched."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta

import pytest
from sqlite_utils.utils import sqlite3

from survey.operations import installation


@pytest.fixture
def old_and_new(store, response, place, now):
    """An answer with a remark of three years ago and one of today."""
    import dataclasses

    for number, (at, words) in enumerate(((now - timedelta(days=1100), "Lama"), (now, "Baru"))):
        store.keep(dataclasses.replace(response(number), received_at=at, remark=words))
    store.close()


def remarks(config):
    opened = installation.open_store(config)
    found = {x.remark for x in opened.responses(None, None, None)}
    opened.close()
    return found


def test_it_is_said_before_it_is_done(skm, old_and_new, config):
    (config.instance / "backup").mkdir(exist_ok=True)
    (config.instance / "backup" / "skm-20230101T000000Z.db").write_bytes(b"x")
    told = skm("retain", "--months", "24", "--dry-run")
    assert told.code == 0, told.err
    assert "Akan dihapus dari isian sebelum 2024-08-01:" in told.out  # 24 whole months before August 2026
    assert "saran                     1" in told.out
    assert "Cadangan tidak disentuh: 1 berkas" in told.out
    assert remarks(config) == {"Lama", "Baru"}
    asked = skm("retain", "--months", "24", input="n\n")
    assert asked.code == 130 and remarks(config) == {"Lama", "Baru"}
    done = skm("retain", "--months", "24", input="y\n")
    assert done.code == 0 and "Dihapus: 1 saran, 1 jam isian" in done.out
    assert remarks(config) == {"", "Baru"}
    assert (config.instance / "backup" / "skm-20230101T000000Z.db").read_bytes() == b"x"
    assert skm("verify").code == 0
    assert "Tidak ada yang perlu dihapus" in skm("retain", "--months", "24").out


def test_a_program_is_told_the_numbers(skm, old_and_new):
    told = json.loads(skm("retain", "--before", "2025-01-01", "--yes", "--format", "json").out)
    assert told == {
        "before": "2025-01-01",
        "dry_run": False,
        "remarks": 1,
        "times": 1,
        "aside": 0,
        "broken": 0,
    }


def test_the_setting_says_how_old(skm, old_and_new, instance, config):
    assert "RETAIN_MONTHS" in skm("retain").err
    with (instance / "config.toml").open("a") as file:
        file.write("\nRETAIN_MONTHS = 12\n")
    assert "sebelum 2025-08-01" in skm("retain", "--yes").out
    assert remarks(config) == {"", "Baru"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--before", "2026-07-02"), "periode yang berjalan"),
        (("--before", "2999-01-01"), "periode yang berjalan"),
        (("--before", "kemarin"), "tidak ada di kalender"),
        (("--before", "1066-01-01"), "terlalu lama"),
        (("--months", "1200"), "kalendernya"),
        (("--months", "0"), "--months"),
        (("--months", "3", "--before", "2025-01-01"), "Pilih salah satu"),
    ],
)
def test_the_running_period_stays_whole_and_mistakes_are_named(skm, old_and_new, config, arguments, words):
    told = skm("retain", *arguments, "--yes")
    assert told.code == 2 and words in told.err
    assert remarks(config) == {"Lama", "Baru"}


def test_while_another_program_holds_the_database_nothing_goes_and_a_sentence_says_so(
    skm, old_and_new, config, monkeypatch
):
    from survey.store.sqlite import store as sqlite

    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    with closing(sqlite3.connect(config.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = skm("retain", "--before", "2025-01-01", "--yes")
    assert told.code == 2 and "sedang dipakai proses lain" in told.err
    assert remarks(config) == {"Lama", "Baru"}
