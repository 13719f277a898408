"""Telegram's Bot API: the token in the path, a secret header on updates, `retry_after` in the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from pydantic import JsonValue

from tests.platforms.server import WAIT, Fault, Json, Platform, RefusedError, Shown

TOKEN = "123456:AAH-token-of-a-test-bot"
_ERRORS: Mapping[Fault, tuple[int, str]] = {
    "unauthorised": (401, "Unauthorized"),
    "forbidden": (403, "Forbidden: bots can't send messages to bots"),
    "limited": (429, "Too Many Requests"),
    "limited_for": (429, f"Too Many Requests: retry after {WAIT}"),
    "broken": (500, "Internal Server Error"),
    "expired": (404, "Not Found"),
    "revoked": (403, "Forbidden: user is not a contact"),
    "gone": (403, "Forbidden: bot was blocked by the user"),
}


@dataclass
class Telegram(Platform):
    """One bot and its chats."""

    secret: str = "a-secret-of-the-webhook-0123456789-abc"
    updates: int = 1000

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        return body, {"X-Telegram-Bot-Api-Secret-Token": self.secret, "Content-Type": "application/json"}, {}

    def error(self, fault: Fault) -> web.Response:
        status, said = _ERRORS[fault]
        more = {"parameters": {"retry_after": WAIT}} if fault == "limited_for" else {}
        return web.json_response({"ok": False, "error_code": status, "description": said, **more}, status=status)

    async def answer(self, request: web.Request) -> web.Response:
        if not request.path.startswith(f"/bot{TOKEN}/"):
            raise RefusedError(self.error("expired"))
        method = request.path.rpartition("/")[2]
        if method == "getMe":
            return _fine({"id": 123456, "is_bot": True, "username": "harbour_bot"})
        body: Json = await request.json()
        if method == "setWebhook":
            self.hook, self.secret = str(body["url"]), str(body["secret_token"])
            return _fine(True)
        if method == "answerCallbackQuery":
            return _fine(True)
        text = str(body.get("text") or body.get("photo") or body.get("document"))
        if len(text.encode("utf-16-le")) // 2 > 4096:
            description = {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"}
            raise RefusedError(web.json_response(description, status=400))
        self.numbers += 1
        await self.show(Shown(str(self.numbers), str(body["chat_id"]), text, _options(body), method))
        return _fine({"message_id": self.numbers})

    def said(self, sender: str, text: str, number: str = "") -> Json:
        """A customer's message, as Telegram posts it."""
        self.note(sender)
        person: Json = {"id": int(sender), "is_bot": False, "first_name": "大文"}
        at = int(self.now().timestamp())
        chat: Json = {"id": int(sender), "type": "private"}
        message: Json = {"message_id": 1, "from": person, "chat": chat, "date": at, "text": text}
        update = self._update(message=message)
        return update | {"update_id": int(number)} if number else update

    def tapped(self, shown: Shown, title: str, value: str) -> Json:
        """The customer taps a button below a message."""
        keys: JsonValue = [[{"text": title, "callback_data": data}] for title, data in shown.options]
        chat: Json = {"id": int(shown.to), "type": "private"}
        message: Json = {
            "message_id": int(shown.number),
            "chat": chat,
            "date": 1,
            "reply_markup": {"inline_keyboard": keys},
        }
        return self._update(
            callback_query={"id": "q1", "from": {"id": int(shown.to)}, "message": message, "data": value}
        )

    def _update(self, **what: JsonValue) -> Json:
        self.updates += 1
        return {"update_id": self.updates, **what}


def _options(body: Json) -> tuple[tuple[str, str], ...]:
    markup = body.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return tuple((str(key["text"]), str(key["callback_data"])) for row in rows for key in row)  # type: ignore[index,union-attr,call-overload]


def _fine(result: JsonValue) -> web.Response:
    return web.json_response({"ok": True, "result": result})
