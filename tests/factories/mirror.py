"""Keeps a client's copy of an account by events alone, and proves it equal to what a fresh look shows."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import orjson
from pydantic import JsonValue

from kaitak.conversations import stream_endpoints
from kaitak.realtime.frames import Agent
from kaitak.realtime.hub import Subscription
from tests.factories.stage import Stage

View = dict[str, JsonValue]
QUIET = timedelta(milliseconds=600)


class Mirror:
    """Snapshot + events: conversations and messages by id, each replaced by what arrives later."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.conversations: dict[JsonValue, View] = {}
        self.messages: dict[JsonValue, View] = {}
        self.events: list[View] = []
        self.resets = 0
        self._subscription: Subscription | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Mirror:
        self.conversations, self.messages, cursor = await snapshot(self.stage)
        audience = Agent(self.stage.administrator.user_id, None)
        hub = self.stage.hub
        self._subscription = await self._stack.enter_async_context(
            hub.subscribe(self.stage.account_id, audience, most=10)
        )
        for frame in await stream_endpoints.backlog(self.stage.deps, hub, self.stage.account_id, audience, cursor):
            self.apply(frame)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def apply(self, raw: bytes) -> None:
        """Take one frame."""
        frame = orjson.loads(raw)
        self.events.append(frame)
        data = dict(frame.get("data") or {})
        match frame["event"]:
            case "conversation.created" | "conversation.updated":
                self.conversations[data["id"]] = data
            case "message.created" | "message.updated":
                conversation = data.pop("conversation", None)
                if conversation:
                    self.conversations[conversation["id"]] = conversation
                self.messages[data["id"]] = data
            case "reset":
                self.resets += 1

    async def settle(self) -> list[str]:
        """Take everything that arrives until it is quiet; the names of the new events."""
        assert self._subscription is not None
        before = len(self.events)
        while (frame := await self._subscription.next_frame(QUIET)) is not None:
            self.apply(frame)
        return [str(each["event"]) for each in self.events[before:]]

    async def must_equal_a_fresh_look(self) -> None:
        """The proof."""
        conversations, messages, _ = await snapshot(self.stage)
        assert self.resets == 0
        assert self.conversations == conversations
        assert self.messages == messages


async def snapshot(stage: Stage) -> tuple[dict[JsonValue, View], dict[JsonValue, View], int]:
    """Everything that the administrator sees, and the position it was read at."""
    listed = await _get(stage.admin, stage.path("/conversations?limit=100"))
    conversations = {each["id"]: each for each in listed["data"]["payload"]}  # type: ignore[index,call-overload,union-attr]
    messages = {}
    for number in conversations:
        thread = await _get(stage.admin, stage.path(f"/conversations/{number}/messages?limit=100"))
        messages.update({each["id"]: each for each in thread["payload"]})  # type: ignore[index,union-attr,call-overload]
    cursor = listed["stream_cursor"]
    assert isinstance(cursor, int)
    return conversations, messages, cursor  # type: ignore[return-value]


async def _get(http: httpx.AsyncClient, path: str) -> View:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    found: View = answer.json()
    return found
