"""Whatever goes wrong, a user reads one Indonesian sentence and a script gets an exit code."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.cli import COMMANDS

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("name", [n for n in COMMANDS if n not in ("init", "calc", "restore")])
def test_without_an_installation_every_command_says_how_to_make_one(
    skm: Any, tmp_path: Path, name: str
) -> None:
    group = name in ("unit", "service", "counter", "period", "user")
    arguments = {
        "sheet": ("x", "-o", "x.pdf"),
        "report": ("x", "2026", "-o", "x.pdf"),
        "export": ("-o", "x.csv"),
    }.get(name, ("list",) if group else ())
    found = skm("--instance", str(tmp_path / "kosong"), name, *arguments)
    assert found.code == 2
    assert found.err.startswith("Belum ada instalasi di") and "skm init" in found.err
    assert found.err.count("\n") == 1 and not (tmp_path / "kosong").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("bukan",), "Perintah 'bukan' tidak dikenal."),
        (("unit", "bukan"), "Perintah 'bukan' tidak dikenal."),
        (("unit", "list", "--bukan"), "Pilihan '--bukan' tidak dikenal."),
        (("unit", "list", "--format", "xml"), "'xml' bukan salah satu dari"),
        (("unit", "add"), "Belum disebut: argumen 'KUNCI'"),
        (("unit", "add", "x"), "Belum disebut: pilihan '--name'"),
        (("serve", "--port", "acht"), "bukan bilangan"),
        (("serve", "--port", "99999"), "di luar rentang"),
        (("verify", "apa"), "Kelebihan argumen: apa"),
        (("report", "x"), "Belum disebut: pilihan '-o'"),
        (("unit", "list", "--format"), "memerlukan nilai"),
    ],
)
def test_a_mistyped_command_is_one_sentence_with_where_to_find_help(
    skm: Any, arguments: tuple[str, ...], sentence: str
) -> None:
    found = skm(*arguments)
    assert found.code == 2 and sentence in found.err, found.err
    assert found.err.count("\n") == 1 and found.err.rstrip().endswith("--help")
    assert "Error" not in found.err and "Usage" not in found.err


def test_help_is_indonesian_and_needs_no_installation(skm: Any, tmp_path: Path) -> None:
    for name in COMMANDS:
        found = skm("--instance", str(tmp_path / "kosong"), name, "--help")
        assert found.code == 0, name
        for english in ("Usage:", "Options", "Commands", "Show this", "required]", "default:", "[OPTIONS]"):
            assert english not in found.out, (name, english)
        assert "Contoh:" in found.out


def test_the_language_of_the_machine_changes_no_sentence(shell: Shell) -> None:
    for environ in ({"LC_ALL": "C"}, {"LC_ALL": "en_US.UTF-8", "LANGUAGE": "en"}):
        assert shell("bukan", **environ).stderr == "Perintah 'bukan' tidak dikenal. Bantuan: skm --help\n"


def test_the_folder_may_stand_before_or_behind_the_command_or_in_the_environment(
    shell: Shell, instance: Path, place: Any, store: Any
) -> None:
    before = shell("--instance", str(instance), "unit", "list")
    behind = shell("unit", "list", "--instance", str(instance))
    around = shell("unit", "list", SKM_INSTANCE=str(instance))
    assert before.stdout == behind.stdout == around.stdout and "dukcapil" in before.stdout


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('WARNA = "biru"', "setelan 'WARNA' tidak dikenal"),
        ('PERIOD = "minggu"', "PERIOD 'minggu' tidak dikenal"),
        ("PERIOD =", "config.toml tidak dapat dibaca"),
        ("PROFILE = 1", "PROFILE harus"),
    ],
)
def test_a_mistake_in_the_settings_is_named(skm: Any, instance: Path, line: str, sentence: str) -> None:
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    found = skm("unit", "list")
    assert found.code == 2 and sentence in found.err and found.err.count("\n") == 1, found.err


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path: path.unlink(), "skm.db tidak ada"),
        (lambda path: path.write_bytes(b""), "skm.db kosong"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "skm.db terpotong"),
        (lambda path: path.write_bytes(b"bukan basis data" * 100), "bukan pangkalan data"),
    ],
)
def test_a_damaged_database_is_named_and_left_untouched(
    skm: Any, instance: Path, damage: Callable[[Path], Any], sentence: str
) -> None:
    path = instance / "skm.db"
    damage(path)
    before = path.read_bytes() if path.exists() else None
    for arguments in (("link",), ("serve", "--port", "0"), ("upgrade",)):
        found = skm(*arguments)
        assert found.code == 2 and sentence in found.err and found.err.count("\n") == 1, found.err
    assert (path.read_bytes() if path.exists() else None) == before


def test_an_unexpected_error_hides_its_details_unless_asked(
    shell: Shell, instance: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import survey.commands.organisation.places as places\n"
        "def broken(*a): raise RuntimeError('isi rahasia')\n"
        "places.common.show = broken\n",
        encoding="utf-8",
    )
    path = f"{tmp_path}{os.pathsep}{Path(__file__).resolve().parent.parent.parent}"
    found = shell("--instance", str(instance), "unit", "list", PYTHONPATH=path)
    assert found.returncode == 3
    assert (
        found.stderr
        == "Terjadi kesalahan tak terduga (RuntimeError). Rinciannya: ulangi dengan SKM_DEBUG=1.\n"
    )
    debug = shell("--instance", str(instance), "unit", "list", PYTHONPATH=path, SKM_DEBUG="1")
    assert "Traceback" in debug.stderr and "isi rahasia" in debug.stderr


def test_a_closed_pipe_ends_a_command_quietly(
    skm_command: Any, environ: dict[str, str], instance: Path
) -> None:
    read, write = os.pipe()
    os.close(read)
    found = subprocess.run(
        skm_command("--instance", str(instance), "export", "-o", "-"),
        env=environ,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert found.returncode == 141 and "Traceback" not in found.stderr and "Broken" not in found.stderr


def test_upgrading_an_up_to_date_database_does_nothing(skm: Any, instance: Path) -> None:
    before = (instance / "skm.db").read_bytes()
    for arguments in (("upgrade", "--dry-run"), ("upgrade",)):
        found = skm(*arguments)
        assert (found.code, found.out) == (0, "Skema sudah yang terbaru.\n")
    assert (instance / "skm.db").read_bytes() == before


def test_a_pending_step_is_named_refused_by_the_server_and_applied_once(
    skm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey.store import schema

    step = schema.Step("9999 contoh", ("CREATE TABLE contoh (x TEXT){strict}",))
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step))
    refused = skm("link")
    assert refused.code == 2 and "skm upgrade" in refused.err
    assert "Akan diterapkan: 9999 contoh" in skm("upgrade", "--dry-run").out
    assert skm("link").code == 2
    assert skm("upgrade").code == 0
    assert skm("link").code == 0
    assert skm("upgrade").out == "Skema sudah yang terbaru.\n"
