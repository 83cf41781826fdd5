"""Whose turn it is on each connection, and the end of it when a client does not go on.

A client is let go at the end of its time, or as the one that has waited longest when too many are connected.
"""

from __future__ import annotations

import asyncio
import socket
from contextvars import ContextVar
from typing import Any, Protocol, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

TO_SEND = 20.0  # seconds that a client gets to send a whole request


class Waiting:
    """Connections on which it is the client's turn, in the order in which that began.

    limit : connections that may be open, those included on which it is our turn
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: set[Connection] = set()
        self._turn: dict[Connection, float] = {}  # the end of the client's time

    def enter(self, connection: Connection) -> None:
        """A new connection; where there are too many, the one that has waited longest goes."""
        self._open.add(connection)
        self.expect(connection, TO_SEND)
        if len(self._open) > self._limit:
            self._let_go(next(iter(self._turn)))

    def leave(self, connection: Connection) -> None:
        """It is closed."""
        self._open.discard(connection)
        self._turn.pop(connection, None)

    def expect(self, connection: Connection, seconds: float) -> None:
        """From now on it is the client's turn, for that long."""
        self.serve(connection)
        if connection in self._open:
            self._turn[connection] = asyncio.get_running_loop().time() + seconds

    def serve(self, connection: Connection) -> None:
        """From now on it is our turn."""
        self._turn.pop(connection, None)

    def let_go_late(self) -> None:
        now = asyncio.get_running_loop().time()
        for connection in [each for each, end in self._turn.items() if end < now]:
            self._let_go(connection)

    def let_go_all(self) -> None:
        for connection in list(self._turn):
            self._let_go(connection)

    def _let_go(self, connection: Connection) -> None:
        self.leave(connection)
        connection.abort()


class Watched(Protocol):
    """An application whose connections are watched."""

    waiting: Waiting


class Connection(asyncio.Protocol):
    """What uvicorn does on a connection, watched by the `waiting` of its application."""

    def __init__(self, *, config: uvicorn.Config, **options: Any) -> None:
        self._waiting = cast(Watched, config.app).waiting
        self._http = H11Protocol(config=config, **options)
        self.idle = False  # between two requests

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        # head and body are two writes: the second would wait for the client's word on the first
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._http.connection_made(self._transport)
        self._waiting.enter(self)

    def data_received(self, data: bytes) -> None:
        if self.idle:
            self.idle = False
            self._waiting.expect(self, TO_SEND)
        current.set(self)
        self._http.data_received(data)

    def eof_received(self) -> None:
        self._http.eof_received()

    def pause_writing(self) -> None:
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._http.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.leave(self)
        self._http.connection_lost(exc)

    def abort(self) -> None:
        """Close it at once."""
        self._transport.abort()


current: ContextVar[Connection] = ContextVar("current")  # for the request that begins in `data_received`
