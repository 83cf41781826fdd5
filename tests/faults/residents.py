"""Residents who send over real connections, try again with the same id, and remember what they were told."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from calc.instruments.reader import instrument
from tests.faults.site import CODES

ITEMS = instrument("skm-2017").item_keys
PATIENCE = 20.0  # seconds without a byte after which a reply counts as not come


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        try:
            return str(json.loads(self.body).get("id", ""))
        except ValueError:
            return ""


class Dropped(OSError):
    """The connection ended before the reply was whole."""


class Line:
    """One keep-alive connection; it is opened again when it broke."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.rest = b""
        self.asked = 0  # requests that were sent whole

    def post(self, code: str, fields: dict[str, str], **headers: str) -> Reply:
        body = urlencode(fields).encode()
        told = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            **headers,
        }
        return self._ask("POST", f"/s/{code}", told, body)

    def get(self, path: str, **headers: str) -> Reply:
        return self._ask("GET", path, headers, b"")

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: application/json"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
                self.rest = b""
            self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            self.asked += 1
            return self._reply()
        except OSError:
            self.close()
            raise

    def _reply(self) -> Reply:
        head = self._until_blank_line()
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = self._exactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.close()
        return Reply(int(first.split()[1]), headers, body)

    def _until_blank_line(self) -> bytes:
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        return head

    def _exactly(self, size: int) -> bytes:
        while len(self.rest) < size:
            self._more()
        body, self.rest = self.rest[:size], self.rest[size:]
        return body

    def _more(self) -> None:
        assert self.socket is not None
        came = self.socket.recv(65536)
        if not came:
            raise Dropped("the server hung up")
        self.rest += came

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


@dataclass
class Sitting:
    """One resident's answers: kept on the device until the server said that it has them."""

    code: str
    answers: str
    ids: list[str] = field(default_factory=lambda: [str(uuid.uuid4())])
    remark: str = ""
    attempts: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return self.ids[-1]

    @property
    def fields(self) -> dict[str, str]:
        given = {item: score for item, score in zip(ITEMS, self.answers, strict=True) if score != "-"}
        return {"id": self.id, **given, **({"saran": self.remark} if self.remark else {})}


class Ledger:
    """What was sent, what the server said, and in which order; safe to write from many threads."""

    def __init__(self) -> None:
        self.sittings: list[Sitting] = []
        self.acknowledged: list[str] = []  # ids in the order of their receipts
        self.times: dict[str, tuple[float, float]] = {}  # id -> when it was first sent, when its receipt came
        self.replies: Counter[int] = Counter()
        self.dropped = 0
        self.wrong: list[str] = []  # replies that no resident should get
        self.slowest = 0.0
        self._lock = threading.Lock()

    def begin(self, code: str = CODES[0], remark: str = "") -> Sitting:
        sitting = Sitting(code, "".join(random.choices("1234", k=9)), remark=remark)
        with self._lock:
            self.sittings.append(sitting)
        return sitting

    def drop(self) -> None:
        with self._lock:
            self.dropped += 1

    def note(self, sitting: Sitting, reply: Reply, seconds: float) -> bool:
        """Write a reply down; whether it was a receipt."""
        kept = reply.status in (200, 201)
        with self._lock:
            self.replies[reply.status] += 1
            self.slowest = max(self.slowest, seconds)
            if wrong := _wrong(sitting, reply):
                self.wrong.append(wrong)
            if kept:
                self.acknowledged.append(sitting.id)
                self.times[sitting.id] = (sitting.began, time.monotonic())
        return kept


def _wrong(sitting: Sitting, reply: Reply) -> str:
    """What is not as promised about a reply to the only body that came with its id; '' when nothing."""
    if reply.status not in (200, 201, 503):
        return f"{reply.status} for a whole rating: {reply.body[:200]!r}"
    if reply.status == 503:
        return "" if reply.headers.get("retry-after", "").isdigit() else "503 without Retry-After"
    if reply.id != sitting.id:
        return f"receipt for {reply.id!r} instead of {sitting.id}"
    if reply.status == 200 and sitting.attempts == 1:
        return "200 for an answer that never came before"
    return ""


class Crowd:
    """Residents at many devices, each sending one rating after the other until `finish`.

    pace : seconds that a device waits between two ratings
    deaf : share of the replies that never reach the device
    new_ids : sabotage of the device: a retry makes a new id
    """

    def __init__(
        self,
        ports: Sequence[int],
        devices: int = 12,
        *,
        pace: float = 0.0,
        deaf: float = 0.0,
        new_ids: bool = False,
        remark: str = "",
    ) -> None:
        self.ledger = Ledger()
        self.ports, self.pace, self.remark = list(ports), pace, remark
        self.deaf, self.new_ids = deaf, new_ids
        self._last = threading.Event()  # no further sitting is begun
        self._away = threading.Event()  # nobody tries any more
        self.lines = [Line(self.ports[number % len(self.ports)]) for number in range(devices)]
        self._threads = [
            threading.Thread(target=self._device, args=(number,), name=f"device {number}", daemon=True)
            for number in range(devices)
        ]

    def start(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def finish(self, patience: float = 60.0) -> Ledger:
        """Begin nothing new, let everybody get a receipt for what was begun, and return the ledger."""
        self._last.set()
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0.0))
        return self.leave()

    def leave(self) -> Ledger:
        """Everybody goes home, with a receipt or without."""
        self._last.set()
        self._away.set()
        for thread in self._threads:
            thread.join(PATIENCE + 5)
        return self.ledger

    @property
    def waiting(self) -> int:
        """Devices whose request was sent whole and has no reply yet."""
        return (
            sum(line.asked for line in self.lines) - sum(self.ledger.replies.values()) - self.ledger.dropped
        )

    def wait_for(self, receipts: int, patience: float = 60.0) -> None:
        """Wait until so many receipts have come in all."""
        until = time.monotonic() + patience
        while len(self.ledger.acknowledged) < receipts:
            assert time.monotonic() < until, (
                f"{len(self.ledger.acknowledged)} receipts: {self.ledger.replies}"
            )
            time.sleep(0.005)

    def _device(self, number: int) -> None:
        with contextlib.closing(self.lines[number]) as line:
            while not self._last.is_set():
                self._sit(line, self.ledger.begin(CODES[number % len(CODES)], self.remark))
                self._last.wait(self.pace)

    def _sit(self, line: Line, sitting: Sitting) -> None:
        """Send until there is a receipt."""
        while not self._away.is_set():
            if self.new_ids and sitting.attempts:
                sitting.ids.append(str(uuid.uuid4()))
            sitting.attempts += 1
            began = time.monotonic()
            try:
                reply = line.post(sitting.code, sitting.fields)
                if random.random() < self.deaf:
                    raise Dropped("the reply was lost")
            except OSError:
                self.ledger.drop()
                line.port = self.ports[(self.ports.index(line.port) + 1) % len(self.ports)]
                self._away.wait(0.005)
                continue
            if self.ledger.note(sitting, reply, time.monotonic() - began):
                return
            self._away.wait(0.05)


@contextlib.contextmanager
def crowd(*ports: int, **how: object) -> Iterator[Crowd]:
    """A crowd that goes home at the end, whatever happens."""
    there = Crowd(ports, **how).start()  # type: ignore[arg-type]
    try:
        yield there
    finally:
        there.leave()
