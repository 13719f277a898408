"""Owns the call to a recogniser of speech: any endpoint of the form of OpenAI's `/audio/transcriptions`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import BaseModel, ValidationError
from yarl import URL

from kaitak.core.errors import InvalidError, UnavailableError
from kaitak.core.http import BlockedAddressError, HttpError, HttpReply, OutgoingHttp, UrlInvalidError

MAX_ANSWER = 256 * 1024
LONGEST = 10_000  # characters of a transcript
_SUFFIXES = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "audio/amr": "amr",
    "audio/webm": "webm",
}
_PASSING = (408, 425, 429)


class NothingHeardError(InvalidError):
    """The recogniser cannot make words of this sound, or does not take it."""

    code = "nothing_heard"


class TranscriberUnavailableError(UnavailableError):
    """The recogniser does not answer, or not in its form."""

    code = "transcriber_unavailable"


class _Answer(BaseModel):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcriber:
    """Where the recogniser is; its key never shows. Attached by the composition root; without `url` there is none."""

    http: OutgoingHttp = field(repr=False)
    url: str
    model: str
    key: str = field(default="", repr=False)
    language: str = ""
    timeout: timedelta = timedelta(seconds=30)

    @property
    def is_on(self) -> bool:
        """Whether the operator has set one."""
        return bool(self.url)

    async def transcribe(self, sound: bytes, content_type: str) -> str:
        """The words in a sound. Raises NothingHeardError (for good) or TranscriberUnavailableError (try again)."""
        body, headers = self._form(sound, content_type)
        base = URL(self.url)
        try:
            reply = await self.http.request(
                "POST",
                str(base.with_path(f"{base.path.rstrip('/')}/audio/transcriptions")),
                headers=headers,
                body=body,
                timeout=self.timeout,
                max_bytes=MAX_ANSWER,
            )
        except (HttpError, BlockedAddressError, UrlInvalidError) as exc:
            raise TranscriberUnavailableError(exc.message) from exc
        return _read(reply)

    def _form(self, sound: bytes, content_type: str) -> tuple[bytes, dict[str, str]]:
        border = f"kaitak-{secrets.token_hex(16)}"
        fields = {"model": self.model, "response_format": "json", "temperature": "0"}
        if self.language:
            fields["language"] = self.language
        name = f"voice.{_SUFFIXES.get(content_type, 'bin')}"
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = (
            f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        )
        body = "".join(parts).encode() + head.encode() + sound + f"\r\n--{border}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={border}", "Accept": "application/json"}
        return body, {**headers, "Authorization": f"Bearer {self.key}"} if self.key else headers


def _read(reply: HttpReply) -> str:
    if reply.status >= 500 or reply.status in _PASSING:
        raise TranscriberUnavailableError(f"the recogniser answered HTTP {reply.status}")
    if not reply.is_ok:
        raise NothingHeardError(f"the recogniser refused the sound: HTTP {reply.status}")
    try:
        text = _Answer.model_validate_json(reply.body).text.replace("\0", "").strip()
    except ValidationError as exc:
        raise TranscriberUnavailableError("the answer is no transcription") from exc
    if not text:
        raise NothingHeardError("no words were heard")
    return text[:LONGEST]
