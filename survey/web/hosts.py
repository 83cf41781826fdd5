"""Which names a server answers to when nobody listed any: its own address, and those of the machine it runs on.

A page of another site can point a name of its own at this machine (DNS rebinding) and then read what only the office's
network may read; such a request carries the foreign name. https://owasp.org/www-project-web-security-testing-guide
(Testing for Host Header Injection).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import cache

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")


def is_own(host: str, base: str) -> bool:
    """Whether a Host header names this machine.

    Parameters
    ----------
    host : the header as it came, with or without a port
    base : host of the installation's own address (BASE_URL)
    """
    found = HOST.fullmatch(host)
    if found is None or int(found[2] or 0) > 65535:
        return False
    name = found[1].strip("[]").lower()
    return name == base.lower() or name in own_names() or is_own_address(name)


@cache
def own_names() -> frozenset[str]:
    """``localhost`` and what the machine calls itself, also with mDNS."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name}.local", socket.getfqdn().lower()}) - {""}


def is_own_address(name: str) -> bool:
    """Whether it is an IP address of one of this machine's interfaces at this moment."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    if address.is_loopback:
        return True
    if address.is_unspecified or address.is_multicast:
        return False
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))  # only an own address can be bound
    except OSError:
        return False
    return True
