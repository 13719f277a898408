"""The tests' wall holds: this machine can be reached, nothing else."""

from __future__ import annotations

import socket

import pytest

from tests.blocked_sockets import BlockedByTests


def test_connection_that_leaves_the_machine_is_blocked() -> None:
    with socket.socket() as outgoing, pytest.raises(BlockedByTests):
        outgoing.connect(("93.184.216.34", 80))


def test_name_look_up_is_blocked() -> None:
    with pytest.raises(BlockedByTests):
        socket.getaddrinfo("example.com", 80)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
