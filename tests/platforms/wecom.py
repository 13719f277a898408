"""WeCom customer service: a sealed nudge, messages pulled with a cursor, sessions with states, five in 48 hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web
from pydantic import JsonValue

from tests.channels.connectors.wecom import case
from tests.platforms.server import Fault, Json, Platform, RefusedError, Shown

NEW, BOT, QUEUE, PERSON, ENDED = range(5)
# From where to where an app may bring a session; an ended one begins anew with the customer's next message.
CHANGES: Mapping[int, tuple[int, ...]] = {
    NEW: (BOT, QUEUE, PERSON, ENDED),
    BOT: (BOT, QUEUE, PERSON, ENDED),
    QUEUE: (QUEUE, PERSON, ENDED),
    PERSON: (PERSON, ENDED),
    ENDED: (),
}
_ERRORS: Mapping[Fault, tuple[int, str]] = {
    "unauthorised": (40001, "invalid credential"),
    "forbidden": (48002, "api forbidden"),
    "limited": (45009, "api freq out of limit"),
    "limited_for": (45009, "api freq out of limit"),
    "broken": (-1, "system busy"),
    "expired": (42001, "access_token expired"),
    "revoked": (60011, "no privilege to access/modify contact/party/agent"),
    "gone": (84061, "not external contact"),
}


@dataclass
class WeCom(Platform):
    """One organisation with one customer service account; `log` is all that a pull can find."""

    window: timedelta | None = timedelta(hours=48)
    quota: int | None = 5
    token: str = ""
    tokens: int = 0
    log: list[Json] = field(default_factory=list)
    page: int = 1000
    pulls: list[tuple[str, str]] = field(default_factory=list)  # cursor and token of each
    nudges: int = 0
    states: dict[str, int] = field(default_factory=dict)
    needs_taking: bool = False  # whether a new session takes nothing before it is taken over
    is_snatched: bool = False  # a colleague takes the session at the moment in which we want to change it
    changes: list[tuple[str, int]] = field(default_factory=list)  # of sessions, by our calls
    sent: set[str] = field(default_factory=set)  # message ids
    welcomed: dict[str, str] = field(default_factory=dict)  # code → customer
    counted: str = "/kf/send_msg"  # which calls a fault befalls
    kept: dict[str, bytes] = field(default_factory=dict)

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        made = case.call(body, datetime.now(UTC))
        return made.body, made.headers, made.query

    def error(self, fault: Fault) -> web.Response:
        if fault == "expired":
            self.token = ""
        return _code(*_ERRORS[fault])

    def counts(self, request: web.Request) -> bool:
        return request.path.endswith(self.counted)

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/cgi-bin/")
        if path == "gettoken":
            return self._token(request.query["corpid"], request.query["corpsecret"])
        if request.query.get("access_token") != self.token or not self.token:
            raise RefusedError(_code(40014, "invalid access_token"))
        if path == "media/upload":
            return await self._upload(request)
        if path == "media/get":
            return web.Response(body=self.kept[request.query["media_id"]], content_type="image/png")
        return await self._kf(path, await request.json())

    async def _kf(self, path: str, body: Json) -> web.Response:  # noqa: PLR0911 (one for each call)
        who = str(body.get("external_userid") or body.get("touser") or "")
        match path:
            case "kf/account/list":
                return _fine(account_list=[{"open_kfid": case.KFID, "name": "海港客服"}])
            case "kf/customer/batchget":
                wanted = body["external_userid_list"]
                assert isinstance(wanted, list)
                return _fine(customer_list=[{"external_userid": each, "nickname": f"客 {each}"} for each in wanted])
            case "kf/sync_msg":
                return self._pull(str(body.get("cursor", "")), str(body.get("token", "")))
            case "kf/service_state/get":
                state = self.states.get(who, ENDED)
                return _fine(service_state=state, servicer_userid="lisi" if state == PERSON else "")
            case "kf/service_state/trans":
                return self._change(who, body)
            case "kf/send_msg":
                return await self._send(who, body)
            case "kf/send_msg_on_event":
                await self._show(self.welcomed.pop(str(body["code"])), body, "welcome")
                return _fine(msgid=body["msgid"])
        raise RefusedError(web.Response(status=404))

    def _change(self, who: str, body: Json) -> web.Response:
        wanted = body["service_state"]
        assert isinstance(wanted, int)
        if self.is_snatched:
            self.states[who] = PERSON
        state = self.states.get(who, ENDED)
        if state == ENDED:
            raise RefusedError(_code(95013, "session is ended"))
        if wanted not in CHANGES[state]:
            raise RefusedError(_code(95016, "invalid service state change"))
        if wanted == PERSON and not body.get("servicer_userid"):
            raise RefusedError(_code(95014, "servicer is not available"))
        self.states[who] = wanted
        self.changes.append((who, wanted))
        return _fine(**({"msg_code": f"code-{len(self.changes)}"} if wanted != BOT else {}))

    async def _send(self, to: str, body: Json) -> web.Response:
        number, state = str(body["msgid"]), self.states.get(to, NEW)
        assert len(number.encode()) <= 32
        if number in self.sent:
            raise RefusedError(_code(95033, "msgid exists"))
        if state in (QUEUE, PERSON, ENDED) or (state == NEW and self.needs_taking):
            raise RefusedError(_code(95018, "send msg session status invalid"))
        if self.is_closed(to):
            raise RefusedError(_code(95002, "send msg time limit"))
        if self.quota is not None and self.answered.get(to, 0) >= self.quota:
            raise RefusedError(_code(95001, "send msg count limit"))
        self.sent.add(number)
        await self._show(to, body, str(body["msgtype"]))
        return _fine(msgid=number)

    async def _show(self, to: str, body: Json, how: str) -> None:
        content = body[str(body["msgtype"])]
        assert isinstance(content, dict)
        text = str(content.get("content") or content.get("head_content") or content.get("media_id"))
        assert len(text.encode()) <= 2048
        rows = content.get("list") or []
        options = tuple((str(row["click"]["content"]), str(row["click"]["id"])) for row in rows)  # type: ignore[index,union-attr,call-overload]
        await self.show(Shown(str(body["msgid"]), to, text, options, how))

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = form["media"]
        assert isinstance(given, web.FileField)
        number = f"{request.query['type']}-{self.number()}"
        self.kept[number] = given.file.read()
        return web.json_response({"errcode": 0, "type": request.query["type"], "media_id": number})

    def _pull(self, cursor: str, token: str) -> web.Response:
        self.pulls.append((cursor, token))
        start = int(cursor.partition("-")[2] or 0)
        end = min(start + self.page, len(self.log))
        return _fine(next_cursor=f"c-{end}", has_more=int(end < len(self.log)), msg_list=self.log[start:end])

    def _token(self, corp: str, secret: str) -> web.Response:
        if (corp, secret) != (case.CORP_ID, case.SECRET):
            raise RefusedError(_code(40001, "invalid credential"))
        if not self.token:
            self.tokens += 1
            self.token = f"access-{self.tokens}"
        return _fine(access_token=self.token, expires_in=7200)

    def nudge(self) -> bytes:
        """The callback that says no more than that something waits."""
        self.nudges += 1
        return (
            f"<xml><ToUserName><![CDATA[{case.CORP_ID}]]></ToUserName><CreateTime>{int(self.now().timestamp())}"
            f"</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>"
            f"<Token><![CDATA[ENC{self.nudges}]]></Token><OpenKfId><![CDATA[{case.KFID}]]></OpenKfId></xml>"
        ).encode()

    def write(self, sender: str, kind: str = "text", origin: int = 3, **more: JsonValue) -> Json:
        """Something is written to the account; it waits to be pulled."""
        item: Json = {
            "msgid": self.number(),
            "open_kfid": case.KFID,
            "external_userid": sender,
            "send_time": int(self.now().timestamp()),
            "origin": origin,
            "msgtype": kind,
            **more,
        }
        if origin == 3 and kind != "event":
            self.note(sender)
            if self.states.get(sender, ENDED) == ENDED:
                self.states[sender] = NEW
        self.log.append(item)
        return item

    def said(self, sender: str, text: str, number: str = "", menu_id: str = "") -> bytes:
        """A customer's message; what is posted is the nudge."""
        item = self.write(sender, text={"content": text, **({"menu_id": menu_id} if menu_id else {})})
        item["msgid"] = number or item["msgid"]
        return self.nudge()

    def tapped(self, shown: Shown, title: str, value: str) -> bytes:
        """A customer's tap on a message menu of ours."""
        return self.said(shown.to, title, menu_id=value)

    def entered(self, sender: str) -> bytes:
        """A customer opens the conversation."""
        code = f"welcome-{len(self.welcomed)}"
        self.welcomed[code] = sender
        event: Json = {"event_type": "enter_session", "external_userid": sender, "welcome_code": code}
        self.write(sender, "event", origin=4, event={**event, "open_kfid": case.KFID})
        return self.nudge()


def _fine(**more: object) -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok", **more})


def _code(code: int, said: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": said})
