"""Submissions through the real server, beside a bare Flask hello on the same server class and threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import filler
from bench.context import Run
from bench.measure import Ratio
from bench.report import Row, compared
from bench.servers import Load, Server, burst, free_port, get, post, stand, started, wait_for
from survey import installation

PART = "submit"
CLIENTS = (1, 16, 64)
HELLO = "Flask hello"
WAY = f"/s/{filler.CODE}"
BAR = 0.5  # of hello's requests a second, at 16 clients, durable


def measure(run: Run) -> Iterator[Row]:
    with ExitStack() as stack:
        ways = _ways(run, stack)
        for clients in CLIENTS:
            rounds = run.rounds if clients == 16 else min(3, run.rounds)
            run.say(f"{clients} clients: {', '.join(ways)}")
            found = _in_turns(ways, clients, rounds, run.pause)
            yield from _beside_hello(found, clients)
        _count(run, stack, ways)
    yield from _goals(run)
    yield from _undisturbed(run)


class Way:
    """A request to a server, and everything that came back."""

    def __init__(self, server: Server, request: str, kept: Callable[[], int] | None = None) -> None:
        self.server, self.request, self.kept = server, request, kept
        self.statuses: Counter[str] = Counter()

    def burst(self, clients: int, seconds: float) -> Load:
        found = burst(self.server, self.request, clients, seconds)
        self.statuses += found.statuses
        wrong = {status for status in found.statuses if not status.startswith("2")}
        if wrong:
            raise RuntimeError(f"{self.request.partition(chr(13))[0]} gave {dict(found.statuses)}")
        return found


def _ways(run: Run, stack: ExitStack) -> dict[str, Way]:
    hello = stack.enter_context(started(stand(run, "hello")))
    ways = {HELLO: Way(hello, get("/"))}
    folder = fresh(run, "submit")
    served = stack.enter_context(started(run.skm(folder, "serve", "--port", "0")))
    ways["SQLite"] = Way(served, post(WAY), lambda: rows(folder))
    ways["form"] = Way(served, get(WAY))
    if (server := postgres(run, stack)) is not None:
        ways["PostgreSQL"] = server
    return ways


def fresh(run: Run, name: str, **settings: Any) -> Path:
    """A new installation without answers."""
    folder = run.folder / f"{name}-{free_port()}"
    filler.install(folder, **settings)
    return folder


def rows(folder: Path) -> int:
    """Responses that are really there."""
    store = installation.open_store(installation.load_config(folder))
    try:
        if wrong := store.recount():
            raise RuntimeError(f"counters differ from answers: {wrong[0]}")
        return sum(store.instruments(None).values())
    finally:
        store.close()


def postgres(run: Run, stack: ExitStack) -> Way | None:
    """The same on a server of its own; None where PostgreSQL is not installed."""
    from tests import postgres_server

    if why := postgres_server.missing():
        run.say(f"without PostgreSQL: {why}")
        return None
    url = stack.enter_context(stack.enter_context(postgres_server.PostgresServer()).database())
    folder = fresh(run, "submit-postgres", DATABASE=url)
    served = stack.enter_context(started(run.skm(folder, "serve", "--port", "0")))
    return Way(served, post(WAY), lambda: rows(folder))


def _in_turns(ways: dict[str, Way], clients: int, rounds: int, seconds: float) -> dict[str, list[Load]]:
    found: dict[str, list[Load]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else reversed(list(ways)):
            found[name].append(ways[name].burst(clients, seconds))
    return found


def _count(run: Run, stack: ExitStack, ways: dict[str, Way]) -> None:
    """Every 2xx is a row, and every row is in the counters."""
    for name, way in ways.items():
        if way.kept is not None:
            promised, kept = way.statuses["201"], way.kept()
            run.say(f"{name}: {promised:,} times 201, {kept:,} rows")
            if promised != kept or way.statuses.total() != promised:
                raise RuntimeError(f"{name}: replies {dict(way.statuses)}, but {kept} rows")


def _over(ours: list[Load], theirs: list[Load], of: Callable[[Load], float]) -> Ratio:
    found = sorted(of(a) / of(b) for a, b in zip(ours, theirs, strict=True))
    return Ratio(median(found), found[0], found[-1])


def rate(load: Load) -> float:
    return load.rate


def _told(loads: list[Load]) -> str:
    p50, p99 = (median(load.p(share) for load in loads) for share in (0.5, 0.99))
    return f"{median(load.rate for load in loads):,.0f}/s, p50 {p50:.3g} ms, p99 {p99:.3g} ms"


def _beside_hello(found: dict[str, list[Load]], clients: int) -> Iterator[Row]:
    for name, loads in found.items():
        if name == HELLO:
            continue
        form = name == "form"
        bar = {"goal": 5} if form and clients == 16 else {}
        if name == "SQLite" and clients == 16:
            bar = {"at_least": BAR}
        yield compared(
            PART,
            f"{'form' if form else 'submission, ' + name}, {clients} client{'s' * (clients > 1)}",
            _told(loads),
            HELLO,
            _told(found[HELLO]),
            _over(loads, found[HELLO], rate),
            readme=clients == 16 or name == "SQLite",
            **bar,
        )


def _goals(run: Run) -> Iterator[Row]:
    """Rows 6 to 10: the same submission with a weaker setting, without framework, and the usual way."""
    clients = 16
    with ExitStack() as stack:
        durable, weak = fresh(run, "durable"), fresh(run, "weak")
        served = stack.enter_context(started(run.skm(durable, "serve", "--port", "0")))
        ways = {
            HELLO: Way(stack.enter_context(started(stand(run, "hello"))), get("/")),
            "FULL": Way(served, post(WAY)),
            "form": Way(served, get(WAY)),
            "NORMAL": Way(stack.enter_context(started(stand(run, "normal", str(weak)))), post(WAY)),
            "widgets": Way(stack.enter_context(started(stand(run, "widgets"))), get("/")),
            "raw": Way(stack.enter_context(started(stand(run, "raw", str(weak)))), post("/")),
        }
        for name, server in _usual(run, stack).items():
            ways[name] = Way(server, post(WAY if name == "granian" else "/"))
        run.say(f"{clients} clients: {', '.join(ways)}")
        found = _in_turns(ways, clients, min(3, run.rounds), run.pause)
    each = {name: f"{median(x.cpu_each for x in loads) * 1e6:,.0f} µs CPU" for name, loads in found.items()}
    told = {name: _told(loads) for name, loads in found.items()}
    cpu = lambda load: load.cpu_each  # noqa: E731

    def row(
        what: str, ours: str, theirs: str, of: Callable[[Load], float], shown: dict[str, str], goal: int
    ) -> Row:
        ratio = _over(found[ours], found[theirs], of)
        return compared(PART, what, shown[ours], theirs, shown[theirs], ratio, goal=goal)

    yield row("form", "form", "widgets", rate, told, 6)
    yield row("submission, NORMAL", "NORMAL", HELLO, cpu, each, 7)
    yield row("submission, NORMAL", "NORMAL", "raw", cpu, each, 8)
    for ours, goal in (("NORMAL", 9), ("FULL", 902)):
        if f"usual, {ours}" in found:
            yield row(f"submission, {ours}", ours, f"usual, {ours}", rate, told, goal)
    if "granian" in found:
        yield row("submission, p99", "FULL", "granian", lambda load: load.p(0.99), told, 10)


def _usual(run: Run, stack: ExitStack) -> dict[str, Server]:
    """gunicorn with two processes, and granian with one of one thread; nothing where they are not installed."""
    import sys

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
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-w",
            "2",
            "-b",
            f"127.0.0.1:{port}",
            "--keep-alive",
            "60",
        ]
        extra = {"PEER_DATABASE": str(run.folder / f"peer-{port}.db"), "PEER_SYNCHRONOUS": mode}
        _prepare(extra)
        # the sync worker closes every connection, so threads of one keep them; two processes as usual
        command += ["--worker-class", "gthread", "--threads", "8"]
        found[f"usual, {mode}"] = stack.enter_context(_known([*command, "bench.peer_app:app"], extra, port))
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", "1", "--blocking-threads", "1", "bench.granian_app:app"]
    extra = {"SKM_INSTANCE": str(fresh(run, "granian"))}
    found["granian"] = stack.enter_context(_known(command, extra, port))
    return found


def _prepare(extra: dict[str, str]) -> None:
    """Make the peer's tables before its two processes start beside each other."""
    import subprocess
    import sys

    from bench.context import ROOT, environ

    run = [sys.executable, "-c", "import bench.peer_app"]
    subprocess.run(run, env={**environ(), **extra}, cwd=ROOT, check=True)


@contextmanager
def _known(command: list[str], extra: dict[str, str], port: int) -> Iterator[Server]:
    with started(command, extra, port) as server:
        wait_for(port)
        yield server


def _undisturbed(run: Run) -> Iterator[Row]:
    """Residents while an export of everything and reports run beside the server, without end."""
    folder = run.own(run.million, "undisturbed")
    with started(run.skm(folder, "serve", "--port", "0")) as server:
        way, loads = Way(server, post(WAY)), {"alone": [], "beside": []}
        for _ in range(max(2, run.rounds // 2)):
            loads["alone"].append(way.burst(16, 2 * run.pause))
            with _busy(run, folder):
                loads["beside"].append(way.burst(16, 2 * run.pause))
    yield compared(
        PART,
        f"submission while {run.million:,} answers leave as CSV and reports are made, p99",
        _told(loads["beside"]),
        "alone",
        _told(loads["alone"]),
        _over(loads["beside"], loads["alone"], lambda load: load.p(0.99)),
        at_most=2,
        readme=True,
    )


@contextmanager
def _busy(run: Run, folder: Path) -> Iterator[None]:
    """Both commands again and again, in processes of their own."""
    import subprocess

    from bench.context import environ

    commands = (
        run.skm(folder, "export", "-o", str(run.folder / "busy.csv")),
        run.skm(
            folder, "report", filler.unit_key(1), filler.PERIODS[0].key, "-o", str(run.folder / "busy.pdf")
        ),
    )
    script = (
        "import subprocess, sys\nwhile True: subprocess.run(sys.argv[1:], check=True, capture_output=True)"
    )
    running = [
        subprocess.Popen([str(run.python), "-c", script, *command], env=environ(), start_new_session=True)
        for command in commands
    ]
    try:
        yield
    finally:
        import os
        import signal

        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
