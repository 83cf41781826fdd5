"""Load: keep-alive clients in a process of their own, on raw sockets with requests built beforehand.

Reads one JSON line from standard input (`Load` of bench.servers), loads, and prints one JSON line.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import time
from collections import Counter
from typing import Any
from uuid import UUID

PATIENCE = 20.0  # seconds for the last replies
HOLE = b"00000000-0000-4000-8000-000000000000"


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    print(json.dumps(load(**asked)))


def load(
    port: int, requests: list[str], clients: int, seconds: float, expected: int, warm: float = 0.3
) -> dict[str, Any]:
    """Each client sends its next request when the reply to its last one is whole.

    Parameters
    ----------
    requests : their bytes as Latin-1 text, sent in turn; the nil id within is replaced by a new one every time
    expected : how many requests may be needed; they are built before the time begins
    warm : seconds at the beginning that are not measured (but counted among the statuses)
    """
    ready = iter(_built([request.encode("latin-1") for request in requests], expected))
    poll, connections = select.epoll(), {}
    for _ in range(clients):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(connection.fileno(), select.EPOLLIN)
        connections[connection.fileno()] = [connection, 0.0, b""]
    statuses: Counter[str] = Counter()
    taken: list[float] = []
    began = time.perf_counter()
    for state in connections.values():
        state[1] = time.perf_counter()
        state[0].sendall(next(ready))
    waiting, end = clients, began + warm + seconds
    while waiting and time.perf_counter() < end + PATIENCE:
        for fd, _ in poll.poll(1.0):
            state = connections[fd]
            data = state[2] + state[0].recv(1 << 17)
            if not _whole(data):
                if not data:
                    raise ConnectionError("the server closed a connection")
                state[2] = data
                continue
            now = time.perf_counter()
            statuses[data[9:12].decode()] += 1
            if state[1] >= began + warm:
                taken.append(now - state[1])
            state[2] = b""
            following = next(ready, None) if now < end else None
            if following is None:
                waiting -= 1
            else:
                state[1] = now
                state[0].sendall(following)
    over = time.perf_counter()
    for state in connections.values():
        state[0].close()
    used = os.times()
    return {
        "seconds": over - began - warm,
        "statuses": statuses,
        "milliseconds": [round(value * 1000, 3) for value in taken],
        "cpu": used.user + used.system,
    }


def _built(requests: list[bytes], expected: int) -> list[bytes]:
    if HOLE not in requests[0]:
        return [requests[n % len(requests)] for n in range(expected)]
    halves, random = [request.split(HOLE) for request in requests], os.urandom(16 * expected)
    found = []
    for n in range(expected):
        before, after = halves[n % len(halves)]
        found.append(before + str(UUID(bytes=random[16 * n : 16 * n + 16], version=4)).encode() + after)
    return found


def _whole(data: bytes) -> bool:
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return False
    at = data.lower().find(b"content-length:", 0, head)
    if at < 0:
        return data.endswith(b"0\r\n\r\n")  # chunked
    return len(data) >= head + 4 + int(data[at + 15 : data.find(b"\r\n", at)])


if __name__ == "__main__":
    main()
