"""Owns calls to WeCom's API with its access token: fetched once, renewed once, its answers' codes as errors."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import orjson
from pydantic import JsonValue

from kaitak.channels import answers
from kaitak.channels.access_tokens import AccessToken
from kaitak.channels.connectors.wecom import wire
from kaitak.channels.contract import PortReply, Ports
from kaitak.channels.errors import ChannelUnavailableError, ConnectorError, OutcomeUnknownError

Json = dict[str, JsonValue]


class CodeError(ConnectorError):
    """WeCom answered with a code; `meant` is what it means on its own."""

    def __init__(self, number: int, said: str) -> None:
        super().__init__(said)
        self.number = number
        self.meant = wire.error_of(number, said)


class Calls:
    """One app's calls."""

    def __init__(self, ports: Ports, base: str, corp_id: str, secret: str) -> None:
        self._ports = ports
        self._base = base
        self._pair = {"corpid": corp_id, "corpsecret": secret}
        self._access = AccessToken(ports.now, self._new_token)

    def forget(self) -> None:
        """Get a new token at the next call."""
        self._access.forget()

    async def post(self, path: str, body: Json) -> Json:
        """Call with JSON; raises CodeError for what WeCom says, ConnectorError for the rest."""
        headers = {"Content-Type": "application/json"}
        return await self._post(path, {}, headers, orjson.dumps(body))

    async def upload(self, kind: str, file_name: str, content_type: str, body: bytes) -> str:
        """Keep a file at WeCom for three days; answers its id."""
        mark = secrets.token_hex(16).encode()
        name = "".join(char for char in file_name if char.isprintable() and char not in '"\\')[-100:] or "file"
        head = (
            f'Content-Disposition: form-data; name="media"; filename="{name}"\r\nContent-Type: {content_type}\r\n\r\n'
        )
        whole = b"--" + mark + b"\r\n" + head.encode() + body + b"\r\n--" + mark + b"--\r\n"
        headers = {"Content-Type": f"multipart/form-data; boundary={mark.decode()}"}
        try:
            data = await self._post("media/upload", {"type": kind}, headers, whole)
        except OutcomeUnknownError as exc:  # nothing was said to the customer yet
            raise ChannelUnavailableError(exc.message) from exc
        found = answers.text_at(data, "media_id")
        if not found:
            raise ChannelUnavailableError("WeCom's answer to an upload cannot be read")
        return found

    async def download(self, media_id: str, max_bytes: int) -> PortReply:
        """A file of a customer."""
        for is_again in (False, True):
            token = await self._access.get(is_refused=is_again)
            query = urlencode({"access_token": token, "media_id": media_id})
            reply = await self._ports.get(f"{self._base}/cgi-bin/media/get?{query}", headers={}, max_bytes=max_bytes)
            answers.raise_for(reply)
            if not reply.headers.get("content-type", "").startswith(("application/json", "text/plain")):
                return reply
            try:
                _read(reply)
            except CodeError as exc:
                if is_again or exc.number not in wire.TOKEN_OVER:
                    raise exc.meant from exc
            else:
                return reply
        raise AssertionError("unreachable")

    async def _post(self, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Json:
        for is_again in (False, True):
            token = await self._access.get(is_refused=is_again)
            url = f"{self._base}/cgi-bin/{path}?{urlencode({'access_token': token, **query})}"
            reply = await self._ports.post(url, headers=headers, body=body)
            answers.raise_for(reply)
            try:
                return _read(reply)
            except CodeError as exc:
                if is_again or exc.number not in wire.TOKEN_OVER:
                    raise
        raise AssertionError("unreachable")

    async def _new_token(self, _is_refused: bool) -> tuple[str, JsonValue]:
        reply = await self._ports.get(f"{self._base}/cgi-bin/gettoken?{urlencode(self._pair)}", headers={})
        answers.raise_for(reply)
        try:
            data = _read(reply)
        except CodeError as exc:
            raise exc.meant from exc
        except OutcomeUnknownError as exc:
            raise ChannelUnavailableError("WeCom's answer to our request for an access token cannot be read") from exc
        token = answers.text_at(data, "access_token")
        if not token:
            raise ChannelUnavailableError("WeCom gave no access token")
        return token, data.get("expires_in")


def _read(reply: PortReply) -> Json:
    data = answers.json_of(reply)
    code = data.get("errcode", 0 if "access_token" in data or "media_id" in data else None)
    if not isinstance(code, int):
        raise OutcomeUnknownError(f"HTTP {reply.status}, but the answer cannot be read")
    if code != 0:
        raise CodeError(code, answers.text_at(data, "errmsg"))
    return data
