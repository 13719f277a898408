"""E-mail's case: no webhook; a server that says yes to everything stands at the other end of each connection."""

from __future__ import annotations

import re
from datetime import timedelta

from kaitak.channels.wires import WAIT
from tests.channels.connectors.cases import Case

CAN = "IMAP4rev1 SASL-IR IDLE AUTH=PLAIN AUTH=XOAUTH2"


class YesWire:
    """Both servers in one: what a line asks for says which it is."""

    def __init__(self, host: str) -> None:
        self._out = [b"* OK hello\r\n" if "imap" in host else b"220 hello\r\n"]
        self._in_mail = False

    async def line(self, *, within: timedelta = WAIT) -> bytes:
        return self._out.pop(0)

    async def exactly(self, count: int, *, within: timedelta = WAIT) -> bytes:
        raise AssertionError("no literal was announced")

    async def send(self, data: bytes, *, within: timedelta = WAIT) -> None:
        text = data.decode()
        asked = re.match(r"(k\d+) ([A-Z]+)", text)
        if asked:
            said = {
                "CAPABILITY": f"* CAPABILITY {CAN}\r\n",
                "SELECT": "* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\n",
            }
            self._out.append(said.get(asked[2], "").encode())
            self._out.extend([f"{asked[1]} OK done\r\n".encode()])
            self._out = [line + b"\r\n" for each in self._out for line in each.split(b"\r\n") if line]
        elif text.startswith("EHLO"):
            self._out += [b"250-mail.example\r\n", b"250-STARTTLS\r\n", b"250 AUTH PLAIN LOGIN\r\n"]
        elif text.startswith("AUTH"):
            self._out.append(b"235 2.7.0 in\r\n")
        elif text == "DATA\r\n":
            self._out.append(b"354 go on\r\n")
        elif text.startswith(("MAIL", "RCPT", "STARTTLS")) or text == ".\r\n":
            self._out.append(b"220 yes\r\n" if text.startswith("STARTTLS") else b"250 yes\r\n")

    async def start_tls(self) -> None:
        return None

    async def close(self) -> None:
        return None


CASE = Case(
    config={
        "address": "cs@harbour.example",
        "password": "a-password-of-a-mailbox",
        "imap_host": "imap.harbour.example",
        "smtp_host": "smtp.harbour.example",
        "thread_secret": "a-secret-for-the-threads-0123456789",
    },
    dial=YesWire,
    to="amy@customer.example",
)
