"""The loop that reads from and writes to connections for waitress: on epoll, or as waitress brings it.

waitress asks every connection before every wait whether it may be read; with a thousand slow ones that takes longer
than the work. On epoll a connection is watched for one event at a time, and whoever changes what it waits for says
so: a turn costs what happened in it, not what is connected.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

HAS_EPOLL = hasattr(select, "epoll")  # Linux
READ, WRITE, ONCE = select.POLLIN | select.POLLPRI, select.POLLOUT, 1 << 30  # as epoll numbers them


class Loop:
    """waitress's own: select() on Windows, poll() elsewhere."""

    def __init__(self) -> None:
        self.map: dict[int, Any] = {}

    def listen(self, app: Any, listening: socket.socket, settings: Adjustments, dispatcher: Any) -> None:
        """Serve an application on a socket that listens already."""
        where = (listening.family, listening.type, listening.proto, listening.getsockname())
        options = {"adj": settings, "dispatcher": dispatcher, "sockinfo": where, "bind_socket": False}
        self._server(app, self.map, _sock=listening, **options)

    def _server(self, *arguments: Any, **named: Any) -> None:
        TcpWSGIServer(*arguments, **named)

    def turn(self, timeout: float) -> None:
        """Wait for something to happen and handle it."""
        wasyncore.loop(timeout=timeout, map=self.map, use_poll=True, count=1)

    def listeners(self) -> list[Any]:
        return [entry for entry in list(self.map.values()) if getattr(entry, "accepting", False)]

    def channels(self) -> list[Any]:
        return [entry for entry in self.map.values() if hasattr(entry, "requests")]

    def wake(self) -> None:
        """End a turn that waits; may be called from any thread and from a signal handler."""
        for listener in self.listeners():
            listener.pull_trigger()

    def close(self) -> None:
        wasyncore.close_all(self.map)


class EpollLoop(Loop):
    def __init__(self) -> None:
        super().__init__()
        self._watch = select.epoll()

    def _server(self, *arguments: Any, **named: Any) -> None:
        Listener(self._watch, *arguments, **named)

    def turn(self, timeout: float) -> None:
        for listener in self.listeners():
            listener.look_around()
        for fd, events in self._watch.poll(timeout):
            there = self.map.get(fd)
            if isinstance(there, Channel):
                there.happened(events)
            elif there is not None:
                wasyncore.readwrite(there, events)

    def close(self) -> None:
        super().close()
        self._watch.close()


class Channel(HTTPChannel):
    """One connection; epoll forgets it after each event until it is armed again."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._arming = threading.Lock()
        super().__init__(*arguments, **named)

    def add_channel(self, map: Any = None) -> None:
        super().add_channel(map)
        self.server.watch.register(self._fileno, READ | ONCE)

    def del_channel(self, map: Any = None) -> None:
        with self._arming:
            if self._fileno is not None:  # it may be closed twice
                with contextlib.suppress(OSError, ValueError):
                    self.server.watch.unregister(self._fileno)
            super().del_channel(map)

    def happened(self, events: int) -> None:
        wasyncore.readwrite(self, events)
        self.arm()

    def arm(self) -> None:
        """Watch for what it waits for now. The lock: whoever looks last also speaks last."""
        with self._arming:
            events = (READ if self.readable() else 0) | (WRITE if self.writable() else 0)
            if events and self._fileno is not None:
                self.server.watch.modify(self._fileno, events | ONCE)

    def service(self) -> None:
        self.server.serving.channel = self
        super().service()


class Listener(TcpWSGIServer):
    """Accepts connections on one socket."""

    channel_class = Channel

    def __init__(self, watch: Any, *arguments: Any, **named: Any) -> None:
        self.watch = watch
        self.serving = threading.local()  # the channel that a thread works for
        super().__init__(*arguments, **named)
        self._full = False
        watch.register(self._fileno, READ)
        watch.register(self.trigger.socket.fileno(), READ)

    def pull_trigger(self) -> None:
        """Called by a thread whose channel waits for something else now, or by any other to wake the loop."""
        channel = getattr(self.serving, "channel", None)
        if channel is None:
            super().pull_trigger()
        else:
            channel.arm()

    def look_around(self) -> None:
        """waitress's own care for its limit of connections, and for those that were silent too long."""
        full = not self.readable()
        if full != self._full and self._fileno is not None:
            self._full = full
            self.watch.modify(self._fileno, 0 if full else READ)

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.will_close:
                channel.arm()
