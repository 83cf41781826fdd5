"""Upgrades that are killed: the schema is the old one or a new one, the answers are untouched, and the next try ends it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.operations import installation
from survey.store import schema
from survey.store.sqlite import store as sqlite
from tests.faults.site import Site, environ

OLD = Path(__file__).with_name("before_0004.sql")  # made by the version of that time
STEPS_OF_OLD = 3
ANSWERS = """
    SELECT unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark, seconds, fingerprint
    FROM response ORDER BY unit, id
"""  # every column that the old schema has; later steps add others, which say nothing of old answers


@pytest.fixture
def old_site(new_site: Callable[..., Site]) -> Callable[[], Site]:
    """Make an installation whose database waits for its upgrade."""

    def make() -> Site:
        site = new_site()
        site.database.unlink()
        site.database.touch()
        with site.raw() as connection:
            connection.executescript(OLD.read_text(encoding="utf-8"))
        return site

    return make


def shape(site: Site) -> tuple[list[Any], list[Any]]:
    """Tables and indexes, and the list of applied steps."""
    built = site.rows("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return (
        sorted((kind, name, " ".join((sql or "").split())) for kind, name, sql in built),
        sorted(name for (name,) in site.rows("SELECT name FROM schema_step")),
    )


@pytest.fixture
def whole_shapes(old_site: Callable[[], Site], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The database after none, one, … and all of the steps that it lacks."""
    site, shapes = old_site(), []
    shapes.append(shape(site))
    for known in range(STEPS_OF_OLD + 1, len(schema.STEPS) + 1):
        with monkeypatch.context() as patch, site.raw() as connection:
            patch.setattr(schema, "STEPS", schema.STEPS[:known])
            sqlite._apply(connection, schema.STEPS, installation.load_config(site.folder).zone)
        shapes.append(shape(site))
    return shapes


def killed_at(site: Site, statement: int, *sabotage: str) -> bool:
    """Run `skm upgrade` and kill it at one of its statements; False when it had ended before."""
    words = site.command("upgrade", changes=("dies-in-upgrade", *sabotage))
    done = subprocess.run(
        words,
        env=environ({"DIES_AT": str(statement)}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9


def test_an_old_database_is_refused_until_it_is_upgraded(
    old_site: Callable[[], Site], whole_shapes: list[Any]
) -> None:
    site = old_site()
    before = site.rows(ANSWERS)
    assert "skm upgrade" in site.skm("verify").stderr
    assert site.skm("upgrade").returncode == 0
    assert (shape(site), site.rows(ANSWERS)) == (whole_shapes[-1], before)
    assert len(before) == 24


def test_an_upgrade_killed_at_any_statement_leaves_the_old_or_the_new_schema(
    old_site: Callable[[], Site], whole_shapes: list[Any], long: bool, figures: Any
) -> None:
    statement, kills = 0, 0
    while True:
        site = old_site()
        before = site.rows(ANSWERS)
        if not killed_at(site, statement):
            break
        kills += 1
        assert shape(site) in whole_shapes, f"between two schemas after statement {statement}"
        assert site.rows(ANSWERS) == before
        installation.upgrade(installation.load_config(site.folder))
        assert (shape(site), site.rows(ANSWERS)) == (whole_shapes[-1], before)
        with site.store() as store:
            assert store.recount() == []
        statement += 1 if long else 9
    figures(kills=kills, between=0)
    assert kills > 4


def test_an_upgrade_without_transactions_is_seen(
    old_site: Callable[[], Site], whole_shapes: list[Any]
) -> None:
    shapes = []
    for statement in (23, 32, 41):
        site = old_site()
        assert killed_at(site, statement, "steps-without-transaction")
        shapes.append(shape(site))
    assert any(found not in whole_shapes for found in shapes)
