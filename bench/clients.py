"""Keep-alive clients in a process of their own: ``python -m bench.clients``, until its standard input ends.

Reads one JSON line (the port, and kinds of clients as `bench.servers.Kind`), prints an empty line when all have begun,
and at the end one of JSON: for each kind how often each status came, and the milliseconds of each reply. Only this
machine is asked. As browsers do, a client who is told to come again (503, Retry-After) does so after that time.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from itertools import chain
from typing import Any
from uuid import uuid4

PATIENCE = 60.0  # seconds for one reply
PLACEHOLDER = b"00000000-0000-4000-8000-000000000000"  # a new id takes its place in every request


class Client(threading.Thread):
    """One connection that sends its requests in turn, each when the reply to the last one is whole."""

    def __init__(self, port: int, requests: list[bytes], pause: float, end: threading.Event) -> None:
        super().__init__(daemon=True)
        self._port, self._requests, self._pause, self._end = port, requests, pause, end
        self.statuses: Counter[str] = Counter()
        self.milliseconds: list[float] = []

    def run(self) -> None:
        try:
            with socket.create_connection(("127.0.0.1", self._port), PATIENCE) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ask(connection)
        except OSError as error:
            self.statuses[f"broken: {error}"] += 1

    def _ask(self, connection: socket.socket) -> None:
        turn = 0
        while not self._end.is_set():
            request = self._requests[turn % len(self._requests)].replace(PLACEHOLDER, str(uuid4()).encode())
            began = time.perf_counter()
            connection.sendall(request)
            head = reply(connection)
            self.milliseconds.append(round((time.perf_counter() - began) * 1000, 3))
            status = head[9:12].decode()
            self.statuses[status] += 1
            turn += status != "503"
            wait = float(header(head, b"retry-after") or 1) if status == "503" else self._pause
            if wait:
                self._end.wait(wait)


def reply(connection: socket.socket) -> bytes:
    """The head of a reply whose body was read to its end."""
    data = b""
    while (at := data.find(b"\r\n\r\n")) < 0:
        data += _more(connection)
    head = data[:at]
    length = header(head, b"content-length")
    left = int(length or 0) - (len(data) - at - 4)
    while left > 0 if length else not data.endswith(b"\r\n0\r\n\r\n"):
        data = data[-7:] + (more := _more(connection))
        left -= len(more)
    return head


def header(head: bytes, name: bytes) -> str:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().decode()
    return ""


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 18)
    if not data:
        raise ConnectionError("the server closed a connection")
    return data


def main() -> None:
    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    end, kinds = threading.Event(), []
    for kind in asked["kinds"]:
        requests, count = [request.encode("latin-1") for request in kind["requests"]], kind["count"]
        begins = [len(requests) * number // count for number in range(count)]
        kinds.append(
            [Client(asked["port"], requests[at:] + requests[:at], kind["pause"], end) for at in begins]
        )
    for client in chain(*kinds):
        client.start()
    print(flush=True)
    sys.stdin.read()
    end.set()
    for client in chain(*kinds):
        client.join(PATIENCE)
    told = [
        {
            "statuses": sum((client.statuses for client in kind), Counter()),
            "milliseconds": [taken for client in kind for taken in client.milliseconds],
        }
        for kind in kinds
    ]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
