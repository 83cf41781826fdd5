"""Conflicting copies from the shell."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest


@pytest.fixture
def conflicting(store, response, place):
    """An answer of dukcapil and a copy of it with another remark and another first score."""
    first = response(1)
    store.keep(first)
    later = first.received_at + timedelta(minutes=5)
    other = "1" if first.answers[0] != "1" else "2"
    changed = dataclasses.replace(
        first, answers=other + first.answers[1:], remark="Beda sama sekali", received_at=later
    )
    assert store.keep(changed).status == "conflict"
    store.close()
    return first


def test_copies_are_listed_with_what_differs_and_without_anybodys_answers(skm, conflicting):
    told = skm("conflicts", "dukcapil", "--format", "json")
    assert told.code == 0, told.err
    (row,) = json.loads(told.out)
    assert row["id"] == conflicting.id and row["unit"] == "dukcapil"
    assert row["differs"] == ["U1", "saran"]
    assert row["aside_at"] > row["kept_at"]
    assert "Beda sama sekali" not in told.out and conflicting.answers not in told.out
    assert "U1, saran" in skm("conflicts").out


def test_where_there_are_none_the_command_says_so(skm, place, store):
    store.close()
    told = skm("conflicts")
    assert (told.code, told.out) == (0, "Tidak ada salinan yang berbeda.\n")
    assert json.loads(skm("conflicts", "--format", "json").out) == []
