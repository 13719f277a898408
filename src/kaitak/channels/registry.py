"""Owns the list of channels: one line each."""

from __future__ import annotations

from pydantic import BaseModel

from kaitak.channels.connectors.api.connector import Api
from kaitak.channels.connectors.web_widget.connector import WebWidget
from kaitak.channels.contract import Connector, Ports
from kaitak.core.errors import InvalidError


class ChannelUnknownError(InvalidError):
    """No connector has this name."""

    code = "channel_unknown"


CONNECTORS: dict[str, type[Connector]] = {connector.name: connector for connector in (WebWidget, Api)}


def connector_class(name: str) -> type[Connector]:
    """The connector's class; raises ChannelUnknownError."""
    try:
        return CONNECTORS[name]
    except KeyError:
        raise ChannelUnknownError(f"no channel is called {name!r}; known: {', '.join(sorted(CONNECTORS))}") from None


def make(name: str, config: BaseModel, ports: Ports) -> Connector:
    """A connector of this channel with its configuration."""
    return connector_class(name)(config, ports)  # type: ignore[call-arg]
