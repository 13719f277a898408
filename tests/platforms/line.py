"""LINE's Messaging API: reply tokens that live a minute and once, pushes with a retry key, a monthly quota."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web
from pydantic import JsonValue

from tests.platforms.server import WAIT, Fault, Json, Platform, RefusedError, Shown

SECRET = "a-channel-secret-of-line-0123456"
TOKEN = "a-channel-access-token-of-line"
MODES: Json = {"chatMode": "bot", "markAsReadMode": "auto"}
_ERRORS: Mapping[Fault, tuple[int, str]] = {
    "unauthorised": (401, "Authentication failed due to the following reason: invalid token"),
    "forbidden": (403, "Access to this API is not available for your account"),
    "limited": (429, "The API rate limit has been exceeded. Try again later."),
    "limited_for": (429, "The API rate limit has been exceeded. Try again later."),
    "broken": (500, "The API server is having trouble"),
    "expired": (401, "Authentication failed due to the following reason: token expired"),
    "revoked": (403, "Access to this API is not available for your account"),
    "gone": (400, "The property, 'to', in the request body is invalid (line: -, column: -)"),
}


@dataclass
class Line(Platform):
    """One official account."""

    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    retried: dict[str, str] = field(default_factory=dict)
    monthly: int = 200

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        mac = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        return body, {"X-Line-Signature": mac, "Content-Type": "application/json"}, {}

    def error(self, fault: Fault) -> web.Response:
        status, said = _ERRORS[fault]
        headers = {"Retry-After": str(WAIT)} if fault == "limited_for" else {}
        return web.json_response({"message": said}, status=status, headers=headers)

    async def answer(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise RefusedError(self.error("expired"))
        if request.path.endswith("/quota"):
            return web.json_response({"type": "limited", "value": self.monthly + len(self.retried)})
        if request.path.endswith("/quota/consumption"):
            return web.json_response({"totalUsage": len(self.retried)})
        if request.method == "GET":
            return web.json_response({"userId": "U1", "basicId": "@harbour", "displayName": "海港百貨", **MODES})
        body: Json = await request.json()
        messages = body["messages"]
        assert isinstance(messages, list)
        if not 1 <= len(messages) <= 5:
            raise RefusedError(web.json_response({"message": "The request body has 1 error(s)"}, status=400))
        if request.path.endswith("/reply"):
            return await self._show(self._spend(str(body["replyToken"])), messages, "reply")
        key = request.headers["X-Line-Retry-Key"]
        if key in self.retried:
            said = {"message": "The retry key is already accepted"}
            raise RefusedError(
                web.json_response(said, status=409, headers={"X-Line-Accepted-Request-Id": self.retried[key]})
            )
        if len(messages) > self.monthly:
            raise RefusedError(web.json_response({"message": "You have reached your monthly limit."}, status=429))
        self.monthly -= len(messages)
        self.retried[key] = self.number()
        return await self._show(str(body["to"]), messages, "push")

    def _spend(self, token: str) -> str:
        to, at = self.tokens.pop(token, ("", self.now()))
        if not to or self.now() - at > timedelta(minutes=1):
            raise RefusedError(web.json_response({"message": "Invalid reply token"}, status=400))
        return to

    async def _show(self, to: str, messages: list[JsonValue], how: str) -> web.Response:
        sent = []
        for message in messages:
            assert isinstance(message, dict)
            items = message.get("quickReply", {}).get("items", [])  # type: ignore[union-attr]
            options = tuple((str(i["action"]["label"]), str(i["action"]["data"])) for i in items)  # type: ignore[index,union-attr,call-overload]
            text = str(message.get("text") or message.get("originalContentUrl"))
            await self.show(Shown(self.number(), to, text, options, how))
            sent.append({"id": self.shown[-1].number})
        return web.json_response({"sentMessages": sent})

    def said(self, sender: str, text: str, number: str = "") -> Json:
        """A customer's message, as LINE posts it."""
        self.note(sender)
        token = f"token-{self.number()}"
        self.tokens[token] = (sender, self.now())
        message: JsonValue = {"id": "1", "type": "text", "quoteToken": f"quote-{token}", "text": text}
        return self._event(sender, token, number, type="message", message=message)

    def tapped(self, shown: Shown, title: str, value: str) -> Json:
        """A customer's tap on a quick reply of ours, as LINE posts it."""
        token = f"token-{self.number()}"
        self.tokens[token] = (shown.to, self.now())
        return self._event(shown.to, token, type="postback", postback={"data": value})

    def _event(self, sender: str, token: str, number: str = "", **what: JsonValue) -> Json:
        event: JsonValue = {
            "webhookEventId": number or self.number(),
            "mode": "active",
            "timestamp": int(self.now().timestamp() * 1000),
            "source": {"type": "user", "userId": sender},
            "deliveryContext": {"isRedelivery": False},
            "replyToken": token,
            **what,
        }
        return {"destination": "U9", "events": [event]}
