"""Submissions through the real server, beside a bare Flask hello on the same server class and threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import undisturbed, usual
from bench.context import Run
from bench.report import Row, compared
from bench.servers import Load, get, post, stand, started
from bench.ways import HELLO, PART, RESIDENTS, Way, fresh, in_turns, over, rate, words
from survey import installation

CLIENTS = (1, 16, 64)
BAR = 0.5  # of hello's requests a second, at 16 clients, durable


def measure(run: Run) -> Iterator[Row]:
    with ExitStack() as stack:
        ways = _ways(run, stack)
        for clients in CLIENTS:
            rounds = run.rounds if clients == 16 else min(3, run.rounds)
            run.say(f"{clients} clients: {', '.join(ways)}")
            found = in_turns(ways, clients, rounds, run.pause)
            yield from _beside_hello(found, clients)
        _count(run, stack, ways)
    yield from usual.measure(run)
    yield from undisturbed.measure(run)


def _ways(run: Run, stack: ExitStack) -> dict[str, Way]:
    hello = stack.enter_context(started(stand(run, "hello")))
    ways = {HELLO: Way(hello, get("/"))}
    folder = fresh(run, "submit")
    served = stack.enter_context(started(run.skm(folder, "serve", "--port", "0")))
    ways["SQLite"] = Way(served, post(*RESIDENTS), lambda: rows(folder))
    ways["form"] = Way(served, get(*RESIDENTS))
    if (server := postgres(run, stack)) is not None:
        ways["PostgreSQL"] = server
    return ways


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
    return Way(served, post(*RESIDENTS), lambda: rows(folder))


def _count(run: Run, stack: ExitStack, ways: dict[str, Way]) -> None:
    """Every 2xx is a row, and every row is in the counters."""
    for name, way in ways.items():
        if way.kept is not None:
            promised, kept = way.statuses["201"], way.kept()
            run.say(f"{name}: {promised:,} times 201, {kept:,} rows")
            if promised != kept or way.statuses.total() != promised:
                raise RuntimeError(f"{name}: replies {dict(way.statuses)}, but {kept} rows")


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
            words(loads),
            HELLO,
            words(found[HELLO]),
            over(loads, found[HELLO], rate),
            readme=clients == 16 or name == "SQLite",
            **bar,
        )
