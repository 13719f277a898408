"""Twilio's messaging: Basic authentication, forms, its error codes; STOP ends and START begins a number's consent."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from aiohttp import web
from pydantic import JsonValue

from tests.channels.connectors.sms import case
from tests.platforms.server import WAIT, Fault, Json, Platform, RefusedError, Shown

_ERRORS: Mapping[Fault, tuple[int, int, str]] = {
    "unauthorised": (401, 20003, "Authenticate"),
    "forbidden": (403, 20003, "Permission Denied"),
    "limited": (429, 20429, "Too Many Requests"),
    "limited_for": (429, 20429, "Too Many Requests"),
    "broken": (500, 20500, "Internal Server Error"),
    "expired": (401, 20003, "Authenticate"),
    "revoked": (400, 21606, "The From phone number is not a valid, SMS-capable number for your account"),
    "gone": (400, 21614, "'To' number is not a valid mobile number"),
}
_FREE = {"ME1": b"\x89PNG\r\n\x1a\n"}


@dataclass
class Sms(Platform):
    """One account with one number."""

    longest: int = 1600
    has_opted_out: set[str] = field(default_factory=set)
    hooks: dict[str, str] = field(default_factory=dict)  # where each message's reports go
    reported: str = ""  # which address the next webhook call goes to, where it is not the number's

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        url = self.reported or self.hook or case.URL
        self.reported = ""
        return body, case.sign(body, url), dict(parse_qsl(urlsplit(url).query))

    def error(self, fault: Fault) -> web.Response:
        headers = {"Retry-After": str(WAIT)} if fault == "limited_for" else {}
        return _error(*_ERRORS[fault], headers)

    async def answer(self, request: web.Request) -> web.Response:
        pair = base64.b64encode(f"{case.ACCOUNT}:{case.TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {pair}":
            raise RefusedError(self.error("unauthorised"))
        path = request.path.removeprefix(f"/2010-04-01/Accounts/{case.ACCOUNT}")
        if path == ".json":
            return web.json_response({"friendly_name": "海港百貨", "status": "active"})
        if path == "/IncomingPhoneNumbers.json":
            numbers = [{"sid": "PN1"}] if request.query["PhoneNumber"] == case.NUMBER else []
            return web.json_response({"incoming_phone_numbers": numbers})
        form = {name: str(value) for name, value in (await request.post()).items()}
        if path == "/IncomingPhoneNumbers/PN1.json":
            self.hook = form["SmsUrl"]
            return web.json_response({"sid": "PN1", "sms_url": self.hook})
        if path == "/Messages.json":
            return await self._message(form)
        found = _FREE.get(path.rpartition("/")[2])
        return web.Response(body=found, content_type="image/png") if found else _error(404, 20404, "not found", {})

    async def _message(self, form: Mapping[str, str]) -> web.Response:
        to, body = form["To"], form.get("Body", "")
        if form.get("From") != case.NUMBER:
            raise RefusedError(self.error("revoked"))
        if to in self.has_opted_out:
            raise RefusedError(_error(400, 21610, "Attempt to send to unsubscribed recipient", {}))
        if not body and "MediaUrl" not in form:
            raise RefusedError(_error(400, 21602, "Message body is required", {}))
        if len(body) > self.longest:
            raise RefusedError(_error(400, 21617, "The concatenated message body exceeds the 1600 character limit", {}))
        number = f"SM{self.number().rpartition('.')[2]:0>32}"
        self.hooks[number] = form.get("StatusCallback", "")
        await self.show(Shown(number, to, body or form["MediaUrl"], (), "sms" if body else "mms"))
        data: Json = {"sid": number, "status": "queued", "error_code": None}
        return web.json_response(data, status=201)

    def report(self, shown: Shown, status: str, code: str = "") -> bytes:
        """What became of a message, as Twilio posts it to the address that the message named."""
        self.reported = self.hooks[shown.number]
        more = {"ErrorCode": code} if code else {}
        return self._form(shown.number, MessageStatus=status, To=shown.to, From=case.NUMBER, **more)

    def said(self, sender: str, text: str, number: str = "") -> bytes:
        """A customer's message, as Twilio posts it; it heeds STOP and START itself."""
        self.note(sender)
        if text.strip().upper() == "STOP":
            self.has_opted_out.add(sender)
        if text.strip().upper() == "START":
            self.has_opted_out.discard(sender)
        number = f"SM{number or self.number().rpartition('.')[2]:0>32}"
        return self._form(number, SmsStatus="received", From=sender, To=case.NUMBER, Body=text, NumMedia="0")

    def pictured(self, sender: str, media: str) -> bytes:
        """A customer's picture, as Twilio posts it."""
        url = f"{self.url}/2010-04-01/Accounts/{case.ACCOUNT}/Messages/MM1/Media/{media}"
        fields = {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": "image/png", "Body": ""}
        return self._form(f"MM{media:0>32}", From=sender, To=case.NUMBER, **fields)

    def tapped(self, shown: Shown, title: str, value: str) -> bytes:
        """There is nothing to tap: whoever chooses writes."""
        return self.said(shown.to, title)

    def _form(self, number: str, **fields: str) -> bytes:
        return urlencode({"MessageSid": number, "AccountSid": case.ACCOUNT, **fields}).encode()


def _error(status: int, code: int, said: str, headers: Mapping[str, str]) -> web.Response:
    data: dict[str, JsonValue] = {"code": code, "message": said, "status": status}
    return web.Response(body=orjson.dumps(data), status=status, headers=headers, content_type="application/json")
