"""DingTalk: access tokens, sessions that end, a robot's own messages, and the gateway of its Stream mode."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import WSMsgType, web
from pydantic import JsonValue

from tests.channels.connectors.dingtalk import case
from tests.platforms.server import WAIT, Fault, Json, Platform, RefusedError, Shown

TOPIC = "/v1.0/im/bot/messages/get"
_ERRORS: Mapping[Fault, tuple[int, str, str]] = {
    "unauthorised": (400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret"),
    "forbidden": (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", "应用尚未开通所需的权限"),
    "limited": (429, "Throttling.Api", "请求过于频繁"),
    "limited_for": (429, "Throttling.Api", "请求过于频繁"),
    "broken": (500, "ServiceUnavailable", "系统繁忙"),
    "expired": (401, "InvalidAuthentication", "不合法的access_token"),
    "revoked": (400, "robot.notExist", "机器人不存在"),
    "gone": (400, "staffId.notExisted", "用户不存在"),
}


@dataclass
class DingTalk(Platform):
    """One organisation with one robot. What is said while no stream is open waits for one, or is posted to `hook`."""

    token: str = ""
    tokens: int = 0
    sessions: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    streams: list[web.WebSocketResponse] = field(default_factory=list)
    acknowledged: list[Json] = field(default_factory=list)  # the answers to frames
    waiting: list[str] = field(default_factory=list)  # frames that nobody has acknowledged
    session_life: timedelta = timedelta(minutes=90)

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        return body, case.sign(body, datetime.now(UTC)), {}

    def error(self, fault: Fault) -> web.Response:
        if fault == "expired":
            self.token = ""
        status, code, said = _ERRORS[fault]
        headers = {"Retry-After": str(WAIT)} if fault == "limited_for" else {}
        return web.json_response({"code": code, "message": said, "requestid": "1"}, status=status, headers=headers)

    def counts(self, request: web.Request) -> bool:
        return request.path.endswith(("/batchSend", "/sendBySession"))

    async def take(self, request: web.Request) -> web.StreamResponse:
        return await self._stream(request) if request.path == "/connect" else await super().take(request)

    async def answer(self, request: web.Request) -> web.Response:
        body: Json = await request.json() if request.method == "POST" else {}
        if request.path == "/v1.0/oauth2/accessToken":
            return self._token(str(body["appKey"]), str(body["appSecret"]))
        if request.path == "/v1.0/gateway/connections/open":
            return self._ticket(body)
        if request.path == "/robot/sendBySession":
            return await self._by_session(request.query["session"], body)
        if request.path.startswith("/files/"):
            return web.Response(body=b"\x89PNG\r\n\x1a\n", content_type="image/png")
        if not self.token or request.headers.get("x-acs-dingtalk-access-token") != self.token:
            raise RefusedError(self.error("expired"))
        if request.path == "/v1.0/robot/messageFiles/download":
            return web.json_response({"downloadUrl": f"{self.url}/files/{body['downloadCode']}"})
        to = body["userIds"]
        assert isinstance(to, list)
        param: Json = json.loads(str(body["msgParam"]))
        await self.show(Shown(self.number(), str(to[0]), str(param.get("content") or param["photoURL"]), (), "robot"))
        return web.json_response({"processQueryKey": self.shown[-1].number, "invalidStaffIdList": []})

    def _token(self, key: str, secret: str) -> web.Response:
        if (key, secret) != (case.CLIENT, case.SECRET):
            raise RefusedError(self.error("unauthorised"))
        if not self.token:
            self.tokens += 1
            self.token = f"access-{self.tokens}"
        return web.json_response({"accessToken": self.token, "expireIn": 7200})

    def _ticket(self, body: Json) -> web.Response:
        if (body["clientId"], body["clientSecret"]) != (case.CLIENT, case.SECRET):
            raise RefusedError(web.json_response({"code": "authFailed", "message": "鉴权失败"}, status=401))
        assert {"type": "CALLBACK", "topic": TOPIC} in body["subscriptions"]  # type: ignore[operator]
        ticket = f"ticket/{len(self.tickets)}+="
        self.tickets.add(ticket)
        return web.json_response({"endpoint": f"{self.url.replace('http', 'ws', 1)}/connect", "ticket": ticket})

    async def _by_session(self, session: str, body: Json) -> web.Response:
        to, until = self.sessions.get(session, ("", datetime.fromtimestamp(0, UTC)))
        if self.now() > until:
            return web.json_response({"errcode": 300001, "errmsg": "session 不存在"})
        content = body[str(body["msgtype"])]
        assert isinstance(content, dict)
        await self.show(Shown(self.number(), to, str(content.get("content") or content["text"]), (), "session"))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self.tickets:
            return web.Response(status=401)
        self.tickets.discard(request.query["ticket"])
        opened = web.WebSocketResponse()
        await opened.prepare(request)
        self.streams.append(opened)
        try:
            for frame in list(self.waiting):
                await _sent(opened, frame)
            async for message in opened:
                if message.type is WSMsgType.TEXT:
                    answer: Json = json.loads(message.data)
                    self.acknowledged.append(answer)
                    number = str(dict(answer["headers"])["messageId"])  # type: ignore[arg-type]
                    self.waiting = [each for each in self.waiting if number not in each]
        finally:
            self.streams.remove(opened)
        return opened

    async def bring(self, body: Json | bytes) -> int:
        """By the stream, if one is open."""
        if not self.streams or isinstance(body, bytes):
            return await super().bring(body)
        await self.push(body)
        return 200

    async def push(self, item: Json) -> str:
        """Bring a message by the stream; its frame comes again with each new stream until it is acknowledged."""
        frame = self.frame("CALLBACK", TOPIC, item)
        self.waiting.append(frame)
        for opened in list(self.streams):
            await _sent(opened, frame)
        return frame

    async def system(self, topic: str) -> None:
        """A ping, or the word to connect anew."""
        for opened in self.streams:
            await opened.send_str(self.frame("SYSTEM", topic, {"opaque": "1"}))

    def frame(self, kind: str, topic: str, data: Json) -> str:
        headers = {"topic": topic, "messageId": f"<{self.number()}>", "contentType": "application/json", "time": "1"}
        return json.dumps({"specVersion": "1.0", "type": kind, "headers": headers, "data": json.dumps(data)})

    async def connected(self, count: int = 1) -> None:
        """Wait until so many streams are open."""
        async with asyncio.timeout(10):
            while len(self.streams) != count:  # noqa: ASYNC110 (the other end opens them)
                await asyncio.sleep(0.02)

    def said(self, sender: str, text: str, number: str = "") -> Json:
        """A colleague's message to the robot."""
        self.note(sender)
        session = f"s{self.number()}"
        until = self.now() + self.session_life
        self.sessions[session] = (sender, until)
        return {
            "msgId": f"msg{number or self.number()}",
            "msgtype": "text",
            "text": {"content": f" {text}"},
            "conversationType": "1",
            "conversationId": "cidLq1",
            "senderStaffId": sender,
            "senderId": f"$:LWCP_v1:${sender}",
            "senderNick": "陳大文",
            "createAt": int(self.now().timestamp() * 1000),
            "sessionWebhook": f"{self.url}/robot/sendBySession?session={session}",
            "sessionWebhookExpiredTime": int(until.timestamp() * 1000),
            "robotCode": case.CLIENT,
        }

    def tapped(self, shown: Shown, title: str, value: str) -> Json:
        """There is nothing to tap: whoever chooses writes."""
        return self.said(shown.to, title)


async def _sent(opened: web.WebSocketResponse, frame: str) -> None:
    """Whoever is at the other end may just have died."""
    with suppress(ConnectionError):
        await opened.send_str(frame)


def pictured(item: Json, code: str) -> Json:
    """The same message with a picture instead of its text."""
    content: JsonValue = {"downloadCode": code}
    return {**item, "msgtype": "picture", "content": content, "text": None}
