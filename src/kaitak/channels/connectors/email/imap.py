"""Owns talking to a mailbox's server by IMAP: signing in, finding what is new, fetching it, waiting for more.

Only what a receiver needs of RFC 3501 and 9051: one folder, reading by UID, IDLE, the seen flag.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.contract import Desk, Ports
from kaitak.channels.errors import AuthFailedError, ChannelUnavailableError, RefusedError
from kaitak.channels.wires import Wire

LARGEST_LITERAL = 64 * 1024 * 1024
MOST_LITERALS = 50
FETCHING = timedelta(minutes=2)
_LITERAL = re.compile(rb"\{(\d{1,12})\+?\}\r?\n$")
_LATER = re.compile(
    rb"(?i)\[(?:unavailable|inuse|limit|serverbug|contactadmin|throttled)\]|too many|rate limit|try again"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(rb'INTERNALDATE "\s*(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"')
_SHOWN = 150


@dataclass(frozen=True, slots=True)
class Answer:
    """One untagged response: its text with the literals taken out, and those."""

    text: bytes
    literals: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A folder as it was opened."""

    validity: int
    next_uid: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the server says of a mail without giving it."""

    size: int
    came_at: datetime | None


class ImapSession:
    """A signed-in connection."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        self._host = host
        self._number = 0
        self._can: frozenset[str] = frozenset()

    @property
    def has_idle(self) -> bool:
        """Whether the server tells of new mails by itself."""
        return "IDLE" in self._can

    async def sign_in(self, config: EmailConfig, access_token: str) -> None:
        """Greet, encrypt, prove who we are, say what we are; an access token goes before a password."""
        greeting = await self._answer()
        if not greeting.text.upper().startswith((b"* OK", b"* PREAUTH")):
            raise ChannelUnavailableError(f"{self._host} turned us away: {_shown(greeting.text)}")
        await self._capabilities()
        if config.imap_security == "starttls":
            if "STARTTLS" not in self._can:
                raise RefusedError(f"{self._host} offers no STARTTLS here; the port for TLS is mostly 993")
            await self._command(b"STARTTLS")
            await self._wire.start_tls()
            await self._capabilities()
        await self._authenticate(config, access_token)
        await self._capabilities()
        if "ID" in self._can:  # NetEase opens no folder for programs that do not say what they are
            await self._command(b'ID ("name" "Kaitak" "version" "0.1" "vendor" "Kaitak")')

    async def select(self, folder: str) -> Box:
        """Open a folder for reading and marking."""
        status, answers = await self._ask(b"SELECT " + quoted(encoded_folder(folder)))
        if not status.startswith(b"OK"):
            raise RefusedError(f"the folder {folder} cannot be opened: {_shown(status)}")
        validity = _number(answers, rb"\[UIDVALIDITY (\d+)\]")
        following = _number(answers, rb"\[UIDNEXT (\d+)\]")
        if validity is None:
            raise RefusedError(f"{self._host} gives its mails no lasting numbers (UIDVALIDITY)")
        if following is None:
            found = await self._search(b"1:*", b"UID")
            following = max(found, default=0) + 1
        return Box(validity, following)

    async def uids_after(self, uid: int) -> list[int]:
        """The numbers of the mails that came after this one, in order."""
        found = await self._search(b"%d:*" % (uid + 1), b"UID")
        return sorted(each for each in found if each > uid)

    async def uids_since(self, day: date) -> list[int]:
        """The numbers of the mails that came on this day or later."""
        return sorted(await self._search(f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}".encode(), b"SINCE"))

    async def facts(self, uid: int) -> Facts | None:
        """Size and time of arrival; None where the mail is gone."""
        answer = await self._fetch(uid, b"(UID RFC822.SIZE INTERNALDATE)")
        size = re.search(rb"RFC822\.SIZE (\d+)", answer.text) if answer else None
        if answer is None or size is None:
            return None
        return Facts(int(size.group(1)), _moment(answer.text))

    async def mail(self, uid: int, *, headers_only: bool = False) -> bytes | None:
        """A mail as it came; None where it is gone."""
        what = b"BODY.PEEK[HEADER]" if headers_only else b"BODY.PEEK[]"
        answer = await self._fetch(uid, b"(UID " + what + b")")
        if answer is None:
            return None
        if answer.literals:
            return answer.literals[-1]
        short = re.search(rb'BODY\[(?:HEADER)?\] "((?:[^"\\]|\\.)*)"', answer.text)
        return re.sub(rb"\\(.)", rb"\1", short.group(1)) if short else None

    async def mark_seen(self, uids: Sequence[int]) -> None:
        """Set the seen flag; a server that refuses is let be: the cursor decides what is new."""
        await self._ask(b"UID STORE " + b",".join(b"%d" % uid for uid in uids) + rb" +FLAGS.SILENT (\Seen)")

    async def check(self) -> None:
        """Have the server look for news, where it does not say so by itself."""
        await self._command(b"NOOP")

    async def idle(self, desk: Desk, longest: timedelta) -> None:
        """Wait until a mail comes, the desk is called, or so long."""
        tag = await self._begin(b"IDLE")
        while not (await self._answer()).text.startswith(b"+"):
            continue
        reading = asyncio.create_task(self._until_news(longest))
        calling = asyncio.create_task(desk.wait(longest))
        try:
            done, _ = await asyncio.wait({reading, calling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, calling):
                task.cancel()
            await asyncio.gather(reading, calling, return_exceptions=True)
        if reading in done:
            reading.result()
        await self._wire.send(b"DONE\r\n")
        await self._finish(tag)

    async def close(self) -> None:
        """Say good-bye if that is quick, and end."""
        try:
            await self._wire.send(b"z LOGOUT\r\n", within=timedelta(seconds=1))
        except ChannelUnavailableError:
            pass
        finally:
            await self._wire.close()

    async def _until_news(self, longest: timedelta) -> None:
        while True:
            answer = await self._answer(within=longest + timedelta(minutes=1))
            if re.match(rb"\* \d+ (?:EXISTS|RECENT)", answer.text, re.IGNORECASE):
                return

    async def _authenticate(self, config: EmailConfig, access_token: str) -> None:
        user = config.user or config.address
        if access_token:
            blob = base64.b64encode(f"user={user}\x01auth=Bearer {access_token}\x01\x01".encode())
            status = await self._sasl(b"XOAUTH2", blob)
        else:
            password = config.password.get_secret_value() if config.password else ""
            if "AUTH=PLAIN" in self._can or "LOGINDISABLED" in self._can:
                status = await self._sasl(b"PLAIN", base64.b64encode(f"\0{user}\0{password}".encode()))
            elif user.isascii() and password.isascii():
                status, _ = await self._ask(b"LOGIN " + quoted(user.encode()) + b" " + quoted(password.encode()))
            else:
                raise RefusedError(f"{self._host} takes user names and passwords in ASCII only")
        if status.startswith(b"OK"):
            return
        if _LATER.search(status):
            raise ChannelUnavailableError(f"{self._host} lets nobody in now: {_shown(status)}")
        raise AuthFailedError(f"{self._host} does not accept the sign-in for {user}: {_shown(status)}")

    async def _sasl(self, mechanism: bytes, blob: bytes) -> bytes:
        """One round of SASL; answers the tagged status."""
        if "SASL-IR" in self._can:
            tag = await self._begin(b"AUTHENTICATE " + mechanism + b" " + blob)
        else:
            tag = await self._begin(b"AUTHENTICATE " + mechanism)
        is_told = "SASL-IR" in self._can
        while True:
            answer = await self._answer()
            if answer.text.startswith(tag + b" "):
                return answer.text[len(tag) + 1 :]
            if answer.text.startswith(b"+"):  # asked for it, or why not: that is answered by an empty line
                await self._wire.send((b"" if is_told else blob) + b"\r\n")
                is_told = True

    async def _capabilities(self) -> None:
        for answer in await self._command(b"CAPABILITY"):
            if answer.text.upper().startswith(b"* CAPABILITY "):
                self._can = frozenset(answer.text.decode("ascii", "replace").upper().split()[2:])

    async def _search(self, what: bytes, by: bytes) -> list[int]:
        answers = await self._command(b"UID SEARCH " + by + b" " + what)
        lists = (each.text for each in answers if each.text.upper().startswith(b"* SEARCH"))
        return [int(number) for text in lists for number in re.findall(rb"\d{1,10}", text[8:])]

    async def _fetch(self, uid: int, what: bytes) -> Answer | None:
        answers = await self._command(b"UID FETCH %d " % uid + what, within=FETCHING)
        wanted = re.compile(rb"(?i)^\* \d+ FETCH .*\bUID %d\b" % uid, re.DOTALL)
        return next((each for each in answers if wanted.search(each.text)), None)

    async def _command(self, line: bytes, *, within: timedelta | None = None) -> list[Answer]:
        """A command that has to succeed."""
        status, answers = await self._ask(line, within=within)
        if not status.startswith(b"OK"):
            raise ChannelUnavailableError(f"{self._host} refused {line.split()[0].decode()}: {_shown(status)}")
        return answers

    async def _ask(self, line: bytes, *, within: timedelta | None = None) -> tuple[bytes, list[Answer]]:
        return await self._finish(await self._begin(line), within=within)

    async def _begin(self, line: bytes) -> bytes:
        self._number += 1
        tag = b"k%d" % self._number
        await self._wire.send(tag + b" " + line + b"\r\n")
        return tag

    async def _finish(self, tag: bytes, *, within: timedelta | None = None) -> tuple[bytes, list[Answer]]:
        """All answers up to the tagged one, and that one's status."""
        found: list[Answer] = []
        while True:
            answer = await self._answer(within=within)
            if answer.text.startswith(tag + b" "):
                return answer.text[len(tag) + 1 :], found
            found.append(answer)
            if len(found) > 10_000:
                raise ChannelUnavailableError(f"{self._host} answers without end")

    async def _answer(self, *, within: timedelta | None = None) -> Answer:
        limit = {} if within is None else {"within": within}
        text = b""
        literals: list[bytes] = []
        while True:
            line = await self._wire.line(**limit)
            if not line:
                raise ChannelUnavailableError(f"{self._host} ended the connection")
            size = _LITERAL.search(line)
            if size is None:
                text += line.rstrip(b"\r\n")
                break
            count = int(size.group(1))
            if count > LARGEST_LITERAL or len(literals) >= MOST_LITERALS:
                raise ChannelUnavailableError(f"{self._host} sends more than was asked for")
            text += line[: size.start()]
            literals.append(await self._wire.exactly(count, **limit))
        if text.upper().startswith(b"* BYE"):
            raise ChannelUnavailableError(f"{self._host} ended the connection: {_shown(text[5:])}")
        return Answer(text, tuple(literals))


async def opened(ports: Ports, config: EmailConfig, access_token: str) -> ImapSession:
    """A signed-in session; raises ConnectorError."""
    tls = config.imap_security == "tls"
    wire = await ports.dial(config.imap_host, config.imap_port, tls=tls, ca=config.ca_certificate)
    session = ImapSession(wire, config.imap_host)
    try:
        await session.sign_in(config, access_token)
    except BaseException:
        await wire.close()
        raise
    return session


def quoted(text: bytes) -> bytes:
    """A quoted string; what would end the line is left out."""
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", re.sub(rb"[\r\n\0]", b"", text)) + b'"'


def encoded_folder(name: str) -> bytes:
    """A folder's name in IMAP's own UTF-7."""

    def shifted(found: re.Match[str]) -> str:
        packed = base64.b64encode(found.group(0).encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
        return f"&{packed}-"

    return re.sub(r"[^\x20-\x7e]+", shifted, name.replace("&", "&-")).encode()


def _number(answers: Sequence[Answer], pattern: bytes) -> int | None:
    found = (re.search(pattern, each.text, re.IGNORECASE) for each in answers)
    return next((int(each.group(1)) for each in found if each), None)


def _moment(text: bytes) -> datetime | None:
    found = _DATE.search(text)
    month = found.group(2).decode().title() if found else ""
    if found is None or month not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found.group(n)) for n in (1, 3, 4, 5, 6))
    offset = timedelta(hours=int(found.group(8)), minutes=int(found.group(9)))
    zone = timezone(-offset if found.group(7) == b"-" else offset)
    try:
        return datetime(year, _MONTHS.index(month) + 1, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _shown(text: bytes) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text.decode("utf-8", "replace")).strip()[:_SHOWN]
