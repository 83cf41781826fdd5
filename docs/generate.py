"""Write the pages of settings and commands in docs/ from the code: `make docs`. tests/house fails when they lag."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from survey.cli import COMMANDS, main
from survey.settings import SETTINGS

HERE = Path(__file__).resolve().parent
BY_HAND = "<!-- Written by `make docs` from the code; edit the code, not this page. -->"

SETTINGS_PAGE = f"""\
# Settings
{BY_HAND}

Settings stand in `config.toml` of the instance folder. An environment variable `SKM_<NAME>` wins over the file; a list
is then written with commas. An unknown name or an impossible value is refused with a sentence that names it.
`skm init` writes the file with every setting and its explanation in Indonesian; a line that begins with `#` keeps the
default. A server reads its settings once, when it starts.

| setting | default | meaning |
|---|---|---|
"""

SETELAN_PAGE = f"""\
# Setelan
{BY_HAND}

Setelan ada di `config.toml` dalam folder instalasi. Variabel lingkungan `SKM_<NAMA>` menang atas berkas itu. Nama yang
tidak dikenal atau nilai yang mustahil ditolak dengan satu kalimat. Setelan dibaca satu kali, ketika server mulai.

| setelan | bawaan | arti |
|---|---|---|
"""

COMMANDS_PAGE = f"""\
# Commands
{BY_HAND}

The installation is the folder of `--instance FOLDER` or `SKM_INSTANCE`; without either, `instance/` of the checkout,
or, where the toolkit was installed with pip, `instance/` of the current folder. Errors are one sentence on standard
error. Exit codes: 0 done, 1 a check failed, 2 a mistake of the user, 3 an unexpected error (`SKM_DEBUG=1` for details).

| command | purpose |
|---|---|
"""

PURPOSE = {
    "init": "new installation: settings, key, database; prints a one-time first-login code; never overwrites",
    "serve": "serves residents and the desk; one process per SQLite file; SIGTERM, SIGHUP and Ctrl-C finish what runs",
    "calc": "index of CSV or XLSX files, without any installation; see [calc.md](calc.md)",
    "unit": "units: list, add, edit, switch off and on; a name that looks like another unit's needs `--yes`",
    "service": "services of a unit: list, add, edit, switch off and on",
    "counter": "counters of a unit: list, add, edit, switch off and on",
    "period": "lists the open, former and free periods; adds a free range of days",
    "user": "desk accounts: list, add (prints a one-time code), unused codes, edit, off, on",
    "link": "survey links: list, make, revoke",
    "sheet": "QR sheets for residents, and set-up sheets of tablets for staff (`--kind kiosk`)",
    "report": "papers of one unit and period, or with `--all` of every active unit; see [reports.md](reports.md)",
    "export": "answers as CSV, streamed; the day only, no time",
    "retain": "removes remarks and exact times of old answers after a preview; answers and counts stay",
    "conflicts": "copies under an id that already had other answers: kept aside, never counted",
    "backup": "a complete, checked copy of the database while the server runs; see [backup.md](operate/backup.md)",
    "restore": "a backup becomes a new installation, or the database of one that has none; never overwrites",
    "verify": "compares every answer with its digest and recounts; `--rebuild` repairs the counts, never the answers",
    "doctor": "checks journal, SQLite version, disk, key, address and clock, each with its cure",
    "upgrade": "backs up, then applies pending schema steps; see [upgrade.md](operate/upgrade.md)",
}


def pages() -> dict[str, str]:
    """File name in docs/ -> its text."""
    english = "\n".join(f"| `{s.name}` | `{json.dumps(s.default)}` | {s.meaning} |" for s in SETTINGS)
    indonesian = "\n".join(f"| `{s.name}` | `{json.dumps(s.default)}` | {s.comment} |" for s in SETTINGS)
    return {
        "settings.md": f"{SETTINGS_PAGE}{english}\n",
        "setelan.md": f"{SETELAN_PAGE}{indonesian}\n",
        "commands.md": commands(),
    }


def commands() -> str:
    rows = (f"| [`skm {name}`](#skm-{name}) | {PURPOSE[name]} |" for name in COMMANDS)
    runner = CliRunner(env={"LANGUAGE": "id"})  # the command sets it; the runner takes it back
    helps = []
    for path in paths(main, ()):
        printed = runner.invoke(main, [*path, "--help"], prog_name="skm", terminal_width=100).output
        lines = "\n".join(line.rstrip() for line in printed.splitlines())
        helps.append(f"\n{'#' * (len(path) + 1)} skm {' '.join(path)}\n\n```text\n{lines}\n```\n")
    return (
        COMMANDS_PAGE
        + "\n".join(rows)
        + "\n\nThe help of each command, as the program prints it:\n"
        + "".join(helps)
    )


def paths(group: click.Group, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of every command below a group, in the order of its help."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*before, name)
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from paths(command, (*before, name))


if __name__ == "__main__":
    for file, text in pages().items():
        (HERE / file).write_text(text, encoding="utf-8")
