"""Files of customers: looked at before anybody can ask for them, shown small, heard, and gone after their time."""

from __future__ import annotations

import io
import zlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image
from pydantic import SecretStr

from kaitak.accounts.policy import Role
from kaitak.channels import actions, answers, registry
from kaitak.channels.contract import FetchesMedia
from kaitak.channels.errors import ConnectorError, RefusedError
from kaitak.channels.live import HttpPorts
from kaitak.channels.schemas import InboxBody
from kaitak.conversations import retention, scanning, thumbnails
from kaitak.conversations.retention import Retention
from kaitak.conversations.scanning import AttachmentRefusedError, ScannerUnavailableError
from kaitak.core.addresses import AllowList, read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.http import OutgoingHttp
from kaitak.core.settings import ScanSettings, TranscriptionSettings
from kaitak.db.urls import ServerUrls
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests import postgres_server
from tests.channels.test_contract import CASES
from tests.factories import accounts, listeners
from tests.factories import road as roads
from tests.factories.listeners import ClamdDouble, RecogniserDouble
from tests.factories.road import ApiInbox, RoadStage
from tests.platforms import meta, server
from tests.platforms.server import Json

pytestmark = pytest.mark.asyncio(loop_scope="module")
SOUND = b"OggS" + b"\0" * 400


@dataclass
class Phones(meta.WhatsApp):
    """WhatsApp with files behind its media ids: their address, bytes and type."""

    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        name = request.path.rpartition("/")[2]
        if request.method == "GET" and name in self.files:
            address, body, kind = self.files[name]
            if "/bytes/" in request.path:
                return web.Response(body=body, content_type=kind)
            if "/away/" in request.path:
                raise web.HTTPFound(address)
            return web.json_response({"url": address or f"{self.url}/bytes/{name}", "mime_type": kind})
        return await super().answer(request)

    def sent(self, sender: str, media: str, kind: str, body: bytes, content_type: str) -> Json:
        """A customer's file, as Meta posts it."""
        self.files[media] = ("", body, content_type)
        event = self.said(sender, "")
        message: Any = answers.part(event, "entry", 0, "changes", 0, "value", "messages", 0)
        del message["text"]
        message |= {"type": kind, kind: {"id": media, "mime_type": content_type, "voice": kind == "audio"}}
        return event


@dataclass
class Office:
    """A process with a scanner and a recogniser, a WhatsApp inbox, an administrator."""

    road: RoadStage
    phones: Phones
    inbox: ApiInbox
    admin: httpx.AsyncClient
    scanner: ClamdDouble
    ear: RecogniserDouble

    @property
    def job_deps(self) -> JobDeps:
        deps = self.road.process.deps
        return JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)

    async def bring(self, event: Json) -> int:
        """An event comes in; the number of its conversation."""
        raw, headers, query = self.phones.call(orjson.dumps(event))
        path = f"/v1/hooks/whatsapp/{self.inbox.identifier}"
        answer = await self.road.http.post(path, content=raw, headers=dict(headers), params=query)
        assert answer.status_code == 200, answer.text
        return int(str(await self.road.one("select max(display_id) from conversation")))

    async def work(self) -> None:
        """Do all jobs, those that wait for their next try too."""
        for _ in range(3):
            await self.road.rows("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
            await queue.run_until_idle(self.road.process.dsn, self.job_deps)

    async def thread(self, number: int) -> list[dict[str, Any]]:
        """The conversation as the administrator sees it."""
        found: list[dict[str, Any]] = (await self.admin.get(f"conversations/{number}/messages")).json()["payload"]
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(server: ServerUrls, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("media")
    async with AsyncExitStack() as stack:
        urls = stack.enter_context(postgres_server.copied(server))
        scanner = await stack.enter_async_context(listeners.clamd())
        ear = await stack.enter_async_context(listeners.recogniser())
        scan = ScanSettings(url=scanner.url)
        heard = TranscriptionSettings(url=ear.url, key=SecretStr("sk-ear"), model="m-1", language="yue")
        road = await stack.enter_async_context(roads.opened(urls, folder, folder, scan=scan, transcription=heard))
        phones = await stack.enter_async_context(_running())
        config = {**CASES["whatsapp"].config, "api_base": phones.url}
        body = InboxBody(name="w", channel="whatsapp", config=config, settle_ms=0)
        deps = road.process.deps
        async with deps.database.transaction(road.account_id) as session:
            made, _ = await actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
        member = await accounts.make_member(deps.database, road.account_id, Role.ADMINISTRATOR)
        admin = await stack.enter_async_context(accounts.signed_in(road.app, member))
        admin.base_url = admin.base_url.join(f"/api/v1/accounts/{road.account_id}/")
        yield Office(road, phones, ApiInbox(made.id, made.identifier), admin, scanner, ear)


def _running() -> AbstractAsyncContextManager[Phones]:
    return server.running(Phones())


def picture(**more: Any) -> bytes:
    """A photograph of a phone held sideways, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (22.0, 19.0, 7.0)
    file = io.BytesIO()
    Image.new("RGB", (1600, 900), "orange").save(file, "JPEG", exif=exif, **more)
    return file.getvalue()


async def test_picture_is_scanned_and_shown_small_and_upright_without_its_place(office: Office) -> None:
    number = await office.bring(office.phones.sent("85291000001", "71", "image", picture(), "image/jpeg"))
    await office.work()
    (message,) = await office.thread(number)
    (file,) = message["attachments"]
    assert office.scanner.seen == [len(picture())]
    assert file["thumbnail_url"] == file["url"] + "?thumbnail=true"
    answer = await office.road.http.get(file["thumbnail_url"])
    assert answer.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(answer.content)) as small:
        assert small.size == (270, 480)
        assert not small.getexif()
    whole = await office.road.http.get(file["url"])
    assert whole.content == picture()

    # After its time it is gone, and its row says so.
    await office.road.rows("update attachment set created_at = now() - interval '40 days'")
    deps = office.job_deps
    kept = JobDeps(
        database=deps.database,
        clock=deps.clock,
        attached={**deps.attached, Retention: Retention(timedelta(days=7), timedelta(days=30))},
    )
    await retention.expire_attachments(kept, office.road.account_id)
    gone = await office.road.http.get(file["url"])
    assert (gone.status_code, gone.json()["code"]) == (410, "attachment_expired")
    (message,) = await office.thread(number)
    assert message["attachments"][0]["expired_at"] is not None
    assert message["attachments"][0]["thumbnail_url"] is None
    stored = [each for each in (office.road.process.settings.storage_dir).rglob("*") if each.is_file()]
    assert stored == []


async def test_what_the_scanner_refuses_is_never_stored(office: Office) -> None:
    evil = picture() + listeners.EVIL
    number = await office.bring(office.phones.sent("85291000002", "72", "image", evil, "image/jpeg"))
    await office.work()
    (message,) = await office.thread(number)
    assert message["attachments"] == []
    assert (
        message["content_attributes"]["media"][0] | {"state": "refused", "reason": "attachment_refused"}
        == (message["content_attributes"]["media"][0])
    )
    refused = await office.admin.post("attachments", files={"file": ("a.jpg", evil)})
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment_refused")
    assert refused.json()["found"] == "Kaitak.Test.Mark"
    assert [each for each in office.road.process.settings.storage_dir.rglob("*") if each.is_file()] == []
    assert (await office.admin.post("attachments", files={"file": ("a.jpg", picture())})).status_code == 201


async def test_voice_note_is_heard_before_the_bot_answers(office: Office) -> None:
    office.ear.asked.clear()
    office.ear.answers.append("我張單去咗邊")
    number = await office.bring(office.phones.sent("85291000003", "73", "audio", SOUND, "audio/ogg"))
    due = "select turn_due_at > now() + interval '10 seconds' from conversation where display_id = %s"
    assert await office.road.one(due, number) is True
    await office.work()
    (message,) = await office.thread(number)
    assert message["content"] == "我張單去咗邊"
    assert message["content_attributes"]["transcript"]["state"] == "done"
    assert message["attachments"][0]["transcript_state"] == "done"
    assert office.ear.asked == [
        {"key": "Bearer sk-ear", "model": "m-1", "language": "yue", "name": "voice.ogg", "size": len(SOUND)}
    ]
    claimed = await office.road.process.road.claim_turns(50, "test:1", timedelta(seconds=0))
    (turn,) = [each for each in claimed if each.display_id == number]
    assert [line.content for line in turn.lines] == ["我張單去咗邊"]
    assert "transcript" in turn.lines[0].attributes


async def test_words_that_come_late_follow_as_a_message_once(office: Office) -> None:
    office.ear.answers.append("我要退貨")
    number = await office.bring(office.phones.sent("85291000004", "74", "audio", SOUND, "audio/ogg"))
    answered = "update conversation set answered_seq = last_seq, turn_due_at = null where display_id = %s"
    await office.road.rows(answered, number)
    await office.work()
    await office.work()
    assert [each["content"] for each in await office.thread(number)] == ["\U0001f3a4", "我要退貨"]


async def test_customer_whose_voice_cannot_be_heard_is_asked_to_write(office: Office) -> None:
    office.ear.answers.extend([503, 429, 500])
    number = await office.bring(office.phones.sent("85291000005", "75", "audio", SOUND, "audio/ogg"))
    await office.work()
    note, sorry = await office.thread(number)
    assert note["attachments"][0]["transcript_state"] == "failed"
    assert note["content_attributes"]["transcript"] == {"state": "failed", "reason": "transcriber_unavailable"}
    assert "打字" in sorry["content"]
    assert sorry["sender"]["type"] == "bot"
    state = "select turn_due_at, answered_seq, owner from conversation where display_id = %s"
    assert await office.road.rows(state, number) == [{"turn_due_at": None, "answered_seq": 1, "owner": "bot"}]
    assert not office.ear.answers


async def test_scanner_that_does_not_answer_lets_nothing_through(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 300_000)
    async with listeners.clamd() as double, OutgoingHttp() as http:
        found = scanning.make(double.url, timedelta(seconds=2), http)
        assert found is not None
        with pytest.raises(AttachmentRefusedError):
            await found.scan(file)  # larger than what it looks at
        double.limit = 1_000_000
        await found.scan(file)
    with pytest.raises(ScannerUnavailableError):
        await found.scan(file)
    with pytest.raises(ScannerUnavailableError):
        scanning.decide("stream: Can't allocate memory ERROR")


@pytest.mark.parametrize("size", [(60_000, 60_000), (30_000, 1_000)])
async def test_picture_that_would_not_fit_into_memory_has_no_thumbnail(tmp_path: Path, size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("1", (8, 8)).save(file, "PNG")
    header = bytearray(file.getvalue())
    header[16:24] = b"".join(each.to_bytes(4, "big") for each in size)
    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    source = tmp_path / "bomb"
    source.write_bytes(bytes(header))
    with pytest.raises(thumbnails.PictureUnreadableError):
        thumbnails.draw(source, tmp_path / "small", "PNG")
    assert not (tmp_path / "small").exists()


INNER = ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.8/x", "http://[::1]/x", "http://localhost:22/"]


async def test_address_of_a_file_leads_nowhere_inside() -> None:
    """What a platform gives as a file's address: private networks, a redirect there, a name that changes its mind."""
    answers_of_name = [["93.184.216.34"], ["127.0.0.1"]]

    async def resolve(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "localhost" else answers_of_name.pop()

    async with server.running(Phones()) as phones, server.running(Phones()) as inner:
        port = phones.url.rpartition(":")[2]
        allow: AllowList = read_allow_list([f"127.0.0.1:{port}"])
        async with OutgoingHttp(allow=allow, resolve=resolve) as http:
            config = registry.connector_class("whatsapp").config_type.model_validate(
                {**CASES["whatsapp"].config, "api_base": phones.url}
            )
            connector = registry.make("whatsapp", config, HttpPorts(http, SystemClock()))
            assert isinstance(connector, FetchesMedia)
            inner_port = inner.url.rpartition(":")[2]
            for address in [*INNER, inner.url, f"http://rebinding.example:{inner_port}/x"]:
                phones.files["81"] = (address, b"", "image/png")
                with pytest.raises(RefusedError):
                    await connector.fetch("81", max_bytes=1000)
            phones.files["82"] = (f"{phones.url}/away/83", b"", "image/png")
            phones.files["83"] = (inner.url, b"", "image/png")
            with pytest.raises(ConnectorError):
                await connector.fetch("82", max_bytes=1000)
        assert inner.calls == []
