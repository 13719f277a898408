"""A platform's access token is asked for once, kept until near its end, and a refused one replaced once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from kaitak.channels.access_tokens import AccessToken


class Clock:
    """A time that stands until it is moved."""

    at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class Platform:
    """Gives numbered tokens that last so long."""

    def __init__(self, lasts: JsonValue = 7200) -> None:
        self.lasts = lasts
        self.calls: list[bool] = []

    async def fetch(self, is_refused: bool) -> tuple[str, JsonValue]:
        await asyncio.sleep(0)
        self.calls.append(is_refused)
        return f"t{len(self.calls)}", self.lasts


async def test_many_calls_at_once_ask_once() -> None:
    platform = Platform()
    token = AccessToken(Clock().now, platform.fetch)
    assert await asyncio.gather(*(token.get() for _ in range(5))) == ["t1"] * 5
    assert platform.calls == [False]


async def test_refused_token_is_replaced_once_for_all_that_saw_it() -> None:
    platform = Platform()
    token = AccessToken(Clock().now, platform.fetch)
    await token.get()
    assert await asyncio.gather(*(token.get(is_refused=True) for _ in range(3))) == ["t2"] * 3
    assert platform.calls == [False, True]


@pytest.mark.parametrize(
    ("lasts", "kept"), [(7200, 6900), (None, 6900), ("7200", 6900), (99_999, 6900), (600, 300), (10, 30)]
)
async def test_token_is_kept_until_near_its_end(lasts: JsonValue, kept: int) -> None:
    clock, platform = Clock(), Platform(lasts)
    token = AccessToken(clock.now, platform.fetch)
    await token.get()
    clock.at += timedelta(seconds=kept - 1)
    assert await token.get() == "t1"
    clock.at += timedelta(seconds=1)
    assert await token.get() == "t2"


async def test_forgotten_token_is_asked_for_again() -> None:
    platform = Platform()
    token = AccessToken(Clock().now, platform.fetch)
    await token.get()
    token.forget()
    assert await token.get() == "t2"
    assert platform.calls == [False, False]
