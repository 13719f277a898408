"""Owns the customers behind the plain API: a caller's own server brings what they write and takes our messages."""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import orjson
from aiohttp import web
from pydantic import JsonValue

from tests.kill.channels import Call, Channel, Showing, named


class Caller(Channel):
    """Its server fails now and then, before or after taking; it knows each message of ours by its key."""

    may_repeat = False
    may_be_unknown = False

    def __init__(self, chance: random.Random) -> None:
        super().__init__("api", "api", "c{}")
        self.url = ""
        self._secret = secrets.token_urlsafe(32)
        self._chance = chance
        self._taken: set[str] = set()

    def config(self) -> Mapping[str, JsonValue]:
        return {"secret": self._secret, "webhook_url": self.url}

    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        event = {
            "id": named(conversation, number),
            "source_id": self.source(conversation),
            "content": self.text(conversation, number),
            "contact": {"name": f"客人{conversation}"},
        }
        body, stamp = orjson.dumps(event), str(int(time.time()))
        digest = hmac.new(self._secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"X-Kaitak-Timestamp": stamp, "X-Kaitak-Signature": f"sha256={digest}"}
        return await Call(self.place.hook, body, headers, {}).made(http, 10.0)

    async def take(self, request: web.Request) -> web.Response:
        """One message of ours; what comes again is shown once."""
        fate = self._chance.random()
        if fate < 0.03:
            return web.Response(status=503)
        body, key = orjson.loads(await request.read()), request.headers["X-Kaitak-Delivery"]
        if key not in self._taken:
            self._taken.add(key)
            self.phones[body["source_id"]].append(Showing(key))
        return web.Response(status=500 if fate > 0.98 else 200)


@asynccontextmanager
async def running(caller: Caller) -> AsyncIterator[None]:
    """The caller's server, for the length of a block."""
    app = web.Application()
    app.router.add_post("/", caller.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    caller.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield
    finally:
        await runner.cleanup()
