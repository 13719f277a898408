"""Owns the list of channels: one line each."""

from __future__ import annotations

from pydantic import BaseModel

from kaitak.channels.connectors.api.connector import Api
from kaitak.channels.connectors.app.connector import App
from kaitak.channels.connectors.dingtalk.connector import DingTalk
from kaitak.channels.connectors.email.connector import Email
from kaitak.channels.connectors.instagram.connector import Instagram
from kaitak.channels.connectors.line.connector import Line
from kaitak.channels.connectors.messenger.connector import Messenger
from kaitak.channels.connectors.sms.connector import Sms
from kaitak.channels.connectors.telegram.connector import Telegram
from kaitak.channels.connectors.web_widget.connector import WebWidget
from kaitak.channels.connectors.wechat.connector import WeChat
from kaitak.channels.connectors.wecom.connector import WeCom
from kaitak.channels.connectors.whatsapp.connector import WhatsApp
from kaitak.channels.contract import Connector, Ports
from kaitak.core.errors import InvalidError


class ChannelUnknownError(InvalidError):
    """No connector has this name."""

    code = "channel_unknown"


_META: tuple[type[Connector], ...] = (WhatsApp, Messenger, Instagram)
_ALL: tuple[type[Connector], ...] = (WebWidget, App, Api, *_META, WeChat, WeCom, Line, Telegram, Sms, DingTalk, Email)
CONNECTORS: dict[str, type[Connector]] = {connector.name: connector for connector in _ALL}


def connector_class(name: str) -> type[Connector]:
    """The connector's class; raises ChannelUnknownError."""
    try:
        return CONNECTORS[name]
    except KeyError:
        raise ChannelUnknownError(f"no channel is called {name!r}; known: {', '.join(sorted(CONNECTORS))}") from None


def make(name: str, config: BaseModel, ports: Ports) -> Connector:
    """A connector of this channel with its configuration."""
    return connector_class(name)(config, ports)  # type: ignore[call-arg]
