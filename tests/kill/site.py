"""Owns the victim of the kill test: PostgreSQL, a web process, two workers; each killed and started again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event, Lock, Thread

import psycopg

from kaitak import schema
from kaitak.channels.connectors.api.connector import ApiConfig
from kaitak.channels.live import seal
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.db import migrate
from kaitak.db.embedded import EmbeddedPostgres

ROLES = ("web", "worker-1", "worker-2", "postgres")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """A running Kaitak with one API inbox, whose processes can be killed."""

    def __init__(self, folder: Path, sink_port: int) -> None:
        self.folder = folder
        self.port = free_port()
        self.secret, self.identifier = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        self._key = secrets.token_urlsafe(48)
        self._postgres = EmbeddedPostgres(folder / "pg", allow_root=True)
        self.urls = self._postgres.start()
        migrate.upgrade(self.urls.admin_url or "", self.urls.url, schema.metadata)
        self._seed(sink_port)
        self._environment = {
            **os.environ,
            "KAITAK_DATA_DIR": str(folder / "data"),
            "KAITAK_SECRET_KEY": self._key,
            "KAITAK_DB__URL": self.urls.url,
            "KAITAK_WEB__PORT": str(self.port),
            "KAITAK_HTTP__ALLOW_PRIVATE": f"127.0.0.1:{sink_port}",
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

    def _seed(self, sink_port: int) -> None:
        config = ApiConfig.model_validate({"secret": self.secret, "webhook_url": f"http://127.0.0.1:{sink_port}/"})
        with psycopg.connect(self.urls.admin_url or "", autocommit=True) as connection:
            row = connection.execute("insert into account (name) values ('kill') returning id").fetchone()
            assert row is not None
            connection.execute(
                "insert into inbox (account_id, name, channel, identifier, config_encrypted)"
                " values (%s, 'API', 'api', %s, %s)",
                (row[0], self.identifier, seal(Keyring(self._key), AccountId(row[0]), config)),
            )
