"""The web widget: the customer's own window, which fetches from us: nothing is sent, no webhook comes."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from kaitak.channels.content import Buttons, Media, Survey, Text
from kaitak.channels.contract import (
    Capabilities,
    Outbound,
    Ports,
    Sent,
)


class WebWidgetConfig(BaseModel):
    """`identity_secret` signs who a known user is (HMAC-SHA256 of the identifier, made on the shop's own server)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    identity_secret: SecretStr = Field(min_length=32, json_schema_extra={"generated": True})


class WebWidget:
    """Messages of the widget come through its own public API and leave by the live stream."""

    name: ClassVar[str] = "web_widget"
    capabilities: ClassVar[Capabilities] = Capabilities(
        blocks=frozenset({Text, Buttons, Media, Survey}),
        max_text=10_000,
        max_buttons=10,
        reply_window=None,
        may_initiate=False,
        reports_delivery=True,
        honours_key=True,
        is_pulled=True,
        has_typing=True,
    )
    config_type: ClassVar[type[BaseModel]] = WebWidgetConfig

    def __init__(self, config: WebWidgetConfig, ports: Ports) -> None:
        self.config = config
        self.ports = ports

    async def check(self) -> str:
        """Nothing to reach: the widget calls us."""
        return "web_widget"

    async def send(self, outbound: Outbound) -> Sent:
        """Committed is sent: the customer's window reads it from the stream, and reports when it did."""
        return Sent()
