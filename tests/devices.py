"""Devices for browser tests: browsing contexts that one test hands to the next as if they were new.

What a new context costs is its process, in which every script runs slowly at first: 0.9 s of CPU for a page and nine
touches, and 0.4 s in a process that is there. A context keeps its process as long as it shows a page of this machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

RESTING = "http://127.0.0.1/"  # of the same site as the servers of tests, and no server is asked for it
AT_REST = 4  # contexts, each a process


class Devices:
    """Contexts of one browser; those that are at rest are told apart by their settings, the oldest first."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.resting: list[Device] = []

    @contextlib.contextmanager
    def lend(self, settings: dict[str, Any], own: bool) -> Iterator[Any]:
        """A context without cookies, storage, cache and routes. own : a new one, which nobody gets afterwards."""
        found = [device for device in self.resting if device.settings == settings and not own]
        device = found[0] if found else Device(self.browser, settings)
        if found:
            self.resting.remove(device)
        yield device.context
        if own or not settings.get("java_script_enabled", True) or not device.rest():
            device.context.close()
            return
        self.resting.append(device)
        if len(self.resting) > AT_REST:
            self.resting.pop(0).context.close()


class Device:
    def __init__(self, browser: Any, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(60_000)
        self.page: Any = None  # the one that is shown at rest
        self.origins: set[str] = set()
        self.context.on("request", lambda asked: self.origins.add("/".join(asked.url.split("/")[:3])))

    def rest(self) -> bool:
        """Forget the test that ends; False when it took the clock, which cannot be given back."""
        self.context.unroute_all()
        self.context.set_offline(False)
        if self.page is None:
            self.page = self.context.new_page()
            self.page.route(
                "**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
            )
        self.page.goto(RESTING)
        for page in self.context.pages:
            if page is not self.page:
                page.close()
        self.context.clear_cookies()
        told = self.context.new_cdp_session(self.page)
        told.send("Network.clearBrowserCache")
        for origin in self.origins:  # a later server may have the port, and so the storage, of an earlier one
            told.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        told.detach()
        self.origins.clear()
        return bool(self.page.evaluate("/native code/.test(Date)"))
