"""Owns the other side of the talk for the browser tests: an administrator's hands on the API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import httpx
from playwright.sync_api import BrowserContext
from pydantic import BaseModel, ConfigDict


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Inbox(_Loose):
    """An inbox as its administrator sees it."""

    id: int
    name: str
    identifier: str
    generated: dict[str, str] | None = None


class Message(_Loose):
    """A message as an agent sees it."""

    id: int
    seq: int
    message_type: str
    content: str
    content_type: str
    echo_id: str | None = None
    status: str


class Csat(_Loose):
    """A rating."""

    rating: int
    feedback_message: str | None = None


class Conversation(_Loose):
    """A conversation as an agent sees it."""

    id: int
    status: str
    owner: str
    inbox_id: int
    csat: Csat | None = None


class _Receiver(_Loose):
    state: str


class _Receiving(_Loose):
    id: int
    receiver: _Receiver | None


class _Inboxes(_Loose):
    payload: list[_Receiving]


class _Contact(_Loose):
    id: int


class _Held(_Loose):
    contact: _Contact


class _Shown(_Loose):
    conversation: _Held


class _Conversations(_Loose):
    payload: list[Conversation]


class _ConversationList(_Loose):
    data: _Conversations


class _Messages(_Loose):
    payload: list[Message]


class _Connection(_Loose):
    id: int


class _Connections(_Loose):
    payload: list[_Connection]


class _Order(_Loose):
    order_no: str
    status: str


class _Snapshot(_Loose):
    orders: list[_Order] | None


class _Account(_Loose):
    id: int


class _Me(_Loose):
    accounts: list[_Account]


@dataclass(frozen=True, slots=True)
class Office:
    """A signed-in person's API."""

    http: httpx.Client
    account: str

    @classmethod
    def enter(cls, base_url: str, sign_in_link: str) -> Self:
        """Sign in with a one-time link, as the workbench does."""
        http = httpx.Client(base_url=base_url, headers={"origin": base_url}, timeout=15)
        token = sign_in_link.rsplit("/", 1)[-1]
        me = _Me.model_validate_json(_good(http.post("/auth/sign_in_token", json={"token": token})).content)
        http.headers["x-kaitak-csrf"] = http.cookies["kaitak_csrf"]
        return cls(http, f"/api/v1/accounts/{me.accounts[0].id}")

    def lend_to(self, context: BrowserContext) -> None:
        """Let a browser be signed in as this person."""
        for name, value in self.http.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": str(self.http.base_url)}])

    def make_widget_inbox(self, name: str, settings: dict[str, object], *, bot_enabled: bool) -> Inbox:
        """A new inbox of the widget's channel, with its identity secret."""
        body = {"name": name, "channel": "web_widget", "settings": settings, "bot_enabled": bot_enabled, "settle_ms": 0}
        return Inbox.model_validate_json(self._post("/inboxes", body))

    @contextmanager
    def mailbox(self, config: dict[str, object]) -> Iterator[None]:
        """An e-mail inbox, the bot's, for the length of a block that begins once a worker reads it; paused after."""
        body = {"name": "電郵", "channel": "email", "config": config, "settle_ms": 0}
        made = Inbox.model_validate_json(self._post("/inboxes", body)).id
        deadline = time.monotonic() + 30
        while self._state_of(made) != "receiving":
            assert time.monotonic() < deadline
            time.sleep(0.3)
        try:
            yield
        finally:
            _good(self.http.patch(f"{self.account}/inboxes/{made}", json={"is_paused": True}))

    def _state_of(self, inbox_id: int) -> str:
        inboxes = _Inboxes.model_validate_json(self._get("/inboxes")).payload
        return next((each.receiver.state for each in inboxes if each.id == inbox_id and each.receiver), "")

    def contact_of(self, conversation_id: int) -> int:
        """Whose conversation it is."""
        return _Shown.model_validate_json(self._get(f"/conversations/{conversation_id}")).conversation.contact.id

    def join(self, kept: int, other: int) -> None:
        """Make two contacts one."""
        self._post(f"/contacts/{kept}/merges", {"contact_id": other})

    def conversations(self, inbox_id: int) -> list[Conversation]:
        """All conversations of an inbox, in any state."""
        found: list[Conversation] = []
        for status in ("open", "pending", "resolved", "snoozed"):
            answer = self._get(f"/conversations?status={status}&assignee_type=all&inbox_id={inbox_id}")
            found += _ConversationList.model_validate_json(answer).data.payload
        return sorted(found, key=lambda each: each.id)

    def newest_conversation(self) -> int:
        """The number of the newest conversation that the bot has."""
        answer = self._get("/conversations?status=pending&assignee_type=all")
        return max(each.id for each in _ConversationList.model_validate_json(answer).data.payload)

    def only_conversation(self, inbox: Inbox) -> Conversation:
        """The one conversation that an inbox has."""
        (found,) = self.conversations(inbox.id)
        return found

    def incoming(self, inbox: Inbox) -> list[str]:
        """What the server has of an inbox's one customer, in its order."""
        messages = self.messages(self.only_conversation(inbox).id)
        return [each.content for each in messages if each.message_type == "incoming"]

    def messages(self, conversation_id: int) -> list[Message]:
        """All messages of a (short) conversation."""
        return _Messages.model_validate_json(self._get(f"/conversations/{conversation_id}/messages?limit=100")).payload

    def say(self, conversation_id: int, content: str, **more: object) -> None:
        """Answer the customer; takes the conversation over."""
        self._post(f"/conversations/{conversation_id}/messages", {"content": content, **more})

    def act(self, conversation_id: int, action: str, body: dict[str, object]) -> None:
        """One of a conversation's actions."""
        self._post(f"/conversations/{conversation_id}/{action}", body)

    @contextmanager
    def connected_to(self, connector: str, config: dict[str, str]) -> Iterator[None]:
        """Another business system in place of the account's own, for the length of a block."""
        own = _Connections.model_validate_json(self._get("/business/connections")).payload[0].id
        _good(self.http.patch(f"{self.account}/business/connections/{own}", json={"enabled": False}))
        body: dict[str, object] = {"name": connector, "connector": connector, "config": config}
        other = _Connection.model_validate_json(self._post("/business/connections", body)).id
        try:
            yield
        finally:
            _good(self.http.delete(f"{self.account}/business/connections/{other}"))
            _good(self.http.patch(f"{self.account}/business/connections/{own}", json={"enabled": True}))

    def orders_of(self, conversation_id: int) -> dict[str, str]:
        """Orders and their states, as an agent sees them beside a conversation."""
        seen = _Snapshot.model_validate_json(self._get(f"/conversations/{conversation_id}/business"))
        return {each.order_no: each.status for each in seen.orders or ()}

    def _get(self, path: str) -> bytes:
        return _good(self.http.get(self.account + path)).content

    def _post(self, path: str, body: dict[str, object]) -> bytes:
        return _good(self.http.post(self.account + path, json=body)).content


def _good(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:500]}"
    return answer
