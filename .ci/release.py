"""`make release`: wheel, source archive, SBOM and checksums of the last commit, in dist/. Tags and publishes nothing.

The same commit gives the same bytes (https://reproducible-builds.org): times are the commit's, owners and order are
fixed, and the wheel is built from the source archive, so that one proves the other complete.
"""

from __future__ import annotations

import configparser
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SBOM_TOOL = ROOT / ".venv" / "release" / "bin" / "cyclonedx-py"


def main() -> None:
    """Build everything, or say in one sentence why not."""
    if git("status", "--porcelain"):
        sys.exit("There are changes that are not committed; a release is made of a commit.")
    version = setup()["version"]
    if f"\n## {version} (" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        sys.exit(f"CHANGELOG.md has no section '## {version} (date)'.")
    DIST.mkdir(exist_ok=True)
    for old in DIST.iterdir():
        old.unlink()
    build(DIST)
    sbom(DIST / f"skm-toolkit-{version}.cdx.json", version)
    files = sorted(path for path in DIST.iterdir())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (DIST / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print("".join(sums), end="")
    print(
        f"Next, by hand: git tag --annotate v{version} --message 'Version {version}' && git push origin v{version}"
    )


def build(out: Path) -> None:
    """The source archive of HEAD, and a wheel made from it."""
    os.umask(0o022)
    os.environ["SOURCE_DATE_EPOCH"] = git("log", "-1", "--format=%ct")
    with tempfile.TemporaryDirectory() as folder:
        tree, unpacked = Path(folder, "tree"), Path(folder, "unpacked")
        committed = subprocess.run(
            ["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(committed)) as archive:
            archive.extractall(tree, filter="data")
        backend("build_sdist", tree, Path(folder))
        made = next(Path(folder).glob("*.tar.gz"))
        source = out / made.name
        source.write_bytes(normalised(made, int(os.environ["SOURCE_DATE_EPOCH"])))
        with tarfile.open(source) as archive:
            archive.extractall(unpacked, filter="data")
        backend("build_wheel", next(unpacked.iterdir()), out)


def backend(step: str, tree: Path, out: Path) -> None:
    """One step of setuptools, the locked one of this environment."""
    run = f"from setuptools import build_meta; build_meta.{step}({str(out)!r})"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", run], cwd=tree, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])


def normalised(made: Path, moment: int) -> bytes:
    """A source archive with fixed times, owners, modes and order: setuptools keeps those of the machine."""
    packed = io.BytesIO()
    with (
        tarfile.open(made) as old,
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=moment) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = moment, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    return packed.getvalue()


def sbom(file: Path, version: str) -> None:
    """CycloneDX list of the libraries in the lock, with their hashes."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as project:
        project.write(f'[project]\nname = "skm-toolkit"\nversion = "{version}"\nlicense = "MIT"\n')
        project.flush()
        options = ["--pyproject", project.name, "--mc-type", "application", "--output-reproducible"]
        tool = [SBOM_TOOL, "requirements", *options, "--output-file", file, "constraints-run.txt"]
        subprocess.run(tool, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore"}, check=True)


def setup() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser["metadata"]


def git(*arguments: str) -> str:
    run = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"A release is made in a git checkout. {run.stderr.strip()}")
    return run.stdout.strip()


if __name__ == "__main__":
    main()
