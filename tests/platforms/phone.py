"""Plays nine platforms and a phone in the browser, for `./run demo --channels`: `python -m tests.platforms.phone PORT`.

Prints one line of JSON (what each inbox has to be set up with), then reads one (where each platform's events go), and
ends when its standard input closes.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from aiohttp import web
from pydantic import JsonValue

from kaitak.channels import registry
from tests.channels.connectors.dingtalk.case import CASE as DINGTALK
from tests.channels.connectors.instagram.case import CASE as INSTAGRAM
from tests.channels.connectors.line.case import CASE as LINE
from tests.channels.connectors.messenger.case import CASE as MESSENGER
from tests.channels.connectors.sms.case import CASE as SMS
from tests.channels.connectors.telegram.case import CASE as TELEGRAM
from tests.channels.connectors.wechat.case import CASE as WECHAT
from tests.channels.connectors.wecom.case import CASE as WECOM
from tests.channels.connectors.whatsapp.case import CASE as WHATSAPP
from tests.platforms import meta
from tests.platforms.dingtalk import DingTalk
from tests.platforms.line import Line
from tests.platforms.server import Json, Platform, Shown, running
from tests.platforms.sms import Sms
from tests.platforms.telegram import Telegram
from tests.platforms.wechat import WeChat
from tests.platforms.wecom import WeCom

PAGE = Path(__file__).with_name("phone.html")
# Who may hold the phone, by what each platform calls them. The first is on file in the demo ERP, the second is nobody.
PEOPLE: dict[str, dict[str, str]] = {
    "陳美玲": {
        "whatsapp": "85260001234",
        "wechat": "oWRm3A-demo",
        "line": "U4af49806292",
        "telegram": "555001",
        "messenger": "24001",
        "instagram": "34001",
        "sms": "+85260001234",
        "wecom": "wmDemo1",
        "dingtalk": "manager1234",
    },
    "阿明": {
        "whatsapp": "85291234567",
        "wechat": "oWRm3A-other",
        "line": "U4af49806293",
        "telegram": "555002",
        "messenger": "24002",
        "instagram": "34002",
        "sms": "+85291234567",
        "wecom": "wmDemo2",
        "dingtalk": "manager1235",
    },
}
CASES = {
    "whatsapp": WHATSAPP,
    "wechat": WECHAT,
    "line": LINE,
    "telegram": TELEGRAM,
    "messenger": MESSENGER,
    "instagram": INSTAGRAM,
    "sms": SMS,
    "wecom": WECOM,
    "dingtalk": DINGTALK,
}


class Phone:
    """The customers' phones: one talk for each person and platform, in the order of what was said."""

    def __init__(self) -> None:
        page = meta.Pages(product="instagram", account="17841400000000001", longest=1000)
        self.platforms: dict[str, Platform] = {
            "whatsapp": meta.WhatsApp(names={ids["whatsapp"]: person for person, ids in PEOPLE.items()}),
            "wechat": WeChat(),
            "line": Line(),
            "telegram": Telegram(),
            "messenger": meta.Pages(),
            "instagram": page,
            "sms": Sms(),
            "wecom": WeCom(),
            "dingtalk": DingTalk(),
        }
        self.talks: dict[tuple[str, str], list[Json]] = {
            (person, name): [] for person in PEOPLE for name in self.platforms
        }
        self._reports: set[asyncio.Task[None]] = set()

    def listen(self) -> None:
        """Let what platforms show appear in the talks."""
        for name, platform in self.platforms.items():
            platform.on_shown = lambda shown, name=name, platform=platform: self._show(name, platform, shown)

    async def _show(self, name: str, platform: Platform, shown: Shown) -> None:
        options: JsonValue = [{"title": title, "value": value} for title, value in shown.options]
        for person, ids in PEOPLE.items():  # what goes to others is on their phones
            if ids[name] == shown.to:
                message: Json = {"mine": False, "text": shown.text, "options": options, "number": shown.number}
                self.talks[person, name].append(message)
        if isinstance(platform, meta.WhatsApp | Sms):
            task = asyncio.create_task(_report(platform, shown))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    async def page(self, _: web.Request) -> web.Response:
        return web.Response(text=PAGE.read_text("utf-8"), content_type="text/html")

    async def people(self, _: web.Request) -> web.Response:
        return web.json_response(list(PEOPLE))

    async def talk(self, request: web.Request) -> web.Response:
        """What was said on one platform."""
        return web.json_response(self._talk(request))

    def _talk(self, request: web.Request) -> list[Json]:
        """The talk of one person on one platform, as the address names them."""
        talk = self.talks.get((request.match_info["person"], request.match_info["name"]))
        if talk is None:
            raise web.HTTPNotFound
        return talk

    async def say(self, request: web.Request) -> web.Response:
        """The customer writes or taps, now or some hours ago: then the platform has brought it only now."""
        if request.headers.get("X-Phone") != "1":
            raise web.HTTPForbidden
        talk, body = self._talk(request), await request.json()
        platform, text = self.platforms[request.match_info["name"]], str(body["text"])[:4000]
        customer = PEOPLE[request.match_info["person"]][request.match_info["name"]]
        said_at = datetime.now(UTC) - timedelta(hours=float(body.get("hours_ago") or 0))
        talk.append({"mine": True, "text": text, "options": [], "number": ""})
        shown = next((each for each in platform.shown if each.number == body.get("number")), None)
        platform.now = lambda: said_at
        event = platform.said(customer, text) if shown is None else platform.tapped(shown, text, str(body["value"]))
        platform.now = lambda: datetime.now(UTC)
        return web.json_response({"status": await platform.bring(event)})


async def _report(platform: meta.WhatsApp | Sms, shown: Shown) -> None:
    if isinstance(platform, Sms):
        await asyncio.sleep(1)
        await platform.post(platform.report(shown, "delivered"))
        return
    for status in ("delivered", "read"):
        await asyncio.sleep(1)
        await platform.post(platform.report(shown, platform.keys[shown.number], status))


async def main(port: int) -> None:
    """Play until the standard input closes."""
    phone = Phone()
    phone.listen()
    async with AsyncExitStack() as stack:
        configs: dict[str, JsonValue] = {}
        for number, (name, platform) in enumerate(phone.platforms.items(), 1):
            await stack.enter_async_context(running(platform, port + number))
            bases = [field for field in registry.connector_class(name).config_type.model_fields if "_base" in field]
            configs[name] = {**CASES[name].config, **dict.fromkeys(bases, platform.url)}
        app = web.Application()
        app.add_routes(
            [
                web.get("/", phone.page),
                web.get("/people", phone.people),
                web.get("/talks/{person}/{name}", phone.talk),
                web.post("/talks/{person}/{name}", phone.say),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        sys.stdout.write(orjson.dumps(configs).decode() + "\n")
        sys.stdout.flush()
        hooks = orjson.loads(await asyncio.to_thread(sys.stdin.readline))
        for name, platform in phone.platforms.items():
            platform.hook = hooks[name]
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
