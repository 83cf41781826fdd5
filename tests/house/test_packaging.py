"""What `pip install .` and the wheel carry, and that it works far away from the checkout."""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
NOT_SHIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache"}


def _files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder.parent))
        for path in folder.rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts) and path.suffix != ".pyc"
    }


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that the checkout stays clean."""
    copy, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in ("calc", "survey", "templates"):
        shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "LICENSE", "README.md", "MANIFEST.in"):
        shutil.copy(root / name, copy / name)
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(out)!r})"
    run = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked into a folder of its own."""
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def _skm(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the unpacked wheel, found before the checkout's editable installation."""
    run = (
        "import survey, calc, sys; from survey.cli import main;"
        f"assert survey.__file__.startswith({str(site)!r}) and calc.__file__.startswith({str(site)!r});"
        "sys.argv[0] = 'skm'; main()"
    )
    environ = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, "-c", run, *arguments],
        cwd=cwd,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_every_file_of_both_wings_and_the_pages(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    tree = _files(root / "calc") | _files(root / "survey")
    tree |= {f"survey/{name}" for name in _files(root / "templates")}
    assert inside == tree


def test_the_wheel_names_its_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = " ".join(archive.namelist())
    assert "LICENSE" in names and "LICENSE-DejaVu.txt" in names


def test_the_wheel_computes_an_index_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    # two persons, all nine elements: (3 + 4) / 2 = 3,5 each, so 3,5 x 25 = 87,50
    keys = "persyaratan,prosedur,waktu,biaya,produk,kompetensi,perilaku,pengaduan,sarana"
    (tmp_path / "isian.csv").write_text(
        f"{keys}\n{','.join('3' * 9)}\n{','.join('4' * 9)}\n", encoding="utf-8"
    )
    found = _skm(installed, tmp_path, "calc", "isian.csv", "--format", "json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["converted"] == "87.50"


def test_the_wheel_makes_and_serves_a_demo_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    made = _skm(installed, tmp_path, "--instance", "demo", "init", "--demo")
    assert made.returncode == 0, made.stderr
    sheet = _skm(installed, tmp_path, "--instance", "demo", "sheet", "dukcapil", "-o", "lembar.pdf")
    assert sheet.returncode == 0, sheet.stderr
    assert (tmp_path / "lembar.pdf").read_bytes().startswith(b"%PDF")
    page = (
        "from survey import create_app; from survey.operations.installation import load_config; from pathlib import Path;"
        "app = create_app(Path('demo').absolute()); store = app.extensions['skm'].store;"
        "link = store.links()[0].code; client = app.test_client();"
        "print(client.get('/s/' + link).status_code, client.get('/hasil').status_code,"
        " client.get('/meja/masuk').status_code, client.get('/healthz/ready').status_code); store.close()"
    )
    environ = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    served = subprocess.run(
        [sys.executable, "-c", page], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert served.stdout.split() == ["200"] * 4, served.stderr[-2000:]


def _setup(root: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(root / "setup.cfg", encoding="utf-8")
    return parser


def test_setup_cfg_lists_every_package(root: Path) -> None:
    listed = set(_setup(root)["options"]["packages"].split())
    there = {
        ".".join(path.parent.relative_to(root).parts)
        for wing in ("calc", "survey")
        for path in (root / wing).rglob("*.py")
    }
    assert listed == there | {"survey.templates"}


def _locked(path: Path) -> dict[str, list[str]]:
    """Name -> version and hashes of every entry of a lock."""
    entries: dict[str, list[str]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([a-z0-9-]+)==(\S+)", line):
            name = found[1]
            entries[name] = [found[2]]
        elif "--hash=" in line:
            entries[name].append(line.strip(" \\"))
    return entries


LOCKS = ("constraints-run.txt", "constraints.txt")


def test_everything_in_the_locks_has_a_version_and_hashes(root: Path) -> None:
    for name in LOCKS:
        text = (root / name).read_text(encoding="utf-8")
        assert not re.search(
            r"https?:|file:|--index|--find-links|--extra-index|/", text.replace("sha256:", "")
        ), name
        assert all(len(entry) > 1 for entry in _locked(root / name).values())


def test_what_runs_is_what_was_tested(root: Path) -> None:
    tested, runs = _locked(root / "constraints.txt"), _locked(root / "constraints-run.txt")
    assert runs.items() <= tested.items()


def test_the_locks_cover_every_requirement(root: Path) -> None:
    setup = _setup(root)
    locked = {name for lock in LOCKS for name in _locked(root / lock)}
    wanted = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    names = {
        re.match(r"[A-Za-z0-9-]+", line)[0].lower()  # type: ignore[index]
        for block in wanted
        for line in block.splitlines()
        if line.strip() and not line.startswith("%") and "Windows" not in line.partition(";")[2][:40]
    }
    assert names - {"tzdata"} <= locked
    assert {"setuptools", "pip"} <= locked


@pytest.fixture(scope="module")
def unpacked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, built from what git has, and unpacked."""
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("sdist")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    found = subprocess.run(listed, cwd=root, capture_output=True, check=False)
    if found.returncode:
        pytest.skip("this is not a git checkout")
    for name in found.stdout.decode().split("\0"):
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, copy / name)
    build = f"from setuptools.build_meta import build_sdist; build_sdist({str(out)!r})"
    run = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    shutil.unpack_archive(next(out.glob("*.tar.gz")), out, filter="data")
    return next(path for path in out.iterdir() if path.is_dir())


@pytest.mark.parametrize("target", ["run", "test", "bench"])
def test_the_source_archive_has_what_make_needs(unpacked: Path, target: str) -> None:
    """Without building anything: every file that a target names is there, or another target makes it."""
    told = subprocess.run(
        ["make", "--dry-run", target], cwd=unpacked, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    named = set(re.findall(r"(?:-r|sh) ([\w./-]+\.txt|\.ci/\w+)", told.stdout))
    assert named and [name for name in named if not (unpacked / name).exists()] == []


def test_the_source_archive_has_what_the_manuals_point_at(unpacked: Path) -> None:
    manuals = [unpacked / "README.md", unpacked / "README.id.md", *(unpacked / "docs").rglob("*.md")]
    assert len(manuals) > 10
    for manual in manuals:
        text = manual.read_text(encoding="utf-8")
        links = set(re.findall(r"\]\(([^)#:]+)[)#]", text)) | set(re.findall(r'src="([^"]+)"', text))
        assert [link for link in links if not (manual.parent / link).exists()] == [], manual.name


def test_the_source_archive_makes_a_demo(unpacked: Path) -> None:
    """The last step of `make run`, with the libraries of this environment instead of a new one."""
    demo = unpacked / "demo"
    made = _skm(unpacked, unpacked, "--instance", str(demo), "init", "--demo")
    assert made.returncode == 0, made.stderr
    assert (demo / "config.toml").exists()


def test_an_installation_without_extras_reads_and_writes_excel_and_word(root: Path) -> None:
    wanted = _setup(root)["options"]["install_requires"]
    assert [n for n in ("xlsxwriter", "openpyxl", "defusedxml", "python-docx") if n not in wanted] == []


def test_no_cure_names_a_project_that_is_not_published(root: Path) -> None:
    """Whoever registers our name in a public index would run code in offices that follow the cure."""
    named = [
        str(path.relative_to(root))
        for folder in ("calc", "survey", "templates", "docs")
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".html", ".md", ".ps1", ".service")
        and "pip install 'skm" in path.read_text()
    ]
    assert named == []


def test_a_server_is_installed_from_the_lock_with_its_database_driver(root: Path) -> None:
    assert {"psycopg", "psycopg-binary", "psycopg-pool", "setuptools"} <= set(
        _locked(root / "constraints-run.txt")
    )
    for manual in ("docs/operate/install.md", "docs/operate/upgrade.md", "README.id.md"):
        text = (root / manual).read_text(encoding="utf-8")
        assert "pip install --require-hashes --no-deps -r constraints-run.txt" in text, manual


def test_the_same_commit_gives_the_same_release(root: Path, tmp_path: Path) -> None:
    """Wheel and source archive of `make release`, from two clones, made under different habits of the machine."""
    sums = []
    for umask, name in ((0o022, "one"), (0o077, "two")):
        made = tmp_path / f"{name}-made"
        made.mkdir()
        cloned = subprocess.run(
            ["git", "clone", "--quiet", str(root), name], cwd=tmp_path, capture_output=True, check=False
        )
        if cloned.returncode:
            pytest.skip("this is not a git checkout")
        shutil.copy(root / ".ci" / "release.py", tmp_path / name / ".ci" / "release.py")
        run = f"import release; from pathlib import Path; release.build(Path({str(made)!r}))"
        subprocess.run(
            [sys.executable, "-c", run],
            cwd=tmp_path / name,
            env={**os.environ, "PYTHONPATH": str(tmp_path / name / ".ci")},
            umask=umask,
            check=True,
        )
        sums.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.iterdir()})
    assert sums[0] == sums[1] and len(sums[0]) == 2
