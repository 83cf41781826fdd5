"""A crowd of readers in a process of its own: ``python -m bench.crowd``, until its standard input ends.

Reads one JSON line (`crowd`), and prints one at the end: how often each status came. Only this machine is asked. As
browsers do, a reader who is told to come again (503, Retry-After) does so after that time and not before.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections import Counter
from itertools import chain
from typing import Any

PATIENCE = 60.0  # seconds for one reply
LONGEST = 600.0  # seconds after which a forgotten crowd goes home


class Reader(threading.Thread):
    """One connection that asks for its addresses in turn."""

    def __init__(self, port: int, paths: list[str], cookie: str, pause: float, end: threading.Event) -> None:
        super().__init__(daemon=True)
        self._port, self._pause, self._end, self.statuses = port, pause, end, Counter[str]()
        more = f"Cookie: {cookie}\r\n" if cookie else ""
        self._requests = [
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{more}\r\n".encode()
            for path in paths
        ]

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port), PATIENCE) as connection:
            turn, room = 0, bytearray(1 << 20)
            while not self._end.is_set():
                connection.sendall(self._requests[turn % len(self._requests)])
                head = _reply(connection, room)
                status = head[9:12].decode()
                self.statuses[status] += 1
                wait = float(_header(head, b"retry-after") or 1) if status == "503" else self._pause
                turn += status != "503"
                if wait:
                    self._end.wait(wait)


def crowd(port: int, readers: list[dict[str, Any]]) -> list[dict[str, int]]:
    """readers : of each kind `count`, `paths`, and where they matter `cookie` and the `pause` after each reply"""
    end = threading.Event()
    kinds = [
        [
            Reader(
                port,
                kind["paths"][at:] + kind["paths"][:at],
                kind.get("cookie", ""),
                kind.get("pause", 0.0),
                end,
            )
            for at in range(kind["count"])
        ]
        for kind in readers
    ]
    timer = threading.Timer(LONGEST, end.set)
    timer.daemon = True
    timer.start()
    for reader in chain(*kinds):
        reader.start()
    threading.Thread(target=lambda: (sys.stdin.read(), end.set()), daemon=True).start()
    end.wait()
    for reader in chain(*kinds):
        reader.join(PATIENCE)
    return [dict(sum((reader.statuses for reader in kind), Counter())) for kind in kinds]


def _reply(connection: socket.socket, room: bytearray) -> bytes:
    """The head of a reply whose body was read to its end."""
    data = b""
    while (at := data.find(b"\r\n\r\n")) < 0:
        data += _more(connection.recv(1 << 16))
    head, left = data[:at], int(_header(data[:at], b"content-length") or 0) - (len(data) - at - 4)
    while left > 0:
        got = connection.recv_into(room)
        if not got:
            raise ConnectionError("the server closed a connection")
        left -= got
    return head


def _more(data: bytes) -> bytes:
    if not data:
        raise ConnectionError("the server closed a connection")
    return data


def _header(head: bytes, name: bytes) -> str:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().decode()
    return ""


if __name__ == "__main__":
    print(json.dumps(crowd(**json.loads(sys.stdin.readline()))))
