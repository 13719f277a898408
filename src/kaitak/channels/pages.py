"""Owns what Messenger and Instagram share: events of a page, the tag for people, and what their connectors do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import JsonValue

from kaitak.channels import answers, graph, parts
from kaitak.channels.content import Block, Buttons, Media, Text, described
from kaitak.channels.contract import (
    FetchedMedia,
    Ignored,
    InboundEvent,
    MediaKind,
    MediaRef,
    MessageReceived,
    Outbound,
    PortReply,
    Ports,
    RawReply,
    RawRequest,
    Sender,
    Sent,
)
from kaitak.channels.errors import ConnectorError, MalformedPayloadError, RefusedError, WindowClosedError

Json = dict[str, JsonValue]
_MEDIA: Mapping[str, MediaKind] = {"image": "image", "audio": "voice", "video": "video", "file": "file"}
_QUIET = ("delivery", "read", "reaction", "optin", "referral", "message_edit", "pass_thread_control")
PEOPLE_ONLY = "HUMAN_AGENT"


def events(request: RawRequest, product: str, account_id: str) -> list[InboundEvent]:
    """The events of one call, in its order; raises MalformedPayloadError."""
    found: list[InboundEvent] = []
    for entry in graph.entries(request, product):
        is_ours = answers.text_at(entry, "id") == account_id
        for name in ("messaging", "standby"):
            why_not = "other_account" if not is_ours else "" if name == "messaging" else name
            found += [_event(item, why_not) for item in answers.lists_at(entry, name)]
        for change in answers.lists_at(entry, "changes"):
            kind = answers.text_at(change, "field") or "untyped"
            found.append(Ignored(external_id=parts.digest(entry), at=_EPOCH, raw=change, kind=f"change.{kind}"[:100]))
        if len(found) > graph.MAX_EVENTS:
            raise MalformedPayloadError(f"more than {graph.MAX_EVENTS} events in one call")
    return found


_EPOCH = datetime.fromtimestamp(0, UTC)


def _event(item: Json, why_not: str) -> InboundEvent:
    at = graph.moment(item.get("timestamp"), is_milliseconds=True)
    number = answers.text_at(item, "message", "mid") or answers.text_at(item, "postback", "mid")
    kind = why_not or _kind(item)
    number = number or parts.digest(item)
    if len(number) > 500:
        raise MalformedPayloadError("an event's id is too long")
    if kind not in ("message", "postback"):
        return Ignored(external_id=f"{kind}:{number}"[:600], at=at, raw=item, kind=kind[:100])
    sender = answers.text_at(item, "sender", "id")
    if not 0 < len(sender) <= 100:
        raise MalformedPayloadError("a message has no sender")
    media = tuple(_files(item))
    text, choice = _said(item, kind, media)
    return MessageReceived(
        external_id=number,
        at=at,
        raw=item,
        sender=Sender(source_id=sender),
        text=text,
        choice=choice,
        reply_to=answers.text_at(item, "message", "reply_to", "mid") or None,
        media=media,
    )


def _kind(item: Json) -> str:
    if isinstance(item.get("message"), dict):
        if answers.part(item, "message", "is_echo") is True:
            return "echo"
        gone = answers.part(item, "message", "is_deleted") is True
        return "message.deleted" if gone else "message"
    if isinstance(item.get("postback"), dict):
        return "postback"
    return next((name for name in _QUIET if name in item), "untyped")


def _said(item: Json, kind: str, media: Sequence[MediaRef]) -> tuple[str, str | None]:
    """The text of a message and the value of the option that was tapped, if one was."""
    if kind == "postback":
        value = answers.text_at(item, "postback", "payload")
        return answers.text_at(item, "postback", "title") or value or "…", value or None
    text = answers.text_at(item, "message", "text")
    choice = answers.text_at(item, "message", "quick_reply", "payload") or None
    if not text:
        text = " ".join(described(each.kind, each.file_name) for each in media) or described("file")
    return text, choice


def _files(item: Json) -> list[MediaRef]:
    """What is attached; its address is good for some time only."""
    found = []
    for each in answers.lists_at(item, "message", "attachments")[:20]:
        kind, url = answers.text_at(each, "type"), answers.text_at(each, "payload", "url")
        if kind in _MEDIA and url:
            found.append(MediaRef(kind=_MEDIA[kind], ref=url[:2000]))
    return found


def body(block: Block) -> Json:
    """A block as the `message` of a call."""
    if isinstance(block, Text):
        return {"text": block.text}
    if isinstance(block, Buttons):
        replies: list[JsonValue] = [
            {"content_type": "text", "title": choice.title, "payload": choice.value} for choice in block.choices
        ]
        return {"text": block.text, "quick_replies": replies}
    if isinstance(block, Media):
        kind = block.content_type.partition("/")[0]
        kind = kind if kind in ("image", "audio", "video") else "file"
        return {"attachment": {"type": kind, "payload": {"url": block.url, "is_reusable": False}}}
    raise TypeError(f"this channel carries no {type(block).__name__}")


async def send(ports: Ports, config: graph.GraphConfig, account_id: str, outbound: Outbound) -> Sent:
    """One call for each block. Outside the 24 hours a person's message goes with the tag that is for people only."""

    async def send_one(block: Block, _: int) -> str:
        message: Json = {"recipient": {"id": outbound.to}, "messaging_type": "RESPONSE", "message": body(block)}
        path = f"{account_id}/messages"
        try:
            reply = await graph.call(ports, config, path, message)
        except WindowClosedError:
            if outbound.author != "user":
                raise
            reply = await graph.call(
                ports, config, path, {**message, "messaging_type": "MESSAGE_TAG", "tag": PEOPLE_ONLY}
            )
        return answers.sent_id(reply, answers.part(answers.json_of(reply), "message_id"))

    return await parts.send_each(outbound, outbound.blocks, send_one)


async def fetch(ports: Ports, url: str, max_bytes: int) -> FetchedMedia:
    """A file of a customer, from Meta's own servers only."""
    if not url.startswith("https://"):
        raise RefusedError("this is no address of a file at Meta")
    reply: PortReply = await ports.get(url, headers={}, max_bytes=max_bytes)
    try:
        graph.raise_for(reply)
    except ConnectorError as exc:
        raise RefusedError(f"the file is no longer at its address ({exc.message})") from exc
    return FetchedMedia(reply.body, reply.headers.get("content-type", ""), "")


async def check(ports: Ports, config: graph.GraphConfig, account_id: str, field: str) -> str:
    """The account's name at Meta."""
    found = await graph.read(ports, config, f"{account_id}?fields=id,{field}")
    name = answers.text_at(found, field)
    if not name:
        raise RefusedError("Meta answered without a name: does this id belong to the access token's page or account?")
    return name


class PageConnector:
    """What both do alike; each names its product at Meta, the field that holds an account's name, and its account."""

    ack: ClassVar[RawReply] = RawReply(body=b"EVENT_RECEIVED")
    max_body: ClassVar[int] = graph.MAX_BODY
    product: ClassVar[str]
    name_field: ClassVar[str]

    def __init__(self, config: graph.GraphConfig, ports: Ports, account_id: str) -> None:
        self._config = config
        self._ports = ports
        self._account_id = account_id

    async def check(self) -> str:
        """Read the account that we would write as."""
        return await check(self._ports, self._config, self._account_id, self.name_field)

    async def expires_at(self) -> datetime | None:
        """When the access token ends, where Meta tells."""
        return await graph.expires_at(self._ports, self._config)

    def verify(self, request: RawRequest) -> None:
        """Raise unless the raw body carries the app's signature."""
        graph.verify(request, self._config.app_secret.get_secret_value().encode())

    def challenge(self, request: RawRequest) -> RawReply | None:
        """Meta's GET with `hub.challenge`."""
        return graph.challenge(request, self._config.verify_token.get_secret_value())

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """Messages and taps; echoes of what we sent ourselves are counted and dropped."""
        return events(request, self.product, self._account_id)

    async def send(self, outbound: Outbound) -> Sent:
        """One call for each block."""
        return await send(self._ports, self._config, self._account_id, outbound)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer."""
        return await fetch(self._ports, ref, max_bytes)
