"""Runs what a process is for: the web server, the road's loops, the jobs; and drains them in order at the end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

import kaitak.contacts.import_tasks
import kaitak.contacts.tasks
import kaitak.conversations.fetching
import kaitak.conversations.person_tasks
import kaitak.conversations.retention
import kaitak.conversations.tasks
import kaitak.conversations.thumbnails
import kaitak.conversations.watching
import kaitak.knowledge.crawl_tasks
import kaitak.learning.tasks
import kaitak.realtime.tasks  # noqa: F401 (declares its periodic jobs)
from kaitak.app import create_app
from kaitak.conversations import search_index
from kaitak.conversations.call_log import CallLog
from kaitak.conversations.webhooks import HookFirst, WebhookDoor
from kaitak.core import resources
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from kaitak.knowledge import warming
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.process import Process
from kaitak.realtime.nats_link import NatsLink
from kaitak.realtime.notifier import Listener, Notifier, telling

_log = logging.getLogger(__name__)


class Stop:
    """The wish to end, by SIGTERM, SIGINT or a part that failed."""

    def __init__(self) -> None:
        self._wish = asyncio.Event()
        self._reason: BaseException | None = None

    def wish(self) -> None:
        """End in good order."""
        self._wish.set()

    def fail(self, reason: BaseException) -> None:
        """End because a part failed."""
        self._reason = self._reason or reason
        self._wish.set()

    async def wait(self) -> None:
        """Wait for the wish; raises what failed, if something did."""
        await self._wish.wait()
        if self._reason is not None:
            raise self._reason

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as the wish."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.wish)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: this process has more to drain than HTTP."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.has_started = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.has_started.set()


@asynccontextmanager
async def web(process: Process, stop: Stop, *, on_ready: Callable[[int], None] | None = None) -> AsyncIterator[None]:
    """Serve HTTP for the length of a block; at its end, requests in flight are answered first."""
    settings = process.settings
    app = HookFirst(
        create_app(process.deps, upload_bytes=settings.storage.max_attachment_bytes), process.deps.get(WebhookDoor)
    )
    config = uvicorn.Config(
        app,
        host=settings.web.host,
        port=settings.web.port,
        log_config=None,
        access_log=False,
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024,
        server_header=False,
        date_header=False,
        proxy_headers=bool(settings.web.trusted_proxies),
        forwarded_allow_ips=list(settings.web.trusted_proxies),
        timeout_graceful_shutdown=int(settings.web.drain.total_seconds()),
        backlog=2048,
        timeout_keep_alive=75,
    )
    server = _Server(config)
    async with _background(stop, process.door.run(), process.hub.run(), process.deps.get(CallLog).run()):
        task = _watched(server.serve(), stop)
        await server.has_started.wait()
        if on_ready is not None and server.started:
            on_ready(server.servers[0].sockets[0].getsockname()[1])
        try:
            yield
        finally:
            server.should_exit = True
            await asyncio.wait([task])


@asynccontextmanager
async def work(process: Process, stop: Stop) -> AsyncIterator[None]:
    """Take turns, deliver, receive and do jobs for the length of a block; what was begun is finished at its end."""
    worker = process.settings.worker
    loops = [process.turner.loop(worker.poll), process.deliverer.loop(worker.poll)]
    deps = process.deps
    job_deps = JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
    background = [
        _ready_packs(process),
        queue.run_jobs(process.dsn, job_deps),
        search_index.keep_indexed(deps.database),
    ]
    async with _background(stop, *background):
        tasks = [*(_watched(loop.run(), stop) for loop in loops), _watched(process.receivers.run(), stop)]
        try:
            yield
        finally:
            process.receivers.stop()
            for loop in loops:
                loop.stop()
            await asyncio.wait(tasks)
            await process.turner.drain()
            await process.deliverer.drain()


async def _ready_packs(process: Process) -> None:
    """Have every pack's model before its first message, then the articles; the very first start trains: a while."""
    for name in resources.pack_names():
        await process.shelf.get(name)
    await warming.ready(process.deps.database, process.deps.get(KnowledgeShelf))


@asynccontextmanager
async def notifying(process: Process, stop: Stop) -> AsyncIterator[None]:
    """Tell other processes of this one's news and hear theirs, for the length of a block."""
    address, dsn, signals = process.settings.realtime.nats_url, process.dsn, process.signals
    if address is None:
        links = [Notifier(dsn, signals).run(), Listener(dsn, signals).run()]
    else:
        links = [telling(signals, NatsLink(address.get_secret_value(), signals).run())]
    async with _background(stop, *links):
        yield


@asynccontextmanager
async def _background(stop: Stop, *coroutines: Coroutine[object, object, None]) -> AsyncIterator[None]:
    tasks = [_watched(coroutine, stop) for coroutine in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _watched(coroutine: Coroutine[object, object, None], stop: Stop) -> asyncio.Task[None]:
    """A task whose failure ends the process: half a process is worse than a restarted one."""

    async def run() -> None:
        try:
            await coroutine
        except Exception as exc:  # noqa: BLE001 (the outermost loop)
            _log.exception("a part of the process failed")
            stop.fail(exc)

    return asyncio.create_task(run())
