"""Instagram messages of a professional account; 24 hours for everybody, seven days for people with their own tag."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, Field

from kaitak.channels import graph, pages
from kaitak.channels.content import Buttons, Media, Text
from kaitak.channels.contract import (
    Capabilities,
    FetchedMedia,
    InboundEvent,
    Outbound,
    Ports,
    RawReply,
    RawRequest,
    Sent,
)

_MB = 1024 * 1024


class InstagramConfig(graph.GraphConfig):
    """The Instagram account's id, and the access token of the page that it belongs to."""

    account_id: str = Field(pattern=r"^[0-9]{3,30}$")


class Instagram:
    """Meta knows no key of ours: a message whose answer got lost is shown as unknown and not sent twice."""

    name: ClassVar[str] = "instagram"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Buttons, Media}),
        max_text=250,  # Instagram counts 1000 bytes: four for a character always fit
        max_buttons=13,
        max_title=20,
        media={"image/jpeg": 8 * _MB, "image/png": 8 * _MB, "audio/": 25 * _MB, "video/mp4": 25 * _MB},
        reply_window=timedelta(hours=24),
        person_window=timedelta(days=7),
    )
    ack: ClassVar[RawReply] = RawReply(body=b"EVENT_RECEIVED")
    config_type: ClassVar[type[BaseModel]] = InstagramConfig
    max_body: ClassVar[int] = graph.MAX_BODY

    def __init__(self, config: InstagramConfig, ports: Ports) -> None:
        self._config = config
        self._secret = config.app_secret.get_secret_value().encode()
        self._ports = ports

    async def check(self) -> str:
        """Read the account that we would write as."""
        return await pages.check(self._ports, self._config, self._config.account_id, "username")

    def verify(self, request: RawRequest) -> None:
        """Raise unless the raw body carries the app's signature."""
        graph.verify(request, self._secret)

    def challenge(self, request: RawRequest) -> RawReply | None:
        """Meta's GET with `hub.challenge`."""
        return graph.challenge(request, self._config.verify_token.get_secret_value())

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """Messages and taps; echoes of what we sent ourselves are counted and dropped."""
        return pages.events(request, "instagram", self._config.account_id)

    async def send(self, outbound: Outbound) -> Sent:
        """One call for each block."""
        return await pages.send(self._ports, self._config, self._config.account_id, outbound)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer."""
        return await pages.fetch(self._ports, ref, max_bytes)
