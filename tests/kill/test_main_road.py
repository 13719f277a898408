"""Proves that death loses nothing: 2,000 messages, repeated and reordered, while every process is killed at random.

They come over all channels: brought by platforms, each in its own way, or written in our clients. Besides, some
customers write where the workers fetch what came: mails from a folder, WeCom from a cursor on, DingTalk by a stream.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.kill import checks, talks
from tests.kill import world as worlds
from tests.kill.channels import ROUNDS
from tests.kill.sender import PATIENCE, Sender
from tests.kill.site import ROLES, Site
from tests.kill.world import World

SEEDS = [int(seed) for seed in os.environ.get("KILL_SEEDS", "1").split(",")]


@pytest.mark.kill
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_death_loses_nothing_and_doubles_nothing(short_dir: Path, seed: int) -> None:
    chance = random.Random(seed)
    log = ""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(worlds.opened(chance))
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)))
        inboxes = {each.inbox: (each.channel, each.config()) for each in world.channels}
        site = await asyncio.to_thread(Site, short_dir, inboxes)
        for channel in world.channels:
            channel.opened(site.places[channel.inbox])
        sender = Sender(world, http, chance)
        telling = asyncio.create_task(sender.tell())
        try:
            await _until_received(site, world)
            await _rounds(site, world, sender, chance)
            await _until_quiet(site, world)
            await sender.told()
            _check(site, world, sender)
        finally:
            telling.cancel()
            log = await asyncio.to_thread(site.stop)
            sys.stdout.write(log[-4000:])  # pytest shows it when the test fails
    checks.check_log(log)


async def _until_received(site: Site, world: World) -> None:
    """Wait until the workers fetch wherever something is to be fetched, and note how far they came."""
    cursors = sum(channel.has_cursor for channel in world.channels)
    deadline = time.monotonic() + PATIENCE
    while True:
        found = site.query(
            "select count(*) filter (where state <> 'receiving'), count(cursor), count(*) from inbox_receiver"
        )
        if found[0][:2] == (0, cursors) and found[0][2]:
            return
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.5)


async def _rounds(site: Site, world: World, sender: Sender, chance: random.Random) -> None:
    """Every conversation writes once a round; in every round something dies."""
    async with asyncio.TaskGroup() as group:
        for number in range(ROUNDS + 1):
            conversations = [each for each in world.people if number in world.channel(each).rounds(each)]
            chance.shuffle(conversations)
            for conversation in conversations:
                group.create_task(sender.send(conversation, number))
            await asyncio.sleep(chance.random() * 1.5)
            role = ROLES[number % 4] if number < 4 else chance.choice(ROLES)
            await asyncio.to_thread(site.kill, role)
            await asyncio.sleep(1 + chance.random() * 2)


async def _until_quiet(site: Site, world: World) -> None:
    """Wait until all is stored and nothing is left to do but to remind silent customers later: by itself."""
    wanted = sum(len(world.messages(each)) for each in world.people)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = site.query(
            "select (select count(*) from message where message_type = 'incoming'),"
            " (select count(*) from conversation where turn_due_at < now() + interval '10 minutes'),"
            " (select count(*) from delivery where status = 'pending')"
        )
        if found == [(wanted, 0, 0)]:
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"stored, due, to send: {found}, and not {wanted}, 0, 0")


def _check(site: Site, world: World, sender: Sender) -> None:
    found = talks.read(site)
    assert sender.accepted == sum(len(world.channel(each).rounds(each)) for each in world.people)
    checks.check_stored(site, world, found)
    checks.check_answered(found)
    checks.check_delivered(world, found)
    again = checks.check_phones(world, found, site.kills)
    assert len(site.kills) > ROUNDS
    assert sender.repeated > 300
    sys.stdout.write(f"said again after a death: {dict(again)}\n")
