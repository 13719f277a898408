"""WhatsApp, Messenger and Instagram as Meta runs them: one signature, one form of error, windows and tags enforced."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web
from pydantic import JsonValue

from kaitak.channels import answers
from tests.platforms.server import WAIT, Fault, Json, Platform, RefusedError, Shown

SECRET = "an-app-secret-of-meta-0123456789"
TOKEN = "EAAG-token-of-a-test"
NUMBER_ID = "106540352242922"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "0005000d0a2db40000000049454e44ae426082"
)
_ERRORS: Mapping[Fault, tuple[int, int, str]] = {
    "unauthorised": (401, 0, "AuthException"),
    "forbidden": (403, 10, "(#10) Application does not have permission for this action"),
    "limited": (429, 130429, "(#130429) Rate limit hit"),
    "limited_for": (429, 130429, "(#130429) Rate limit hit"),
    "broken": (500, 131000, "Something went wrong"),
    "expired": (400, 190, "Error validating access token: Session has expired"),
    "revoked": (403, 200, "(#200) Permissions error"),
    "gone": (400, 131026, "Message undeliverable"),
}


def failure(status: int, code: int, said: str, subcode: int = 0) -> web.Response:
    body = {
        "error": {"message": said, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A"}
    }
    return web.json_response(body, status=status)


@dataclass
class Meta(Platform):
    """What the three share."""

    token: str = TOKEN

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return body, {"X-Hub-Signature-256": f"sha256={mac}", "Content-Type": "application/json"}, {}

    def error(self, fault: Fault) -> web.Response:
        answer = failure(*_ERRORS[fault])
        if fault == "limited_for":
            answer.headers["Retry-After"] = str(WAIT)
        return answer

    def require_token(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise RefusedError(self.error("expired"))


@dataclass
class WhatsApp(Meta):
    """The Cloud API: free text within 24 hours, templates always, reports with our own data in them."""

    window: timedelta | None = timedelta(hours=24)
    keys: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # what customers call themselves, by their numbers

    async def answer(self, request: web.Request) -> web.Response:
        self.require_token(request)
        if request.method == "GET" and request.path.endswith("/message_templates"):
            body = {"type": "BODY", "text": "{{1}}你好，你的訂單 {{2}} 已寄出。"}
            other = {"type": "HEADER", "format": "IMAGE"}
            fine = {"name": "shipped", "language": "zh_HK", "status": "APPROVED", "components": [body]}
            return web.json_response({"data": [fine, {**fine, "name": "picture", "components": [other, body]}]})
        if request.path.endswith("/picture"):
            return web.Response(body=PICTURE, content_type="image/png")
        if request.method == "GET" and request.path.endswith("/99001"):
            return web.json_response(
                {"url": f"{self.url}/picture", "mime_type": "image/png", "file_size": len(PICTURE)}
            )
        if request.method == "GET" and request.path.endswith("/99002"):
            return failure(400, 100, "Unsupported get request. Object with ID does not exist")
        if request.method == "GET":
            return web.json_response({"display_phone_number": "+852 2345 6789", "verified_name": "海港百貨"})
        message: Json = await request.json()
        to = str(message.get("to") or message.get("recipient"))
        shown = _of_whatsapp(self.number(), to, message)
        if len(shown.text) > (1024 if shown.options else self.longest):
            raise RefusedError(failure(400, 100, "(#100) Invalid parameter"))
        if shown.how != "template" and self.is_closed(to):
            raise RefusedError(failure(400, 131047, "Re-engagement message"))
        self.keys[shown.number] = str(message["biz_opaque_callback_data"])
        await self.show(shown)
        return web.json_response({"messaging_product": "whatsapp", "messages": [{"id": shown.number}]})

    def said(self, sender: str, text: str, number: str = "") -> Json:
        """A customer's message, as Meta posts it."""
        self.note(sender)
        message: Json = {
            "from": sender,
            "id": f"wamid.{number or self.number()}",
            "timestamp": str(int(self.now().timestamp())),
            "type": "text",
            "text": {"body": text},
        }
        return self._value(
            contacts=[{"profile": {"name": self.names.get(sender, "陳大文")}, "wa_id": sender}], messages=[message]
        )

    def tapped(self, shown: Shown, title: str, value: str) -> Json:
        """A customer's tap on a button of ours, as Meta posts it."""
        body = self.said(shown.to, title)
        message: Any = answers.part(body, "entry", 0, "changes", 0, "value", "messages", 0)
        message |= {"type": "interactive"}
        message["interactive"] = {"type": "button_reply", "button_reply": {"id": value, "title": title}}
        return body

    def pictured(self, sender: str, media: str, caption: str) -> Json:
        """A customer's picture, as Meta posts it."""
        body = self.said(sender, caption)
        message: Any = answers.part(body, "entry", 0, "changes", 0, "value", "messages", 0)
        message |= {"type": "image", "image": {"id": media, "mime_type": "image/png", "caption": caption}}
        del message["text"]
        return body

    def report(self, shown: Shown, key: str, status: str) -> Json:
        """What became of a message, as Meta posts it."""
        at = str(int(self.now().timestamp()))
        given = {"id": shown.number, "status": status, "timestamp": at, "recipient_id": shown.to}
        return self._value(statuses=[{**given, "biz_opaque_callback_data": key}])

    def _value(self, **value: JsonValue) -> Json:
        metadata: JsonValue = {"display_phone_number": "85223456789", "phone_number_id": NUMBER_ID}
        change: JsonValue = {
            "field": "messages",
            "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
        }
        return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def _of_whatsapp(number: str, to: str, message: Json) -> Shown:
    kind = str(message["type"])
    content = message[kind]
    assert isinstance(content, dict)
    if kind == "interactive":
        action = content["action"]
        rows = action["buttons"] if "buttons" in action else action["sections"][0]["rows"]  # type: ignore[index,operator,call-overload]
        taps = [row.get("reply", row) for row in rows]  # type: ignore[union-attr]
        options = tuple((str(tap["title"]), str(tap["id"])) for tap in taps)  # type: ignore[index,call-overload]
        return Shown(number, to, str(content["body"]["text"]), options, kind)  # type: ignore[index,call-overload]
    text = content.get("body") or content.get("link") or content.get("name") or ""
    return Shown(number, to, str(text), (), kind)


@dataclass
class Pages(Meta):
    """Messenger or Instagram: 24 hours, then seven days with the tag that is for people."""

    window: timedelta | None = timedelta(hours=24)
    product: str = "page"
    account: str = "108090000000001"
    longest: int = 2000

    async def answer(self, request: web.Request) -> web.Response:
        self.require_token(request)
        if request.method == "GET":
            return web.json_response({"id": self.account, "name": "海港百貨", "username": "harbour"})
        message: Json = await request.json()
        to, content = str(message["recipient"]["id"]), message["message"]  # type: ignore[index,call-overload]
        assert isinstance(content, dict)
        is_tagged = message.get("tag") == "HUMAN_AGENT"
        if self.is_closed(to, timedelta(days=7) if is_tagged else None):
            raise RefusedError(failure(400, 10, "(#10) This message is sent outside of allowed window.", 2018278))
        text = str(content.get("text") or content["attachment"]["payload"]["url"])  # type: ignore[index,call-overload]
        if len(text.encode() if self.product == "instagram" else text) > (
            1000 if self.product == "instagram" else 2000
        ):
            raise RefusedError(failure(400, 100, "(#100) Length of param message[text] is too long"))
        replies = content.get("quick_replies") or []
        options = tuple((str(each["title"]), str(each["payload"])) for each in replies)  # type: ignore[index,union-attr,call-overload]
        await self.show(Shown(self.number(), to, text, options, "HUMAN_AGENT" if is_tagged else "RESPONSE"))
        return web.json_response({"recipient_id": to, "message_id": self.shown[-1].number})

    def said(self, sender: str, text: str, number: str = "") -> Json:
        """A customer's message, as Meta posts it."""
        self.note(sender)
        return self._event(sender, message={"mid": f"m_{number or self.number()}", "text": text})

    def tapped(self, shown: Shown, title: str, value: str) -> Json:
        """A customer's tap on a quick reply of ours, as Meta posts it."""
        self.note(shown.to)
        message: Json = {"mid": f"m_{self.number()}", "text": title, "quick_reply": {"payload": value}}
        return self._event(shown.to, message=message)

    def echo(self, shown: Shown) -> Json:
        """Our own message, as Meta posts it back to us."""
        return self._event(shown.to, message={"mid": shown.number, "text": shown.text, "is_echo": True})

    def _event(self, person: str, **what: JsonValue) -> Json:
        at = int(self.now().timestamp() * 1000)
        item: JsonValue = {"sender": {"id": person}, "recipient": {"id": self.account}, "timestamp": at, **what}
        return {"object": self.product, "entry": [{"id": self.account, "time": at, "messaging": [item]}]}
