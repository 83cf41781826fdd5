"""What kind of disk a folder lies on: SQLite keeps its word only on one of this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path, PurePath

NETWORK = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "vboxsf"),
    *("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.vmhgfs-fuse", "fuse.glusterfs", "fuse.davfs2"),
}
SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "nextcloud", "icloud")
SHARE = "jaringan Windows"
REMOTE = 4  # GetDriveTypeW: a drive letter that stands for a share


def kind(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Kind of the file system that a folder lies on; '' where the system does not tell."""
    if sys.platform == "win32":
        return SHARE if is_share(str(folder.resolve()), _drive_type) else ""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    at = folder.resolve()
    points = [(Path(line[1].replace("\\040", " ")), line[2]) for line in lines if len(line) > 2]
    over = [(len(point.parts), name) for point, name in points if at.is_relative_to(point)]
    return sorted(over, key=lambda entry: entry[0])[-1][1] if over else ""  # of two mounts, the later one


def is_network(name: str) -> bool:
    """Whether a kind of file system is that of another machine."""
    return name in NETWORK or name == SHARE


def is_share(path: str, drive_type: Callable[[str], int]) -> bool:
    r"""Whether a Windows path is on another machine: ``\\server\share\x``, or a drive letter that stands for it."""
    plain = path.removeprefix("\\\\?\\")
    if plain.startswith(("\\\\", "UNC\\")):
        return True
    return plain[1:2] == ":" and drive_type(f"{plain[:2]}\\") == REMOTE


def synced_by(folder: PurePath) -> str:
    """The program that copies a folder elsewhere while it is written, as its name says; '' for none."""
    for part in folder.parts:
        if part.lower().startswith(SYNCED):
            return part
    return ""


def _drive_type(root: str) -> int:
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(root))  # type: ignore[attr-defined]
