"""Rules that a reader would otherwise have to watch over, and nothing of a developer's machine in the release."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

TEXT = {
    ".py",
    ".html",
    ".svg",
    ".txt",
    ".md",
    ".toml",
    ".json",
    ".cfg",
    ".css",
    ".js",
    ".in",
    ".yml",
    ".sql",
    "",
}
OWN_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home|mnt|Users|opt)/[\w.]|file:///|C:\\\\Users")


@pytest.fixture(scope="module")
def tracked(root: Path) -> list[Path]:
    """Text files that a release holds."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is not a git checkout: nothing says which files are released")
    paths = [root / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.suffix in TEXT and path.is_file()]


def _source(root: Path, *wings: str) -> Iterator[tuple[Path, str]]:
    for wing in wings:
        for path in sorted((root / wing).rglob("*")):
            if path.suffix in (".py", ".html", ".svg", ".txt") and path.is_file():
                yield path.relative_to(root), path.read_text(encoding="utf-8")


def test_no_file_names_a_path_of_somebodys_machine(root: Path, tracked: list[Path]) -> None:
    own = Path(__file__).resolve()
    found = [
        f"{path.relative_to(root)}: {hit[0]}"
        for path in tracked
        if path.resolve() != own
        for hit in [OWN_PATHS.search(path.read_text(encoding="utf-8", errors="replace"))]
        if hit
    ]
    assert found == []


def test_no_installation_data_is_tracked(root: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "instance"], cwd=root, capture_output=True, text=True, check=False
    )
    assert listed.stdout.split() in (["instance/.gitignore"], [])


def test_no_page_trusts_a_text(root: Path) -> None:
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(")
    allowed = {"survey/kiosk/page.py"}  # joins the page's own style and script, checked by its tests
    found = [str(path) for path, text in _source(root, "templates", "survey") if unsafe.search(text)]
    assert set(found) <= allowed


def test_only_the_fixed_sqlite_is_used(root: Path) -> None:
    plain = re.compile(r"^\s*(import sqlite3|from sqlite3|import pysqlite3|from pysqlite3)\b", re.M)
    assert [str(path) for path, text in _source(root, "calc", "survey", "tests") if plain.search(text)] == []


def test_sql_lives_in_the_store(root: Path) -> None:
    sql = re.compile(
        r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\b[^\"']*\b(FROM|SET|VALUES|WHERE|INTO)\b"
    )
    found = [
        path for path, text in _source(root, "calc", "survey") if path.suffix == ".py" and sql.search(text)
    ]
    assert [str(path) for path in found if path.parts[:2] != ("survey", "store")] == []


def test_words_reach_paper_through_one_door(root: Path) -> None:
    makes = re.compile(r"\bParagraph\(|import .*\bXPreformatted\b")
    found = {str(path) for path, text in _source(root, "calc", "survey") if makes.search(text)}
    assert found == set()  # words are drawn as they are, without markup


def test_nothing_is_left_for_later(root: Path) -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|pragma: no cover")
    found = [
        f"{path}: {hit[0]}"
        for path, text in _source(root, "calc", "survey")
        for hit in [later.search(text)]
        if hit
    ]
    assert found == []
