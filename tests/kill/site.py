"""Owns the victim of the kill test: PostgreSQL, a web process, two workers; each killed and started again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread

import psycopg
from pydantic import JsonValue

from kaitak import schema
from kaitak.channels import registry
from kaitak.channels.live import seal
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.db import migrate
from kaitak.db.embedded import EmbeddedPostgres

ROLES = ("web", "worker-1", "worker-2", "postgres")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an inbox is reached: its webhook, and its public identifier under an address of ours."""

    base: str
    channel: str
    identifier: str

    @property
    def hook(self) -> str:
        """Its webhook."""
        return f"{self.base}/v1/hooks/{self.channel}/{self.identifier}"


@dataclass(frozen=True, slots=True)
class Kill:
    """What died, and when by the monotonic clock."""

    role: str
    at: float


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """A running Kaitak with the inboxes that are given, each by its name, whose processes can be killed."""

    def __init__(self, folder: Path, inboxes: Mapping[str, tuple[str, Mapping[str, JsonValue]]]) -> None:
        self.folder = folder
        self.port = free_port()
        self.places: dict[str, Place] = {}
        self.kills: list[Kill] = []
        self._key = secrets.token_urlsafe(48)
        self._postgres = EmbeddedPostgres(folder / "pg", allow_root=True)
        self.urls = self._postgres.start()
        migrate.upgrade(self.urls.admin_url or "", self.urls.url, schema.metadata)
        self._seed(inboxes)
        self._environment = {
            **os.environ,
            "KAITAK_DATA_DIR": str(folder / "data"),
            "KAITAK_SECRET_KEY": self._key,
            "KAITAK_DB__URL": self.urls.url,
            "KAITAK_WEB__PORT": str(self.port),
            "KAITAK_WEB__TRUSTED_PROXIES": "127.0.0.1",
            "KAITAK_HTTP__ALLOW_PRIVATE": "127.0.0.1",
            "KAITAK_LOG__LEVEL": "warning",
            "KAITAK_WORKER__POLL": "0.25",
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for role in ROLES[:3]:
            self._start(role)
        self._lock, self._stopping = Lock(), Event()
        self._tender = Thread(target=self._tend)
        self._tender.start()

    def _tend(self) -> None:
        """Start again what ended by itself, as a service manager does: a start fails while PostgreSQL is away."""
        while not self._stopping.wait(0.25):
            with self._lock:
                for role, process in self._running.items():
                    if process.poll() is not None:
                        self._start(role)

    def kill(self, role: str) -> None:
        """SIGKILL, then start it again (PostgreSQL's supervisor does so by itself)."""
        self.kills.append(Kill(role, time.monotonic()))
        if role == "postgres":
            pid = self._postgres.pid
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
            return
        with self._lock:
            process = self._running[role]
            process.kill()
            process.wait()
            self._start(role)

    def stop(self) -> str:
        """End everything in good order; answers what the processes logged."""
        self._stopping.set()
        self._tender.join()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(30)
        self._postgres.stop()
        return (self.folder / "site.log").read_text()

    def query(self, text: str) -> list[tuple[object, ...]]:
        """Rows as the owner sees them."""
        with psycopg.connect(self.urls.admin_url or "") as connection:
            return connection.execute(text.encode()).fetchall()

    def _start(self, role: str) -> None:
        command = [str(Path(sys.executable).parent / "kaitak"), role.split("-", maxsplit=1)[0]]
        with (self.folder / "site.log").open("ab") as log:
            self._running[role] = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def _seed(self, inboxes: Mapping[str, tuple[str, Mapping[str, JsonValue]]]) -> None:
        with psycopg.connect(self.urls.admin_url or "", autocommit=True) as connection:
            row = connection.execute("insert into account (name) values ('kill') returning id").fetchone()
            assert row is not None
            for name, (channel, config) in inboxes.items():
                sealed = registry.connector_class(channel).config_type.model_validate(config)
                place = Place(f"http://127.0.0.1:{self.port}", channel, secrets.token_urlsafe(24))
                connection.execute(
                    "insert into inbox (account_id, name, channel, identifier, config_encrypted)"
                    " values (%s, %s, %s, %s, %s)",
                    (row[0], name, channel, place.identifier, seal(Keyring(self._key), AccountId(row[0]), sealed)),
                )
                self.places[name] = place
