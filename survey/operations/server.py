"""The server of `skm serve`: uvicorn in front of the WSGI application.

uvicorn reads and writes all connections in one thread; a request takes one of THREADS when its last byte is here.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from socket import socket
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

import uvicorn

from survey.operations.connections import Connection, Waiting, current

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

THREADS = 8
CONNECTIONS = 4000  # or half of the files that the system allows
BACKLOG = 1024  # connections that the system accepts before we do
LARGEST_HEAD = 16 * 1024  # browsers send less than 4 KiB; uvicorn refuses what it would have to gather
LARGEST_BODY = 4 * 1024 * 1024  # the application refuses sooner and in words; this one only guards the disk
IN_MEMORY = 64 * 1024  # of each body; a longer one is in a temporary file
PIECE = 64 * 1024  # of a reply, handed on when the client has read those before
TO_READ = 60.0  # seconds that a client gets for each PIECE
IDLE = 90.0  # seconds until its next request; nginx closes its own connections after 60
DRAIN = 10  # seconds that running requests get to finish
LAST_CALL = 3.0  # seconds of these for clients that are still sending or reading
SHARE = 0.0005  # seconds that a thread computes while others want to; Python's own 0.005 are ten pages

Message = dict[str, Any]
Reply = tuple[int, list[tuple[bytes, bytes]], bytes]  # status, headers, body
CLOSE = [(b"content-length", b"0"), (b"connection", b"close")]
TOO_LARGE: Reply = (431, CLOSE, b"")
BAD: Reply = (400, CLOSE, b"")


class Server:
    """Serves an application on a socket that listens already."""

    def __init__(self, app: WSGIApplication, listener: socket) -> None:
        files = _allow_files()
        self._listener = listener
        self._waiting = Waiting(min(CONNECTIONS, files // 2))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        config = uvicorn.Config(
            Adapter(app, self._waiting, self._threads),
            http=Connection,
            loop="asyncio",
            ws="none",
            lifespan="off",
            interface="asgi3",
            h11_max_incomplete_event_size=LARGEST_HEAD,
            backlog=min(BACKLOG, files // 4),
            timeout_keep_alive=int(IDLE),
            timeout_graceful_shutdown=DRAIN,
            proxy_headers=False,  # ProxyFix reads them when proxies are declared
            server_header=False,
            access_log=False,
            log_config=None,
        )
        self._uvicorn = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until `drain` is called from a signal handler or another thread, then finish what runs.

        uvicorn gets a thread of its own: in the main one it would handle signals itself, but not SIGHUP.
        """
        sys.setswitchinterval(SHARE)
        with ThreadPoolExecutor(1, "connections") as thread:
            served = thread.submit(asyncio.run, self._serve())
            while not served.done():
                wait([served], timeout=1)  # Windows handles signals between two of these
        self._threads.shutdown(wait=False, cancel_futures=True)
        served.result()

    def drain(self) -> None:
        """Ask `run` to end; returns at once."""
        self._uvicorn.should_exit = True

    async def _serve(self) -> None:
        deadlines = asyncio.create_task(self._keep_deadlines())
        await self._uvicorn.serve(sockets=[self._listener])
        deadlines.cancel()

    async def _keep_deadlines(self) -> None:
        while not self._uvicorn.should_exit:
            await asyncio.sleep(0.5)
            self._waiting.let_go_late()
        await asyncio.sleep(LAST_CALL)
        self._waiting.let_go_all()


class Adapter:
    """A WSGI application as an ASGI one that gathers the whole body before it takes a thread."""

    def __init__(self, app: WSGIApplication, waiting: Waiting, threads: ThreadPoolExecutor) -> None:
        self.waiting = waiting
        self._app, self._threads = app, threads

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        connection = current.get()
        with SpooledTemporaryFile(IN_MEMORY) as file:
            body = cast(IO[bytes], file)
            length = await _gather(receive, body)
            if length is None:
                return
            self.waiting.serve(connection)
            if refused := _refused(scope):
                status, headers, reply = refused
            else:
                environ, loop = _environ(scope, body, length), asyncio.get_running_loop()
                status, headers, reply = await loop.run_in_executor(self._threads, self._answer, environ)
        self.waiting.expect(connection, TO_READ)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for start in range(0, len(reply) - PIECE, PIECE):
            piece = reply[start : start + PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            self.waiting.expect(connection, TO_READ)
        rest = reply[(len(reply) - 1) // PIECE * PIECE :]
        await send({"type": "http.response.body", "body": rest})
        self.waiting.expect(connection, IDLE)
        connection.idle = True

    def _answer(self, environ: dict[str, Any]) -> Reply:
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
            told[:] = int(status[:3]), [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers]

        content: Iterable[bytes] = self._app(environ, start)
        try:
            body = b"".join(content)
        finally:
            if close := getattr(content, "close", None):
                close()
        return told[0], told[1], body


async def _gather(receive: Callable[[], Awaitable[Message]], body: IO[bytes]) -> int | None:
    """Write what the client sends to `body`, up to LARGEST_BODY. Its whole length; None when the client left."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        length += len(message["body"])
        if length <= LARGEST_BODY:
            body.write(message["body"])
        more = message["more_body"]
    body.seek(0)
    return length


def _refused(scope: Message) -> Reply | None:
    """The reply to a request that must not reach the application."""
    headers = scope["headers"]
    target = len(scope["raw_path"]) + len(scope["query_string"])
    if target + sum(len(name) + len(value) for name, value in headers) > LARGEST_HEAD:
        return TOO_LARGE
    try:
        _path(scope)
    except ValueError:
        return BAD
    # told two lengths, a proxy in front may see another end of the request than we do (RFC 9112, 6.3)
    return BAD if {b"content-length", b"transfer-encoding"} <= {name for name, _ in headers} else None


def _path(scope: Message) -> bytes:
    """ValueError for an address that is none; a client may send the whole one."""
    path: bytes = scope["raw_path"]
    return path if path.startswith(b"/") else urlsplit(path).path


def _environ(scope: Message, body: IO[bytes], length: int) -> dict[str, Any]:
    """PEP 3333's names for what ASGI says."""
    path = _path(scope)
    host, port = scope["server"] or ("localhost", 80)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if scope["client"]:
        environ["REMOTE_ADDR"] = scope["client"][0]
    for name, value in scope["headers"]:
        if b"_" in name:  # would be taken for the one with a dash
            continue
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]}{'; ' if name == b'cookie' else ','}{text}" if key in environ else text
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # the body is here as it was meant
    if environ.pop("HTTP_CONTENT_LENGTH", None) or length:
        environ["CONTENT_LENGTH"] = str(length)
    return environ


def _allow_files() -> int:
    """Open files that this process may have, after asking for as many as the connections want."""
    wanted = 2 * CONNECTIONS
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft
