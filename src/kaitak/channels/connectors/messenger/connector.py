"""Facebook Messenger: a page's messages; 24 hours for everybody, seven days for people with their own tag."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, Field

from kaitak.channels import graph, pages
from kaitak.channels.content import Buttons, Media, Text
from kaitak.channels.contract import Capabilities, Ports

_MB = 1024 * 1024


class MessengerConfig(graph.GraphConfig):
    """The page's id and the page's own access token, both at Meta under Messenger, settings."""

    page_id: str = Field(pattern=r"^[0-9]{3,30}$")


class Messenger(pages.PageConnector):
    """Meta knows no key of ours: a message whose answer got lost is shown as unknown and not sent twice."""

    name: ClassVar[str] = "messenger"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Buttons, Media}),
        max_text=2000,
        max_buttons=13,
        max_title=20,
        media={"image/": 8 * _MB, "audio/": 25 * _MB, "video/": 25 * _MB, "application/": 25 * _MB},
        reply_window=timedelta(hours=24),
        person_window=timedelta(days=7),
    )
    config_type: ClassVar[type[BaseModel]] = MessengerConfig
    product: ClassVar[str] = "page"
    name_field: ClassVar[str] = "name"

    def __init__(self, config: MessengerConfig, ports: Ports) -> None:
        super().__init__(config, ports, config.page_id)
