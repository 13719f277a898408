"""Owns the wall around the tests: no process of a test run reaches anything but this machine."""

from __future__ import annotations

import ipaddress
import sys


class BlockedByTests(BaseException):
    """A test tried to leave the machine. Not an Exception: no handler of ours may swallow it."""


def install() -> None:
    """Refuse connections and name look-ups that leave the machine, for the rest of this process."""
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if isinstance(address, tuple) and not is_local(str(address[0])):
            raise BlockedByTests(f"{event} to {address[0]}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and not is_local(name, is_literal_enough=True):
            raise BlockedByTests(f"look-up of {name}")


def is_local(host: str, *, is_literal_enough: bool = False) -> bool:
    """Whether an address (or, for look-ups, any literal) stays on this machine."""
    if host in {"", "localhost", "0.0.0.0", "::"}:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or is_literal_enough
