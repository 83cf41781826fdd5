"""Whether answers can be kept right now, and what needs a person: looked at once for many who ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from survey.operations import installation, maintenance
from survey.operations.maintenance import MaintenanceWarning
from survey.store import StoreError
from survey.system import disk

if TYPE_CHECKING:
    from survey.config import Config
    from survey.store import Store

# seconds that a look is good for: probes must neither wear the disk nor queue before the residents
FRESH = 5.0

T = TypeVar("T")


class Look(Generic[T]):
    """Something looked at now and then. Of those who ask at the same time one looks, the others get the last look."""

    def __init__(self, look: Callable[[], T]) -> None:
        self._look = look
        self._looking = threading.Lock()
        self._last: tuple[float, T] | None = None

    def __call__(self) -> T:
        last = self._last
        if last is not None and time.monotonic() - last[0] < FRESH:
            return last[1]
        if not self._looking.acquire(blocking=last is None) and last is not None:
            return last[1]  # somebody waits for a locked file already
        try:
            if self._last is last or self._last is None:  # nobody else has looked while this one waited
                self._last = (time.monotonic(), self._look())
            return self._last[1]
        finally:
            self._looking.release()


class Readiness:
    """The state of one installation.

    checks : name -> whether it holds, in the order of their weight; all hold when answers can be kept
    warnings : what needs a person, while answers are kept all the same
    """

    def __init__(self, config: Config, store: Store, clock: Callable[[], datetime]) -> None:
        self._config, self._store, self._clock = config, store, clock
        self.checks: Look[Mapping[str, bool]] = Look(self._check)
        self.warnings: Look[list[MaintenanceWarning]] = Look(self._warnings)

    def _check(self) -> Mapping[str, bool]:
        try:
            self._store.check_writable()
            installation.look(self._config)
            schema = installation.is_complete(self._store.schema_steps())
        except StoreError:
            return {"store": False}  # whether the rest holds is not known then
        room = self._config.on_server or disk.has_room(self._config.database.parent)
        return {"store": True, "schema": schema, "disk": room}

    def _warnings(self) -> list[MaintenanceWarning]:
        try:
            return maintenance.warnings(self._store, self._config, self._clock())
        except (StoreError, OSError):
            return []  # the checks say so
