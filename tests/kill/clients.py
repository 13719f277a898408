"""Owns the customers in clients of ours, app and web window: they write by REST, and ask for what came since."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
import jwt
from pydantic import JsonValue

from tests.channels.test_contract import CASES
from tests.kill.channels import Channel, Showing, named

FAILURES = (aiohttp.ClientError, TimeoutError, OSError)


class Client(Channel):
    """A message that is written again under its `echo_id` is the same one; what was shown is never asked for again."""

    may_repeat = False
    may_be_unknown = False

    def __init__(self, inbox: str, address: str) -> None:
        super().__init__(inbox, inbox, address)
        self._written: dict[tuple[int, int], object] = {}
        self._seen: dict[int, int] = {}
        self._looking: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def config(self) -> Mapping[str, JsonValue]:
        return CASES[self.channel].config

    @property
    @abstractmethod
    def routes(self) -> str:
        """Where the client writes to."""

    @abstractmethod
    async def headers(self, http: aiohttp.ClientSession, conversation: int) -> Mapping[str, str]:
        """Who writes."""

    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        headers = await self.headers(http, conversation)
        body = {"echo_id": named(conversation, number), "content": self.text(conversation, number)}
        async with http.post(f"{self.routes}/messages", json=body, headers=headers) as reply:
            assert reply.status in (200, 429, 500, 503), await reply.text()
            if reply.status == 200:
                written = (await reply.json())["message"]["id"]
                assert self._written.setdefault((conversation, number), written) == written
            status = reply.status
        if status == 200:
            with suppress(*FAILURES):
                await self.look(http, conversation)
        return status

    async def look(self, http: aiohttp.ClientSession, conversation: int) -> None:
        async with self._looking[conversation]:
            await self._look(http, conversation)

    async def _look(self, http: aiohttp.ClientSession, conversation: int) -> None:
        headers = await self.headers(http, conversation)
        while True:
            query = {"after": self._seen.get(conversation, 0), "limit": 20}
            async with http.get(f"{self.routes}/messages", params=query, headers=headers) as reply:
                if reply.status != 200:
                    raise aiohttp.ClientError(await reply.text())
                page: Any = await reply.json()
            for message in page["payload"]:
                assert message["seq"] > self._seen.get(conversation, 0)
                self._seen[conversation] = message["seq"]
                if message["author"] != "me":
                    self.phones[self.source(conversation)].append(Showing(str(message["id"])))
            if not page["has_more"]:
                return


class AppUsers(Client):
    """The business's own app: each of its users is signed by the business's server."""

    def __init__(self) -> None:
        super().__init__("app", "user-{}")

    @property
    def routes(self) -> str:
        return f"{self.place.base}/public/api/v1/app/{self.place.identifier}"

    async def headers(self, http: aiohttp.ClientSession, conversation: int) -> Mapping[str, str]:
        claims = {"sub": self.source(conversation), "exp": int(time.time()) + 3600, "name": f"客人{conversation}"}
        return {"Authorization": f"Bearer {jwt.encode(claims, str(self.config()['identity_secret']), 'HS256')}"}


class Visitors(Client):
    """The web window: a visitor has the token that the session began with, and an address of their own."""

    def __init__(self) -> None:
        super().__init__("web_widget", "visitor-{}")
        self._tokens: dict[int, str] = {}

    @property
    def routes(self) -> str:
        return f"{self.place.base}/public/api/v1/widget"

    async def headers(self, http: aiohttp.ClientSession, conversation: int) -> Mapping[str, str]:
        own = {"X-Forwarded-For": f"203.0.113.{conversation}"}
        if conversation not in self._tokens:
            body = {"website_token": self.place.identifier}
            async with http.post(f"{self.routes}/session", json=body, headers=own) as reply:
                if reply.status != 200:
                    raise aiohttp.ClientError(await reply.text())
                self._tokens[conversation] = (await reply.json())["visitor_token"]
        return {**own, "X-Kaitak-Visitor": self._tokens[conversation]}
