"""Wrong clocks: only the server's own decides the period, at the last instant and the first of every zone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.faults.residents import Ledger, Line, Sitting

# https://www.iana.org/time-zones: WIB is UTC+7, WITA UTC+8, WIT UTC+9, none with summer time
ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
YEAR_AND_MORE = timedelta(days=400)


def send(live: Any, code: str, clock: datetime, sitting: Sitting | None = None) -> Sitting:
    """One rating from a device whose clock is as given, in every place where a device could tell it."""
    sitting = sitting or Ledger().begin(code)
    told = {name: clock.isoformat() for name in ("received_at", "tanggal", "jam", "date", "time")}
    with contextlib.closing(Line(int(live.url.rpartition(":")[2]))) as line:
        reply = line.post(code, {**sitting.fields, **told}, Date=clock.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    assert reply.status in (200, 201)
    return sitting


def months(live: Any) -> dict[str, int]:
    """Answers per local month, as the counters have them."""
    found: dict[str, int] = {}
    for row in live.store.tallies(None, None):
        found[row.month] = found.get(row.month, 0) + row.n
    return found


def times(live: Any) -> list[datetime]:
    return [response.received_at for response in live.store.responses(None, None, None)]


@pytest.mark.parametrize("off", [-YEAR_AND_MORE, YEAR_AND_MORE], ids=["behind", "ahead"])
@pytest.mark.parametrize("zone", ZONES)
def test_the_last_instant_of_june_and_the_first_of_july_land_in_their_periods(
    serve: Callable[..., Any], store: Any, code: str, clock: Any, zone: str, off: timedelta
) -> None:
    store.close()
    live = serve(TIMEZONE=zone)
    midnight = datetime(2026, 7, 1, tzinfo=UTC) - timedelta(hours=ZONES[zone])
    for instant in (midnight - timedelta(seconds=0.1), midnight):
        clock.now = instant
        send(live, code, instant + off)
    assert months(live) == {"2026-06": 1, "2026-07": 1}
    assert times(live) == [midnight - timedelta(seconds=0.1), midnight]
    quarters = [per_period(live, key) for key in ("2026-TW2", "2026-TW3")]
    assert quarters == [1, 1]
    assert live.store.recount() == []


def per_period(live: Any, key: str) -> int:
    """Answers of a period by its own bounds."""
    from survey.domain.period import Period

    start, end = Period.parse(key).bounds(live.config.zone)
    return sum(1 for _ in live.store.responses(None, start, end))


def test_a_server_clock_that_goes_back_two_hours_neither_loses_nor_reorders_a_retry(
    serve: Callable[..., Any], store: Any, code: str, clock: Any
) -> None:
    """The retry is the same answer whenever it comes, and keeps the time of the first."""
    store.close()
    live = serve()
    first = send(live, code, clock.now)
    kept = times(live)
    clock.forward(hours=-2)
    send(live, code, clock.now, first)
    second = send(live, code, clock.now)
    assert sorted(times(live)) == [kept[0] - timedelta(hours=2), kept[0]]
    assert {r.id for r in live.store.responses(None, None, None)} == {first.id, second.id}
    assert live.store.recount() == []


def test_a_server_that_believes_the_device_is_seen(
    serve: Callable[..., Any], store: Any, code: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey.kiosk import form as kiosk

    honest = kiosk.read_response

    def believing(form: Any, place: Any, instrument: Any, now: datetime, **more: Any) -> Any:
        return honest(form, place, instrument, datetime.fromisoformat(form["received_at"]), **more)

    monkeypatch.setattr(kiosk, "read_response", believing)
    store.close()
    live = serve()
    send(live, code, clock.now + YEAR_AND_MORE)
    assert months(live) != {"2026-08": 1}
