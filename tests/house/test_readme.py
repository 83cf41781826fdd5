"""Undocumented is unfinished: what a user can set, call or open stands in README.md or docs/."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import click
import pytest
from flask import Flask

from survey.cli import COMMANDS, main
from survey.settings import SETTINGS

BENCH = re.compile(r"<!-- bench:start -->.*<!-- bench:end -->", re.S)


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[Path, str]:
    """Every page of the manual, by its path."""
    paths = [root / "README.md", root / "README.id.md", *sorted((root / "docs").rglob("*.md"))]
    return {path: path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="module")
def manual(pages: dict[Path, str]) -> str:
    return "\n".join(pages.values())


@pytest.fixture(scope="module")
def generate(root: Path) -> ModuleType:
    """docs/generate.py, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("generate", root / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "setelan.md", "commands.md"])
def test_a_generated_page_says_what_the_code_says(root: Path, generate: ModuleType, name: str) -> None:
    written = (root / "docs" / name).read_text(encoding="utf-8")
    assert written == generate.pages()[name], "write it with: make docs"


def test_the_manual_has_a_row_for_every_setting_and_command(root: Path, generate: ModuleType) -> None:
    settings = (root / "docs" / "settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([A-Z_]+)` \|", settings, re.M) == [setting.name for setting in SETTINGS]
    assert set(generate.PURPOSE) == set(COMMANDS)


def test_the_manual_names_every_address_and_no_other(root: Path, app: Flask) -> None:
    text = (root / "docs" / "http.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`/[^|]*) \| ((?:GET|POST|, )+) \|", text, re.M)
    named = {
        (address, method)
        for addresses, methods in rows
        for address in re.findall(r"`([^`]+)`", addresses)
        for method in methods.split(", ")
    }
    served = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert named == served


def test_the_readme_names_every_make_target(root: Path) -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (root / "Makefile").read_text(encoding="utf-8"), re.M)
    assert {"run", "test", "lint", "bench", "docs", "release", "help", "lock"} <= set(targets)
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert [name for name in targets if f"make {name}" not in readme] == []


def test_the_manual_names_no_command_setting_or_target_that_does_not_exist(root: Path, manual: str) -> None:
    assert set(re.findall(r"\bskm ([a-z]+)\b", manual)) <= set(COMMANDS)
    assert set(re.findall(r"\bSKM_([A-Z_]+)\b", manual)) <= {s.name for s in SETTINGS} | {"INSTANCE", "DEBUG"}
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"`make ([a-z]+)", manual)) <= set(targets)


def test_the_readme_is_short_and_its_first_link_is_the_manual_of_offices(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 200
    assert re.findall(r"\]\(([^)]+)\)", readme)[0] == "README.id.md"
    assert "make run" in "\n".join(readme.splitlines()[:25])


def test_no_line_of_the_manual_is_too_long_to_read_in_an_editor(root: Path, pages: dict[Path, str]) -> None:
    """Tables that a script writes are excepted."""
    generated = {root / "docs" / name for name in ("settings.md", "setelan.md", "commands.md")}
    long = [
        f"{path.name}: {line[:60]}"
        for path, text in pages.items()
        if path not in generated
        for line in BENCH.sub("", text).splitlines()
        if len(line) > 120
    ]
    assert long == []


def _anchors(text: str) -> set[str]:
    """The names that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_of_the_manual_leads_somewhere(root: Path, pages: dict[Path, str]) -> None:
    others = [root / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
    texts = pages | {path: path.read_text(encoding="utf-8") for path in others}
    broken = []
    for path, text in texts.items():
        links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
        for link in (link for link in links if not link.startswith(("http:", "https:"))):
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if not target.exists() or (anchor and anchor not in _anchors(texts.get(target, ""))):
                broken.append(f"{path.relative_to(root)}: {link}")
    assert broken == []


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
