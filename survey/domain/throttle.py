"""How many guesses of a password are looked at, so that guessing is hopeless and nobody can lock an owner out.

Two pools, after OWASP's 'Slow Down Online Guessing Attacks with Device Cookies': a browser that has logged in to the
account before (a signed cookie says so) has an allowance of its own; all other browsers share one for each account.
What is counted belongs to one account, so wrong passwords for one never make another one wait.

A known browser: 8 looks in 15 minutes, the first five at once. Nobody else can use them up.

All others: 12 looks in 15 minutes for an account, together. An address that has failed on this account today may take
only the first six of them; the other six are for addresses that have not. So filling a quarter of an hour costs an
attacker six fresh addresses: with k addresses an owner at a new browser waits at most ceil(k / 6) quarters of an
hour in a day (20 addresses: one hour), however long the guessing lasts. IPv6 counts by the /64 that one customer gets.
An attacker with hundreds of networks can still keep new browsers out; then a one-time code from the administrator
(or from `skm user add NAME` at the server) opens the account, and a right code is never held back.

Of any number of guesses at most 20 are looked at for an account in 15 minutes: 12 by strangers, 8 at a known browser.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey.domain.account import NAME

WINDOW = timedelta(minutes=15)
DAY = timedelta(hours=24)
ALL_SHARE = 12  # looks at an account by unknown browsers
USED_SHARE = 6  # of these, for addresses that have failed on it today
DEVICE_SHARE = 8  # looks of one known browser

FREE_FAILURES = 5
FIRST_DELAY = timedelta(seconds=4)

Count = tuple[int, datetime | None]  # failures, and when the last was


def source_of(address: str | None) -> str:
    """A network address as the throttle counts it: IPv4 whole, IPv6 by its /64."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, 64), strict=False))
        found = found.ipv4_mapped
    return str(found)


def keyed(kind: str, secret: str, *parts: str) -> str:
    """Subject of a count: keyed, so that neither an address nor a guessed name can be read from it."""
    message = "\n".join(parts).encode()
    return f"{kind}:" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:32]


def code_subject(address: str | None, secret: str, now: datetime) -> str:
    """Wrong one-time codes of a network address, of this day only."""
    return keyed("codes", secret, f"{now:%Y-%m-%d}", source_of(address))


def source_subject(name: str, address: str | None, secret: str, now: datetime) -> str:
    """Failures of a network address on one account, of this day only, so that no address is kept."""
    return keyed("source", secret, f"{now:%Y-%m-%d}", source_of(address), plain(name))


def account_subject(name: str) -> str:
    """Failures of unknown browsers on an account."""
    return "account:" + plain(name)


def device_subject(device: str) -> str:
    """Failures of one known browser on one account; device : as `survey.desk.device` names it."""
    return "device:" + device


def plain(name: str) -> str:
    """What cannot be a name shares one subject."""
    return name if NAME.fullmatch(name) else "?"


def delay(failures: int) -> timedelta:
    """How long the next try waits after so many failures: nothing for five, then doubling to 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(FIRST_DELAY * (1 << min(failures - FREE_FAILURES, 16)), WINDOW)


def remaining(failures: Count, now: datetime) -> timedelta:
    """What is left of the delay after the last failure."""
    count, last = failures
    return max(last + delay(count) - now, timedelta(0)) if last is not None else timedelta(0)


@dataclass(frozen=True)
class KnownDevice:
    """lately : failures of this browser on this account in the window"""

    lately: Count

    def wait(self, now: datetime) -> timedelta:
        """Time until a password is looked at again; zero: now."""
        return WINDOW if self.lately[0] >= DEVICE_SHARE else remaining(self.lately, now)


@dataclass(frozen=True)
class Stranger:
    """of_source : failures of this address on this account in a day; of_account : of all strangers in the window"""

    of_source: Count
    of_account: int

    def wait(self, now: datetime) -> timedelta:
        """Time until a password is looked at again, at most; zero: now."""
        share = USED_SHARE if self.of_source[0] else ALL_SHARE
        return WINDOW if self.of_account >= share else remaining(self.of_source, now)
