"""Owns the demo's channels: inboxes whose platforms are played on loopback, and the program that plays them.

The platforms are the servers of tests/platforms, so this needs a checkout of the sources.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson
from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.models import AccountUser
from kaitak.channels import actions as channels
from kaitak.channels.models import Inbox
from kaitak.channels.schemas import InboxBody, InboxChange
from kaitak.core.crypto import Keyring
from kaitak.core.errors import NotFoundError
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

PORTS = 10  # the phone page and nine platforms
_SOURCES = Path(__file__).parents[3]
_PROGRAM = "tests.platforms.phone"
_NAMES: Mapping[str, str] = {
    "whatsapp": "WhatsApp",
    "wechat": "微信公眾號",
    "line": "LINE",
    "telegram": "Telegram",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "sms": "SMS",
    "wecom": "微信客服",
    "dingtalk": "釘釘",
}


class PlatformsMissingError(NotFoundError):
    """The demo's platforms are played by the sources' tests, which are not there."""

    code = "demo_platforms_missing"


@dataclass
class Platforms:
    """The child that plays the platforms; it ends with this process, whatever happens."""

    process: subprocess.Popen[bytes]
    configs: dict[str, dict[str, JsonValue]]

    def connect(self, hooks: Mapping[str, str]) -> None:
        """Tell the platforms where their events go."""
        assert self.process.stdin is not None
        self.process.stdin.write(orjson.dumps(hooks) + b"\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """End the child."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(port: int) -> Platforms:
    """Start the platforms on `port` and the following; raises PlatformsMissingError."""
    if not (_SOURCES / "tests" / "platforms" / "phone.py").exists():
        raise PlatformsMissingError("--channels needs a checkout of the sources: tests/platforms is not there")
    process = subprocess.Popen(
        [sys.executable, "-m", _PROGRAM, str(port)], cwd=_SOURCES, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait()
        raise PlatformsMissingError("the platforms did not start; the reason stands above")
    return Platforms(process, orjson.loads(line))


async def furnish(
    database: Database, keyring: Keyring, account_id: AccountId, base_url: str, platforms: Platforms
) -> None:
    """Make an inbox for each platform, or bring the one that is there up to this run's addresses."""
    hooks = {}
    async with database.transaction(account_id) as session:
        people = list(await session.scalars(select(AccountUser.user_id).where(AccountUser.account_id == account_id)))
        for channel, config in platforms.configs.items():
            inbox = await _inbox(session, keyring, account_id, channel=channel, config=config, people=people)
            hooks[channel] = f"{base_url}/v1/hooks/{channel}/{inbox.identifier}"
    platforms.connect(hooks)


async def _inbox(
    session: AsyncSession,
    keyring: Keyring,
    account_id: AccountId,
    *,
    channel: str,
    config: dict[str, JsonValue],
    people: list[int],
) -> Inbox:
    statement = select(Inbox).where(Inbox.account_id == account_id, Inbox.channel == channel).order_by(Inbox.id)
    found = (await session.scalars(statement)).first()
    if found is not None:
        await channels.change_inbox(session, keyring, found, InboxChange(config=config))
        return found
    name = _NAMES.get(channel, channel)
    body = InboxBody(name=name, channel=channel, config=config, settle_ms=700, member_ids=people)
    made, _ = await channels.create_inbox(session, keyring, account_id, body, settle=timedelta())
    return made
