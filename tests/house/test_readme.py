"""Undocumented is unfinished: what a user can set or call stands in README.md."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from survey.cli import COMMANDS, main
from survey.config import SETTINGS


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_setting(readme: str) -> None:
    missing = [setting.name for setting in SETTINGS if not re.search(rf"\b{setting.name}\b", readme)]
    assert missing == []


def test_the_readme_names_every_command(readme: str) -> None:
    missing = [name for name in COMMANDS if not re.search(rf"\bskm {name}\b|[`|/]{name}\b", readme)]
    assert missing == []


def test_the_readme_names_every_make_target(readme: str, root: Path) -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (root / "Makefile").read_text(encoding="utf-8"), re.M)
    assert {"run", "test", "lint", "bench", "help", "lock"} <= set(targets)
    assert [name for name in targets if f"make {name}" not in readme] == []


def test_the_readme_names_no_command_that_does_not_exist(readme: str) -> None:
    named = set(re.findall(r"\bskm ([a-z]+)\b", readme))
    assert named <= set(COMMANDS) | {"toolkit"}


def test_every_command_explains_itself_with_an_example() -> None:
    context = click.Context(main, info_name="skm")

    def walk(command: click.Command, path: str) -> None:
        assert "Contoh:" in (command.help or ""), path
        assert path in (command.help or ""), path
        for name in command.list_commands(context) if isinstance(command, click.Group) else ():
            walk(command.get_command(context, name), f"{path} {name}")  # type: ignore[arg-type]

    for name in COMMANDS:
        walk(main.get_command(context, name), f"skm {name}")  # type: ignore[arg-type]


def test_the_list_of_commands_says_what_each_command_says_of_itself() -> None:
    context = click.Context(main, info_name="skm")
    for name, (_, line) in COMMANDS.items():
        command = main.get_command(context, name)
        assert command is not None
        assert command.short_help == line, name
