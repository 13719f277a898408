"""Owns handing one mail to a server by SMTP (RFC 5321), and what each way of failing means for the mail."""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass
from datetime import timedelta

from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.contract import Ports
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    OutcomeUnknownError,
    RecipientGoneError,
    RefusedError,
)
from kaitak.channels.wires import Wire

UP_TO_END = timedelta(seconds=18)  # up to the mail's last byte: until its end is marked, the server has taken nothing
LAST_WORD = timedelta(seconds=10)  # together less than a delivery may take
_MOST_LINES = 100
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer."""

    code: int
    text: str

    @property
    def shown(self) -> str:
        """For an administrator."""
        return f"({self.code} {self.text[:_SHOWN]})"


class SmtpSession:
    """A connection that is ready for a mail."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        self._host = host
        self._can: dict[str, str] = {}

    async def sign_in(self, config: EmailConfig, access_token: str) -> None:
        """Greet, encrypt, prove who we are."""
        self._expect(await self._read(), 220)
        await self._greet(config)
        if config.smtp_security == "starttls":
            if "STARTTLS" not in self._can:
                raise RefusedError(f"{self._host} offers no STARTTLS here; the port for TLS is mostly 465")
            self._expect(await self._ask("STARTTLS"), 220)
            await self._wire.start_tls()
            await self._greet(config)
        if config.smtp_signs_in:
            await self._authenticate(config, access_token)

    async def envelope(self, sender: str, recipient: str, size: int) -> None:
        """Say from whom and to whom."""
        limit = self._can.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < size:
            raise RefusedError(
                f"{self._host} takes mails of {int(limit) // 1024} kB at most, this one has {size // 1024}"
            )
        needs_utf8 = not (sender + recipient).isascii()
        if needs_utf8 and "SMTPUTF8" not in self._can:
            raise RefusedError(f"{self._host} cannot send to addresses that are not ASCII")
        more = f" SIZE={size}" if "SIZE" in self._can else ""
        more += " BODY=8BITMIME SMTPUTF8" if needs_utf8 else ""
        self._expect(await self._ask(f"MAIL FROM:<{sender}>{more}"), 250)
        reply = await self._ask(f"RCPT TO:<{recipient}>")
        if reply.code in (550, 551, 553) or any(each in reply.text for each in _GONE):
            raise RecipientGoneError(f"the address {recipient} takes no mails. {reply.shown}")
        self._expect(reply, 250, 251)

    async def write(self, mail: bytes) -> None:
        """Give the mail, without its end: so far the server has taken nothing."""
        self._expect(await self._ask("DATA"), 354)
        body = re.sub(rb"(?m)^\.", b"..", mail)
        await self._wire.send(body if body.endswith(b"\r\n") else body + b"\r\n", within=UP_TO_END)

    async def finish(self) -> str:
        """Mark the end; answers what the server says, or raises OutcomeUnknownError where it says nothing."""
        try:
            async with asyncio.timeout(LAST_WORD.total_seconds()):
                await self._wire.send(b".\r\n")
                reply = await self._read()
        except (ChannelUnavailableError, TimeoutError) as exc:
            raise OutcomeUnknownError(f"{self._host} was given the mail and did not say whether it took it") from exc
        self._expect(reply, 250)
        return reply.text[:_SHOWN]

    async def close(self) -> None:
        """Say good-bye if that is quick, and end."""
        try:
            await self._wire.send(b"QUIT\r\n", within=timedelta(seconds=1))
        except ChannelUnavailableError:
            pass
        finally:
            await self._wire.close()

    async def _greet(self, config: EmailConfig) -> None:
        domain = config.address.rpartition("@")[2]
        reply = await self._ask(f"EHLO {domain if re.fullmatch(r'[A-Za-z0-9.-]+', domain) else 'localhost'}")
        self._expect(reply, 250)
        lines = reply.text.split("\n")[1:]
        self._can = {word.upper(): rest for word, _, rest in (line.strip().partition(" ") for line in lines)}

    async def _authenticate(self, config: EmailConfig, access_token: str) -> None:
        user = config.user or config.address
        ways = self._can.get("AUTH", "").upper().split()
        password = config.password.get_secret_value() if config.password else ""
        if access_token:
            blob = base64.b64encode(f"user={user}\x01auth=Bearer {access_token}\x01\x01".encode()).decode()
            reply = await self._ask(f"AUTH XOAUTH2 {blob}")
            if reply.code == 334:  # it says why not, and wants an empty line
                reply = await self._ask("")
        elif "PLAIN" in ways or "LOGIN" not in ways:
            reply = await self._ask("AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode())
        else:
            reply = await self._ask("AUTH LOGIN")
            for answer in (user, password):
                if reply.code == 334:
                    reply = await self._ask(base64.b64encode(answer.encode()).decode())
        if reply.code == 235:
            return
        if 400 <= reply.code < 500:
            raise ChannelUnavailableError(f"{self._host} lets nobody in now {reply.shown}")
        raise AuthFailedError(f"{self._host} does not accept the sign-in for {user} {reply.shown}")

    async def _ask(self, line: str) -> Reply:
        await self._wire.send(re.sub(r"[\r\n\0]", "", line).encode() + b"\r\n")
        return await self._read()

    async def _read(self) -> Reply:
        lines: list[str] = []
        while len(lines) < _MOST_LINES:
            line = (await self._wire.line()).decode("utf-8", "replace").rstrip()
            if not line:
                raise ChannelUnavailableError(f"{self._host} ended the connection")
            if not re.match(r"\d{3}(?:[ -]|$)", line):
                raise ChannelUnavailableError(f"{self._host} does not speak SMTP on this port")
            lines.append(re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", line[4:]))
            if line[3:4] != "-":
                return Reply(int(line[:3]), "\n".join(lines))
        raise ChannelUnavailableError(f"{self._host} answers without end")

    def _expect(self, reply: Reply, *codes: int) -> None:
        """Raise what another code means."""
        if reply.code in codes:
            return
        raise failure(self._host, reply)


def failure(host: str, reply: Reply) -> ConnectorError:
    """4xx is for now, 5xx for good."""
    if 400 <= reply.code < 500:
        return ChannelUnavailableError(f"{host} does not take the mail now {reply.shown}")
    if reply.code in (530, 534, 535, 538):
        return AuthFailedError(f"{host} wants another sign-in {reply.shown}")
    return RefusedError(f"{host} refuses the mail {reply.shown}")


async def opened(ports: Ports, config: EmailConfig, access_token: str) -> SmtpSession:
    """A session that is ready; raises ConnectorError."""
    tls = config.smtp_security == "tls"
    wire = await ports.dial(config.smtp_host, config.smtp_port, tls=tls, ca=config.ca_certificate)
    session = SmtpSession(wire, config.smtp_host)
    try:
        await session.sign_in(config, access_token)
    except BaseException:
        await wire.close()
        raise
    return session


async def deliver(ports: Ports, config: EmailConfig, access_token: str, recipient: str, mail: bytes) -> str:
    """Send one mail to one address."""
    session: SmtpSession | None = None
    try:
        try:
            async with asyncio.timeout(UP_TO_END.total_seconds()):
                session = await opened(ports, config, access_token)
                await session.envelope(config.address, recipient, len(mail))
                await session.write(mail)
        except TimeoutError as exc:
            raise ChannelUnavailableError(f"{config.smtp_host} is too slow") from exc
        return await session.finish()
    finally:
        if session is not None:
            await session.close()
