"""WhatsApp through Meta's Cloud API: free text within 24 hours of the customer's last message, then templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel, Field, JsonValue

from kaitak.channels import answers, graph, parts
from kaitak.channels.connectors.whatsapp import wire
from kaitak.channels.content import Block, Buttons, Media, Template, Text
from kaitak.channels.contract import (
    Capabilities,
    FetchedMedia,
    Ignored,
    InboundEvent,
    Outbound,
    Ports,
    RawReply,
    RawRequest,
    Sent,
    TemplateOffer,
)
from kaitak.channels.errors import MalformedPayloadError, RefusedError

_MB = 1024 * 1024
_PLACE = re.compile(r"\{\{\s*[^}]+\s*\}\}")


class WhatsAppConfig(graph.GraphConfig):
    """The number's id and the business account's id are at Meta, under WhatsApp, API set-up."""

    phone_number_id: str = Field(pattern=r"^[0-9]{3,30}$")
    business_account_id: str = Field(default="", pattern=r"^[0-9]{0,30}$")


class WhatsApp:
    """Meta honours no key of ours, but repeats it in its reports: so a message whose answer got lost is found."""

    name: ClassVar[str] = "whatsapp"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Buttons, Media, Template}),
        max_text=4096,
        max_question=1024,
        max_buttons=10,
        max_title=20,
        media={
            "image/jpeg": 5 * _MB,
            "image/png": 5 * _MB,
            "audio/": 16 * _MB,
            "video/mp4": 16 * _MB,
            "application/": 100 * _MB,
            "text/": 100 * _MB,
        },
        reply_window=timedelta(hours=24),
        has_templates=True,
        reports_delivery=True,
    )
    ack: ClassVar[RawReply] = RawReply()
    config_type: ClassVar[type[BaseModel]] = WhatsAppConfig
    max_body: ClassVar[int] = graph.MAX_BODY

    def __init__(self, config: WhatsAppConfig, ports: Ports) -> None:
        self._config = config
        self._secret = config.app_secret.get_secret_value().encode()
        self._ports = ports

    async def check(self) -> str:
        """Read the number that we would send from."""
        path = f"{self._config.phone_number_id}?fields=display_phone_number,verified_name"
        found = await graph.read(self._ports, self._config, path)
        number, name = answers.text_at(found, "display_phone_number"), answers.text_at(found, "verified_name")
        if not number:
            raise RefusedError("Meta answered without a phone number: is this the phone number id, not the number?")
        return f"{name} {number}".strip()

    async def expires_at(self) -> datetime | None:
        """When the access token ends, where Meta tells."""
        return await graph.expires_at(self._ports, self._config)

    def verify(self, request: RawRequest) -> None:
        """Raise unless the raw body carries the app's signature."""
        graph.verify(request, self._secret)

    def challenge(self, request: RawRequest) -> RawReply | None:
        """Meta's GET with `hub.challenge`."""
        return graph.challenge(request, self._config.verify_token.get_secret_value())

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """Messages and reports, in the call's order, of any number of entries and changes."""
        found: list[InboundEvent] = []
        for entry in graph.entries(request, "whatsapp_business_account"):
            for change in answers.lists_at(entry, "changes"):
                value = change.get("value")
                if change.get("field") != "messages" or not isinstance(value, dict):
                    found.append(_other(entry, change))
                else:
                    found += wire.events(value, self._config.phone_number_id)
            if len(found) > graph.MAX_EVENTS:
                raise MalformedPayloadError(f"more than {graph.MAX_EVENTS} events in one call")
        return found

    async def send(self, outbound: Outbound) -> Sent:
        """One call for each block; what an earlier attempt got through is not sent again."""

        async def send_one(block: Block, _: int) -> str:
            address: dict[str, JsonValue] = {"recipient" if "." in outbound.to else "to": outbound.to}
            message: dict[str, JsonValue] = {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                **address,
                "biz_opaque_callback_data": outbound.key,
                **wire.body(block),
            }
            reply = await graph.call(self._ports, self._config, f"{self._config.phone_number_id}/messages", message)
            return answers.sent_id(reply, answers.part(answers.json_of(reply), "messages", 0, "id"))

        return await parts.send_each(outbound, outbound.blocks, send_one)

    async def templates(self) -> Sequence[TemplateOffer]:
        """Approved templates whose body alone has places."""
        if not self._config.business_account_id:
            raise RefusedError("the business account id is missing in this inbox's settings")
        path = f"{self._config.business_account_id}/message_templates?status=APPROVED&limit=200"
        found = await graph.read(self._ports, self._config, path)
        offers = [_offer(each) for each in answers.lists_at(found, "data")]
        return [each for each in offers if each is not None]

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer: its address first, good for some minutes, then the bytes."""
        if not ref.isascii() or not ref.isalnum():
            raise RefusedError("this is no media id of WhatsApp's")
        found = await graph.read(self._ports, self._config, ref)
        url = answers.text_at(found, "url")
        reply = await self._ports.get(url, headers=graph.authorised(self._config), max_bytes=max_bytes)
        graph.raise_for(reply)
        return FetchedMedia(reply.body, answers.text_at(found, "mime_type"), "")


def _other(entry: dict[str, JsonValue], change: dict[str, JsonValue]) -> Ignored:
    """A change that we did not ask for, such as a template's approval: counted."""
    field, at = answers.text_at(change, "field") or "untyped", graph.moment(entry.get("time", 0))
    return Ignored(external_id=parts.digest(entry.get("id"), entry.get("time"), change), at=at, raw=change, kind=field)


def _offer(item: dict[str, JsonValue]) -> TemplateOffer | None:
    body, others = "", 0
    for component in answers.lists_at(item, "components"):
        text = answers.text_at(component, "text")
        if answers.text_at(component, "type") == "BODY":
            body = text
        elif _PLACE.search(text) or answers.text_at(component, "format") not in ("", "TEXT"):
            others += 1
    name, language = answers.text_at(item, "name"), answers.text_at(item, "language")
    if not body or others or not name or not language:
        return None
    return TemplateOffer(name=name, language=language, body=body, parameters=len(set(_PLACE.findall(body))))
