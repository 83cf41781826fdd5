"""The picture of the house in CONTRIBUTING.md is true: import-linter checks the layers of setup.cfg."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path


def test_each_layer_imports_only_layers_below_it(root: Path) -> None:
    run = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    found = subprocess.run(
        [sys.executable, "-c", run, "--config", "setup.cfg", "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-1000:]


def test_every_folder_is_on_a_layer(root: Path) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(root / "setup.cfg", encoding="utf-8")
    for wing in ("calc", "survey"):
        layers = set(parser[f"importlinter:contract:layers-{wing}"]["layers"].replace("|", " ").split())
        there = {
            f"{wing}.{path.stem}"
            for path in (root / wing).iterdir()
            if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file()
        }
        assert there == layers


def test_the_picture_in_the_guide_shows_the_layers_that_are_checked(root: Path) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(root / "setup.cfg", encoding="utf-8")
    checked = [
        " ".join(line.split())
        for wing in ("survey", "calc")
        for line in parser[f"importlinter:contract:layers-{wing}"]["layers"].strip().splitlines()
    ]
    picture = (root / "CONTRIBUTING.md").read_text("utf-8").partition("## Folders and layers")[2]
    drawn = re.findall(
        r"^((?:calc|survey)\.\S+(?: \| \S+)*)  ", picture.partition("## Glossary")[0], re.MULTILINE
    )
    assert drawn == checked


def test_calc_can_be_used_without_web_and_database(root: Path) -> None:
    """A statistician's machine: only numpy and reportlab (with what they need) may be loaded by calc."""
    run = """
import pkgutil, importlib, sys, calc
for module in pkgutil.walk_packages(calc.__path__, "calc."):
    importlib.import_module(module.name)
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"survey", "flask", "werkzeug", "wtforms", "sqlite_utils", "sqlite3", "psycopg", "uvicorn"}))
"""
    found = subprocess.run([sys.executable, "-c", run], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
