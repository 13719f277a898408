"""WeChat's official account platform: safe mode, access tokens that end each other, five messages in 48 hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from aiohttp import web

from tests.channels.connectors.wechat import case
from tests.platforms.server import Fault, Json, Platform, RefusedError, Shown

_ERRORS: Mapping[Fault, tuple[int, str]] = {
    "unauthorised": (40125, "invalid appsecret"),
    "forbidden": (48001, "api unauthorized"),
    "limited": (45011, "api minute-quota reach limit"),
    "limited_for": (45009, "reach max api daily quota limit"),
    "broken": (-1, "system error"),
    "expired": (42001, "access_token expired"),
    "revoked": (50001, "user unauthorized"),
    "gone": (40003, "invalid openid"),
}


@dataclass
class WeChat(Platform):
    """One service account."""

    window: timedelta | None = timedelta(hours=48)
    quota: int | None = 5
    token: str = ""
    tokens: int = 0

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        made = case.call(body, datetime.now(UTC))
        return made.body, made.headers, made.query

    def error(self, fault: Fault) -> web.Response:
        if fault == "expired":
            self.token = ""
        return _code(*_ERRORS[fault])

    def counts(self, request: web.Request) -> bool:
        return request.path.endswith("/custom/send")

    async def answer(self, request: web.Request) -> web.Response:
        body: Json = await request.json()
        if request.path.endswith("/stable_token"):
            return self._token(body)
        if request.query.get("access_token") != self.token or not self.token:
            raise RefusedError(_code(40001, "invalid credential, access_token is invalid or not latest"))
        to, kind = str(body["touser"]), str(body["msgtype"])
        content = body[kind]
        assert isinstance(content, dict)
        text = str(content.get("content") or content.get("head_content"))
        if len(text.encode()) > 2048:
            raise RefusedError(_code(45002, "content size out of limit"))
        if self.is_closed(to):
            raise RefusedError(_code(45015, "response out of time limit or subscription is canceled"))
        if self.quota is not None and self.answered.get(to, 0) >= self.quota:
            raise RefusedError(_code(45047, "out of response count limit"))
        rows = content.get("list") or []
        options = tuple((str(row["content"]), str(row["id"])) for row in rows)  # type: ignore[index,union-attr,call-overload]
        await self.show(Shown(self.number(), to, text, options, kind))
        return _code(0, "ok")

    def _token(self, body: Json) -> web.Response:
        if body["appid"] != case.APP_ID or body["secret"] != case.CASE.config["app_secret"]:
            return _code(40125, "invalid appsecret")
        if not self.token or body.get("force_refresh") is True:
            self.tokens += 1
            self.token = f"access-{self.tokens}"
        return web.json_response({"access_token": self.token, "expires_in": 7200})

    def tapped(self, shown: Shown, title: str, value: str) -> bytes:
        """A customer's tap on a message menu of ours."""
        return self.said(shown.to, title, more=f"<bizmsgmenuid>{escape(value)}</bizmsgmenuid>")

    def said(self, sender: str, text: str, number: str = "", more: str = "") -> bytes:
        """A customer's message, before it is put into its envelope."""
        self.note(sender)
        self.numbers += 1
        at = int(self.now().timestamp())
        return (
            f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
            f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content>{escape(text)}</Content>{more}<MsgId>{number or self.numbers}</MsgId></xml>"
        ).encode()


def _code(code: int, said: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": said})
