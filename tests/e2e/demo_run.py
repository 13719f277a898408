"""Owns `kaitak demo` as the browser tests see it: it prints addresses and one-time sign-ins, and may be killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from playwright.sync_api import BrowserContext

from kaitak.db.urls import replaced
from kaitak.demo import channels, run
from tests.e2e.office import Office

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
_ADDRESS = re.compile(r"(shop page|workbench|demo ERP|insurer's site|phone).*?(http://127\.0\.0\.1:\d+)/?\s*$")
_LINK = re.compile(r"(administrator|supervisor|agent)\s+(http://\S+/#/signin/\S+)")


class DemoRun:
    """One demo, its channels played, in a folder of its own.

    A restart keeps the folder and the ports, so open pages find it again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_ports(run.PORTS + channels.PORTS + 1)
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._ready = threading.Event()
        self.said: list[str] = []
        self._addresses: dict[str, str] = {}
        self._links: dict[tuple[str, str], list[str]] = {}
        self._entered: dict[str, Office] = {}

    @property
    def shop_url(self) -> str:
        return self._addresses["shop page"]

    @property
    def workbench_url(self) -> str:
        return self._addresses["workbench"]

    @property
    def erp_url(self) -> str:
        return self._addresses["demo ERP"]

    @property
    def insurer_url(self) -> str:
        return self._addresses["insurer's site"]

    @property
    def phone_url(self) -> str:
        """Where customers' telephones are, for the channels whose platforms the demo plays."""
        return self._addresses["phone"]

    @property
    def further_port(self) -> int:
        """Where a business system of the test's own may answer: the demo's operator has opened it."""
        return self._port + run.PORTS + channels.PORTS

    @property
    def erp_dsn(self) -> str:
        """The demo ERP's own database."""
        return replaced((self._folder / "postgres.dsn").read_text("utf-8").strip(), dbname=run.ERP_DATABASES["shop"])

    def sign_in(self, role: str, *, at_insurer: bool = False) -> str:
        """A one-time link that nobody has used; there is one for each person and start. Else see `let_in`."""
        return self._links["insurer" if at_insurer else "shop", role].pop(0)

    def let_in(self, context: BrowserContext, role: str) -> str:
        """Let a browser be signed in as the shop's administrator, supervisor or an agent, as often as tests need it.

        Returns the workbench's address. Sessions outlive a restart.
        """
        if role not in self._entered:
            self._entered[role] = Office.enter(self.workbench_url, self.sign_in(role))
        self._entered[role].lend_to(context)
        return self.workbench_url

    def start(self) -> None:
        """Start, and wait until it says that it is ready."""
        self._ready.clear()
        self._links.clear()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAITAK_")}
        environment["KAITAK_DB__ALLOW_ROOT"] = "1" if os.geteuid() == 0 else "0"
        environment["KAITAK_HTTP__ALLOW_PRIVATE"] = f"127.0.0.1:{self.further_port},localhost"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from kaitak.cli import main; main()",
                "demo",
                "--channels",
                "--port",
                str(self._port),
                "--data-dir",
                self._folder,
            ],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        deadline = time.monotonic() + PATIENCE
        while not self._ready.wait(0.1):
            assert self._process.poll() is None, f"the demo ended: {self.last_words()}"
            assert time.monotonic() < deadline, f"the demo was not ready in time: {self.last_words()}"

    def kill(self) -> None:
        """SIGKILL: no goodbye, no flushing, no closing of connections by us."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._gone()

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C would."""
        for office in self._entered.values():
            office.http.close()
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._gone()

    def last_words(self) -> str:
        return "\n".join(self.said[-20:])

    def _gone(self) -> None:
        assert self._process is not None
        self._process.wait(30)
        if self._reader is not None:
            self._reader.join(10)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def _read(self, process: subprocess.Popen[str]) -> None:
        tenant = "shop"  # is told first
        for line in process.stdout or ():
            self.said.append(line.rstrip())
            if found := _ADDRESS.search(line):
                self._addresses[found[1]] = found[2]
                tenant = "insurer" if found[1] == "insurer's site" else tenant
            elif link := _LINK.search(line):
                self._links.setdefault((tenant, link[1]), []).append(link[2])
                if len(self._links.get(("insurer", "agent"), ())) == 2:
                    self._ready.set()


def free_ports(count: int) -> int:
    """The first of some neighbouring ports that are free now."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first: int = probe.getsockname()[1]
        if first + count < 65_535 and all(_is_free(first + offset) for offset in range(count)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
