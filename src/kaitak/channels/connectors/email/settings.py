"""Owns what an e-mail inbox is set up with."""

from __future__ import annotations

import re
import textwrap
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic.config import JsonDict

from kaitak.core import languages

ADVANCED: JsonDict = {"advanced": True}
SUBJECT: JsonDict = {"advanced": True, "placeholders": ["number", "name", "words"]}
MAX_SUBJECT = 120
WORDS = "{words}"
_CODE: dict[languages.Written, str] = {
    "zh-HK": "：你的驗證碼",
    "zh-Hans": "：您的验证码",
    "en": ": your verification code",
}
_PLACE = re.compile(r"\{([^{}]*)\}")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_HOST = r"^[A-Za-z0-9.:_-]*$"


class EmailConfig(BaseModel):
    """One mailbox. It is signed in to by a password, or by OAuth: a refresh token, or the application's own rights."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s<>\",;:]+@[A-Za-z0-9.-]+$")
    password: SecretStr | None = Field(default=None, max_length=500)
    imap_host: str = Field(min_length=1, max_length=253, pattern=_HOST)
    smtp_host: str = Field(min_length=1, max_length=253, pattern=_HOST)
    thread_secret: SecretStr = Field(min_length=32, max_length=256, json_schema_extra={"generated": True})
    sender_name: str = Field(default="", max_length=100)
    subject_zh_hk: str = Field(default=WORDS, max_length=MAX_SUBJECT, json_schema_extra=SUBJECT)
    subject_zh_cn: str = Field(default=WORDS, max_length=MAX_SUBJECT, json_schema_extra=SUBJECT)
    subject_en: str = Field(default=WORDS, max_length=MAX_SUBJECT, json_schema_extra=SUBJECT)
    user: str = Field(default="", max_length=254, json_schema_extra=ADVANCED)
    imap_port: int = Field(default=993, ge=1, le=65535, json_schema_extra=ADVANCED)
    imap_security: Literal["tls", "starttls"] = Field(default="tls", json_schema_extra=ADVANCED)
    folder: str = Field(default="INBOX", min_length=1, max_length=200, json_schema_extra=ADVANCED)
    mark_seen: bool = Field(default=True, json_schema_extra=ADVANCED)
    smtp_port: int = Field(default=587, ge=1, le=65535, json_schema_extra=ADVANCED)
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", json_schema_extra=ADVANCED)
    smtp_signs_in: bool = Field(default=True, json_schema_extra=ADVANCED)
    plus_addresses: bool = Field(default=False, json_schema_extra=ADVANCED)
    trusted_server: str = Field(default="", max_length=253, pattern=_HOST, json_schema_extra=ADVANCED)
    oauth_token_url: str = Field(default="", max_length=500, pattern=r"^(https?://.*)?$", json_schema_extra=ADVANCED)
    oauth_client_id: str = Field(default="", max_length=300, json_schema_extra=ADVANCED)
    oauth_client_secret: SecretStr | None = Field(default=None, max_length=1000, json_schema_extra=ADVANCED)
    oauth_refresh_token: SecretStr | None = Field(default=None, max_length=4000, json_schema_extra=ADVANCED)
    oauth_scope: str = Field(default="", max_length=500, json_schema_extra=ADVANCED)
    ca_certificate: str = Field(default="", max_length=20_000, json_schema_extra=ADVANCED)

    @field_validator("password", "oauth_client_secret", "oauth_refresh_token", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("subject_zh_hk", "subject_zh_cn", "subject_en")
    @classmethod
    def _can_be_filled_in(cls, value: str) -> str:
        """A line of text in which only known places stand; an empty one is the message's first words."""
        left = _PLACE.sub(lambda found: "" if found.group(1) in ("number", "name", "words") else found.group(0), value)
        if "{" in left or "}" in left:
            raise ValueError("only {number}, {name} and {words} can be filled in")
        return " ".join(value.split()) or WORDS

    def new_subject(self, language: str, *, number: str, words: str) -> str:
        """The subject of a mail that begins a thread."""
        templates = {"zh-HK": self.subject_zh_hk, "zh-Hans": self.subject_zh_cn, "en": self.subject_en}
        template = templates[languages.written_for(language) or "en"]
        known = {"number": number, "name": self.sender_name or self.address, "words": words}
        return _PLACE.sub(lambda found: known.get(found.group(1), ""), template)

    def code_subject(self, language: str, *, name: str) -> str:
        """The subject of a mail with a one-time code; `name` is the inbox's, where the sender has no other."""
        return f"{self.sender_name or name or self.address}{_CODE[languages.written_for(language) or 'en']}"

    @field_validator("ca_certificate")
    @classmethod
    def _with_line_ends(cls, value: str) -> str:
        """PEM as it should be: a field of one line has made spaces of its line ends."""
        found = _PEM.findall(value)
        if value.strip() and not found:
            raise ValueError("PEM text is expected: -----BEGIN CERTIFICATE----- …")
        blocks = ("\n".join(textwrap.wrap("".join(body.split()), 64)) for body in found)
        return "".join(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n" for body in blocks)

    @model_validator(mode="after")
    def _can_sign_in(self) -> Self:
        if self.uses_oauth and not self.oauth_client_id:
            raise ValueError("OAuth needs the application's client id")
        if not self.uses_oauth and self.password is None:
            raise ValueError("a password, or OAuth's token address with a client id, is required")
        if self.smtp_security == "none" and self.smtp_signs_in:
            raise ValueError("no password goes over a connection that is not encrypted: use starttls or tls")
        return self

    @property
    def uses_oauth(self) -> bool:
        """Whether an access token is fetched."""
        return bool(self.oauth_token_url)
