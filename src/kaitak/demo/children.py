"""Owns the demo's other programs: ERPs as child processes, sites on threads; waited for, watched, ended."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import uvicorn

from kaitak.business.connectors.demo_erp.connector import DemoErp, DemoErpConfig
from kaitak.core.addresses import read_allow_list
from kaitak.core.errors import KaitakError
from kaitak.core.http import OutgoingHttp
from kaitak.demo.erp import program
from kaitak.demo.erp.program import ErpSettings
from kaitak.demo.serving import READY
from kaitak.demo.shop import app as shop_app
from kaitak.demo.shop.pages import Widget

PATIENCE = timedelta(seconds=60)


class PartFailedError(KaitakError):
    """A part of the demo did not start or has ended; the message says which and why."""

    code = "demo_part_failed"


class ErpChild:
    """The demo ERP as a process of its own. It ends by itself when this process goes away, however that happens."""

    def __init__(self, settings: ErpSettings, port: int, *, on_death: Callable[[str], None]) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAITAK_")}
        environment |= {program.KEY_VARIABLE: settings.api_key, program.DSN_VARIABLE: settings.dsn}
        environment[program.CONTENT_VARIABLE] = settings.content
        self._on_death = on_death
        self._is_ready = threading.Event()
        self._is_ending = False
        self._said: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kaitak.demo.erp", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
            start_new_session=True,
        )
        self._watcher = threading.Thread(target=self._watch, name="demo-erp", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def wait_ready(self) -> None:
        """Wait until it answers; PartFailedError if it ends or takes too long."""
        deadline = time.monotonic() + PATIENCE.total_seconds()
        while not self._is_ready.wait(0.05):
            if self._process.poll() is not None:
                self._watcher.join(2)
                raise PartFailedError(f"the demo ERP ended at once: {self._last_words()}")
            if time.monotonic() > deadline:
                raise PartFailedError(f"the demo ERP did not start within {PATIENCE.total_seconds():.0f} s")

    def end(self) -> None:
        """End it, and wait until it has gone."""
        self._is_ending = True
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._watcher.join(2)

    def _watch(self) -> None:
        for line in self._process.stdout or ():
            self._said = [*self._said[-20:], line.rstrip()]
            if line.startswith(READY):
                self._is_ready.set()
        status = self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if not self._is_ending and self._is_ready.is_set():
            self._on_death(f"the demo ERP has ended (status {status}): {self._last_words()}")

    def _last_words(self) -> str:
        return " / ".join(line for line in self._said[-3:] if line and not line.startswith(READY)) or "it said nothing"


class ShopThread:
    """A tenant's site, served from a thread with a loop of its own."""

    def __init__(
        self,
        *,
        port: int,
        widget: Widget,
        erp_url: str,
        erp_key: str,
        identity_secret: str,
        site: shop_app.Site = "shop",
        app_id: str = "",
        app_secret: str = "",
    ) -> None:
        self._port = port
        self._site = site
        self._widget = widget
        self._config = DemoErpConfig.model_validate({"base_url": erp_url, "api_key": erp_key})
        self._secret = identity_secret
        self._app_id, self._app_secret = app_id, app_secret
        self._server: uvicorn.Server | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"demo-{site}", daemon=True)
        self._thread.start()

    def wait_ready(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + PATIENCE.total_seconds()
        while self._server is None or not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise PartFailedError(f"the {self._site} page did not start: {self._failure or 'no reason given'}")
            time.sleep(0.02)

    def end(self) -> None:
        """Stop serving, and wait until it has."""
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join(10)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (Exception, SystemExit) as exc:  # noqa: BLE001 (told by wait_ready)
            self._failure = exc

    async def _serve(self) -> None:
        async with OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http:
            erp = DemoErp(self._config, http)
            shop = shop_app.Shop(self._widget, erp, self._secret, self._site, self._app_id, self._app_secret)
            config = uvicorn.Config(
                shop_app.create_app(shop),
                host="127.0.0.1",
                port=self._port,
                log_level="warning",
                log_config=None,
                access_log=False,
                ws="none",
                timeout_graceful_shutdown=2,
            )
            self._server = uvicorn.Server(config)
            await self._server.serve()
