"""Instagram messages of a professional account; 24 hours for everybody, seven days for people with their own tag."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, Field

from kaitak.channels import graph, pages
from kaitak.channels.content import Buttons, Media, Text
from kaitak.channels.contract import Capabilities, Ports

_MB = 1024 * 1024


class InstagramConfig(graph.GraphConfig):
    """The Instagram account's id, and the access token of the page that it belongs to."""

    account_id: str = Field(pattern=r"^[0-9]{3,30}$")


class Instagram(pages.PageConnector):
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
    config_type: ClassVar[type[BaseModel]] = InstagramConfig
    product: ClassVar[str] = "instagram"
    name_field: ClassVar[str] = "username"

    def __init__(self, config: InstagramConfig, ports: Ports) -> None:
        super().__init__(config, ports, config.account_id)
