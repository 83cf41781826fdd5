"""A text with one hole, compressed once: filling the hole takes microseconds, a new compression milliseconds."""

from __future__ import annotations

import re
import struct
import zlib

# Style, script and words have letters of their own: with codes of their own a page is a hundred bytes smaller.
KINDS = re.compile(rb"(?<=</style>)|(?<=</script>)")
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: deflate, no name, no time, best compression


class GzipTemplate:
    """before, after : the bytes on both sides of the hole."""

    def __init__(self, before: bytes, after: bytes) -> None:
        self.before, self.after = before, after
        self._crc = zlib.crc32(before)
        self._front = _deflate(before, zlib.Z_FULL_FLUSH)
        # An own compressor, because matches must not reach back over the hole.
        self._rear = _deflate(after, zlib.Z_FINISH)

    def plain(self, filling: bytes) -> bytes:
        return self.before + filling + self.after

    def gzipped(self, filling: bytes) -> bytes:
        """The filled text as one gzip member; the filling (under 64 KiB) is a stored block (RFC 1951, 3.2.4)."""
        size = len(filling)
        block = struct.pack("<BHH", 0, size, size ^ 0xFFFF) + filling
        crc = zlib.crc32(self.after, zlib.crc32(filling, self._crc))
        total = len(self.before) + size + len(self.after)
        return HEADER + self._front + block + self._rear + struct.pack("<II", crc, total & 0xFFFFFFFF)


def _deflate(text: bytes, ending: int) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    *parts, last = KINDS.split(text)
    packed = b"".join(press.compress(part) + press.flush(zlib.Z_BLOCK) for part in parts)
    return packed + press.compress(last) + press.flush(ending)
