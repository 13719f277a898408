"""Owns which network addresses outgoing requests may reach: the public Internet, and what the operator allows."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kaitak.core.errors import KaitakError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED: tuple[IpNetwork, ...] = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT; also the metadata service of Alibaba Cloud (100.100.100.200)
        "127.0.0.0/8",
        "168.63.129.16/32",  # the host agent of Azure
        "169.254.0.0/16",  # link-local; the metadata service of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo and other protocols that carry an IPv4 address inside
        "2001:db8::/32",
        "2002::/16",  # 6to4, the same
        "3fff::/20",
    )
)


class AllowListError(KaitakError):
    """An entry of KAITAK_HTTP__ALLOW_PRIVATE cannot be read."""

    code = "allow_list_invalid"


@dataclass(frozen=True, slots=True)
class AllowList:
    """Private destinations the operator opened: networks, hosts, or single ports of a host."""

    networks: tuple[IpNetwork, ...] = ()
    hosts: frozenset[tuple[str, int | None]] = frozenset()

    def allows_name(self, host: str, port: int) -> bool:
        """Whether this host was named, with this port or with none."""
        name = host.lower().rstrip(".")
        return (name, port) in self.hosts or (name, None) in self.hosts

    def allows_address(self, address: IpAddress) -> bool:
        """Whether the address lies in an opened network."""
        return any(address.version == network.version and address in network for network in self.networks)


def read_allow_list(entries: Iterable[str]) -> AllowList:
    """Read `host`, `host:port`, `[v6]:port`, an address or a CIDR block from each entry."""
    networks: list[IpNetwork] = []
    hosts: set[tuple[str, int | None]] = set()
    for entry in entries:
        try:
            networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            hosts.add(_read_host(entry))
    return AllowList(tuple(networks), frozenset(hosts))


def _read_host(entry: str) -> tuple[str, int | None]:
    host, colon, port = entry.rpartition(":")
    if not colon:
        host, port = entry, ""
    host = host.removeprefix("[").removesuffix("]").lower().rstrip(".")
    is_port = not colon or (port.isdecimal() and 0 < int(port) < 65536)
    if not host or not is_port or "/" in host or " " in host:
        raise AllowListError(f"cannot read {entry!r}: write host:port, host or a CIDR block")
    return host, int(port) if colon else None


def is_public(address: IpAddress) -> bool:
    """Whether an address is on the public Internet and carries no other address inside itself."""
    if address.version == 6 and address not in _GLOBAL_V6:  # loopback, unique-local, v4-mapped, NAT64, multicast, …
        return False
    return not any(address.version == block.version and address in block for block in _REFUSED)


def first_refused(host: str, port: int, found: Sequence[str], allowed: AllowList) -> str | None:
    """The first resolved address that may not be reached, or None if all may: one bad address spoils a name."""
    if allowed.allows_name(host, port):
        return None
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not is_public(address) and not allowed.allows_address(address):
            return text
    return None
