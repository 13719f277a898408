"""WeCom customer service (微信客服): a callback nudges, messages are pulled with a cursor, five answers in 48 hours."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from kaitak.channels import answers, parts
from kaitak.channels import wechat_envelope as envelope
from kaitak.channels.connectors.wecom import wire
from kaitak.channels.connectors.wecom.tokens import Calls, CodeError
from kaitak.channels.content import Block, Buttons, Media, Text
from kaitak.channels.contract import (
    Capabilities,
    Desk,
    FetchedMedia,
    Ignored,
    InboundEvent,
    MessageReceived,
    Nudged,
    Outbound,
    Ports,
    RawReply,
    RawRequest,
    Sent,
)
from kaitak.channels.errors import (
    ChannelUnavailableError,
    ConnectorError,
    InvalidSignatureError,
    MalformedPayloadError,
    OutcomeUnknownError,
    RefusedError,
)
from kaitak.channels.sessions import Holder

_MB = 1024 * 1024
MAX_AGE = timedelta(minutes=5)
PAUSE = timedelta(minutes=2)  # between two looks where no callback comes
OLD = timedelta(minutes=10)  # at the first connection: what was written before is not ours to answer
WELCOME_LIFE = timedelta(seconds=20)
PAGE = 1000
NAMES_KEPT = 5_000
NAMES_AT_ONCE = 100
Json = dict[str, JsonValue]


class WeComConfig(BaseModel):
    """From WeCom's console: the corp ID, the app's secret, its callback's token and key, and one account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    corp_id: str = Field(pattern=r"^w[a-zA-Z0-9]{5,40}$")
    corp_secret: SecretStr = Field(min_length=16, max_length=100)
    open_kfid: str = Field(pattern=r"^wk[A-Za-z0-9_-]{4,60}$")
    callback_token: SecretStr = Field(min_length=3, max_length=32)
    callback_aes_key: SecretStr = Field(min_length=43, max_length=43)
    welcome: str = Field(default="", max_length=500)
    queues_at_wecom: bool = False
    api_base: str = Field(
        default="https://qyapi.weixin.qq.com",
        max_length=300,
        pattern=r"^https?://",
        json_schema_extra={"advanced": True},
    )


@dataclass(frozen=True, slots=True)
class _Page:
    items: Sequence[Json]
    cursor: str
    has_more: bool


class WeCom:
    """Our message's id is in WeCom's: a repeated one is refused there, so it never goes twice."""

    name: ClassVar[str] = "wecom"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Buttons, Media}),
        max_text=500,  # WeCom counts 2048 bytes: four for a character always fit
        max_buttons=10,
        max_title=32,  # 128 bytes
        max_question=250,  # 1024 bytes
        media={"image/jpeg": 10 * _MB, "image/png": 10 * _MB, "video/mp4": 10 * _MB, "": 20 * _MB},
        carries_files=True,
        reply_window=timedelta(hours=48),
        quota=5,
        honours_key=True,
    )
    ack: ClassVar[RawReply] = RawReply(body=b"success")
    config_type: ClassVar[type[BaseModel]] = WeComConfig
    max_body: ClassVar[int] = 64 * 1024

    def __init__(self, config: WeComConfig, ports: Ports) -> None:
        self._config = config
        self._token = config.callback_token.get_secret_value()
        self._key = envelope.key_of(config.callback_aes_key.get_secret_value())
        self._ports = ports
        self._calls = Calls(ports, config.api_base, config.corp_id, config.corp_secret.get_secret_value())
        self._names: dict[str, str] = {}

    async def check(self) -> str:
        """Get an access token and look for the account among those that the app may serve."""
        self._calls.forget()
        data = await self._call("kf/account/list", {"offset": 0, "limit": 100})
        for account in answers.lists_at(data, "account_list"):
            if answers.text_at(account, "open_kfid") == self._config.open_kfid:
                return answers.text_at(account, "name") or self._config.open_kfid
        raise RefusedError("The app serves no account with this ID (open_kfid): assign it to the app at WeCom.")

    def verify(self, request: RawRequest) -> None:
        """Raise unless WeCom signed the envelope lately."""
        try:
            sealed = envelope.fields(request.body).get("Encrypt", "")
        except MalformedPayloadError as exc:
            raise InvalidSignatureError(f"there is no envelope to check: {exc.message}") from exc
        self._require(request, sealed)

    def challenge(self, request: RawRequest) -> RawReply | None:
        """The address's check: what is sealed in `echostr`, if the signature is right."""
        if request.method != "GET":
            return None
        sealed = request.query.get("echostr", "")
        self._require(request, sealed)
        return RawReply(body=envelope.opened(sealed, self._key, self._config.corp_id))

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """A nudge: something waits for this account, and the token with which it is fetched."""
        sealed = envelope.fields(request.body).get("Encrypt", "")
        found = envelope.fields(envelope.opened(sealed, self._key, self._config.corp_id))
        raw: dict[str, JsonValue] = dict(found)
        kind = found.get("Event") or found.get("MsgType") or "untyped"
        number, now = parts.digest(raw), self._ports.now()
        account = found.get("OpenKfId", self._config.open_kfid)
        if kind != "kf_msg_or_event":
            return [Ignored(external_id=number, at=now, raw=raw, kind=kind[:100])]
        if account != self._config.open_kfid:
            return [Ignored(external_id=number, at=now, raw=raw, kind="other_account")]
        return [Nudged(external_id=number, at=now, raw={"token": found.get("Token", "")})]

    async def receive(self, desk: Desk) -> None:
        """Pull page after page from the cursor, then wait for a nudge; a look without one every two minutes."""
        not_before = self._ports.now() - OLD if desk.cursor is None else None
        token = ""
        while not desk.is_closing:
            cursor = desk.cursor if isinstance(desk.cursor, str) else ""
            page = await self._page(cursor, token)
            await desk.connected()
            await self._learn_names(page.items)
            events = [self._event(item, not_before) for item in page.items]
            if events or page.cursor != cursor:
                await desk.store(events, cursor=page.cursor or None)
            for item in page.items:
                await self._welcome(item)
            if not page.has_more:
                not_before = None
                nudge = await desk.wait(PAUSE)
                token = answers.text_at(nudge, "token")

    async def send(self, outbound: Outbound) -> Sent:
        """One call for each block; a session that nobody has taken is taken for us."""

        async def send_one(block: Block, number: int) -> str:
            body = await self._body(block)
            body |= {"touser": outbound.to, "open_kfid": self._config.open_kfid, "msgid": _number(outbound, number)}
            return await self._send_once(body, is_first=outbound.attempts == 0)

        return await parts.send_each(outbound, outbound.blocks, send_one)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer; WeCom keeps it for three days."""
        reply = await self._calls.download(ref, max_bytes)
        return FetchedMedia(reply.body, reply.headers.get("content-type", ""), "")

    async def hold(self, source_id: str, holder: Holder) -> None:
        """Have WeCom's session be whose the conversation is; what was changed meanwhile at WeCom is looked at again."""
        whose: Json = {"open_kfid": self._config.open_kfid, "external_userid": source_id}
        detail = ""
        for _ in range(2):
            found = await self._call("kf/service_state/get", whose)
            state = found.get("service_state")
            if not isinstance(state, int):
                raise ChannelUnavailableError("WeCom does not say whose the session is")
            wanted = wire.next_state(state, holder, is_pooled=self._config.queues_at_wecom)
            if wanted is None:
                return
            if wanted < 0:
                raise wire.closed_by(state, answers.text_at(found, "servicer_userid"), detail)
            try:
                await self._calls.post("kf/service_state/trans", {**whose, "service_state": wanted})
            except CodeError as exc:
                if type(exc.meant) is not RefusedError:
                    raise exc.meant from exc
                detail = f"(errcode {exc.number}: {exc.message[:150]})"
            else:
                return
        raise RefusedError(f"WeCom does not let this session change hands. {detail}")

    def _require(self, request: RawRequest, sealed: str) -> None:
        stamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
        if not stamp or not nonce or not sealed:
            raise InvalidSignatureError("timestamp, nonce and an envelope are required")
        right = envelope.signature(self._token, stamp, nonce, sealed)
        envelope.require(right, request.query.get("msg_signature", ""))
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 11:
            raise InvalidSignatureError("timestamp is not a Unix time")
        if abs(self._ports.now().timestamp() - int(stamp)) > MAX_AGE.total_seconds():
            raise InvalidSignatureError("the timestamp is more than five minutes away from ours")

    async def _page(self, cursor: str, token: str) -> _Page:
        body: Json = {"limit": PAGE, "voice_format": 0, "open_kfid": self._config.open_kfid}
        body |= {name: value for name, value in (("cursor", cursor), ("token", token)) if value}
        data = await self._call("kf/sync_msg", body)
        items = answers.lists_at(data, "msg_list")
        return _Page(items, answers.text_at(data, "next_cursor") or cursor, data.get("has_more") == 1)

    def _event(self, item: Json, not_before: datetime | None) -> InboundEvent:
        try:
            found = wire.event(item, self._config.open_kfid, not_before)
        except MalformedPayloadError:  # kept for the administrator: the cursor must move on
            return Ignored(external_id=parts.digest(item), at=self._ports.now(), raw=item, kind="malformed")
        if isinstance(found, MessageReceived):
            return wire.named(found, self._names.get(found.sender.source_id, ""))
        return found

    async def _learn_names(self, items: Sequence[Json]) -> None:
        """Ask what new customers call themselves; without it they are served as well."""
        new = {answers.text_at(item, "external_userid") for item in items if item.get("origin") == wire.CUSTOMER}
        wanted: list[JsonValue] = [*sorted(new - self._names.keys() - {""})[:NAMES_AT_ONCE]]
        if not wanted:
            return
        if len(self._names) > NAMES_KEPT:
            self._names.clear()
        try:
            data = await self._call("kf/customer/batchget", {"external_userid_list": wanted})
        except ConnectorError:
            return
        for customer in answers.lists_at(data, "customer_list"):
            self._names[answers.text_at(customer, "external_userid")] = answers.text_at(customer, "nickname")[:200]

    async def _welcome(self, item: Json) -> None:
        """Greet whoever opens the conversation, while WeCom takes it; a greeting that fails is none."""
        code, at = answers.text_at(item, "event", "welcome_code"), answers.text_at(item, "send_time")
        if not code or not self._config.welcome or not at.isdigit() or len(at) > 10:
            return
        if self._ports.now().timestamp() - int(at) > WELCOME_LIFE.total_seconds():
            return
        number = hashlib.sha256(code.encode()).hexdigest()[:30]
        body: Json = {"code": code, "msgid": f"w-{number}", **wire.message(Text(self._config.welcome))}
        try:
            await self._call("kf/send_msg_on_event", body)
        except ConnectorError:
            return

    async def _body(self, block: Block) -> Json:
        if not isinstance(block, Media):
            return wire.message(block)
        if block.body is None:
            return wire.message(Text(f"{block.file_name}\n{block.url}"))
        kind = block.content_type.partition("/")[0]
        most = self.capabilities.media or {}
        if kind not in ("image", "video") or len(block.body) > most.get(block.content_type, -1):
            kind = "file"
        media_id = await self._upload(kind, block, block.body)
        return {"msgtype": kind, kind: {"media_id": media_id}}

    async def _upload(self, kind: str, block: Media, body: bytes) -> str:
        try:
            return await self._calls.upload(kind, block.file_name, block.content_type, body)
        except CodeError as exc:
            raise exc.meant from exc

    async def _send_once(self, body: Json, *, is_first: bool) -> str:
        try:
            data = await self._calls.post("kf/send_msg", body)
        except CodeError as exc:
            if exc.number in wire.WRONG_STATE:
                data = await self._take_and_send(body, exc)
            elif "msgid" in exc.message.lower():
                return str(body["msgid"])  # it is there, by an attempt that perhaps died before it was noted
            elif not is_first and type(exc.meant) is RefusedError:
                raise OutcomeUnknownError(f"an earlier attempt may have gone: {exc.message}", may_repeat=False) from exc
            else:
                raise exc.meant from exc
        return answers.text_at(data, "msgid") or str(body["msgid"])

    async def _take_and_send(self, body: Json, refused: CodeError) -> Json:
        """A session that is new is taken over for us; whose it is otherwise, is said."""
        whose: Json = {"open_kfid": self._config.open_kfid, "external_userid": body["touser"]}
        found = await self._call("kf/service_state/get", whose)
        state = found.get("service_state")
        detail = f"(errcode {refused.number}: {refused.message[:150]})"
        if state != wire.NEW:
            servicer = answers.text_at(found, "servicer_userid")
            raise wire.closed_by(state if isinstance(state, int) else -1, servicer, detail)
        await self._call("kf/service_state/trans", {**whose, "service_state": wire.BOT})
        return await self._call("kf/send_msg", body)

    async def _call(self, path: str, body: Json) -> Json:
        try:
            return await self._calls.post(path, body)
        except CodeError as exc:
            raise exc.meant from exc


def _number(outbound: Outbound, number: int) -> str:
    """WeCom's id of a part: our message's number before it, so that a report finds it, and never another one's."""
    own = hashlib.sha256(f"{outbound.key}:{number}:{outbound.at.isoformat()}".encode()).hexdigest()
    return f"{outbound.key}-{number}-{own[:8]}"[:32]
