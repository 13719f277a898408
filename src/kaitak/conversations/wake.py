"""Owns the wake-up calls of the road: what a committed act makes due."""

from __future__ import annotations

from kaitak.realtime import notifier
from kaitak.realtime.signals import Topic


def deliveries() -> None:
    """Messages are waiting to be sent."""
    notifier.mark(Topic.DELIVERY)


def turns() -> None:
    """Conversations are waiting for the bot."""
    notifier.mark(Topic.TURN)
