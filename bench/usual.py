"""The same submission with a weaker setting, without a framework, and the way that is usual: goals 6 to 10."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from bench.context import ROOT, Run, environ
from bench.report import Row, compared
from bench.servers import Load, Server, free_port, get, post, stand, started, wait_for
from bench.ways import HELLO, PART, RESIDENTS, Way, fresh, in_turns, over, rate, words


def measure(run: Run) -> Iterator[Row]:
    clients = 16
    with ExitStack() as stack:
        durable, weak = fresh(run, "durable"), fresh(run, "weak")
        served = stack.enter_context(started(run.skm(durable, "serve", "--port", "0")))
        ways = {
            HELLO: Way(stack.enter_context(started(stand(run, "hello"))), get("/")),
            "FULL": Way(served, post(*RESIDENTS)),
            "form": Way(served, get(*RESIDENTS)),
            "NORMAL": Way(stack.enter_context(started(stand(run, "normal", str(weak)))), post(*RESIDENTS)),
            "widgets": Way(stack.enter_context(started(stand(run, "widgets"))), get("/")),
            "raw": Way(stack.enter_context(started(stand(run, "raw", str(weak)))), post("/")),
        }
        for name, server in _servers(run, stack).items():
            ways[name] = Way(server, post(*(RESIDENTS if name == "granian" else ("/",))))
        run.say(f"{clients} clients: {', '.join(ways)}")
        found = in_turns(ways, clients, min(3, run.rounds), run.pause)
    each = {name: f"{median(x.cpu_each for x in loads) * 1e6:,.0f} µs CPU" for name, loads in found.items()}
    told = {name: words(loads) for name, loads in found.items()}
    cpu = lambda load: load.cpu_each  # noqa: E731

    def row(
        what: str, ours: str, theirs: str, of: Callable[[Load], float], shown: dict[str, str], goal: int
    ) -> Row:
        ratio = over(found[ours], found[theirs], of)
        return compared(PART, what, shown[ours], theirs, shown[theirs], ratio, goal=goal)

    yield row("form", "form", "widgets", rate, told, 6)
    yield row("submission, NORMAL", "NORMAL", HELLO, cpu, each, 7)
    yield row("submission, NORMAL", "NORMAL", "raw", cpu, each, 8)
    for ours, goal in (("NORMAL", 9), ("FULL", 902)):
        if f"usual, {ours}" in found:
            yield row(f"submission, {ours}", ours, f"usual, {ours}", rate, told, goal)
    if "granian" in found:
        yield row("submission, p99", "FULL", "granian", lambda load: load.p(0.99), told, 10)


def _servers(run: Run, stack: ExitStack) -> dict[str, Server]:
    """gunicorn with two processes, and granian with one of one thread; nothing where they are not installed."""
    found = {}
    try:
        import granian  # noqa: F401
        import gunicorn  # noqa: F401
        import sqlalchemy  # noqa: F401
    except ImportError as missing:
        run.say(f"without the usual servers: {missing.name} is not installed")
        return {}
    for mode in ("NORMAL", "FULL"):
        port = free_port()
        extra = {"PEER_DATABASE": str(run.folder / f"peer-{port}.db"), "PEER_SYNCHRONOUS": mode}
        _prepare(extra)
        # its sync workers close every connection; threads keep them, which is quicker here
        asked = f"-m gunicorn -w 2 --worker-class gthread --threads 8 -b 127.0.0.1:{port} bench.peer_app:app"
        command = [sys.executable, *asked.split(), "--keep-alive", "60"]
        found[f"usual, {mode}"] = stack.enter_context(_known(command, extra, port))
    port = free_port()
    asked = f"-m granian --interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads 1"
    command = [sys.executable, *asked.split(), "bench.granian_app:app"]
    extra = {"SKM_INSTANCE": str(fresh(run, "granian"))}
    found["granian"] = stack.enter_context(_known(command, extra, port))
    return found


def _prepare(extra: dict[str, str]) -> None:
    """Make the peer's tables before its two processes start beside each other."""
    run = [sys.executable, "-c", "import bench.peer_app"]
    subprocess.run(run, env={**environ(), **extra}, cwd=ROOT, check=True)


@contextmanager
def _known(command: list[str], extra: dict[str, str], port: int) -> Iterator[Server]:
    with started(command, extra, port) as server:
        wait_for(port)
        yield server
