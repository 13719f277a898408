"""E-mail: one mailbox, read by IMAP over a connection of our own, answered by SMTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel, JsonValue

from kaitak.channels.connectors.email import attachments, imap, incoming, outgoing, reading, smtp
from kaitak.channels.connectors.email.automatic import Brake
from kaitak.channels.connectors.email.imap import Box, ImapSession
from kaitak.channels.connectors.email.incoming import Mailbox, Place
from kaitak.channels.connectors.email.oauth import AccessTokens
from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.content import Media, Text
from kaitak.channels.contract import Capabilities, Desk, FetchedMedia, Ignored, InboundEvent, Outbound, Ports, Sent
from kaitak.channels.errors import AuthFailedError, MalformedPayloadError, RefusedError
from kaitak.channels.originals import Original

_log = logging.getLogger(__name__)
IDLE = timedelta(minutes=9)  # firewalls forget a silent connection; servers after half an hour
POLL = timedelta(minutes=1)  # where the server tells nothing by itself
LOOK_BACK = timedelta(days=2)  # when the folder's numbers were given anew
KEPT_MAIL = 8 * 1024 * 1024
KEPT_FOR = timedelta(minutes=2)


class Email:
    """Nothing says whether a mail whose hand-over broke off has gone: it is shown as unknown and not sent twice."""

    name: ClassVar[str] = "email"
    capabilities: ClassVar[Capabilities] = Capabilities(
        blocks=frozenset({Text, Media}),
        max_text=20_000,
        media={"": 15 * 1024 * 1024},  # base64 makes 20 MB of it, which most servers take; others go as a link
        answers_within=timedelta(days=3650),
        answers_each=True,
        carries_files=True,
        may_initiate=True,
        reaches="email",
        has_subject=True,
        reports_delivery=True,
        is_watched=True,
    )
    config_type: ClassVar[type[BaseModel]] = EmailConfig

    def __init__(self, config: EmailConfig, ports: Ports) -> None:
        self._config = config
        self._ports = ports
        self._mailbox = Mailbox.of(config)
        self._tokens = AccessTokens(config, ports)
        self._brake = Brake()
        self._silent_brake = Brake(hour=1, day=3)
        self._held: tuple[str, bytes, datetime] | None = None

    async def check(self) -> str:
        """Sign in where mails are read and where they are sent."""
        session = await self._opened()
        try:
            await session.select(self._config.folder)
        finally:
            await session.close()
        sending = await smtp.opened(self._ports, self._config, await self._tokens.get())
        await sending.close()
        return self._config.address

    async def receive(self, desk: Desk) -> None:
        """Read what came since the cursor, then wait for more, until told to end."""
        session = await self._opened()
        try:
            box = await session.select(self._config.folder)
            await desk.connected()
            await self._find_place(session, desk, box)
            while not desk.is_closing:
                await self._read_new(session, desk, box)
                if session.has_idle:
                    await session.idle(desk, IDLE)
                else:
                    await desk.wait(POLL)
                    await session.check()
        finally:
            await session.close()

    async def send(self, outbound: Outbound) -> Sent:
        """One mail for the whole message. Answers by machine to one address are counted: robots must not talk on."""
        if outgoing.is_by_machine(outbound):
            self._brake_for(outbound)
        mail = outgoing.composed(outbound, self._config, self._mailbox.tokens)
        for is_fresh in (False, True):
            token = await self._tokens.get(is_fresh=is_fresh)
            try:
                await smtp.deliver(self._ports, self._config, token, outbound.to, mail)
                break
            except AuthFailedError:
                if not token or is_fresh:
                    raise
        return Sent((self._mailbox.tokens.message_id(outbound.thread, outbound.key),))

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a mail, which is still in its folder."""
        place, _, number = ref.rpartition(".")
        raw = await self._mail_at(place)
        leaves = await asyncio.to_thread(lambda: tuple(reading.leaves_of(raw)))
        if not number.isdigit() or int(number) >= len(leaves):
            raise RefusedError("the mail has no such part")
        part = leaves[int(number)]
        body = attachments.body_of(part)
        if len(body) > max_bytes:
            raise RefusedError(f"the file has {len(body)} bytes, {max_bytes} are accepted")
        return FetchedMedia(body, part.get_content_type(), attachments.file_name(part))

    @classmethod
    def original(cls, raw: Mapping[str, JsonValue]) -> Original | None:
        """The mail that a message was made of."""
        return incoming.original(raw)

    async def _opened(self) -> ImapSession:
        """A session; a token that is no longer taken is fetched anew once."""
        token = await self._tokens.get()
        try:
            return await imap.opened(self._ports, self._config, token)
        except AuthFailedError:
            if not token:
                raise
        return await imap.opened(self._ports, self._config, await self._tokens.get(is_fresh=True))

    async def _find_place(self, session: ImapSession, desk: Desk, box: Box) -> None:
        """Where to read on: at the end for a new inbox; where the folder was numbered anew, two days back."""
        cursor = desk.cursor if isinstance(desk.cursor, dict) else {}
        if cursor.get("validity") == box.validity:
            return
        uid = box.next_uid - 1
        if "at" in cursor:
            since = datetime.fromisoformat(str(cursor["at"])) - LOOK_BACK
            uid = min([*await session.uids_since(since.date()), box.next_uid]) - 1
        await desk.store([], cursor=self._cursor(box, uid))

    async def _read_new(self, session: ImapSession, desk: Desk, box: Box) -> None:
        cursor = desk.cursor if isinstance(desk.cursor, dict) else {}
        last = cursor.get("uid")
        for uid in await session.uids_after(last if isinstance(last, int) else 0):
            if desk.is_closing:
                return
            found = await self._event(session, box, uid)
            await desk.store([] if found is None else [found], cursor=self._cursor(box, uid))
            if found is not None and not isinstance(found, Ignored) and self._config.mark_seen:
                await session.mark_seen([uid])

    async def _event(self, session: ImapSession, box: Box, uid: int) -> InboundEvent | None:
        """One mail, whatever it is: none may hold up those behind it."""
        facts = await session.facts(uid)
        if facts is None:
            return None
        place = Place(ref=f"{box.validity}.{uid}", came_at=facts.came_at or self._ports.now())
        is_large = facts.size > reading.MAX_BYTES
        raw = await session.mail(uid, headers_only=is_large)
        if raw is None:
            return None
        try:
            if is_large:
                return incoming.too_large(raw, facts.size, place, self._mailbox)
            return await asyncio.to_thread(incoming.event, raw, place, self._mailbox)
        except MalformedPayloadError as exc:
            return incoming.unreadable(raw, place, exc.message)
        except Exception:  # noqa: BLE001 (this loop: one mail that we read wrongly must not close the mailbox)
            _log.exception("a mail could not be read")
            return incoming.unreadable(raw, place, "a fault of ours")

    async def _mail_at(self, place: str) -> bytes:
        now = self._ports.now()
        if self._held is not None and self._held[0] == place and now - self._held[2] < KEPT_FOR:
            return self._held[1]
        validity, _, uid = place.partition(".")
        if not (validity.isdigit() and uid.isdigit()):
            raise RefusedError("no mail is named so")
        session = await self._opened()
        try:
            box = await session.select(self._config.folder)
            raw = await session.mail(int(uid)) if str(box.validity) == validity else None
        finally:
            await session.close()
        if raw is None:
            raise RefusedError("the mail is no longer in its folder")
        self._held = (place, raw, now) if len(raw) <= KEPT_MAIL else None
        return raw

    def _brake_for(self, outbound: Outbound) -> None:
        asks_silence = bool(outbound.answers and outbound.answers.get("asks_silence"))
        brake = self._silent_brake if asks_silence else self._brake
        if not outbound.attempts and not brake.lets(outbound.to, self._ports.now()):
            raise RefusedError(
                "too many automatic answers went to this address within an hour: held back against a loop of two"
                " machines; a person can answer"
            )

    def _cursor(self, box: Box, uid: int) -> dict[str, JsonValue]:
        return {"validity": box.validity, "uid": uid, "at": self._ports.now().isoformat()}
