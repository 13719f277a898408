"""Owns the table of all channels on which customers write in the kill test, and who writes where."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from tests.kill import caller, fetched
from tests.kill.caller import Caller
from tests.kill.channels import AtPlatform, Channel
from tests.kill.clients import AppUsers, Visitors
from tests.kill.telling import Echoing, Receipted, Texting
from tests.platforms import server as servers
from tests.platforms.dingtalk import DingTalk
from tests.platforms.line import Line
from tests.platforms.meta import Pages, WhatsApp
from tests.platforms.sms import Sms
from tests.platforms.telegram import Telegram
from tests.platforms.wechat import WeChat

CONVERSATIONS = 100
FETCHED = 8  # customers of each channel whose messages we fetch
SESSION = timedelta(seconds=5)  # so that some answers come after DingTalk's session


@asynccontextmanager
async def opened(chance: random.Random) -> AsyncIterator[World]:
    """Every channel with its servers, for the length of a block."""
    own = Caller(chance)
    platforms: list[AtPlatform] = [
        Receipted(WhatsApp()),
        # LINE takes a key for pushes alone, not for the free replies: an old reply may have got through, or not.
        AtPlatform("line", Line(monthly=10**6), "U{}", may_miss=True),
        AtPlatform("telegram", Telegram(), "555{:03d}"),
        # What waited for a worker may be more than five, as after an outage.
        AtPlatform("wechat", WeChat(quota=None), "oW{}", within=5.0),
        Echoing("messenger", Pages(), "24{:06d}"),
        Echoing("instagram", Pages(product="instagram", account="17841400000000001", longest=1000), "34{:06d}"),
        AtPlatform("dingtalk", DingTalk(session_life=SESSION), "staff{}", uses_stream=False),
        Texting(Sms()),
    ]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(caller.running(own))
        for each in platforms:
            await stack.enter_async_context(servers.running(each.platform))
        yield World([own, *platforms, AppUsers(), Visitors()], await stack.enter_async_context(fetched.opened()))


class World:
    """Who writes where: a hundred over those that bring their messages, some to each that we fetch from."""

    def __init__(self, bringing: Sequence[Channel], waiting: Sequence[Channel]) -> None:
        self.channels = [*bringing, *waiting]
        self.fetched = waiting
        self._of = [bringing[each % len(bringing)] for each in range(CONVERSATIONS)]
        self._of += [channel for channel in waiting for _ in range(FETCHED)]

    @property
    def people(self) -> range:
        """The customers, by number."""
        return range(len(self._of))

    def channel(self, conversation: int) -> Channel:
        """Where this customer writes."""
        return self._of[conversation]

    def messages(self, conversation: int) -> list[int]:
        """Which messages this customer writes."""
        channel = self._of[conversation]
        return [each for each in channel.rounds(conversation) if channel.is_message(conversation, each)]
