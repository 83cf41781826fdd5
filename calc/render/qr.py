"""QR codes as geometry: a matrix, merged rectangles, an SVG path. Knows no PDF: web pages use it too."""

from __future__ import annotations

from functools import lru_cache

from qrcode import constants
from qrcode.main import QRCode

QUIET = 4  # light modules around the code that the standard asks for
LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}

Rectangle = tuple[int, int, int, int]  # x, y, width, height in modules, y downwards, quiet zone included


class QrError(ValueError):
    """An address that does not fit into a QR code, or an unknown level."""


@lru_cache(maxsize=512)  # scoring the masks is most of the time; a sheet and a page ask for the same code
def matrix(url: str, level: str = "Q") -> tuple[tuple[bool, ...], ...]:
    """The modules of a code, True = dark, with a quiet zone of 4 modules on every side.

    Raises
    ------
    QrError
        For an unknown level or an address that is too long.
    """
    if level not in LEVELS:
        raise QrError(f"Tingkat koreksi QR '{level}' tidak dikenal. Pilih salah satu: {', '.join(LEVELS)}.")
    code = QRCode(error_correction=LEVELS[level], border=QUIET)
    code.add_data(url)
    try:
        code.make(fit=True)
    except ValueError as error:  # qrcode counts versions past 40
        raise QrError(f"Alamat terlalu panjang untuk kode QR ({len(url)} karakter); pendekkan.") from error
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())


@lru_cache(maxsize=512)
def rectangles(url: str, level: str = "Q") -> tuple[int, tuple[Rectangle, ...]]:
    """(side in modules, dark rectangles): runs of a row, merged downwards while the next row has the same.

    Few large shapes draw faster and leave no hairlines between modules.
    """
    rows = matrix(url, level)
    done: list[Rectangle] = []
    growing: dict[tuple[int, int], tuple[int, int]] = {}  # (x, width) -> (y, height)
    for y, row in enumerate((*rows, (False,) * len(rows))):
        runs = _runs(row)
        for run in [run for run in growing if run not in runs]:
            top, height = growing.pop(run)
            done.append((run[0], top, run[1], height))
        for run in runs:
            top, height = growing.get(run, (y, 0))
            growing[run] = (top, height + 1)
    return len(rows), tuple(done)


def qr_svg_path(url: str, level: str = "Q") -> tuple[int, str]:
    """(size, d) for ``<svg viewBox="0 0 size size"><path d="d"/></svg>``; size includes the quiet zone."""
    size, parts = rectangles(url, level)
    return size, "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in parts)


def _runs(row: tuple[bool, ...]) -> set[tuple[int, int]]:
    """(start, length) of every run of dark modules."""
    runs, start = set(), None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.add((start, x - start))
            start = None
    return runs
